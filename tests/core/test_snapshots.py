"""A snapshot is the state: taken anywhere, brought back, it goes on as if nothing had been."""

from random import Random

import pytest

from tests.reference.logbook import frames
from tests.story import Teller, tell
from trueman.core.exchange import Exchange
from trueman.core.snapshot import DIGEST_BYTES, MAGIC

HEADER_BYTES = len(MAGIC) + 4 * 8 + DIGEST_BYTES
"""Format, ruleset, last command, its time, and the chain."""


@pytest.mark.parametrize("seed", range(4))
def test_a_restored_exchange_goes_on_like_the_one_that_lived(seed: int) -> None:
    lived, restored, random = Exchange(), Exchange(), Random(seed)
    for time_us, count, frame in frames(seed, 1_500):
        if random.random() < 0.05:
            snapshot = lived.snapshot()
            restored = Exchange.restore(snapshot)
            restored.check()
            assert restored.snapshot() == snapshot
            assert restored.digest() == lived.digest() == snapshot[-16:]
            assert restored.market_counters() == lived.market_counters()
            assert restored.balances() == lived.balances()
            assert restored.open_orders() == lived.open_orders()
        result = lived.apply(lived.sequence + 1, count, time_us, frame)
        assert restored.apply(restored.sequence + 1, count, time_us, frame) == result
        assert restored.chain == lived.chain


def test_a_new_exchange_can_be_taken_and_brought_back() -> None:
    assert Exchange.restore(Exchange().snapshot()).digest() == Exchange().digest()


def test_a_damaged_snapshot_is_no_snapshot() -> None:
    snapshot = tell("alice deposits 5 USDT\nalice buys 1 at 3").exchange.snapshot()
    for damaged in (b"", snapshot[:-1], snapshot[:-17], snapshot + b"\0", snapshot[:40] + b"\x01" + snapshot[41:]):
        with pytest.raises(ValueError, match="snapshot"):
            Exchange.restore(damaged)


STEPS = (
    "alice buys 1 at 3",
    "alice buys 3 at 3 showing 1",
    "alice buys 1 at 3 for 60 s",
    "alice buys 1 stop 200",
    "bob sells 1 stop trailing 1000 bips",
    "alice amends #2 to 2",
    "alice cancels #1\n→ closed #1 canceled, 1 unfilled",
    "alice places an OTO:\n    buys 1 at 4\n    sells 1 at 5",
    "alice cancels all after 60 s",
    "alice gets tier 1",
    "alice gets group 7",
    "alice gets and may only trade",
    "bob pays fees in quote",
    "tier 1 pays 50 % maker and 50 % taker",
    "fees are 1 maker and 1 taker",
    "the guards are band 1 %, auctions of 1 s",
    "the market halts",
    "bob withdraws 1 BTC",
    "bob reserves 1 BTC",
    "bob transfers 1 BTC to alice",
    "ETH is an asset",
    "ETHUSDT is a market",
)


def test_the_state_shows_whatever_changed_and_nothing_else() -> None:
    """Not counting the header, in which every command shows."""
    teller = tell("alice deposits 50000 USDT\nbob deposits 50 BTC\nthe guards are reference 100")
    seen = {state(teller)}
    for step in STEPS:
        teller.tell(step)
        assert state(teller) not in seen, step
        seen.add(state(teller))
        teller.tell("dave buys 1 at 1000000\n→ refused FUNDS_INSUFFICIENT")
        assert state(teller) in seen, step


def state(teller: Teller) -> bytes:
    return teller.exchange.snapshot()[HEADER_BYTES:-DIGEST_BYTES]
