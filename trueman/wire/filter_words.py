"""The bounds that a refused value missed, and the nearest value that would pass, in decimals for people."""

from collections.abc import Callable
from typing import Final

from trueman.core import rejections as no
from trueman.core.events import FilterFailed
from trueman.views.registry import Market
from trueman.wire.amounts import price_text, quantity_text, quote_text

Write = Callable[[Market, int], str]

PRICES: Final = {
    no.PRICE_OUT_OF_RANGE: "price",
    no.STOP_PRICE_OUT_OF_RANGE: "stopPrice",
    no.PRICE_TOO_FAR: "price",
}
QUANTITIES: Final = {
    no.QUANTITY_OUT_OF_RANGE: "quantity",
    no.MARKET_QUANTITY_OUT_OF_RANGE: "quantity of a MARKET order",
}
NOTIONALS: Final = frozenset(
    {
        no.NOTIONAL_TOO_SMALL,
        no.NOTIONAL_TOO_LARGE,
        no.NOTIONAL_AT_MARKET_TOO_SMALL,
        no.NOTIONAL_AT_MARKET_TOO_LARGE,
    }
)
COUNTS: Final = {
    no.OPEN_ORDERS_TOO_MANY: "orders of yours can be open in a market",
    no.ALGO_ORDERS_TOO_MANY: "orders of yours can wait for a trigger in a market",
    no.OWN_TRAILING_ORDERS_TOO_MANY: "trailing orders of yours can wait in a market",
    no.TRAILING_ORDERS_TOO_MANY: "trailing orders can wait in a market",
    no.ICEBERG_ORDERS_TOO_MANY: "iceberg orders of yours can be open in a market",
    no.TIMED_ORDERS_TOO_MANY: "good-till-date orders can be open",
}


def words(market: Market, failed: FilterFailed, in_quote: bool, of_slice: bool = False) -> str:
    """`in_quote`: the order was given in quote. `of_slice`: it is what an iceberg shows that is refused."""
    reason = failed.reason
    if reason in PRICES:
        return _range(market, PRICES[reason], failed, price_text)
    if reason in QUANTITIES:
        name = "quoteOrderQty" if in_quote else "icebergQty" if of_slice else QUANTITIES[reason]
        return _range(market, name, failed, quote_text if in_quote else quantity_text)
    if reason in NOTIONALS:
        return _notional(market, failed, in_quote)
    if reason in COUNTS:
        return f"at most {failed.most} {COUNTS[reason]}"
    if reason == no.TRAILING_OUT_OF_RANGE:
        return f"{_between('trailingDelta', str(failed.least), str(failed.most))}; nearest is {failed.nearest}"
    if reason == no.AMEND_NOT_SMALLER:
        return _amended(market, failed)
    if reason == no.ICEBERG_PARTS_TOO_MANY:
        least = quantity_text(market, failed.nearest)
        return f"an iceberg has at most {failed.most} parts, this would have {failed.value}; icebergQty from {least} on"
    if reason == no.POSITION_TOO_LARGE:
        most, code = quantity_text(market, failed.most), market.base.code
        nearest = _nearest_in_quote(market, failed) if in_quote else _nearest(market, failed)
        return f"you would have {quantity_text(market, failed.value)} {code}, at most {most}{nearest}"
    return ""


def price_bounds(market: Market) -> str:
    return _between("price", price_text(market, market.price_ticks_min), price_text(market, market.price_ticks_max))


def quantity_bounds(market: Market) -> str:
    least, most = market.quantity_lots_min, market.quantity_lots_max
    return _between("quantity", quantity_text(market, least), quantity_text(market, most))


def notional_bounds(market: Market) -> str:
    return f"price x quantity must be at least {quote_text(market, market.notional_atoms_min)} {market.quote.code}"


def _range(market: Market, name: str, failed: FilterFailed, write: Write) -> str:
    bounds = _between(name, write(market, failed.least), write(market, failed.most))
    return f"{bounds}; none passes" if failed.nearest < 0 else f"{bounds}; nearest is {write(market, failed.nearest)}"


def _between(name: str, least: str, most: str) -> str:
    return f"{name} must be from {least} to {most}"


def _notional(market: Market, failed: FilterFailed, in_quote: bool) -> str:
    """Where only base is too much, value and bounds are lots: then no notional is too small for its minimum."""
    too_small = failed.value < failed.least
    bound = (
        f"at least {quote_text(market, failed.least)}" if too_small else f"at most {quote_text(market, failed.most)}"
    )
    subject = "quoteOrderQty" if in_quote else "price x quantity"
    nearest = f"; nearest is {quote_text(market, failed.nearest)}" if in_quote else _nearest(market, failed)
    return f"{subject} must be {bound} {market.quote.code}{nearest}"


def _nearest(market: Market, failed: FilterFailed) -> str:
    """The quantity that would pass."""
    if failed.nearest < 0:
        return "; no quantity passes"
    return f"; nearest quantity is {quantity_text(market, failed.nearest)}"


def _nearest_in_quote(market: Market, failed: FilterFailed) -> str:
    if failed.nearest < 0:
        return "; no quoteOrderQty passes"
    return f"; nearest quoteOrderQty is {quote_text(market, failed.nearest)}"


def _amended(market: Market, failed: FilterFailed) -> str:
    if failed.nearest < 0:
        return "no smaller quantity is left"
    return _range(market, "newQty", failed, quantity_text)
