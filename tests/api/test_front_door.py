"""Whatever comes through the door: one shape of answer, never a 5xx for bad input, never a movement of money."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.conftest import InProcess, Person

BODY_ROUTES = [
    ("POST", "/v1/auth/signup"),
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/api-keys"),
    ("POST", "/v1/wallet/deposits"),
    ("POST", "/v1/wallet/withdrawals"),
    ("POST", "/v1/admin/assets"),
    ("POST", "/v1/admin/markets"),
    ("PATCH", "/v1/admin/markets/BTCUSDT"),
    ("POST", "/v1/simulator/start"),
    ("PUT", "/v1/simulator/status"),
]
DEEP = b'{"amount":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
BAD_BODIES = {
    "no JSON": b"amount=1",
    "half": b'{"asset":"BTC"',
    "two": b'{"asset":"BTC"}{"asset":"BTC"}',
    "an array": b"[]",
    "a string": b'"BTC"',
    "a number": b"1",
    "not UTF-8": b'{"asset":"\xff\xfe","amount":"1"}',
    "lone surrogate": b'{"asset":"\\ud800","email":"\\ud800","amount":"1"}',
    "deep": DEEP,
    "deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "huge number": b'{"asset":"BTC","amount":1e400}',
    "huge integer": b'{"asset":"BTC","amount":' + b"9" * 5_000 + b"}",
    "NaN": b'{"asset":"BTC","amount":NaN}',
    "NUL": b'{"asset":"BTC\\u0000","amount":"1","label":"\\u0000","email":"a\\u0000@b.co"}',
    "raw NUL": b'\x00{"asset":"BTC"}',
    "byte order mark": b'\xef\xbb\xbf{"asset":"BTC","amount":"1"}',
    "wrong types": b'{"asset":{},"amount":[],"email":1,"password":true,"label":null,"permissions":{},"options":3}',
    "unknown field": b'{"unknown":1,"asset":"BTC","amount":"1"}',
}
SHAPELESS = {"an array", "a string", "a number"}


async def test_a_bad_body_is_a_400_in_our_shape_everywhere(admin: Person) -> None:
    """T15"""
    for name in BAD_BODIES:
        for method, path in BODY_ROUTES:
            answer = await admin.call(method, path, content=BAD_BODIES[name])
            expect_told(answer, 400, f"{method} {path}: {name}")
        assert await admin.free("BTC") == "0.00000000"


async def test_an_empty_body_is_a_400(admin: Person) -> None:
    for method, path in BODY_ROUTES:
        expect_told(await admin.call(method, path), 400, f"{method} {path}")


async def test_a_huge_body_is_a_413_whether_it_says_so_or_not(exchange: InProcess) -> None:
    bytes_max = exchange.settings.body_bytes_max

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * (bytes_max // 4)

    for content in (b" " * (bytes_max + 1), chunks()):
        answer = await exchange.http.post("/v1/auth/login", content=content)
        expect_told(answer, 413, "huge")
    answer = await exchange.http.post("/v1/auth/login", content=b"{}", headers={"Content-Length": "9" * 30})
    expect_told(answer, 413, "declared")


UNKNOWN_PATH_IS_CASES = [
    "/",
    "/v1",
    "/v1/",
    "/v1/none",
    "/v2/me",
    "/favicon.ico",
    "/v1/me/",
    "/V1/me",
    "/v1//me",
    "/api/v3/none",
    "/..%2f",
    "/v1/%00",
    "/v1/me%00",
    "/v1/" + "x" * 5_000,
    "/v1/é",
    "/docs/../pyproject.toml",
    "/docs/x",
]


async def test_an_unknown_path_is_a_404_in_our_shape(alice: Person) -> None:
    for path in UNKNOWN_PATH_IS_CASES:
        expect_told(await alice.get(path), 404, path)


async def test_another_method_is_a_405_that_names_the_right_one(exchange: InProcess) -> None:
    for method, path, allowed in [
        ("POST", "/healthz", "GET"),
        ("DELETE", "/v1/me", "GET"),
        ("GET", "/v1/auth/login", "POST"),
        ("BREW", "/healthz", "GET"),
        ("PUT", "/api/v3/time", "GET"),
    ]:
        answer = await exchange.http.request(method, path)
        expect_told(answer, 405, path)
        assert allowed in answer.headers["allow"]


async def test_every_answer_carries_a_request_id_and_the_used_weight(exchange: InProcess) -> None:
    for path in ("/healthz", "/v1/me", "/none"):
        answer = await exchange.http.get(path)
        assert answer.headers["x-request-id"]
        assert answer.headers["x-mbx-used-weight-1m"].isdigit()
        assert answer.headers["x-content-type-options"] == "nosniff"
    given = await exchange.http.get("/healthz", headers={"X-Request-Id": "mine-1"})
    assert given.headers["x-request-id"] == "mine-1"
    forged = await exchange.http.get("/healthz", headers={"X-Request-Id": "a b;c" + "x" * 99})
    assert forged.headers["x-request-id"] != "a b;c" + "x" * 99


async def test_a_bug_is_a_500_that_tells_nothing(exchange: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("secret details")

    monkeypatch.setattr(exchange.state.users, "log_in", broken)
    answer = await exchange.http.post("/v1/auth/login", json={"email": "a@b.co", "password": "x"})
    expect_told(answer, 500, "bug")
    assert "secret" not in answer.text


async def test_a_page_of_ours_may_ask_from_a_browser_and_no_other(exchange: InProcess) -> None:
    ours = f"http://localhost:{exchange.settings.client_port}"
    preflight = await exchange.http.options("/v1/me", headers={"Origin": ours, "Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == ours
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    theirs = await exchange.http.options("/v1/me", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in theirs.headers
    lan = {"Host": "192.168.1.5:8080", "Origin": f"http://192.168.1.5:{exchange.settings.client_port}"}
    reached = await exchange.http.get("/healthz", headers=lan)
    assert reached.headers["access-control-allow-origin"] == lan["Origin"]
    assert "PATCH" in (await exchange.http.options("/v1/me", headers=lan)).headers["access-control-allow-methods"]
    null = await exchange.http.get("/healthz", headers={"Origin": "null"})
    assert "access-control-allow-origin" not in null.headers


async def test_the_process_is_up_and_of_use(exchange: InProcess, admin: Person) -> None:
    assert (await exchange.http.get("/healthz")).json() == {"status": "ok"}
    ready = await exchange.http.get("/readyz")
    body = ready.json()
    assert body.pop("tablesLag") >= 0
    assert body.pop("withdrawals") in ("open", "unknown")
    assert (ready.status_code, body) == (
        200,
        {"ready": True, "log": "ok", "database": "ok", "lag": 0, "newOrders": "taken"},
    )
    counted = (await exchange.http.get("/metrics")).text
    assert 'trueman_api_requests_total{route="/v1"' in counted
    assert "trueman_api_view_offset" in counted


async def test_without_the_log_the_process_is_up_but_of_no_use(
    exchange: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> int:
        raise OSError("away")

    monkeypatch.setattr(exchange.log, "last_event", away)
    assert (await exchange.http.get("/healthz")).status_code == 200
    ready = await exchange.http.get("/readyz")
    assert (ready.status_code, ready.json()["log"]) == (503, "OSError")


async def test_without_the_database_the_answer_is_a_503(exchange: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*arguments: object, **more: object) -> None:
        raise ConnectionRefusedError("away")

    monkeypatch.setattr("trueman.infra.database.identity.user_by_email", away)
    answer = await exchange.http.post("/v1/auth/login", json={"email": "a@b.co", "password": "x"})
    expect_told(answer, 503, "database away")


def expect_told(answer: httpx.Response, status: int, what: str) -> None:
    assert answer.status_code == status, f"{what}: {answer.status_code} {answer.text[:300]}"
    body = json.loads(answer.text)
    assert set(body) <= {"code", "msg", "field"}, what
    assert body["code"] < 0, what
    assert body["msg"], what
