"""What an order would trade if it were let in now, without touching anything."""

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.messages import Order
from trueman.core.units import BUY, MARKET, NONE, STP_EXPIRE_MAKER, STP_NONE


def lots_wanted(order: Order, price: i64, tick_atoms: i64) -> i64:
    """How many lots the order still wants at a price. One given in quote wants what its budget pays for."""
    if order.quote_quantity != 0:
        return order.budget // (price * tick_atoms)
    return order.unfilled


def can_fill(against: BookSide, order: Order, tick_atoms: i64) -> bool:
    """Whether a fill-or-kill order would be filled to its last lot."""
    lots, _ = would_trade(against, order, tick_atoms)
    return lots == order.quantity


def can_pay(against: BookSide, order: Order, tick_atoms: i64) -> bool:
    """Whether what a market order holds covers what it would trade, where its size is given in the other asset."""
    if order.type != MARKET:
        return True
    if order.side == BUY and order.quantity != 0:
        _, cost = would_trade(against, order, tick_atoms)
        return cost <= order.funds
    if order.side != BUY and order.quote_quantity != 0:
        lots, _ = would_trade(against, order, tick_atoms)
        return lots <= order.funds
    return True


def would_trade(against: BookSide, order: Order, tick_atoms: i64) -> tuple[i64, i64]:
    """The lots and the atoms of quote that would change hands; an order that cannot pay is followed no further."""
    orders = against.orders
    levels = against.levels
    lots: i64 = 0
    cost: i64 = 0
    level = against.best
    while level != NONE and (order.type == MARKET or reaches(order, levels.price(level))):
        lot_cost = levels.price(level) * tick_atoms
        place = levels.oldest(level)
        while place != NONE:
            wanted = order.quantity - lots if order.quote_quantity == 0 else (order.quote_quantity - cost) // lot_cost
            if wanted == 0 or (order.side == BUY and cost > order.funds):
                return lots, cost
            resting = orders.unfilled(place)
            if order.stp != STP_NONE and orders.account(place) == order.account:
                if order.stp != STP_EXPIRE_MAKER:
                    return lots, cost
            else:
                lots += min(wanted, resting)
                cost += min(wanted, resting) * lot_cost
                if wanted < resting:
                    return lots, cost
            place = orders.newer(place)
        level = levels.worse(level)
    return lots, cost


def reaches(order: Order, price: i64) -> bool:
    """Whether a limit order's price reaches that of the other side."""
    return price <= order.price if order.side == BUY else price >= order.price
