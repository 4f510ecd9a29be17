"""A batch adds up what happened, wherever it is cut, and takes nothing that is not whole."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.db_updater.recorded import entries_of
from tests.reference.naive_exchange import NaiveExchange
from tests.views.lived import live_through
from trueman.core.codec import Result, encode
from trueman.core.units import USER_ACCOUNT_MAX
from trueman.db_updater.batch import Batch, account_and_asset, balance_key
from trueman.errors import Gap, LogDamaged
from trueman.infra.log import EventEntry


@cache
def day(seed: int) -> tuple[NaiveExchange, list[Result]]:
    return live_through(seed, 300)


def batches_of(entries: list[EventEntry], cuts: set[int]) -> list[Batch]:
    batches = [Batch(0)]
    for entry in entries:
        if entry.first in cuts and batches[-1].commands:
            batches.append(Batch(entry.first - 1))
        batches[-1].fold(entry)
    for batch in batches:
        batch.finish()
    return batches


@settings(deadline=None)
@given(st.integers(0, 4), st.integers(0, 99), st.sets(st.integers(1, 320)))
def test_balances_add_up_to_all_moves_wherever_batches_are_cut(seed: int, frames: int, cuts: set[int]) -> None:
    exchange, results = day(seed)
    batches = batches_of(list(entries_of(results, frames, 5)), cuts)
    balances: dict[tuple[int, int, int], int] = defaultdict(int)
    for batch in batches:
        for pot, added in enumerate(batch.pots):
            for key, amount in added.items():
                balances[(*account_and_asset(key), pot)] += amount
            assert added.keys() <= batch.moved_by.keys()
    assert {key: amount for key, amount in balances.items() if amount} == {
        key: amount for key, amount in exchange.pots.items() if amount
    }
    assert [row for batch in batches for row in batch.ledger] == batch_of_all(results).ledger


@settings(deadline=None)
@given(st.integers(0, 4), st.sets(st.integers(1, 320)))
def test_fills_add_up_wherever_batches_are_cut(seed: int, cuts: set[int]) -> None:
    _, results = day(seed)
    executed: dict[int, int] = defaultdict(int)
    for batch in batches_of(list(entries_of(results, 1, 5)), cuts):
        for touched in (batch.orders, batch.changes):
            for order_id, order in touched.items():
                executed[order_id] += order.executed
    assert executed == {order_id: order.executed for order_id, order in batch_of_all(results).orders.items()}


def batch_of_all(results: list[Result]) -> Batch:
    (batch,) = batches_of(list(entries_of(results, 1)), set())
    return batch


@given(st.integers(0, USER_ACCOUNT_MAX), st.integers(0, 4_095))
def test_a_balance_key_names_one_account_and_one_asset(account: int, asset: int) -> None:
    assert account_and_asset(balance_key(account, asset)) == (account, asset)


def spoilt(change: Callable[[EventEntry], EventEntry]) -> EventEntry:
    _, results = day(0)
    return change(next(iter(entries_of(results, 1, 1_000))))


DAMAGES: dict[str, Callable[[EventEntry], EventEntry]] = {
    "cut in a header": lambda entry: entry._replace(frame=entry.frame[:5]),
    "cut in a record": lambda entry: entry._replace(frame=entry.frame[:-3]),
    "unknown kind": lambda entry: entry._replace(frame=b"\x63" + entry.frame[1:]),
    "wrong size": lambda entry: entry._replace(frame=entry.frame[:1] + b"\x00" + entry.frame[2:]),
    "a result missing": lambda entry: entry._replace(last=entry.last + 1),
    "a result too many": lambda entry: entry._replace(last=entry.last - 1),
    "nothing in it": lambda entry: entry._replace(frame=b""),
    "a result twice": lambda entry: entry._replace(frame=encode(day(0)[1][0].decided) + entry.frame),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_refused(damage: Callable[[EventEntry], EventEntry]) -> None:
    with pytest.raises(LogDamaged):
        Batch(0).fold(spoilt(damage))


@pytest.mark.parametrize("after", [1, 7])
def test_an_entry_that_does_not_follow_is_a_gap(after: int) -> None:
    with pytest.raises(Gap):
        Batch(after).fold(spoilt(lambda entry: entry))
