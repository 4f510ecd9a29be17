"""Could a fill-or-kill order have been filled wholly: a walk through what the mirror shows, which touches nothing."""

from collections import deque
from collections.abc import Callable

from trueman.checker.market import Market
from trueman.checker.orders import Order
from trueman.core.units import STP_EXPIRE_MAKER, STP_NONE

Slice = tuple[Order, int, int]
"""An order, the lots of it that are shown, and those that are not."""


def fills_wholly(market: Market, taker: Order, breaks_band: Callable[[int], bool]) -> bool:
    """Hidden lots count; an own order on the way, if it does not give way, ends it."""
    left = taker.unfilled
    against = market.against(taker)
    for price in against.prices():
        if left <= 0 or not taker.accepts(price) or breaks_band(price):
            break
        met = _level(against.queue(price), taker, left)
        if met < 0:
            return False
        left -= met
    return left <= 0


def _level(queue: list[Order], taker: Order, left: int) -> int:
    """Lots that the taker gets there, -1: it meets its own and may not go on."""
    foreign = [order for order in queue if taker.stp == STP_NONE or order.terms.group != taker.terms.group]
    if len(foreign) == len(queue) or taker.stp == STP_EXPIRE_MAKER:
        return min(left, sum(order.unfilled for order in foreign))
    slices: deque[Slice] = deque((order, order.visible, order.unfilled - order.visible) for order in queue)
    got = 0
    while slices and got < left:
        order, shown, hidden = slices.popleft()
        if order.terms.group == taker.terms.group:
            return -1
        got += min(shown, left - got)
        if hidden:
            following = min(order.display, hidden)
            slices.append((order, following, hidden - following))
    return got
