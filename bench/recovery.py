"""An engine that starts again: a snapshot with very many open orders written, restored and checked, then log replayed.

The memory of an open order is the growth of the process while the orders are placed, divided by their number: ticket,
place in the book, client id and indexes, the room in which the arenas grow included.
"""

import time
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer

from bench import figures
from bench.day import framed, play, trading, world
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import encode
from trueman.core.exchange import Exchange

PRICES = 20_000
MIDDLE_TICKS = 100_000


def resting_orders(orders: int, accounts: int, markets: int, seed: int = 1) -> list[tuple[int, bytes]]:
    """Orders that never meet: buyers below the middle, sellers above it."""
    random = Random(seed)

    def order(number: int) -> bytes:
        side = number & 1
        away = random.randint(1, PRICES)
        price = MIDDLE_TICKS + away if side == u.SELL else MIDDLE_TICKS - away
        account = u.USER_ACCOUNT_MIN + number % accounts
        market = random.randrange(markets)
        return encode(ask.PlaceOrder(0, account, market, side, u.LIMIT, u.GTC, 0, price, 1, 0, 0, f"r-{number}"))

    return [
        (min(1_000, orders - first), b"".join(order(number) for number in range(first, min(first + 1_000, orders))))
        for first in range(0, orders, 1_000)
    ]


def timed(rows: dict[str, list[float]], name: str, begin: float) -> None:
    rows.setdefault(name, []).append(time.perf_counter() - begin)


def run(orders: int, accounts: int, markets: int, replayed: int, rows: dict[str, list[float]]) -> dict[str, Any]:
    exchange = Exchange()
    play(exchange, framed(world(accounts, markets), 1_000))
    before_mb = figures.current_memory_mb()
    frames = resting_orders(orders, accounts, markets)
    frames_mb = figures.current_memory_mb()
    play(exchange, frames)
    bytes_an_order = (figures.current_memory_mb() - frames_mb) * 1e6 / orders
    log = framed(trading(accounts, markets, replayed, first_order=orders + 1), 64)
    begin = time.perf_counter()
    snapshot = exchange.snapshot()
    timed(rows, "write_s", begin)
    begin = time.perf_counter()
    restored = Exchange.restore(snapshot)
    timed(rows, "restore_s", begin)
    begin = time.perf_counter()
    restored.check()
    timed(rows, "check_s", begin)
    begin = time.perf_counter()
    play(restored, log)
    timed(rows, "replay_s", begin)
    timed(rows, "restore_and_replay_s", begin - rows["restore_s"][-1])
    play(exchange, log)
    assert restored.digest() == exchange.digest()
    sizes = {"snapshot_mb": round(len(snapshot) / 1e6, 1), "bytes_an_open_order": round(bytes_an_order)}
    return {**sizes, "before_mb": before_mb}


def command(
    orders: Annotated[int, typer.Option(help="Open orders.")] = 1_000_000,
    accounts: Annotated[int, typer.Option(help="Accounts that have them.")] = 100_000,
    markets: Annotated[int, typer.Option(help="Markets they rest in.")] = 4,
    replayed: Annotated[int, typer.Option(help="Commands of log that are replayed after the restore.")] = 500_000,
    runs: Annotated[int, typer.Option(help="Runs; the median counts.")] = 3,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Measure a restart: snapshot, restore, check and replay, and the memory of an open order."""
    rows: dict[str, list[float]] = {}
    sizes: dict[str, Any] = {}
    for _ in range(runs):
        sizes = run(orders, accounts, markets, replayed, rows)
    spreads = {name: figures.spread(values, 2) for name, values in rows.items()}
    machine = figures.machine()
    figures.show(
        f"A restart with {orders:,} open orders of {accounts:,} accounts and {replayed:,} commands of log",
        spreads,
        [
            f"core {machine['core']} · snapshot {sizes['snapshot_mb']:,} MB · "
            f"{sizes['bytes_an_open_order']:,} bytes of memory an open order"
        ],
    )
    settings = {"orders": orders, "accounts": accounts, "markets": markets, "replayed": replayed, "runs": runs}
    figures.write_json(json_path, {**spreads, **sizes, **settings, "machine": machine})
