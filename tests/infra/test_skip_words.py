"""Who signs a skip reads all of it: what it does, whom it concerns, and every market that will stand still."""

import pytest

from tests.core.refusal_cases import ALICE, CANCEL, LIMIT
from tests.core.test_skipped_commands import decide, sample, world
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core.units import ALL_MARKETS
from trueman.infra.skip_words import DOES, accounts_of, in_words, markets_of

SYMBOLS = {0: "BTCUSDT", 1: "ETHUSDT"}
BATCH = ask.PlaceBatch(0, ALICE, 0, (LIMIT._replace(market=1), CANCEL, LIMIT._replace(market=77)))
SKIPPED = (
    *(sample(record) for record in ask.COMMAND_KINDS.values()),
    BATCH,
    ask.CancelReplace(0, ALICE, 0, 0, (CANCEL._replace(market=1), LIMIT)),
    ask.PlaceOrderList(0, ALICE, 1, 0, 0, "", (LIMIT, LIMIT)),
    ask.CancelAllOrders(0, ALICE, ALL_MARKETS, 0),
    ask.CancelAllOrders(0, ALICE, 1, 0),
)


@pytest.mark.parametrize("command", SKIPPED, ids=lambda command: type(command).__name__)
def test_the_markets_that_are_shown_are_those_that_the_core_halts(command: ask.Command) -> None:
    """C21"""
    exchange = world().exchange
    exchange.skip(exchange.sequence + 1)
    [result] = decide(exchange, command)
    halted = [event.market for event in result.events if isinstance(event, fact.MarketDefined)]
    assert [market for market in markets_of(command) if market in SYMBOLS] == halted


def test_every_kind_of_command_has_words_and_says_all_that_it_holds() -> None:
    assert set(DOES) == set(ask.COMMAND_KINDS.values())
    for record in ask.COMMAND_KINDS.values():
        told = "\n".join(in_words(sample(record), SYMBOLS))
        assert DOES[record] in told
        for name in record._fields:
            assert name in told or name in ("tag", "parts"), f"{record.__name__}.{name}"


def test_a_batch_names_each_part_and_its_market() -> None:
    first, *parts = in_words(BATCH, SYMBOLS)
    assert first == f"places and cancels several orders (PlaceBatch): of account {ALICE}, deadline_us 0, 3 parts:"
    assert [part.partition(" (")[0] for part in parts] == [
        "  1. places an order",
        "  2. cancels an order",
        "  3. places an order",
    ]
    assert "in ETHUSDT (market 1), side BUY, type LIMIT, time_in_force GTC" in parts[0]
    assert "in BTCUSDT (market 0)" in parts[1]
    assert "in market 77, which nobody knows" in parts[2]


def test_all_markets_and_both_ends_of_a_transfer_are_told() -> None:
    assert "in all markets" in in_words(ask.CancelAllOrders(0, ALICE, ALL_MARKETS, 0), SYMBOLS)[0]
    assert accounts_of(ask.Transfer(0, 3, 3, 1, 0, 5, 1024)) == [3, 1024]
    assert accounts_of(None) == markets_of(None) == []
