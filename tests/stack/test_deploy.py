"""The container files name things that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from trueman.cli import app
from trueman.infra.peers import networks
from trueman.infra.service import READY_FILE
from trueman.infra.settings import Settings, environment_name
from trueman.operator import tools

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
SETTINGS = {environment_name(name) for name in Settings.model_fields} | {
    READY_FILE,
    "TRUEMAN_API_URL",
    "TRUEMAN_WS_URL",
}


@pytest.mark.parametrize("name", ["migrate", "engine", "db-updater", "api", "ws", "client"])
def test_every_part_is_there_and_is_told_only_what_it_knows(name: str) -> None:
    service = COMPOSE["services"][name]
    assert set(service["environment"]) <= SETTINGS
    if name != "client":
        commands = [*app.registered_commands, *tools.registered_commands]
        known = {command.name or command.callback.__name__ for command in commands if command.callback}
        assert service["command"][:2] == ["trueman", name]
        assert name in known


def test_the_auditor_looks_at_the_engines_snapshots_and_archive_and_changes_nothing() -> None:
    service = COMPOSE["services"]["auditor"]
    assert service["command"][:3] == ["trueman", "reconcile", "--every"]
    assert service["volumes"] == ["engine:/data:ro"]
    assert set(service["environment"]) <= SETTINGS


def test_engines_are_two_and_each_starts_as_the_shadow_of_the_other() -> None:
    """C17 C18: containers are started again as they are, and a primary that was replaced must not come back as one."""
    engines = [COMPOSE["services"][name] for name in ("engine", "shadow")]
    assert [service["command"] for service in engines] == [["trueman", "engine", "--shadow"]] * 2
    assert engines[0]["volumes"] == engines[1]["volumes"]


def test_the_simulator_is_there_for_a_demo_only() -> None:
    service = COMPOSE["services"]["simulator"]
    assert service["profiles"] == ["demo"]
    assert service["command"][:3] == ["trueman", "simulate", "--as-service"]
    assert set(service["environment"]) <= SETTINGS
    assert service["volumes"][0].split(":")[0] in COMPOSE["volumes"]
    assert COMPOSE["services"]["api"]["environment"]["TRUEMAN_FAUCET"] == "${TRUEMAN_FAUCET:-0}"


def test_the_servers_keep_what_they_acknowledge() -> None:
    valkey = " ".join(COMPOSE["services"]["valkey"]["command"])
    for promise in (
        "--appendonly yes",
        "--appendfsync always",
        "--maxmemory-policy noeviction",
        "--requirepass",
        "--maxmemory ${",
    ):
        assert promise in valkey
    assert {"fsync=on", "synchronous_commit=on"} <= set(COMPOSE["services"]["postgres"]["command"])
    for name in ("postgres", "valkey", "engine"):
        volume = COMPOSE["services"][name]["volumes"][0].split(":")[0]
        assert volume in COMPOSE["volumes"]


def test_who_speaks_for_others_is_in_the_network_of_the_containers() -> None:
    network = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    for name in ("api", "ws", "client"):
        assert COMPOSE["services"][name]["environment"]["TRUEMAN_TRUSTED_PROXIES"] == network
    usual = re.fullmatch(r"\$\{TRUEMAN_NETWORK:-(.+)\}", network)
    assert usual is not None
    assert [each.is_private for each in networks(usual[1])] == [True]


def test_no_password_has_a_default_and_no_server_is_open_to_the_network() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    assert re.findall(r"PASSWORD:?-", text) == []
    assert text.count(":?set it in deploy/.env}") >= 4
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", ["Dockerfile", "client.Dockerfile"])
def test_images_copy_files_that_exist_and_do_not_run_as_root(name: str) -> None:
    lines = (ROOT / "deploy" / name).read_text().splitlines()
    copied = [
        source for line in lines if line.startswith("COPY ") and "--from" not in line for source in line.split()[1:-1]
    ]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert [line for line in lines if line.startswith("USER ")]
