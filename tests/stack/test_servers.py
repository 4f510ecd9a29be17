"""The embedded servers: up, down, killed, up again, with everything that was acknowledged."""

import os
import socket
from pathlib import Path

import asyncpg
import pytest
import redis

from trueman.errors import StartError
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres, EmbeddedServer, EmbeddedValkey


def test_what_valkey_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "valkey", free_port())
    server.start()
    with redis.Redis.from_url(server.url) as client:
        client.set("answer", 42)
        settings = {name: client.config_get(name)[name] for name in ("appendfsync", "maxmemory-policy", "bind")}
    server.kill()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("answer") == b"42"
    server.stop()
    assert settings == {"appendfsync": "always", "maxmemory-policy": "noeviction", "bind": "127.0.0.1"}


async def test_what_postgres_committed_survives_a_kill(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", free_port())
    server.start()
    connection = await asyncpg.connect(server.url)
    await connection.execute("CREATE TABLE kept (number bigint); INSERT INTO kept VALUES (42)")
    durable = await connection.fetchval("SELECT current_setting('fsync') || current_setting('synchronous_commit')")
    connection.terminate()
    server.kill()
    server.start()
    connection = await asyncpg.connect(server.url)
    assert await connection.fetchval("SELECT number FROM kept") == 42
    await connection.close()
    server.stop()
    assert durable == "onon"


async def test_nobody_enters_a_server_without_its_password(
    valkey_server: EmbeddedValkey, postgres_server: EmbeddedPostgres
) -> None:
    with redis.Redis(port=valkey_server.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://postgres:wrong@127.0.0.1:{postgres_server.port}/postgres")


@pytest.mark.parametrize("server_class", [EmbeddedPostgres, EmbeddedValkey])
def test_a_server_left_by_an_earlier_run_is_stopped_first(tmp_path: Path, server_class: type[EmbeddedServer]) -> None:
    port = free_port()
    left = server_class(tmp_path, port)
    left.start()
    assert left.process is not None
    later = server_class(tmp_path, port)
    later.start()
    assert left.process.poll() is not None
    assert later.process is not None
    assert later.leftover() == later.process.pid
    later.stop()
    assert later.leftover() == 0


@pytest.mark.parametrize("server_class", [EmbeddedPostgres, EmbeddedValkey])
def test_a_stale_process_id_is_nobodys_business(tmp_path: Path, server_class: type[EmbeddedServer]) -> None:
    """The number in a pid file may by now belong to a stranger, such as this test."""
    server = server_class(tmp_path, free_port())
    server.start()
    server.kill()
    stale = tmp_path / "valkey.pid" if server_class is EmbeddedValkey else tmp_path / "cluster" / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    assert server.leftover() == 0


@pytest.mark.parametrize("server_class", [EmbeddedPostgres, EmbeddedValkey])
def test_a_port_in_use_is_named_with_the_setting_that_moves_it(
    tmp_path: Path, server_class: type[EmbeddedServer]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} .*{server_class.setting}"):
            server_class(tmp_path, port).start()


def test_an_interrupted_first_start_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path, free_port(), durable=False)
    server.start()
    server.stop()
    assert (tmp_path / "cluster" / "global").is_dir()


def test_secrets_are_readable_by_their_owner_alone(valkey_server: EmbeddedValkey) -> None:
    for name in ("password", "valkey.conf"):
        assert (valkey_server.data_dir / name).stat().st_mode & 0o077 == 0
