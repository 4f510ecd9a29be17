"""Final deposits of chains are credited, each once; one that the exchange refuses is tried again until it takes it.

Each attempt is an operation with a name of its own, and the next is made only when the one before was refused for
good: so however often, and by however many, one of them moves the money.
"""

from collections.abc import Callable
from typing import Final

import asyncpg
import structlog

from trueman.api.errors import DATABASE_AWAY
from trueman.api.wallet_operations import Wallet
from trueman.core.rejections import REASON_NAMES
from trueman.errors import ServiceError
from trueman.infra.database import chain_deposits
from trueman.infra.database.chain_deposits import CREDITED, ChainDepositKept
from trueman.infra.operations import DEPOSIT, DONE, Asked

WAIT_US_MIN: Final = 10_000_000
WAIT_US_MAX: Final = 3_600_000_000
WAIT_DOUBLINGS_MAX: Final = 9
RUNBOOK: Final = "docs/runbooks/deposit-not-credited.md"
NOT_NOW: Final = (*DATABASE_AWAY, ServiceError)

logger = structlog.get_logger()


class Crediting:
    def __init__(self, database: asyncpg.Pool, wallet: Wallet, clock_us: Callable[[], int]) -> None:
        self._database = database
        self._wallet = wallet
        self._clock_us = clock_us

    async def run(self, *, at_once: bool = False) -> int:
        """Credit what waits and is due, or, `at_once`, all of it. Return how many could not be."""
        left = 0
        for deposit in await chain_deposits.waiting(self._database, 2**62 if at_once else self._clock_us()):
            try:
                left += (await self.credit(deposit)).state != CREDITED
            except NOT_NOW as error:
                left += 1
                logger.warning("a deposit waits", deposit=deposit.name, reason=str(error))
        return left

    async def credit(self, deposit: ChainDepositKept) -> ChainDepositKept:
        """One attempt. Raise ServiceError when its outcome is not known yet: it is asked for again by its name."""
        asked = Asked(DEPOSIT, deposit.account, deposit.asset, deposit.amount, client_id=deposit.name)
        operation = await self._wallet.perform(asked)
        if operation.state == DONE:
            await chain_deposits.credited(self._database, deposit)
            return deposit._replace(state=CREDITED, reason=0)
        reason = operation.reason
        wait_us = min(WAIT_US_MIN << min(deposit.attempt, WAIT_DOUBLINGS_MAX), WAIT_US_MAX)
        logger.error("a deposit is not credited", deposit=deposit.name, reason=REASON_NAMES.get(reason), see=RUNBOOK)
        await chain_deposits.refused(self._database, deposit, reason, self._clock_us() + wait_us)
        return deposit._replace(attempt=deposit.attempt + 1, reason=reason)
