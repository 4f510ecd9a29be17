"""Ruleset 3, difference by difference: the core and its twin, and what the twin says of it."""

from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import user
from tests.reference.streams import Frame, frame_of
from tests.reference.test_limits import limit, opened, stop
from tests.reference.twins import Twins
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.rulesets import FIRST_RULESET

ALICE, BOB = user(0), user(1)


def told(twins: Twins, *commands: ask.Command, after_us: int = 7) -> list[fact.Event]:
    """What both say."""
    twins.ask(*commands, after_us=after_us)
    twins.same_state()
    return twins.said


def reasons(events: list[fact.Event]) -> list[int]:
    return [event.reason for event in events if isinstance(event, fact.Decided)]


def guarded(**changes: int) -> ask.GuardMarket:
    return ask.GuardMarket(0, 0, *[0] * 15)._replace(**changes)


def market_buy(name: str, quote: int) -> ask.PlaceOrder:
    return ask.PlaceOrder(0, ALICE, 0, u.BUY, u.MARKET, u.GTC, 0, 0, 0, quote, 0, name)


def oco(name: str, quantity: int = 5, prefix: str = "") -> ask.PlaceOrderList:
    """A stop below and a maker above, of alice's."""
    prefix = prefix or name
    low = stop(ALICE, f"{prefix}-low", 90)._replace(quantity=quantity)
    high = limit(ALICE, f"{prefix}-high", u.SELL, 110, quantity)._replace(type=u.LIMIT_MAKER)
    return ask.PlaceOrderList(0, ALICE, 0, u.OCO, 0, name, (low, high))


def test_a_switch_is_told_once_and_only_forward() -> None:
    twins = opened(FIRST_RULESET)
    twins.restore()
    switched = told(twins, ask.SwitchRuleset(5, 2), ask.SwitchRuleset(6, 3), ask.SwitchRuleset(7, 3))
    assert reasons(switched) == [no.RULESET_INVALID, no.OK, no.RULESET_INVALID]
    assert switched[2] == fact.RulesetSwitched(3)
    assert reasons(told(twins, ask.SwitchRuleset(8, 1_001), ask.SwitchRuleset(9, -1))) == [no.RULESET_INVALID] * 2
    twins.restore()


def test_a_command_of_the_new_rules_is_known_from_the_switch_on() -> None:
    """In the same frame; before it, nothing of the rest of a frame can be read."""
    twins = opened(FIRST_RULESET)
    named = ask.CancelNamedList(0, ALICE, 0, 0, "nobody")
    assert reasons(told(twins, ask.SetFeeAsset(0, ALICE, 0), named, ask.SetFeeAsset(0, ALICE, 0))) == [0, 10, 10]
    assert reasons(told(twins, ask.SwitchRuleset(0, 3), named)) == [no.OK, no.ORDER_UNKNOWN]


def test_what_is_open_goes_on_under_the_new_rules() -> None:
    twins = opened(FIRST_RULESET)
    told(twins, oco("old"), stop(BOB, "trail", 1, trails=2_000))
    for index in range(25):
        told(twins, stop(BOB, f"more{index}", 900, trails=100 + index))
    told(twins, ask.SwitchRuleset(0, NEWEST))
    twins.restore()
    assert reasons(told(twins, ask.CancelNamedList(0, ALICE, 0, 0, "old"))) == [no.ORDER_UNKNOWN]
    assert reasons(told(twins, stop(BOB, "one-more", 900, trails=99))) == [no.OWN_TRAILING_ORDERS_TOO_MANY]
    assert reasons(told(twins, ask.AmendOrder(0, ALICE, 0, 0, 3, 0, "old-low"))) == [no.OK]
    assert reasons(told(twins, oco("old", prefix="new"))) == [no.OK]
    told(twins, limit(BOB, "bid", u.BUY, 80, 9), limit(BOB, "ask", u.SELL, 80, 2))
    twins.restore()


def test_a_trailing_delta_out_of_bounds_is_told_with_its_bounds() -> None:
    for bips, nearest in ((9, 10), (2_001, 2_000)):
        twins = opened()
        events = told(twins, stop(ALICE, "t", 100, trails=bips))
        reason = no.TRAILING_OUT_OF_RANGE
        assert events[1] == fact.FilterFailed(reason, bips, 10, 2_000, nearest)
        assert reasons(told(twins, stop(ALICE, "t", 100, trails=-bips))) == [no.TRIGGER_INVALID]


def test_at_the_lowest_price_a_trailing_stop_is_met_as_it_begins_to_track() -> None:
    """Several, of which one has been at that stop before."""
    for ruleset in (FIRST_RULESET, NEWEST):
        twins = opened(ruleset)
        for name, price, bips in (("a", 3, 500), ("b", 2, 500), ("plain", 1, 0), ("c", 2, 500)):
            order = stop(ALICE, name, price)._replace(trailing_bips=bips, price=1)
            told(twins, order)
        told(twins, limit(BOB, "bid", u.BUY, 1, 9), limit(BOB, "ask", u.SELL, 1, 1))
        assert (len(twins.naive.dormant_in(twins.naive.markets[0])) == 0) == (ruleset >= 3)
        told(twins, limit(BOB, "bid2", u.BUY, 1, 9), limit(BOB, "ask2", u.SELL, 1, 1))
        twins.restore()


def test_an_order_in_quote_counts_by_the_most_it_could_buy() -> None:
    for ruleset, counted in ((FIRST_RULESET, False), (NEWEST, True)):
        twins = opened(ruleset)
        told(twins, guarded(position_lots_max=10**6 + 10), limit(BOB, "ask", u.SELL, 50, 100))
        events = told(twins, market_buy("m", 50 * 11))
        assert (reasons(events) == [no.POSITION_TOO_LARGE]) == counted
        if counted:
            failed = fact.FilterFailed(no.POSITION_TOO_LARGE, 10**6 + 11, 0, 10**6 + 10, 500)
            assert events[1] == failed
            assert reasons(told(twins, market_buy("fits", 500 + 49))) == [no.OK]
        told(twins, ask.CancelAllOrders(0, BOB, 0, 0))
        told(twins, market_buy("nobody-sells", 50 * 11))


def test_a_pending_order_is_weighed_again_when_it_begins() -> None:
    twins = opened()
    told(twins, guarded(position_lots_max=10**6 + 10))
    working = limit(ALICE, "w", u.SELL, 50, 5)
    for pending in (limit(ALICE, "p", u.BUY, 20, 17), limit(ALICE, "q", u.BUY, 20, 15)):
        name = pending.client_id
        told(twins, ask.PlaceOrderList(0, ALICE, 0, u.OTO, 0, f"l{name}", (working, pending)))
        events = told(twins, limit(BOB, f"b{name}", u.BUY, 50, 5))
        refused = [event.reason for event in events if isinstance(event, fact.OrderRefused)]
        assert refused == ([no.POSITION_TOO_LARGE] if name == "p" else [])
        working = working._replace(client_id="w2")


def test_a_pending_order_in_quote_is_weighed_by_what_it_could_buy() -> None:
    """From ruleset 5 on; before, it weighed nothing when it began."""
    for ruleset in (3, 4, 5):
        twins = opened(ruleset)
        told(twins, guarded(position_lots_max=10**6 + 10), limit(BOB, "ask", u.SELL, 60, 100))
        working = limit(ALICE, "w", u.SELL, 50, 5)
        for name, quote in (("much", 60 * 17), ("fits", 60 * 15 + 59)):
            pending = market_buy(name, quote)
            told(twins, ask.PlaceOrderList(0, ALICE, 0, u.OTO, 0, f"l{name}", (working, pending)))
            events = told(twins, limit(BOB, f"b{name}", u.BUY, 50, 5))
            refused = [event.reason for event in events if isinstance(event, fact.OrderRefused)]
            assert refused == ([no.POSITION_TOO_LARGE] if name == "much" and ruleset == 5 else [])
            told(twins, guarded(position_lots_max=10**6 + 10 + (17 if ruleset < 5 else 0)))
            working = working._replace(client_id="w2")
        twins.restore()


def iceberg(name: str, stop_price: int, display: int, expire_us: int) -> ask.PlaceOrderWithTerms:
    terms = (stop_price, 10, display, expire_us)
    return ask.PlaceOrderWithTerms(0, ALICE, 0, u.SELL, u.STOP_LOSS_LIMIT, u.GTD, 0, 90, 50, 0, 0, *terms, name)


def test_what_was_remembered_is_compared_by_the_rules_that_it_was_remembered_under() -> None:
    """Terms as one number, modulo 2^62, or whole."""
    for ruleset in range(FIRST_RULESET, NEWEST + 1):
        twins = opened(ruleset)
        first = iceberg("i", 80, 5, twins.time_us + 10**9)
        shifted = first._replace(display_quantity=4, expire_us=first.expire_us + 1_000_003)
        beyond = first._replace(stop_price=80 + 2**62)
        assert reasons(told(twins, first, first)) == [no.OK, no.OK]
        repeats = {shifted: ruleset < 4, beyond: ruleset < 5, first._replace(trailing_bips=11): False}
        for again, is_repeat in repeats.items():
            assert reasons(told(twins, again)) == [no.OK if is_repeat else no.CLIENT_ID_DUPLICATE]
        if ruleset < NEWEST:
            told(twins, ask.SwitchRuleset(0, NEWEST))
            twins.restore()
            repeats[beyond] = False
            for again, is_repeat in repeats.items():
                assert reasons(told(twins, again)) == [no.OK if is_repeat else no.CLIENT_ID_DUPLICATE]


def test_the_name_of_an_open_list_is_its_own() -> None:
    twins = opened()
    assert reasons(told(twins, oco("one"))) == [no.OK]
    assert reasons(told(twins, oco("one"))) == [no.OK], "a repeat"
    assert reasons(told(twins, oco("one", prefix="two"))) == [no.CLIENT_ID_DUPLICATE]
    assert reasons(told(twins, limit(ALICE, "one", u.SELL, 200, 1))) == [no.OK], "orders have names of their own"
    twins.restore()
    gone = told(twins, ask.CancelNamedList(0, ALICE, 0, 0, "one"))
    assert isinstance(gone[0], fact.Decided)
    assert gone[0].order_id == 1
    assert reasons(told(twins, oco("one", prefix="two"), ask.CancelNamedList(0, BOB, 0, 0, "one"))) == [
        no.OK,
        no.ORDER_UNKNOWN,
    ]


def test_a_pair_is_amended_together() -> None:
    twins = opened()
    told(twins, oco("pair"))
    amended = told(twins, ask.AmendOrder(0, ALICE, 0, 0, 3, 0, "pair-high"))
    assert [event.order_id for event in amended if isinstance(event, fact.OrderAmended)] == [2, 1]
    refused = told(twins, ask.AmendOrder(0, ALICE, 0, 0, 3, 0, "pair-low"))
    assert refused[1] == fact.FilterFailed(no.AMEND_NOT_SMALLER, 3, 1, 2, 2)
    twins.restore()
    told(twins, limit(BOB, "b", u.BUY, 110, 1))
    told(twins, ask.AmendOrder(0, ALICE, 0, 0, 2, 0, "pair-high"))


def test_a_replacement_is_judged_before_anything_is_cancelled() -> None:
    for ruleset, is_open in ((FIRST_RULESET, False), (NEWEST, True)):
        twins = opened(ruleset)
        told(twins, limit(ALICE, "old", u.SELL, 100, 1))
        cancel = ask.CancelOrder(0, ALICE, 0, 0, 0, 0, "old")
        for wrong in (limit(ALICE, "new", u.SELL, 0, 1), limit(ALICE, "old", u.SELL, 100, 2)):
            told(twins, ask.CancelReplace(0, ALICE, u.STOP_ON_FAILURE, 0, (cancel, wrong)))
            assert bool(twins.naive.open) == is_open
        late = limit(ALICE, "late", u.SELL, 100, 1)._replace(deadline_us=1)
        told(twins, ask.CancelReplace(0, ALICE, u.ALLOW_FAILURE, 0, (cancel, late)))
        assert bool(twins.naive.open) == is_open


def test_what_an_auction_leaves_crossed_meets_in_pairs() -> None:
    for ruleset in (FIRST_RULESET, NEWEST):
        twins = opened(ruleset)
        told(twins, ask.SetMarketStatus(0, 0, u.AUCTION))
        told(
            twins,
            limit(ALICE, "a", u.SELL, 90, 5)._replace(stp=u.STP_EXPIRE_TAKER),
            limit(ALICE, "b", u.BUY, 120, 5)._replace(stp=u.STP_EXPIRE_TAKER),
            limit(ALICE, "c", u.SELL, 95, 3)._replace(stp=u.STP_EXPIRE_MAKER),
            limit(BOB, "d", u.BUY, 100, 4),
            limit(BOB, "e", u.SELL, 118, 2)._replace(stp=u.STP_DECREMENT),
            limit(BOB, "f", u.BUY, 119, 2)._replace(stp=u.STP_DECREMENT),
        )
        events = told(twins, ask.SetMarketStatus(0, 0, u.TRADING))
        uncrossed = sum(isinstance(event, fact.AuctionUncrossed) for event in events)
        assert uncrossed == 1 if ruleset >= 3 else uncrossed >= 1
        twins.restore()


def test_a_skipped_command_halts_what_it_names_and_nothing_falls_due() -> None:
    twins = opened()
    told(twins, ask.CreateMarket(0, 0, 1, 1, 1, 1, 100, 1, 100, 0, 0, 0, "TWO"))
    told(twins, ask.CancelAllAfter(0, ALICE, 1_000_000, 0), limit(ALICE, "a", u.SELL, 100, 1))
    orders = (limit(ALICE, "b", u.SELL, 9, 1), limit(ALICE, "c", u.SELL, 9, 1)._replace(market=1))
    twins.skip(2)
    batch = ask.PlaceBatch(9, ALICE, 0, (*orders, orders[0]._replace(market=7)))
    said = told(twins, ask.SetFeeAsset(0, BOB, 0), batch, after_us=500_000)
    assert reasons(said) == [no.OK, no.SKIPPED]
    assert [event.market for event in said if isinstance(event, fact.MarketDefined)] == [0, 1]
    twins.restore()
    for command in (ask.Deposit(0, BOB, BOB, 3, 0, 1), ask.CancelAllOrders(0, ALICE, u.ALL_MARKETS, 0)):
        twins.skip()
        told(twins, command, after_us=900_000)
    assert reasons(told(twins, ask.Deposit(0, BOB, BOB, 3, 0, 1))) == [no.OK], "its number was not used up"
    assert not twins.naive.open


def test_skipped_bytes_that_cannot_be_read() -> None:
    twins = opened()
    good = codec.encode(ask.SetFeeAsset(4, ALICE, 0))
    for skipped in (1, 2, 3):
        twins.skip(skipped)
        twins.frame(Frame(twins.time_us + 1, 3, good + b"\xff" * 16 + good))
        assert reasons(twins.said)[skipped - 1] == no.SKIPPED
    named = frame_of(twins.time_us + 1, [ask.CancelNamedList(4, ALICE, 0, 0, "x"), ask.SetFeeAsset(4, ALICE, 0)])
    for ruleset in (FIRST_RULESET, NEWEST):
        twins = Twins(ruleset)
        twins.skip()
        twins.frame(named)
