"""Who keeps the coins and sends them: a door to the world, and the twin that has no chain behind it."""

from typing import NamedTuple, Protocol

from trueman.errors import ServiceError


class Payment(NamedTuple):
    key: str
    """Names the payment for ever: whoever pays may be asked under it what became of it."""
    asset: str
    amount: str
    address: str


class PaymentRefused(Exception):
    """Surely not sent, now or later; the text says why."""


class CustodySilent(ServiceError):
    """It did not answer in time. What it was asked to pay it may have paid, or may pay yet."""


class Custody(Protocol):
    async def pay(self, payment: Payment) -> str:
        """Send it and return the transaction; a key that was paid is not paid again, and has the same transaction.

        Raise PaymentRefused; after any other error it may have been sent. Whoever calls gives up after a while
        (`custody_timeout_seconds`) and cancels the call, which tells no more than an error does.
        """
        ...

    async def find(self, key: str) -> str | None:
        """The transaction of a payment that was sent, None when none is known (which proves nothing)."""
        ...


class PaidOnPaper:
    """Without a chain: whatever is asked is as good as paid. For demos and tests."""

    async def pay(self, payment: Payment) -> str:
        return f"paper-{payment.key}"

    async def find(self, key: str) -> str | None:
        """What is paid again comes to the same paper."""
        return f"paper-{key}"


class NoCustody:
    """Nobody is configured: what is reserved stays so, nothing is ever taken as paid."""

    async def pay(self, payment: Payment) -> str:
        raise ServiceError(f"no custody is configured to pay {payment.key}")

    async def find(self, key: str) -> str | None:
        return None
