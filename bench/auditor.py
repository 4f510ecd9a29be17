"""What the continuous auditor costs: processor seconds of its rounds, its own and PostgreSQL's, and of a whole audit.

In the tables are as many orders and trades as a log of random orders comes to; from it follows how long the auditor
rests between two rounds, and how long it takes until every audit was made once.
"""

import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
import uvloop

from bench.figures import machine, show, spread, write_json
from bench.shadow import processor_seconds
from bench.updater import catch_up, decided_log
from trueman.auditor import AUDITS_IN_ROUND, SHARE_MAX, Auditor, rest_after
from trueman.db_updater.audits import AUDITS
from trueman.engine.snapshots import SnapshotStore
from trueman.infra.database.connection import READER, connect_pool
from trueman.infra.log import Log
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres

EVERY_SECONDS = 60.0
"""The setting's default."""
ROUNDS = len(AUDITS) // AUDITS_IN_ROUND


class Stopwatch:
    """Wall-clock and processor seconds of this process and PostgreSQL's."""

    def __init__(self, backend: int) -> None:
        """The parent of a backend is the server."""
        self._server = psutil.Process(psutil.Process(backend).ppid())
        self.start()

    def start(self) -> None:
        self._began, self._used = time.perf_counter(), self._processor()

    def _processor(self) -> float:
        return processor_seconds([self._server]) + time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._began, self._processor() - self._used


async def measure(commands: int, server: EmbeddedPostgres, folder: Path) -> dict[str, Any]:
    log: Log = await decided_log(commands, 1)
    await catch_up(log, server.url)  # type: ignore[arg-type]
    async with await connect_pool(server.url, READER, command_timeout_seconds=600) as pool:
        rows = {
            name: await pool.fetchval(f"SELECT count(*) FROM {name}") for name in ("orders", "trades", "ledger_entries")
        }
        watch, auditor = (
            Stopwatch(await pool.fetchval("SELECT pg_backend_pid()")),
            Auditor(log, SnapshotStore(folder / "none"), pool),
        )
        assert (await auditor.audit()).agrees
        whole = watch.read()
        rounds = []
        for _ in range(ROUNDS):
            watch.start()
            assert (await auditor.audit(auditor._due())).agrees
            rounds.append(watch.read())
    periods = [took + max(EVERY_SECONDS, rest_after(took)) for took, _ in rounds]
    return {
        "round_processor_s": spread([used for _, used in rounds], 2),
        "round_s": spread([took for took, _ in rounds], 2),
        "whole_audit_processor_s": spread([whole[1]], 2),
        "percent_of_a_core": round(100 * sum(used for _, used in rounds) / sum(periods), 2),
        "all_audits_made_after_s": round(sum(periods)),
        "rows": rows,
        "machine": machine(),
    }


def command(
    commands: Annotated[int, typer.Option(min=1_000, help="Commands in the log.")] = 140_000,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """Measure what the continuous auditor costs."""
    with tempfile.TemporaryDirectory(prefix="trueman-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", free_port())
        server.start()
        try:
            figures = uvloop.run(measure(commands, server, Path(folder)))
        finally:
            server.stop()
    notes = [f"{name}: {count:,}" for name, count in figures["rows"].items()]
    notes += [
        f"{figures['percent_of_a_core']} % of a core; bound: {SHARE_MAX:.0%} of the time",
        f"every audit was made once after {figures['all_audits_made_after_s']} s",
    ]
    show("The auditor", {name: value for name, value in figures.items() if "median" in str(value)}, notes)
    write_json(json_path, figures)
