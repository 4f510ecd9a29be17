"""What a reconciliation found, for programs and for people."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

DIFFERENCES_SHOWN_MAX: Final = 20


class Check(msgspec.Struct, frozen=True):
    """One thing that must be so. `first` says in words where it is not."""

    name: str
    differences: int
    first: list[str]


class AssetTotal(msgspec.Struct, frozen=True):
    """The sum over all accounts, OUTSIDE included. Anything but zero is money made or lost."""

    asset: int
    code: str
    engine: int
    database: int


class Report(msgspec.Struct, frozen=True):
    agrees: bool
    command: int
    """Engine and database were compared as they stood after this command."""
    chain: str
    totals: list[AssetTotal]
    checks: list[Check]

    @classmethod
    def of(cls, command: int, chain: bytes, totals: list[AssetTotal], checks: list[Check]) -> "Report":
        agrees = not any(check.differences for check in checks)
        return cls(agrees, command, chain.hex(), totals, checks)

    def with_check(self, check: Check) -> "Report":
        checks = [*self.checks, check]
        return Report(self.agrees and not check.differences, self.command, self.chain, self.totals, checks)

    def lines(self) -> list[str]:
        verdict = "agree" if self.agrees else "DIFFER"
        found = [f"Engine and database {verdict} at command {self.command}, chain {self.chain}."]
        for check in self.checks:
            found.append(f"  {'✓' if not check.differences else '✗'} {check.name}")
            found.extend(f"      {words}" for words in check.first)
            if check.differences > len(check.first):
                found.append(f"      … {check.differences} in all")
        return found


def check_of(name: str, differences: Iterable[str]) -> Check:
    found = list(differences)
    return Check(name, len(found), found[:DIFFERENCES_SHOWN_MAX])


def compare(name: str, what: str, engine: Mapping[Any, Any], database: Mapping[Any, Any]) -> Check:
    """What one side has and the other has not, or has otherwise."""
    return check_of(
        name,
        (
            f"{what} {key}: engine {engine.get(key, 'has none')}, database {database.get(key, 'has none')}"
            for key in sorted(engine.keys() | database.keys())
            if engine.get(key) != database.get(key)
        ),
    )
