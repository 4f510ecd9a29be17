"""What a run of chaos came to, for people and for the page that says how often it was tried."""

from pathlib import Path
from statistics import median
from typing import Any

import msgspec

FINDINGS_SHOWN_MAX = 20


class Struck(msgspec.Struct):
    """One fault and what came of it."""

    name: str
    points: tuple[str, ...]
    said: str
    recovery_seconds: float
    """From its end until orders were acknowledged, streams served and the tables had caught up."""
    order_seconds: float = 0.0
    """From its end until an order asked for after it was acknowledged."""


class Report(msgspec.Struct):
    seed: int
    seconds: float = 0.0
    struck: list[Struck] = []
    skipped: list[str] = []
    """Faults that this machine had no way to do."""
    impossible: list[str] = []
    """What this machine does not allow, and why; what was done instead."""
    network: str = ""
    """What partitions were made of."""
    machine: str = ""
    """Its processors, and how busy everybody kept them."""
    kills: int = 0
    asked: int = 0
    acknowledged: int = 0
    refused: int = 0
    not_written: int = 0
    unknown_at_first: int = 0
    unresolved: int = 0
    readings: int = 0
    looks: int = 0
    """Orders asked for once more in the end."""
    operations_compared: int = 0
    commands_in_the_log: int = 0
    commands_trimmed: int = 0
    """Of them, those that the archive alone still has."""
    acknowledged_lost: int = 0
    trades_checked: int = 0
    """Fills and preventions that the checker of the trade log held against the rules."""
    audited_at: int = 0
    """The command at which the auditor compared engine and database; 0: it could not."""
    book_connections: int = 0
    book_messages: int = 0
    slow_connections: int = 0
    """More than one: the exchange hung up on the reader that reads nothing."""
    slow_held_seconds: float = 0.0
    """The longest that it put up with it."""
    findings: list[str] = []
    """What did not hold. Empty: the exchange kept its word."""

    @property
    def points(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for struck in self.struck:
            for point in struck.points:
                counted[point] = counted.get(point, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: int(item[0][1:])))

    def recovery(self) -> dict[str, float]:
        return _spread([struck.recovery_seconds for struck in self.struck])

    def first_orders(self) -> dict[str, float]:
        return _spread([struck.order_seconds for struck in self.struck])

    def recovery_by_fault(self) -> dict[str, dict[str, float]]:
        """Of each kind, the slowest first: how often, until an order was acknowledged, until everything worked."""
        kinds: dict[str, list[Struck]] = {}
        for struck in self.struck:
            kinds.setdefault(struck.name, []).append(struck)
        told = {
            name: {
                "times": float(len(those)),
                "order_p50": _spread([struck.order_seconds for struck in those])["p50"],
                "order_max": _spread([struck.order_seconds for struck in those])["max"],
                "all_max": _spread([struck.recovery_seconds for struck in those])["max"],
            }
            for name, those in kinds.items()
        }
        return dict(sorted(told.items(), key=lambda kind: (-kind[1]["order_max"], -kind[1]["all_max"])))

    def figures(self) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.to_builtins(self)
        recovery = {
            "order_seconds": self.first_orders(),
            "recovery_seconds": self.recovery(),
            "recovery_by_fault": self.recovery_by_fault(),
        }
        return {"holds": not self.findings, "points": self.points, **recovery, **told}

    def write(self, path: Path) -> None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self.figures()), indent=2) + b"\n")

    def lines(self) -> list[str]:
        orders, recovery = self.first_orders(), self.recovery()
        points = ", ".join(f"{point}×{count}" for point, count in self.points.items())
        said = [
            f"Seed {self.seed}: {len(self.struck)} faults in {self.seconds:.0f} s, {self.kills} kills.",
            f"Asked {self.asked:,}: acknowledged {self.acknowledged:,}, refused {self.refused:,}, not written "
            f"{self.not_written:,}; unknown at first {self.unknown_at_first:,}, still unknown {self.unresolved}.",
            f"The log has {self.commands_in_the_log:,} commands, {self.commands_trimmed:,} of them in the archive "
            f"alone; {self.operations_compared:,} comparisons; {self.trades_checked:,} trades checked; "
            f"acknowledged and lost: {self.acknowledged_lost}.",
            f"From the end of a fault to the first order acknowledged: median {orders['p50']:.1f} s, longest "
            f"{orders['max']:.1f} s; until everything worked: {recovery['p50']:.1f} s, {recovery['max']:.1f} s.",
            *self._lines_by_fault(),
            f"Crash points exercised: {points or 'none'}.",
            f"The network: {self.network}. The machine: {self.machine}.",
        ]
        if self.skipped:
            said.append(f"Not possible here, or not at that moment: {', '.join(sorted(set(self.skipped)))}.")
        said += [f"Not here: {reason}." for reason in self.impossible]
        said.append("The exchange kept its word." if not self.findings else "The exchange did NOT keep its word:")
        said += [f"  {finding}" for finding in self.findings[:FINDINGS_SHOWN_MAX]]
        return said

    def _lines_by_fault(self) -> list[str]:
        return [
            f"  {name} ×{told['times']:.0f}: {told['order_p50']:.1f} s, longest {told['order_max']:.1f} s, "
            f"everything {told['all_max']:.1f} s"
            for name, told in self.recovery_by_fault().items()
        ]


def _spread(seconds: list[float]) -> dict[str, float]:
    found = seconds or [0.0]
    return {"p50": round(median(found), 2), "max": round(max(found), 2)}
