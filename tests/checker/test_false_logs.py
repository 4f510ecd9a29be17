"""T4: a true log told otherwise is found out, and by the right rule."""

from typing import NamedTuple

import pytest

from tests.checker.forged import (
    ANN,
    BOB,
    CAT,
    DAN,
    Events,
    Forgery,
    buy,
    changed,
    faults_after,
    left_out,
    log_of,
    sell,
    told_instead,
)
from trueman.checker import findings as rule
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u

THREE_SELL = (sell(ANN, 10, 30), sell(BOB, 10, 30), sell(CAT, 10, 31))
ICEBERG = (sell(ANN, 10, 30, display_quantity=4), sell(BOB, 10, 30))
CALLED = (ask.SetMarketStatus(0, 0, u.AUCTION), sell(ANN, 10, 30), buy(BOB, 6, 34), buy(CAT, 2, 33))
OPENED = ask.SetMarketStatus(0, 0, u.TRADING)
STOPS = (
    sell(ANN, 9, 30),
    buy(BOB, 1, 30),
    sell(ANN, 20, 32),
    buy(BOB, 2, 0, type=u.STOP_LOSS, stop_price=32),
    buy(CAT, 2, 0, type=u.STOP_LOSS, stop_price=31),
    buy(BOB, 8, 30),
)
BANDED = (
    ask.GuardMarket(0, 0, *[0] * 13, 100_000, 1_000_000),
    sell(ANN, 1, 30),
    buy(BOB, 1, 30),
    sell(ANN, 1, 30),
    sell(ANN, 5, 40),
)
OWN = (sell(ANN, 5, 30), sell(BOB, 5, 30))


def swapped(events: Events) -> Events:
    """The first two fills had each other's makers."""
    first, second = (place for place, event in enumerate(events) if isinstance(event, fact.Traded))
    one, other = events[first], events[second]
    assert isinstance(one, fact.Traded)
    assert isinstance(other, fact.Traded)
    events[first] = one._replace(maker_order=other.maker_order, maker_account=other.maker_account)
    events[second] = other._replace(maker_order=one.maker_order, maker_account=one.maker_account)
    return events


def activations_swapped(events: Events) -> Events:
    """Everything of the second stop comes before everything of the first."""
    first, second = (place for place, event in enumerate(events) if isinstance(event, fact.OrderActivated))
    return events[:first] + events[second:] + events[first:second]


class Lie(NamedTuple):
    name: str
    commands: tuple[ask.Command, ...]
    forgery: Forgery
    rule: rule.Rule


LIES = (
    Lie("two makers are swapped", (*THREE_SELL, buy(DAN, 20, 31)), swapped, rule.PRIORITY),
    Lie(
        "a worse price first",
        (*THREE_SELL, buy(DAN, 5, 31)),
        changed(fact.Traded, maker_order=3, maker_account=CAT, price=31, quote_amount=155),
        rule.PRIORITY,
    ),
    Lie("a price that nobody asked", (*THREE_SELL, buy(DAN, 5, 31)), changed(fact.Traded, price=29), rule.PRICE),
    Lie(
        "beyond the taker's limit",
        (*THREE_SELL, buy(DAN, 25, 31)),
        changed(fact.OrderAccepted, price=30),
        rule.PRICE,
    ),
    Lie("one lot too much", (*THREE_SELL, buy(DAN, 5, 31)), changed(fact.Traded, quantity=6), rule.QUANTITY),
    Lie("one lot too little", (*THREE_SELL, buy(DAN, 5, 31)), changed(fact.Traded, quantity=4), rule.QUANTITY),
    Lie("more than an iceberg shows", (*ICEBERG, buy(DAN, 8, 31)), changed(fact.Traded, quantity=8), rule.QUANTITY),
    Lie(
        "an iceberg keeps its turn",
        (*ICEBERG, buy(DAN, 8, 31)),
        changed(fact.Traded, 1, maker_order=1, maker_account=ANN),
        rule.PRIORITY,
    ),
    Lie("a fee too small", (*THREE_SELL, buy(DAN, 5, 31)), changed(fact.Traded, maker_fee=1), rule.FEES),
    Lie("no fee at all", (*THREE_SELL, buy(DAN, 5, 31)), changed(fact.Traded, taker_fee=0), rule.FEES),
    Lie(
        "a fee that is told and not moved",
        (*THREE_SELL, buy(DAN, 5, 31)),
        left_out(fact.Moved, 4),
        rule.FILLS,
    ),
    Lie("the seller gets too little", (*THREE_SELL, buy(DAN, 5, 31)), changed(fact.Moved, 2, amount=149), rule.FILLS),
    Lie(
        "the money goes to somebody else",
        (*THREE_SELL, buy(DAN, 5, 31)),
        changed(fact.Moved, 2, target=CAT),
        rule.FILLS,
    ),
    Lie(
        "a crossed order rests",
        (*THREE_SELL, buy(DAN, 5, 31)),
        told_instead(fact.LevelChanged(0, u.BUY, 4, 31, 5), keep=4),
        rule.UNCROSSED,
    ),
    Lie(
        "a taker gives up too early",
        (*THREE_SELL, buy(DAN, 15, 31, time_in_force=u.IOC)),
        told_instead(
            fact.LevelChanged(0, u.SELL, 4, 30, 10),
            fact.Moved(1, u.HELD, u.AVAILABLE, u.CAUSE_RELEASE, DAN, DAN, 165),
            fact.OrderClosed(0, u.EXPIRED, 4, DAN, 5),
            keep=10,
        ),
        rule.END,
    ),
    Lie(
        "an IOC rests",
        (buy(DAN, 5, 31, time_in_force=u.IOC),),
        told_instead(fact.LevelChanged(0, u.BUY, 1, 31, 5), keep=4),
        rule.END,
    ),
    Lie(
        "a LIMIT_MAKER takes",
        (*THREE_SELL, buy(DAN, 5, 31)),
        changed(fact.OrderAccepted, type=u.LIMIT_MAKER),
        rule.MAKERS_ONLY,
    ),
    Lie(
        "a fill or kill is filled in part",
        (*THREE_SELL, buy(DAN, 35, 31, time_in_force=u.IOC)),
        changed(fact.OrderAccepted, time_in_force=u.FOK),
        rule.ALL_OR_NOTHING,
    ),
    Lie(
        "a fill or kill is killed for nothing",
        (*THREE_SELL, buy(DAN, 30, 31, time_in_force=u.FOK)),
        told_instead(
            fact.Moved(1, u.HELD, u.AVAILABLE, u.CAUSE_RELEASE, DAN, DAN, 930),
            fact.OrderClosed(0, u.EXPIRED, 4, DAN, 30),
            keep=4,
        ),
        rule.ALL_OR_NOTHING,
    ),
    Lie(
        "a self-trade",
        (*OWN, buy(ANN, 3, 30)),
        changed(fact.OrderAccepted, stp=u.STP_EXPIRE_TAKER),
        rule.SELF_TRADES,
    ),
    Lie(
        "strangers are kept apart",
        (*OWN, buy(ANN, 3, 30, stp=u.STP_DECREMENT)),
        changed(fact.MatchPrevented, maker_order=2, maker_account=BOB),
        rule.SELF_TRADES,
    ),
    Lie(
        "self-trade prevention takes too much",
        (*OWN, buy(ANN, 3, 30, stp=u.STP_DECREMENT)),
        changed(fact.MatchPrevented, maker_quantity=4),
        rule.SELF_TRADES,
    ),
    Lie("a trade outside the band", (*BANDED, buy(DAN, 3, 40)), changed(fact.Traded, price=40), rule.BAND),
    Lie(
        "an auction is called over nothing",
        (*BANDED, buy(DAN, 3, 40)),
        changed(fact.AuctionCalled, price=33),
        rule.BAND,
    ),
    Lie("an auction lasts too long", (*BANDED, buy(DAN, 3, 40)), changed(fact.AuctionCalled, until_us=1), rule.BAND),
    Lie(
        "an auction's price is off by a tick",
        (*CALLED, OPENED),
        changed(fact.AuctionUncrossed, price=33),
        rule.UNCROSSING,
    ),
    Lie(
        "an auction's surplus is made up", (*CALLED, OPENED), changed(fact.AuctionUncrossed, surplus=3), rule.UNCROSSING
    ),
    Lie("another price in an auction", (*CALLED, OPENED), changed(fact.Traded, price=33), rule.AUCTION),
    Lie(
        "the wrong ones meet in an auction",
        (*CALLED, OPENED),
        changed(fact.Traded, taker_order=3, taker_account=CAT),
        rule.AUCTION,
    ),
    Lie(
        "a stop that nothing reached",
        (*STOPS, buy(DAN, 1, 29)),
        told_instead(fact.OrderActivated(0, 5, CAT, 31), fact.LevelChanged(0, u.BUY, 4, 29, 1), keep=4),
        rule.TRIGGERS,
    ),
    Lie("stops in the wrong order", (*STOPS, buy(DAN, 1, 32)), activations_swapped, rule.TRIGGERS),
    Lie("a stop at another price", (*STOPS, buy(DAN, 1, 32)), changed(fact.OrderActivated, price=30), rule.TRIGGERS),
    Lie("a stop that does not fire", (*STOPS, buy(DAN, 1, 32)), lambda events: events[:12], rule.CASCADE),
    Lie(
        "an order is accepted for another price", (buy(DAN, 5, 31),), changed(fact.OrderAccepted, price=32), rule.ASKED
    ),
    Lie("an order is accepted twice", (buy(DAN, 5, 31),), lambda events: [*events, events[1]], rule.ASKED),
    Lie("an iceberg shows more than it was to", ICEBERG[:1], changed(fact.OrderTerms, display_quantity=5), rule.ASKED),
    Lie("an order vanishes", (*THREE_SELL, ask.CancelAllOrders(0, ANN, 0, 0)), left_out(fact.OrderClosed), rule.LEVELS),
    Lie(
        "a cancelled order stays",
        (*THREE_SELL, ask.CancelOrder(0, ANN, 0, 0, 1, 0, "")),
        told_instead(keep=1),
        rule.CLOSING,
    ),
    Lie(
        "an order closes for no reason",
        (*THREE_SELL, buy(DAN, 1, 20)),
        lambda events: [
            *events,
            fact.Moved(0, u.HELD, u.AVAILABLE, u.CAUSE_RELEASE, ANN, ANN, 10),
            fact.OrderClosed(0, u.CANCELED, 1, ANN, 10),
            fact.LevelChanged(0, u.SELL, 5, 30, 10),
        ],
        rule.CLOSING,
    ),
    Lie(
        "an order closes with lots it does not have",
        (*THREE_SELL, ask.CancelAllOrders(0, ANN, 0, 0)),
        changed(fact.OrderClosed, unfilled=9),
        rule.CLOSING,
    ),
    Lie("a filled order stays open", (*THREE_SELL, buy(DAN, 10, 30)), left_out(fact.OrderClosed), rule.CLOSING),
    Lie(
        "less is released than is free",
        (*THREE_SELL, ask.CancelAllOrders(0, ANN, 0, 0)),
        changed(fact.Moved, amount=9),
        rule.HOLDS,
    ),
    Lie("less is held than is needed", (buy(DAN, 5, 31),), changed(fact.Moved, amount=154), rule.HOLDS),
    Lie(
        "an amend makes larger",
        (*THREE_SELL, ask.AmendOrder(0, ANN, 0, 1, 6, 0, "")),
        changed(fact.OrderAmended, quantity=12, unfilled=12),
        rule.AMENDING,
    ),
    Lie("a deposit of more", (ask.Deposit(0, ANN, 9, 1, 0, 5),), changed(fact.Moved, amount=6), rule.MONEY),
    Lie(
        "a deposit is booked twice",
        (ask.Deposit(0, ANN, 9, 1, 0, 5),),
        lambda events: [*events, events[-1]],
        rule.MONEY,
    ),
    Lie("a deposit is not booked", (ask.Deposit(0, ANN, 9, 1, 0, 5),), left_out(fact.Moved), rule.MONEY),
    Lie(
        "money out of nothing",
        (buy(DAN, 5, 31),),
        lambda events: [*events, fact.Moved(0, u.AVAILABLE, u.AVAILABLE, u.CAUSE_DEPOSIT, u.OUTSIDE_ACCOUNT, DAN, 1)],
        rule.MONEY,
    ),
    Lie("more than somebody has", (buy(DAN, 5, 31),), changed(fact.Moved, amount=100_001), rule.MONEY),
    Lie("a level shows too much", (*THREE_SELL,), changed(fact.LevelChanged, quantity=11), rule.LEVELS),
    Lie("a level is not told", (*THREE_SELL, buy(DAN, 1, 30)), left_out(fact.LevelChanged), rule.LEVELS),
    Lie(
        "a trade is missing in the count",
        (*THREE_SELL, buy(DAN, 1, 30)),
        changed(fact.Traded, trade_id=2),
        rule.NUMBERS,
    ),
    Lie("a command is left out", (buy(DAN, 1, 30),), changed(fact.Decided, number=99), rule.NUMBERS),
    Lie("an answer to something else", (buy(DAN, 1, 30),), changed(fact.Decided, kind=7), rule.NUMBERS),
)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_a_log_told_otherwise_is_found_out_by_the_right_rule(lie: Lie) -> None:
    """T4"""
    entries = log_of(*lie.commands)
    assert not faults_after(entries), "the true log is right"
    faults = faults_after(entries, lie.forgery)
    assert lie.rule in {fault.rule for fault in faults}, [fault.line() for fault in faults]
