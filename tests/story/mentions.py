"""What a story must not leave out of a result; everything else follows from it."""

from collections.abc import Iterator

from tests.story.words import CLOSED_AS, STATUS_NAMES, names_of
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u
from trueman.core.codec import Result
from trueman.core.rejections import OK, REASON_NAMES

Codes = dict[int, tuple[str, str]]
"""Base and quote of every market."""


def mentions(command: ask.Command | None, result: Result, statuses: dict[int, int], codes: Codes) -> list[str]:
    """The arrows of one result. `statuses` are the markets' before it."""
    events = [result.decided, *result.events]
    said: list[str] = []
    for event, following in zip(events, [*events[1:], None], strict=True):
        if isinstance(event, fact.Decided | fact.PartDecided):
            said += decision(event, following)
        else:
            said += told(event, command, statuses, codes)
    return said


def decision(decided: fact.Decided | fact.PartDecided, following: fact.Event | None) -> Iterator[str]:
    """Nothing is said of a yes. A filter that failed says so right after the refusal."""
    who = f"part {decided.part + 1} " if isinstance(decided, fact.PartDecided) else ""
    if decided.reason != OK:
        yield f"{who}refused {REASON_NAMES[decided.reason]}{missed(following)}"
    if decided.repeat_of:
        yield f"{who}as for command {decided.repeat_of}"


def missed(event: fact.Event | None) -> str:
    if not isinstance(event, fact.FilterFailed):
        return ""
    return f": {event.value} is not in {event.least}..{event.most}, nearest {event.nearest}"


def told(event: fact.Event, command: ask.Command | None, statuses: dict[int, int], codes: Codes) -> Iterator[str]:
    match event:
        case fact.Traded():
            yield f"traded {event.quantity} at {event.price}{fees(event, *codes[event.market])}"
        case fact.MatchPrevented():
            lost = f"losing {event.maker_quantity} and {event.taker_quantity}"
            yield f"prevented #{event.maker_order} against #{event.taker_order} at {event.price}, {lost}"
        case fact.AuctionCalled():
            yield f"auction called at {event.price} around {event.reference} until {event.until_us}"
        case fact.AuctionUncrossed():
            yield f"uncrossed {event.quantity} at {event.price}, surplus {event.surplus}"
        case fact.MarketDefined():
            if event.status != statuses.get(event.market, u.TRADING) and not asked(command, event):
                yield f"market is {STATUS_NAMES[event.status]}"
            statuses[event.market] = event.status
        case fact.CancelTimerSet(due_us=0) if not isinstance(command, ask.CancelAllAfter):
            yield f"the timer of {names_of(event.account)} falls"
        case _:
            yield from told_of_an_order(event)


def told_of_an_order(event: fact.Event) -> Iterator[str]:
    match event:
        case fact.OrderClosed():
            rest = f", {event.unfilled} unfilled" if event.unfilled else ""
            yield f"closed #{event.order_id} {CLOSED_AS[event.status]}{rest}"
        case fact.OrderActivated():
            yield f"triggered #{event.order_id} at {event.price}" if event.price else f"begun #{event.order_id}"
        case fact.OrderRefused():
            yield f"refused #{event.order_id} {REASON_NAMES[event.reason]}"
        case fact.OrderListClosed():
            yield f"list #{event.list_id} closed"


def asked(command: ask.Command | None, event: fact.MarketDefined) -> bool:
    return (
        isinstance(command, ask.SetMarketStatus) and command.market == event.market and command.status == event.status
    )


def fees(event: fact.Traded, base: str, quote: str) -> str:
    """Each in the asset that its payer received, or in quote; a rebate in the asset of the taker's fee."""
    if not event.maker_fee and not event.taker_fee:
        return ""
    taker_buys = event.taker_side == u.BUY
    taker_asset = base if taker_buys and not event.taker_fee_in_quote else quote
    maker_asset = quote if taker_buys or event.maker_fee_in_quote else base
    if event.maker_fee < 0:
        maker_asset = taker_asset
    return f", fees {event.maker_fee} {maker_asset} maker and {event.taker_fee} {taker_asset} taker"
