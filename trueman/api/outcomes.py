"""What becomes of a command whose answer did not come: how its caller learns the outcome for certain.

Nobody knows at that moment whether it was executed. But it has a deadline: once the log's time has passed that, the
engine has either taken it or never will. So the caller is told under which names to ask, and from when on "not found"
is the last word.
"""

from typing import Final

import msgspec

from trueman.api.state import ApiState
from trueman.core import commands
from trueman.core.codec import Result
from trueman.core.commands import Command
from trueman.errors import OutcomeUnknown
from trueman.wire.binance_errors import TIMEOUT, TIMEOUT_TEXT, Refusal

UNKNOWN_STATUS: Final = 504
MILLISECOND_US: Final = 1_000
BY_CLIENT_ID: Final = "/v1/orders/by-client-id"
ASK_BY_NAME: Final = (
    f"Ask GET {BY_CLIENT_ID}/<id>?deadline=<deadline>: once that says final, the answer will not change."
    " Or send the same order again under the same client order id: it is never placed twice."
)
ASK_BY_ORDER: Final = "Ask GET /api/v3/order for the orders concerned once the deadline has passed, or send it again."

Placing = commands.PlaceOrder | commands.PlaceOrderWithTerms
Several = commands.PlaceBatch | commands.CancelReplace | commands.PlaceOrderList
Timed = (
    Placing
    | Several
    | commands.CancelOrder
    | commands.CancelAllOrders
    | commands.CancelOrderList
    | commands.CancelNamedList
    | commands.AmendOrder
    | commands.CancelAllAfter
)


class Unresolved(msgspec.Struct, rename="camel", omit_defaults=True):
    """Goes with the error of a command whose outcome is unknown."""

    resolve: str
    """What to do, in words."""
    deadline: int = 0
    """Milliseconds: the command takes effect before the log's time has passed this moment, or never."""
    client_order_ids: list[str] = []
    """The orders that it places, by name."""
    order_ids: list[int] = []
    """The orders that it changes, where they were named by number."""


async def submit(state: ApiState, command: Command) -> Result:
    """The decision on a command; raise Refusal that says how to find it out when it does not come in time."""
    try:
        return await state.writer.submit(command)
    except OutcomeUnknown as unknown:
        if isinstance(command, Timed):
            raise unresolved(command) from unknown
        raise


def unresolved(command: Timed) -> Refusal:
    names = placed_names(command)
    numbers = [command.order_id] if isinstance(command, commands.CancelOrder | commands.AmendOrder) else []
    deadline_ms = -(-command.deadline_us // MILLISECOND_US)
    data = Unresolved(ASK_BY_NAME if names else ASK_BY_ORDER, deadline_ms, names, [each for each in numbers if each])
    return Refusal(TIMEOUT, TIMEOUT_TEXT, status=UNKNOWN_STATUS, data=data)


def placed_names(command: Command) -> list[str]:
    """The client ids of the orders that a command would place."""
    parts = command.parts if isinstance(command, Several) else (command,)
    return [part.client_id for part in parts if isinstance(part, Placing)]
