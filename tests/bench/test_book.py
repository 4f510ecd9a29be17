"""The book benchmark's reports, line by line against a list that is sorted each time."""

from pathlib import Path
from random import Random

import pytest

from bench.book import command, report_lines
from bench.replay import Replay
from bench.workloads import RECORD, SWINGS, file_of, read_file, workload

Order = list[int]
"""Side, price, unfilled, arrival, order id."""


def naive_lines(records: bytes) -> str:
    orders: dict[int, Order] = {}
    lines: list[tuple[int, int, str]] = []
    for kind, side, ioc, _, quantity, sequence, order_id, price, _ in RECORD.iter_unpack(records):
        known = orders.pop(order_id, None)
        if kind and known is None:
            lines.append((sequence, 3 + kind, f"{order_id}"))
        elif kind == 1 and known is not None:
            lines.append((sequence, 2, f"{known[0]},{order_id},{known[1]}"))
        else:
            side = known[0] if known is not None else side
            lines.append((sequence, 3 if kind else 0, f"{side},{order_id},{price},{quantity}"))
            rest = take(orders, [side, price, quantity, sequence, order_id], lines)
            if rest and ioc:
                lines.append((sequence, 2, f"{side},{order_id},{price}"))
            elif rest:
                orders[order_id] = [side, price, rest, sequence, order_id]
    lines.sort(key=lambda line: line[:2])
    return "\n".join(f"{kind},{sequence},{rest}" for sequence, kind, rest in lines)


def take(orders: dict[int, Order], taker: Order, lines: list[tuple[int, int, str]]) -> int:
    side, limit, left, sequence, order_id = taker
    sign = -1 if side else 1
    makers = [order for order in orders.values() if order[0] != side and order[1] * sign <= limit * sign]
    for maker in sorted(makers, key=lambda order: (order[1] * sign, order[3])):
        quantity = min(left, maker[2])
        if quantity == 0:
            break
        lines.append((sequence, 1, f"{maker[1]},{quantity},{maker[4]},{order_id}"))
        left -= quantity
        maker[2] -= quantity
        if maker[2] == 0:
            del orders[maker[4]]
    return left


@pytest.mark.parametrize("name", SWINGS)
def test_reports_are_those_of_a_sorted_list(name: str) -> None:
    records = workload(name, 3_000, seed=5)
    assert report_lines(Replay().run(records)) == naive_lines(records)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_not_resting_is_refused_and_ids_are_unsigned(seed: int) -> None:
    """In a crowded little book with every kind of message, order ids above 2^63 among them."""
    random, records, ids = Random(seed), [], [7, 2**64 - 1, 2**63, *range(8, 40)]
    fresh = iter(range(100, 10_000))
    for sequence in range(1, 2_000):
        kind = random.choice((0, 0, 1, 2))
        order_id = random.choice(ids)
        if kind == 0:
            order_id = next(fresh)
            ids.append(order_id)
            ids = ids[-30:]
        shape = (kind, random.randrange(2), kind == 0 and random.random() < 0.2, 0, random.randint(1, 9))
        records.append(RECORD.pack(*shape, sequence, order_id, random.randint(1, 9), 0))
    big = [RECORD.pack(0, 1, 0, 0, 3, 3_000, 2**64 - 1, 9, 0), RECORD.pack(1, 1, 0, 0, 0, 3_001, 2**64 - 1, 0, 0)]
    bytes_in = b"".join(records + big)
    assert report_lines(Replay().run(bytes_in)) == naive_lines(bytes_in)


def test_a_file_is_replayed_and_its_reports_are_written(tmp_path: Path) -> None:
    records = workload("routine day", 500)
    file, reports = tmp_path / "workload", tmp_path / "reports"
    file.write_bytes(file_of(records))
    command(replay=file, reports=reports, runs=1, json_path=tmp_path / "figures.json")
    assert reports.read_text() == naive_lines(records)
    with pytest.raises(ValueError, match="ends before"):
        read_file(file.read_bytes()[:-1])
