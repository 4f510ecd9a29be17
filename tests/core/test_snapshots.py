"""A snapshot is the state: taken anywhere, brought back, it goes on as if nothing had been."""

from random import Random

import pytest

from tests.reference.logbook import recorded
from tests.reference.streams import Frame
from tests.story import tell
from trueman.core.exchange import Exchange


@pytest.mark.parametrize("seed", range(4))
def test_a_restored_exchange_goes_on_like_the_one_that_lived(seed: int) -> None:
    lived, restored, random = Exchange(), Exchange(), Random(seed)
    for frame in recorded(seed, 1_500, every=10_000):
        if not isinstance(frame, Frame):
            continue
        if random.random() < 0.05:
            snapshot = lived.snapshot()
            restored = Exchange.restore(snapshot)
            restored.check()
            assert restored.snapshot() == snapshot
            assert restored.digest() == lived.digest() == snapshot[-16:]
            assert restored.market_counters() == lived.market_counters()
            assert restored.balances() == lived.balances()
            assert restored.open_orders() == lived.open_orders()
        result = lived.apply(lived.sequence + 1, frame.size, frame.time_us, frame.data)
        assert restored.apply(restored.sequence + 1, frame.size, frame.time_us, frame.data) == result
        assert restored.chain == lived.chain


def test_a_new_exchange_can_be_taken_and_brought_back() -> None:
    assert Exchange.restore(Exchange().snapshot()).digest() == Exchange().digest()


def test_a_damaged_snapshot_is_no_snapshot() -> None:
    snapshot = tell("alice deposits 5 USDT\nalice buys 1 at 3").exchange.snapshot()
    for damaged in (b"", snapshot[:-1], snapshot[:-17], snapshot + b"\0", snapshot[:40] + b"\x01" + snapshot[41:]):
        with pytest.raises(ValueError, match="snapshot"):
            Exchange.restore(damaged)


def test_the_digest_sees_every_part_of_the_state() -> None:
    teller = tell("alice deposits 50 USDT")
    seen = {teller.exchange.digest()}
    for step in ("alice buys 1 at 3", "alice buys 1 at 3", "alice cancels #1\n→ closed #1 canceled, 1 unfilled"):
        teller.tell(step)
        seen.add(teller.exchange.digest())
    for step in ("fees are 1 maker and 1 taker", "the market halts", "alice withdraws 1 USDT"):
        teller.tell(step)
        seen.add(teller.exchange.digest())
    assert len(seen) == 7
