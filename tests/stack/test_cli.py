"""The command line speaks to people: never a traceback, always what to do."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from trueman.infra.metrics import exposed
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres


def trueman(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRUEMAN_")}
    clean |= {"DATABASE_URL": "", "VALKEY_URL": "", **environment}
    return subprocess.run(
        [sys.executable, "-m", "trueman.cli", *arguments], env=clean, capture_output=True, text=True, timeout=120
    )


def test_help_names_every_part() -> None:
    told = trueman("--help").stdout
    for name in ("up", "down", "status", "engine", "api", "ws", "db-updater", "simulate", "migrate", "reconcile"):
        assert name in told


def test_help_answers_without_loading_any_part() -> None:
    program = "import sys, trueman.cli; print([name for name in sys.modules if name.startswith('trueman.')])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    parts = ("errors", "operator", "administration", "administration_payouts", "administration_people", "cli")
    assert loaded.strip() == str([f"trueman.{part}" for part in parts])


def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = trueman("settings", TRUEMAN_API_PORT="eighty", TRUEMAN_ORDERS_PER_DAY="0", TRUEMAN_DATA=str(tmp_path))
    assert done.returncode == 78
    assert "TRUEMAN_API_PORT: Input should be a valid integer" in done.stderr
    assert "TRUEMAN_ORDERS_PER_DAY: Input should be greater than or equal to 1" in done.stderr
    assert "Traceback" not in done.stderr


def test_shown_settings_keep_their_secrets() -> None:
    done = trueman("settings", DATABASE_URL="postgresql://someone:hush@nowhere/x")
    assert "DATABASE_URL=(set)" in done.stdout
    assert "hush" not in done.stdout


@pytest.mark.parametrize("service", ["engine", "api", "ws", "db-updater"])
def test_a_service_alone_says_which_server_it_misses(service: str) -> None:
    done = trueman(service)
    assert done.returncode == 78
    assert done.stderr == (
        "trueman: DATABASE_URL is not set. A service alone needs it; `trueman up` starts servers of its own.\n"
    )


def test_up_names_the_port_that_is_taken_and_leaves_nothing_running(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = trueman("up", "--no-client", TRUEMAN_DATA=str(tmp_path), TRUEMAN_API_PORT=str(port))
    assert done.returncode == 78
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
    assert "TRUEMAN_API_PORT" in done.stderr
    assert "Traceback" not in done.stderr
    assert trueman("status", TRUEMAN_DATA=str(tmp_path)).returncode == 3


def test_status_of_nothing_is_json_and_exit_code_3(tmp_path: Path) -> None:
    done = trueman("status", "--json", TRUEMAN_DATA=str(tmp_path))
    assert done.returncode == 3
    assert json.loads(done.stdout) == {
        "running": False,
        "ready": False,
        "pid": 0,
        "data": str(tmp_path),
        "parts": [],
    }


def test_a_user_is_created_once(database_url: str, postgres_server: EmbeddedPostgres) -> None:
    create = ("admin", "create-user", "boss@example.com", "--admin", "--password", "a long one for once")
    assert trueman(*create, DATABASE_URL=database_url).returncode == 0
    again = trueman(*create, DATABASE_URL=database_url)
    assert again.returncode == 78
    assert again.stderr == "trueman: There is a user boss@example.com already.\n"


def test_migrate_may_run_again(database_url: str) -> None:
    done = trueman("migrate", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command", [("migrate",), ("admin", "create-user", "x@example.com", "--password", "long enough")]
)
def test_a_database_that_cannot_be_used_is_told_in_words(
    command: tuple[str, ...], postgres_server: EmbeddedPostgres
) -> None:
    nobody = f"postgresql://postgres:x@127.0.0.1:{free_port()}/x"
    stranger = f"postgresql://postgres:wrong@127.0.0.1:{postgres_server.port}/postgres"
    for url in (nobody, stranger):
        done = trueman(*command, DATABASE_URL=url)
        assert done.returncode == 78
        assert done.stderr.startswith("trueman: PostgreSQL, where DATABASE_URL says it is, cannot be used: ")
        assert "Traceback" not in done.stderr
        assert "wrong" not in done.stderr


def test_metrics_are_shown_while_asked_for() -> None:
    port = free_port()
    with exposed("127.0.0.1", port):
        told = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
    assert "process_resident_memory_bytes" in told
    with exposed("127.0.0.1", 0), pytest.raises(OSError):  # noqa: PT011
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)
