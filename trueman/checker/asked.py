"""The commands of a frame, as far as they can be read, and what of them the events have to repeat."""

from typing import Any, Final

from trueman.core.codec import COMMAND_LAYOUTS, HEADER
from trueman.core.commands import PlaceOrder, PlaceOrderList, PlaceOrderWithTerms
from trueman.core.events import OrderAccepted, OrderTerms

TERMS: Final = ("stop_price", "trailing_bips", "display_quantity", "expire_us")


def commands_of(frame: bytes) -> list[Any]:
    """Up to the first that cannot be read: it and all after it are answered as MALFORMED (rule 1.1).

    None stands for one whose texts are no texts: it is refused, and the next is read all the same.
    """
    commands: list[Any] = []
    at = 0
    while (read := _read(frame, at)) is not None:
        command, at = read
        commands.append(command)
    return commands


def _read(frame: bytes, at: int) -> tuple[Any, int] | None:
    """A command with its parts, and where the next begins."""
    read = _record(frame, at)
    if read is None or not COMMAND_LAYOUTS[frame[at]].has_parts:
        return read
    command, at = read
    count = command.parts if command is not None else 0
    parts = []
    for _ in range(count):
        part = _record(frame, at)
        if part is None:
            return None
        parts.append(part[0])
        at = part[1]
    return command and command._replace(parts=tuple(parts)), at


def _record(frame: bytes, at: int) -> tuple[Any, int] | None:
    if at + HEADER.size > len(frame):
        return None
    kind, words = HEADER.unpack_from(frame, at)
    layout = COMMAND_LAYOUTS.get(kind)
    if layout is None or layout.words != words or at + layout.size > len(frame):
        return None
    try:
        return layout.decode(frame, at), at + layout.size
    except ValueError:
        return None, at + layout.size


def orders_of(command: Any) -> list[Any]:
    """Of a single order, or of a list: what has to be accepted now, in this order."""
    if type(command) in (PlaceOrder, PlaceOrderWithTerms):
        return [command]
    return list(command.parts) if type(command) is PlaceOrderList else []


def differs(told: OrderAccepted, asked: Any) -> str:
    """Names of the fields that the acceptance does not repeat."""
    names = [name for name in told._fields if name != "order_id"]
    return ", ".join(name for name in names if getattr(told, name) != getattr(asked, name))


def terms_differ(told: OrderTerms, asked: Any) -> str:
    return ", ".join(name for name in TERMS if getattr(told, name) != getattr(asked, name, 0))
