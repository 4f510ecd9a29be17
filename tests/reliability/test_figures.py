"""The figures of the page are those of the reports."""

import json
from pathlib import Path

import msgspec
import pytest

from tests.reliability import figures
from trueman.chaos.faults import FAULTS
from trueman.chaos.report import Report, Struck
from trueman.chaos.run import NETWORK, lateness


def test_a_report_of_chaos_becomes_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "KEPT", tmp_path / "figures.json")
    figures.KEPT.write_text('{"failover": {"Failover": "1 s"}}')
    struck = [Struck("cut", ("C6",), "cut", 1.0, 0.5), Struck("kill", ("C6", "C10"), "kill -9", 2.0, 1.5)]
    struck.append(Struck("cut", ("C6",), "cut", 3.0, 0.9))
    report = Report(7, 120, struck, kills=1, asked=1_500, acknowledged=1_200)
    report.write(tmp_path / "report.json")
    figures.keep({"chaos": json.loads((tmp_path / "report.json").read_text())}, "today, TrueMan 1.2.3")
    told = figures.kept()
    assert list(told) == ["chaos", figures.BY_FAULT, "failover"]
    assert told["chaos"]["Chaos: measured"] == "today, TrueMan 1.2.3"
    assert told["chaos"]["Chaos: seed, faults, minutes"] == "7, 3, 2"
    assert told["chaos"]["Chaos: crash points exercised, times"] == "C6 3, C10 1"
    assert told["chaos"]["Chaos: from a fault to the first order acknowledged, median and longest"] == "0.9 s, 1.5 s"
    assert told["chaos"]["Chaos: until everything worked again, median and longest"] == "2.0 s, 3.0 s"
    assert told[figures.BY_FAULT] == {"kill": "1 | 1.5 s | 1.5 s | 2.0 s", "cut": "2 | 0.7 s | 0.9 s | 3.0 s"}


def test_a_report_with_a_finding_does_not_hold() -> None:
    honest, broken = Report(1), Report(1, findings=["an order is lost"])
    assert (honest.figures()["holds"], broken.figures()["holds"]) == (True, False)
    assert "an order is lost" in "\n".join(broken.lines())
    assert msgspec.json.encode(broken.figures())


def test_a_mended_network_has_its_seconds() -> None:
    """C33: ten by the plan; another kind of fault has the minute that all have."""
    cut = next(fault for fault in FAULTS if NETWORK in fault.points)
    kill = next(fault for fault in FAULTS if NETWORK not in fault.points)
    assert lateness(cut, "cut", 10.0, 10.0) == lateness(kill, "kill", 30.0, 10.0) == []
    assert "back in 10.1 s, not within 10 s" in lateness(cut, "cut", 10.1, 10.0)[0]
