"""The words of one order, from `buys` or `sells` on."""

import re
from typing import Any

from tests.story.unsaid import Unsaid
from tests.story.words import STP, microseconds
from trueman.core import commands as ask
from trueman.core import units as u

Order = ask.PlaceOrder | ask.PlaceOrderWithTerms

ORDER = (
    r"(?P<verb>buys|sells) (?P<quote>for )?(?P<amount>-?\d+)"
    r"(?: at (?P<price>-?\d+|market))?"
    r"(?: (?P<trigger>stop|take profit)(?: (?P<stop>\d+))?(?: trailing (?P<trailing>\d+) bips)?"
    r"(?: limit (?P<limit>\d+))?)?"
    r"(?: (?P<maker>maker))?(?: (?P<flag>gtc|ioc|fok))?"
    r"(?: showing (?P<display>\d+))?"
    r"(?: until (?P<until>\d+)| for (?P<span>\d+ \w+))?"
    r"(?: stp (?P<stp>\w+))?(?: as (?P<name>\S+))?(?: by (?P<deadline>\d+))?(?: in (?P<symbol>\w+))?"
)
PHRASE = re.compile(ORDER + "$")


def read_order(account: int, phrase: str, unsaid: Unsaid) -> Order | None:
    """The order of `buys 3 at 100` and the like, None when the phrase is none."""
    found = PHRASE.match(phrase)
    if found is None:
        return None
    unsaid.orders += 1
    order = ask.PlaceOrder(
        tag=0,
        account=account,
        market=unsaid.market(found["symbol"]),
        side=u.BUY if found["verb"] == "buys" else u.SELL,
        type=type_of(found),
        time_in_force=time_in_force_of(found),
        stp=STP[found["stp"] or "none"],
        price=int(found["limit"] or 0) if found["price"] in (None, "market") else int(found["price"]),
        quantity=0 if found["quote"] else int(found["amount"]),
        quote_quantity=int(found["amount"]) if found["quote"] else 0,
        deadline_us=int(found["deadline"] or 0),
        client_id=found["name"] or f"order-{unsaid.orders}",
    )
    terms = terms_of(found, unsaid.time_us)
    return ask.PlaceOrderWithTerms(**order._asdict(), **terms) if any(terms.values()) else order


def type_of(found: re.Match[str]) -> int:
    if found["trigger"]:
        kinds = (u.STOP_LOSS, u.STOP_LOSS_LIMIT) if found["trigger"] == "stop" else (u.TAKE_PROFIT, u.TAKE_PROFIT_LIMIT)
        return kinds[found["limit"] is not None]
    if found["price"] == "market":
        return u.MARKET
    return u.LIMIT_MAKER if found["maker"] else u.LIMIT


def time_in_force_of(found: re.Match[str]) -> int:
    if found["until"] or found["span"]:
        return u.GTD
    return {"ioc": u.IOC, "fok": u.FOK}.get(found["flag"], u.GTC)


def terms_of(found: re.Match[str], now_us: int) -> dict[str, Any]:
    return {
        "stop_price": int(found["stop"] or 0),
        "trailing_bips": int(found["trailing"] or 0),
        "display_quantity": int(found["display"] or 0),
        "expire_us": now_us + microseconds(found["span"]) if found["span"] else int(found["until"] or 0),
    }
