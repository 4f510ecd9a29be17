"""The bounds of a connection, met over the wire."""

import asyncio

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Opcode
from websockets.typing import Origin

from tests.ws.stage import PATIENCE_SECONDS, Stage, ask, client, heard, staged
from trueman.ws.client import MESSAGE_BYTES_MAX

LIST = '{"method":"LIST_SUBSCRIPTIONS","id":1}'


async def closed(connection: ClientConnection) -> tuple[int, str]:
    """The code and reason with which the server closed."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await connection.wait_closed()
    assert connection.close_code is not None
    return connection.close_code, connection.close_reason or ""


@pytest.mark.parametrize("path", ["/ws", "/ws/0", "/ws/17", "/ws/pqia91ma19a5s61cv6a81va65sdf", "/stream"])
async def test_a_path_without_streams_opens(stage: Stage, path: str) -> None:
    async with client(stage, path) as connection:
        assert await ask(connection, "LIST_SUBSCRIPTIONS") == {"result": [], "id": 1}
        assert (await ask(connection, "GET_PROPERTY", ["combined"]))["result"] is (path == "/stream")


async def test_a_path_with_an_unknown_stream_opens_and_says_so(stage: Stage) -> None:
    async with client(stage, "/ws/btcusdt@trade/btcusdt@nothing/nonono@trade") as connection:
        first, second = await heard(connection), await heard(connection)
        assert "there is no stream 'nothing'" in first["error"]["msg"]
        assert "there is no market NONONO" in second["error"]["msg"]
        assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == ["btcusdt@trade"]


async def test_an_unsubscribed_stream_falls_silent(stage: Stage) -> None:
    async with client(stage, "/ws/btcusdt@trade/btcusdt@aggTrade") as connection:
        await ask(connection, "UNSUBSCRIBE", ["btcusdt@trade"])
        await stage.trade(100, 1)
        assert (await heard(connection))["e"] == "aggTrade"
        await stage.trade(100, 1)
        assert (await heard(connection))["e"] == "aggTrade"


async def test_bad_json_is_answered_and_the_connection_lives(stage: Stage) -> None:
    async with client(stage, "/ws") as connection:
        await connection.send("{not json")
        assert (await heard(connection))["error"]["code"] == 3
        assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == []


async def test_too_many_messages_in_a_second_close_the_connection() -> None:
    async with staged(stream_messages_per_second=5) as stage, client(stage, "/ws") as connection:
        for _ in range(5):
            await connection.send(LIST)
            assert (await heard(connection))["result"] == []
        await connection.send(LIST)
        assert await closed(connection) == (1008, "too many messages in a second")


async def test_a_steady_client_may_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(stream_messages_per_second=2) as stage, client(stage, "/ws") as connection:
        for _ in range(5):
            await connection.send(LIST)
            assert (await heard(connection))["result"] == []
            await asyncio.sleep(0.55)


async def test_a_huge_message_closes_the_connection(stage: Stage) -> None:
    async with client(stage, "/ws") as connection:
        await connection.send("x" * (MESSAGE_BYTES_MAX + 1))
        assert (await closed(connection))[0] == 1009


async def test_a_huge_message_in_small_pieces_closes_the_connection(stage: Stage) -> None:
    async with client(stage, "/ws") as connection:
        await connection.send(["x" * 40_000, "y" * 40_000])
        assert (await closed(connection))[0] == 1009


async def test_a_message_in_pieces_is_read_as_one(stage: Stage) -> None:
    async with client(stage, "/ws") as connection:
        await connection.send([LIST[:7], LIST[7:20], LIST[20:]])
        assert (await heard(connection))["result"] == []


async def test_binary_messages_are_not_understood(stage: Stage) -> None:
    async with client(stage, "/ws") as connection:
        await connection.send(b"\x00\x01")
        assert (await closed(connection))[0] == 1003


async def test_an_address_has_a_bounded_number_of_connections() -> None:
    async with staged(connections_per_ip_max=2) as stage, client(stage, "/ws"):
        async with client(stage, "/ws"), client(stage, "/ws") as third:
            assert await closed(third) == (1008, "too many connections from this address")
        while len(stage.service.connections) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with client(stage, "/ws") as again:
            assert (await ask(again, "LIST_SUBSCRIPTIONS"))["result"] == []


async def test_a_strange_page_is_turned_away_and_ours_is_not(stage: Stage) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with client(stage, "/ws", origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403
    async with client(stage, "/ws", origin="http://localhost:3000") as connection:
        assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == []


async def test_a_page_of_the_host_that_it_asks_is_ours_under_any_name() -> None:
    """The same machine as its neighbours see it: our client's port beside the port of the streams."""
    ours = Origin("http://box.lan:3100")
    async with staged(client_port=3100) as stage:
        with pytest.raises(InvalidStatus):
            async with client(stage, "/ws", origin=ours):
                pass
        port = stage.service.port
        async with connect("ws://box.lan:9000/ws", origin=ours, proxy=None, host="127.0.0.1", port=port) as connection:
            assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == []


async def test_a_proxy_of_ours_tells_whose_connection_it_is() -> None:
    told = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "9.9.9.9")]
    for trusted, address in (("127.0.0.0/8", "9.9.9.9"), ("10.0.0.0/8", "127.0.0.1")):
        async with staged(trusted_proxies=trusted) as stage, client(stage, "/ws", additional_headers=told):
            assert [each.address for each in stage.service.connections._open] == [address]


async def test_a_path_where_nothing_is_says_where_something_is(stage: Stage) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with client(stage, "/nowhere"):
            pass
    assert refused.value.response.status_code == 404
    assert b"/stream?streams=" in refused.value.response.body


async def test_health_is_told_over_plain_http(stage: Stage) -> None:
    async with httpx.AsyncClient(base_url=stage.url.replace("ws://", "http://"), trust_env=False) as http:
        for path in ("/healthz", "/readyz"):
            answer = await http.get(path)
            assert (answer.status_code, answer.text) == (200, "ok")
        assert (await http.get("/ws")).status_code == 400


async def test_a_ping_is_answered_with_its_own_words(stage: Stage) -> None:
    async with client(stage, "/ws", ping_interval=None) as connection:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await (await connection.ping("are you there"))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that pings and loses patience in tenths of a second."""
    monkeypatch.setattr("trueman.ws.client.PING_SECONDS", 0.1)
    monkeypatch.setattr("trueman.ws.client.PONG_SECONDS_MAX", 0.5)
    monkeypatch.setattr("trueman.ws.service.MAINTENANCE_SECONDS", 0.05)


@pytest.mark.usefixtures("hasty")
async def test_who_answers_pings_stays(stage: Stage) -> None:
    async with client(stage, "/ws") as connection:
        await asyncio.sleep(1.2)
        assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == []


@pytest.mark.usefixtures("hasty")
async def test_who_never_answers_a_ping_is_dropped(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with client(stage, "/ws") as connection:
        send = connection.protocol.send_frame
        monkeypatch.setattr(
            connection.protocol, "send_frame", lambda frame: None if frame.opcode is Opcode.PONG else send(frame)
        )
        assert await closed(connection) == (1008, "no pong for a minute")


async def test_a_connection_does_not_live_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trueman.ws.client.LIFE_SECONDS_MAX", 0.2)
    monkeypatch.setattr("trueman.ws.service.MAINTENANCE_SECONDS", 0.05)
    async with client(stage, "/ws") as connection:
        assert (await closed(connection))[0] == 1001


async def test_as_many_streams_as_a_connection_may_have_fit_into_a_path_and_no_more(stage: Stage) -> None:
    names = "/".join(["btcusdt@trade"] * 1_024)
    async with client(stage, f"/stream?streams={names}") as connection:
        assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == ["btcusdt@trade"]
    with pytest.raises(InvalidStatus) as refused:
        async with client(stage, f"/stream?streams={names}/btcusdt@trade"):
            pass
    assert refused.value.response.status_code == 400


async def test_a_connection_that_left_leaves_nothing_behind(stage: Stage) -> None:
    async with client(stage, "/ws/btcusdt@trade/btcusdt@depth") as connection:
        await ask(connection, "LIST_SUBSCRIPTIONS")
        assert stage.service.hub.streams == 2
    async with asyncio.timeout(PATIENCE_SECONDS):
        await stage.service.connections.all_gone.wait()
    assert stage.service.hub.streams == 0
    assert not stage.service.connections._by_address
