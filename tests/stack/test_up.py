"""The real `trueman up`, without client and demo: up, interrupted, killed, up again."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from trueman.stack.claim import Status
from trueman.stack.ports import free_port

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

PARTS = ["postgres", "valkey", "engine", "shadow", "db-updater", "api", "ws", "auditor"]


class House:
    """One data folder with its ports, and the commands an operator would type in it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.api_port = free_port()
        ports = {"API": self.api_port} | {name: free_port() for name in ("WS", "CLIENT", "DATABASE", "VALKEY")}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TRUEMAN_")}
        self.environment |= {f"TRUEMAN_{name}_PORT": str(port) for name, port in ports.items()}
        self.environment |= {"TRUEMAN_DATA": str(data), "DATABASE_URL": "", "VALKEY_URL": ""}

    def start(self) -> "subprocess.Popen[str]":
        with (self.data / "said").open("w") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "trueman.cli", "up", "--no-client", "--no-demo"],
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        with (self.data / "printed").open("w+") as printed:
            done = subprocess.run(
                [sys.executable, "-m", "trueman.cli", *arguments],
                env=self.environment,
                stdout=printed,
                stderr=subprocess.STDOUT,
                timeout=300,
                text=True,
            )
            printed.seek(0)
            done.stdout = printed.read()
        return done

    def said(self) -> str:
        return (self.data / "said").read_text()

    def status(self) -> Status:
        status: Status = json.loads(self.run("status", "--json").stdout)
        return status

    def wait_until_ready(self, process: "subprocess.Popen[str]") -> Status:
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and process.poll() is None:
            status = self.status()
            if status["ready"]:
                return status
            time.sleep(0.2)
        raise AssertionError(f"not ready: {self.said()}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.run("down")


def alive(status: Status) -> list[str]:
    return [part["name"] for part in status["parts"] if part["pid"] and psutil.pid_exists(part["pid"])]


def test_ctrl_c_stops_everything_in_order(house: House) -> None:
    process = house.start()
    status = house.wait_until_ready(process)
    assert [part["name"] for part in status["parts"]] == PARTS
    assert {part["state"] for part in status["parts"]} == {"running"}
    with urllib.request.urlopen(f"http://127.0.0.1:{house.api_port}/api/v3/ping", timeout=10) as answer:
        assert answer.status == 200
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(120) == 0
    assert alive(status) == []
    assert "Stopping, in order" in house.said()
    assert "did not stop" not in house.said()
    assert "Traceback" not in house.said()


def test_a_killed_part_comes_back_while_the_others_go_on(house: House) -> None:
    assert house.run("up", "--detach", "--no-client", "--no-demo").returncode == 0
    before = {part["name"]: part["pid"] for part in house.status()["parts"]}
    os.kill(before["ws"], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        after = {part["name"]: part for part in house.status()["parts"]}
        if after["ws"]["restarts"] == 1 and after["ws"]["state"] == "running":
            break
        time.sleep(0.2)
    assert after["ws"]["pid"] not in (0, before["ws"])
    assert [name for name in PARTS if after[name]["pid"] != before[name]] == ["ws"]


def test_a_killed_primary_is_replaced_by_its_shadow_and_comes_back_as_one(house: House) -> None:
    """C17: roles are exchanged, and `trueman status` says so."""
    before = {part["name"]: part for part in house.status()["parts"]}
    assert (before["engine"]["role"], before["shadow"]["role"]) == ("primary", "shadow")
    os.kill(before["engine"]["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        after = {part["name"]: part for part in house.status()["parts"]}
        if (after["engine"]["role"], after["shadow"]["role"]) == ("shadow", "primary"):
            break
        time.sleep(0.2)
    assert (after["engine"]["role"], after["shadow"]["role"]) == ("shadow", "primary")
    assert after["shadow"]["pid"] == before["shadow"]["pid"]
    switched = house.run("admin", "switch-engine")
    assert "decides in place of" in switched.stdout, switched.stdout


def test_a_second_start_in_the_same_folder_is_refused(house: House) -> None:
    for options in ([], ["--detach"]):
        done = house.run("up", "--no-client", "--no-demo", *options)
        assert done.returncode == 78
        assert "already runs in" in done.stdout


def test_the_next_start_ends_what_a_killed_supervisor_left(house: House) -> None:
    status = house.status()
    os.kill(status["pid"], signal.SIGKILL)
    assert alive(status) == PARTS
    process = house.start()
    again = house.wait_until_ready(process)
    assert alive(status) == []
    assert alive(again) == PARTS
    assert "ended a ws that an earlier run had left behind" in house.said()
    assert house.run("down").stdout == "Stopped.\n"
    assert process.wait(10) == 0
    assert alive(again) == []
