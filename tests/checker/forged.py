"""A small market whose true log is then told otherwise: by somebody who is a cheat, or wrong."""

from collections.abc import Callable

from tests.checker.lived import Entry, faults_of, lived
from tests.reference.streams import START_US, frame_of
from trueman.checker.findings import Fault
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u
from trueman.core.rulesets import NEWEST_RULESET

ANN, BOB, CAT, DAN = (u.USER_ACCOUNT_MIN + at for at in range(4))
MAKER_PPM, TAKER_PPM = 10_000, 20_000
Events = list[fact.Event]
Forgery = Callable[[Events], Events]


def opened() -> list[ask.Command]:
    """One lot at a price of one tick costs one atom, and everybody has 100,000 of both."""
    money: list[ask.Command] = [
        ask.Deposit(0, who, who, asset + 1, asset, 100_000) for who in (ANN, BOB, CAT, DAN) for asset in (0, 1)
    ]
    bounds = (1, 1_000, 1, 1_000, 0)
    market = ask.CreateMarket(0, 0, 1, 100, 1, *bounds, MAKER_PPM, TAKER_PPM, "BTCUSDT")
    return [ask.CreateAsset(0, 2, "BTC"), ask.CreateAsset(0, 2, "USDT"), market, *money]


def order(account: int, side: int, quantity: int, price: int, **others: int) -> ask.PlaceOrderWithTerms:
    """A good-till-cancelled limit order, unless the other fields say something else."""
    order.count += 1  # type: ignore[attr-defined]
    name = f"o{order.count}"  # type: ignore[attr-defined]
    plain = ask.PlaceOrderWithTerms(
        0, account, 0, side, u.LIMIT, u.GTC, u.STP_NONE, price, quantity, 0, 0, 0, 0, 0, 0, name
    )
    return plain._replace(**others)


order.count = 0  # type: ignore[attr-defined]


def buy(account: int, quantity: int, price: int, **others: int) -> ask.PlaceOrderWithTerms:
    return order(account, u.BUY, quantity, price, **others)


def sell(account: int, quantity: int, price: int, **others: int) -> ask.PlaceOrderWithTerms:
    return order(account, u.SELL, quantity, price, **others)


def log_of(*commands: ask.Command) -> list[Entry]:
    """Every command in a frame of its own, after the opening."""
    frames = [frame_of(START_US, opened())]
    frames += [frame_of(START_US + at, [command]) for at, command in enumerate(commands, 1)]
    return lived(frames, NEWEST_RULESET)


def forged(entries: list[Entry], forgery: Forgery) -> list[Entry]:
    """The same commands; the events of the last one are told otherwise."""
    events = forgery(codec.decode_events(entries[-1].events))
    return [*entries[:-1], entries[-1]._replace(events=b"".join(map(codec.encode, events)))]


def faults_after(entries: list[Entry], forgery: Forgery | None = None) -> list[Fault]:
    return faults_of(forged(entries, forgery) if forgery else entries, NEWEST_RULESET)


def changed(kind_of_event: type[fact.Event], at: int = 0, /, **fields: int) -> Forgery:
    """One event of a kind, the first unless `at` says another, with other fields."""

    def forge(events: Events) -> Events:
        place = [place for place, event in enumerate(events) if type(event) is kind_of_event][at]
        return [*events[:place], events[place]._replace(**fields), *events[place + 1 :]]

    return forge


def left_out(kind: type[fact.Event], at: int = 0) -> Forgery:
    def forge(events: Events) -> Events:
        place = [place for place, event in enumerate(events) if type(event) is kind][at]
        return events[:place] + events[place + 1 :]

    return forge


def told_instead(*wanted: fact.Event, keep: int) -> Forgery:
    """The first so many events, then others."""
    return lambda events: [*events[:keep], *wanted]


def all_of(*forgeries: Forgery) -> Forgery:
    def forge(events: Events) -> Events:
        for each in forgeries:
            events = each(events)
        return events

    return forge
