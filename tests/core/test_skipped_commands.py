"""Commands that the operator has skipped: answered, looked at no further, their markets halted (rules 12.4)."""

from typing import Any

import pytest

from tests.core.refusal_cases import ALICE, CANCEL, LIMIT
from tests.story import Teller, tell
from tests.story.worlds import FUNDED
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import COMMAND_LAYOUTS, Result, decode_results, encode
from trueman.core.exchange import Exchange
from trueman.core.rulesets import NEWEST_RULESET

PARTS = (CANCEL, LIMIT)
MARKET_OF_EACH = {
    record: "market" in record._fields or "parts" in record._fields for record in ask.COMMAND_KINDS.values()
}
"""Whether a command of zeros halts the first market."""


def sample(record: type[ask.Command]) -> Any:
    """A command of this kind with fields that a filter would refuse, of alice where it is of anybody."""
    texts, values = {"client_id": "mine", "code": "ETH", "symbol": "ETHBTC"}, {"tag": 7, "account": ALICE}
    parts = (LIMIT, LIMIT) if record is ask.PlaceOrderList else PARTS
    fields = [parts if name == "parts" else texts.get(name, values.get(name, 0)) for name in record._fields]
    return record(*fields)


def world() -> Teller:
    return tell(FUNDED, "alice buys 2 at 50 for 60 s\nbob sells 1 at 80\nETH is an asset\nETHUSDT is a market").at(9)


def decide(exchange: Exchange, *commands: ask.Command, time_us: int = 9) -> list[Result]:
    frame = b"".join(map(encode, commands))
    results = decode_results(exchange.apply(exchange.sequence + 1, len(commands), time_us, frame))
    exchange.check()
    return results


@pytest.mark.parametrize("record", ask.COMMAND_KINDS.values(), ids=lambda record: record.__name__)
def test_whatever_is_skipped_is_answered_and_halts_its_market(record: type[ask.Command]) -> None:
    """C21: of every kind of command, without looking at more of it than whose it is and where."""
    teller = world()
    exchange = teller.exchange
    before = exchange.balances(), exchange.open_orders()
    command, number = sample(record), exchange.sequence + 1
    exchange.skip(number)
    [result] = decide(exchange, command)
    kind = next(kind for kind, of in ask.COMMAND_KINDS.items() if of is record)
    account = ALICE if "account" in record._fields else -1
    assert result.decided == fact.Decided(kind, no.SKIPPED, number, 9, 7, account, 0, 0)
    halted = [(event.market, event.status) for event in result.events if isinstance(event, fact.MarketDefined)]
    assert halted == [(0, u.HALTED)] * MARKET_OF_EACH[record]
    assert len(result.events) == len(halted)
    assert (exchange.balances(), exchange.open_orders()) == before
    assert exchange.ruleset == NEWEST_RULESET


def test_everything_else_of_the_frame_is_decided() -> None:
    teller = world()
    exchange = teller.exchange
    exchange.skip(exchange.sequence + 2)
    bid = LIMIT._replace(market=1)
    results = decide(exchange, bid._replace(client_id="a"), LIMIT, bid._replace(client_id="b"), LIMIT)
    assert [result.decided.reason for result in results] == [no.OK, no.SKIPPED, no.OK, no.MARKET_NOT_TRADING]


def test_a_batch_halts_the_markets_of_its_parts_once_each() -> None:
    exchange = world().exchange
    parts = (LIMIT._replace(market=1), CANCEL, LIMIT._replace(market=77), LIMIT._replace(market=1))
    for command in (ask.PlaceBatch(0, ALICE, 0, parts), ask.CancelReplace(0, ALICE, 0, 0, (parts[1], parts[0]))):
        exchange.skip(exchange.sequence + 1)
        [result] = decide(exchange, command)
        markets = [event.market for event in result.events]
        assert sorted(markets) == [0, 1]
        assert markets[0] == command.parts[0].market


def test_all_markets_and_unknown_ones_are_not_halted() -> None:
    exchange = world().exchange
    for command in (ask.CancelAllOrders(0, ALICE, u.ALL_MARKETS, 0), LIMIT._replace(market=5)):
        exchange.skip(exchange.sequence + 1)
        [result] = decide(exchange, command)
        assert result.decided.reason == no.SKIPPED
        assert result.events == ()


def test_a_skipped_command_sets_nothing_off_that_fell_due() -> None:
    exchange = world().exchange
    exchange.skip(exchange.sequence + 1)
    later = 70_000_000
    [skipped] = decide(exchange, ask.CancelAllOrders(0, 5_000, u.ALL_MARKETS, 0), time_us=later)
    assert skipped.events == ()
    [result] = decide(exchange, ask.CancelAllOrders(0, 5_000, u.ALL_MARKETS, 0), time_us=later)
    assert [event.order_id for event in result.events if isinstance(event, fact.OrderClosed)] == [1]


def test_an_auction_that_waits_for_its_end_waits_no_longer() -> None:
    exchange = tell(
        FUNDED,
        """
        the guards are reference 100, band 1 %, auctions of 5 s
        bob sells 1 at 200
        alice buys 1 at 200
        → auction called at 200 around 100 until 5000001
        → market is in auction
        """,
    ).exchange
    exchange.skip(exchange.sequence + 1)
    decide(exchange, LIMIT)
    [result] = decide(exchange, ask.CancelAllOrders(0, 5_000, u.ALL_MARKETS, 0), time_us=6_000_000)
    assert result.events == ()


@pytest.mark.parametrize("bad", [b"", b"\x07", b"\xff" * 64, encode(LIMIT)[:-1], encode(LIMIT)[:1] + b"\x05" * 95])
def test_bytes_that_cannot_be_read_can_be_skipped(bad: bytes) -> None:
    exchange = world().exchange
    number = exchange.sequence + 1
    exchange.skip(number)
    exchange.skip(number + 2)
    results = decode_results(exchange.apply(number, 4, 9, bad))
    assert [result.decided.reason for result in results] == [no.SKIPPED, no.MALFORMED, no.SKIPPED, no.MALFORMED]
    assert {(result.decided.kind, result.decided.tag, result.decided.account) for result in results} == {(0, 0, -1)}
    exchange.check()


def test_a_batch_with_a_part_that_cannot_be_read_can_be_skipped() -> None:
    exchange = world().exchange
    layout = COMMAND_LAYOUTS[ask.PLACE_BATCH]
    frame = bytearray(encode(ask.PlaceBatch(0, ALICE, 0, (LIMIT,))))
    frame[layout.size] = 250
    exchange.skip(exchange.sequence + 1)
    [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 9, bytes(frame)))
    assert result.decided.reason == no.SKIPPED
    assert result.decided.kind == 0


def test_rules_that_the_build_does_not_know_can_be_skipped() -> None:
    exchange = world().exchange
    exchange.skip(exchange.sequence + 1)
    [result] = decide(exchange, ask.SwitchRuleset(0, 999))
    assert result.decided.reason == no.SKIPPED
    assert exchange.ruleset == NEWEST_RULESET


def test_money_that_is_skipped_has_not_used_up_its_number() -> None:
    teller = tell("alice deposits 5 BTC")
    teller.exchange.skip(teller.exchange.sequence + 1)
    command = ask.Deposit(0, ALICE, ALICE, 2, 0, 7)
    assert [result.decided.reason for result in decide(teller.exchange, command, command)] == [no.SKIPPED, no.OK]


def test_what_is_decided_cannot_be_skipped() -> None:
    exchange = world().exchange
    for number in (0, 1, exchange.sequence):
        with pytest.raises(ValueError, match="is decided"):
            exchange.skip(number)


def test_whoever_is_told_the_same_comes_to_the_same() -> None:
    """C21: also in another order, twice, and across a snapshot; and whoever is not told comes to something else."""
    one, other, third = (world().exchange for _ in range(3))
    first = one.sequence + 1
    for number in (first + 3, first, first + 3):
        one.skip(number)
    other.skip(first)
    bids = [LIMIT._replace(client_id=f"b{n}", market=1) for n in range(5)]
    for at, bid in enumerate(bids):
        if at == 2:
            other = Exchange.restore(other.snapshot())
            other.skip(first + 3)
        assert decide(one, bid) == decide(other, bid)
        decide(third, bid)
    assert one.digest() == other.digest()
    assert one.chain == other.chain != third.chain
