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


class Report(msgspec.Struct):
    seed: int
    seconds: float = 0.0
    struck: list[Struck] = []
    skipped: list[str] = []
    """Faults that this machine had no way to do."""
    kills: int = 0
    asked: int = 0
    acknowledged: int = 0
    refused: int = 0
    not_written: int = 0
    unknown_at_first: int = 0
    unresolved: int = 0
    readings: int = 0
    operations_compared: int = 0
    commands_in_the_log: int = 0
    commands_trimmed: int = 0
    """Of them, those that the archive alone still has."""
    acknowledged_lost: int = 0
    audited_at: int = 0
    """The command at which the auditor compared engine and database; 0: it could not."""
    book_connections: int = 0
    book_messages: int = 0
    slow_connections: int = 0
    """More than one: the exchange hung up on the reader that reads nothing."""
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
        seconds = [struck.recovery_seconds for struck in self.struck] or [0.0]
        return {"p50": round(median(seconds), 2), "max": round(max(seconds), 2)}

    def recovery_by_fault(self) -> dict[str, float]:
        """The longest of each kind, the longest first."""
        longest: dict[str, float] = {}
        for struck in self.struck:
            longest[struck.name] = round(max(struck.recovery_seconds, longest.get(struck.name, 0.0)), 2)
        return dict(sorted(longest.items(), key=lambda item: -item[1]))

    def figures(self) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.to_builtins(self)
        recovery = {"recovery_seconds": self.recovery(), "recovery_by_fault": self.recovery_by_fault()}
        return {"holds": not self.findings, "points": self.points, **recovery, **told}

    def write(self, path: Path) -> None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self.figures()), indent=2) + b"\n")

    def lines(self) -> list[str]:
        recovery = self.recovery()
        points = ", ".join(f"{point}×{count}" for point, count in self.points.items())
        said = [
            f"Seed {self.seed}: {len(self.struck)} faults in {self.seconds:.0f} s, {self.kills} kills.",
            f"Asked {self.asked:,}: acknowledged {self.acknowledged:,}, refused {self.refused:,}, not written "
            f"{self.not_written:,}; unknown at first {self.unknown_at_first:,}, still unknown {self.unresolved}.",
            f"The log has {self.commands_in_the_log:,} commands, {self.commands_trimmed:,} of them in the archive "
            f"alone; {self.operations_compared:,} comparisons; "
            f"acknowledged and lost: {self.acknowledged_lost}.",
            f"Recovery: median {recovery['p50']:.1f} s, longest {recovery['max']:.1f} s.",
            f"By fault: {', '.join(f'{name} {seconds:.1f} s' for name, seconds in self.recovery_by_fault().items())}.",
            f"Exercised: {points or 'nothing'}.",
        ]
        if self.skipped:
            said.append(f"Not possible here, or not at that moment: {', '.join(sorted(set(self.skipped)))}.")
        said.append("The exchange kept its word." if not self.findings else "The exchange did NOT keep its word:")
        said += [f"  {finding}" for finding in self.findings[:FINDINGS_SHOWN_MAX]]
        return said
