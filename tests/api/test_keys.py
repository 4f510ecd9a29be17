"""API keys and signed requests: what is signed counts as it came, and a deleted key is dead at once."""

import time

import pytest

from tests.api.conftest import InProcess, Person, Program
from trueman.api import signed
from trueman.wire.binance_errors import Refusal

BALANCES = "/v1/wallet/balances"


async def test_a_key_is_shown_once_and_listed_without_its_secret(alice: Person) -> None:
    made = await alice.post("/v1/api-keys", {"label": "bot", "permissions": ["trade", "read", "read"]})
    assert made.status_code == 201
    assert made.json()["permissions"] == ["read", "trade"]
    listed = (await alice.get("/v1/api-keys")).json()
    assert [key["apiKey"] for key in listed] == [made.json()["apiKey"]]
    assert listed[0]["lastUsedAt"] is None
    assert "secretKey" not in listed[0]


async def test_the_secret_lies_sealed_in_the_database(exchange: InProcess, alice: Person) -> None:
    key = await alice.make_key()
    sealed = await exchange.database.fetchval("SELECT secret_sealed FROM api_keys")
    assert key.secret.encode() not in sealed


async def test_a_signed_request_is_answered_and_its_use_is_noted(alice: Person) -> None:
    key = await alice.make_key("read")
    assert (await key.call("GET", BALANCES)).status_code == 200
    listed = (await alice.get("/v1/api-keys")).json()
    assert abs(listed[0]["lastUsedAt"] - time.time() * 1_000) < 60_000


async def test_a_deleted_key_is_dead_at_once(alice: Person) -> None:
    key = await alice.make_key()
    assert (await key.call("GET", BALANCES)).status_code == 200
    assert (await alice.call("DELETE", f"/v1/api-keys/{key.api_key}")).status_code == 204
    answer = await key.call("GET", BALANCES)
    assert (answer.status_code, answer.json()["code"]) == (401, -2015)


async def test_a_key_does_what_it_may_and_no_more(alice: Person) -> None:
    reader = await alice.make_key("read")
    deposit = '{"asset":"BTC","amount":"1"}'
    withdrawal = '{"asset":"BTC","amount":"1","address":"bc1q","clientId":"w1"}'
    trader = await alice.make_key("trade")
    for key, path, body in [
        (reader, "/v1/wallet/deposits", deposit),
        (reader, "/v1/wallet/withdrawals", withdrawal),
        (trader, "/v1/wallet/withdrawals", withdrawal),
    ]:
        answer = await key.call("POST", path, body=body)
        assert (answer.status_code, answer.json()["code"]) == (401, -2015)
    assert await alice.free("BTC") == "10.00000000"
    withdrawer = await alice.make_key("withdraw")
    assert (await withdrawer.call("POST", "/v1/wallet/withdrawals", body=withdrawal)).status_code == 201
    assert (await withdrawer.call("GET", BALANCES)).status_code == 401


async def test_a_key_cannot_make_list_or_delete_keys(alice: Person) -> None:
    key = await alice.make_key()
    body = '{"label":"x","permissions":["read"]}'
    assert (await key.call("POST", "/v1/api-keys", body=body)).status_code == 401
    assert (await key.call("GET", "/v1/api-keys")).status_code == 401
    assert (await key.call("DELETE", f"/v1/api-keys/{key.api_key}")).status_code == 401


async def test_nobody_deletes_somebody_elses_key(alice: Person, bob: Person) -> None:
    key = await alice.make_key()
    answer = await bob.call("DELETE", f"/v1/api-keys/{key.api_key}")
    assert answer.status_code == 404
    assert (await key.call("GET", BALANCES)).status_code == 200
    assert (await bob.get("/v1/api-keys")).json() == []


async def test_a_changed_body_breaks_the_signature(alice: Person) -> None:
    key = await alice.make_key()
    stamped = f"timestamp={time.time_ns() // 1_000_000}"
    signature = key.sign(stamped + '{"asset":"BTC","amount":"1"}')
    answer = await alice.http.post(
        f"/v1/wallet/deposits?{stamped}&signature={signature}",
        content=b'{"asset":"BTC","amount":"9"}',
        headers={"X-MBX-APIKEY": key.api_key},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, -1022)
    assert await alice.free("BTC") == "10.00000000"


async def test_another_keys_secret_signs_nothing(alice: Person, bob: Person) -> None:
    key, other = await alice.make_key(), await bob.make_key()
    forged = Program(alice.http, key.api_key, other.secret)
    assert (await forged.call("GET", BALANCES)).json()["code"] == -1022


KEY_THAT_IS_CASES = [("", -2014), ("short", -2014), ("é" * 64, -2014), ("-" * 64, -2014), ("A" * 64, -2015)]


async def test_a_key_that_is_none_is_refused(exchange: InProcess) -> None:
    for api_key, code in KEY_THAT_IS_CASES:
        headers = {b"X-MBX-APIKEY": api_key.encode("latin-1")}
        answer = await exchange.http.get(f"{BALANCES}?timestamp=1&signature=00", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code)


KEY_IS_NOT_CASES = [
    {"label": "", "permissions": ["read"]},
    {"label": "x" * 65, "permissions": ["read"]},
    {"label": "a\0b", "permissions": ["read"]},
    {"label": "x", "permissions": []},
    {"label": "x", "permissions": ["admin"]},
    {"label": "x", "permissions": "read"},
    {"label": 1, "permissions": ["read"]},
    {"label": "x"},
    {"permissions": ["read"]},
    {"label": "x", "permissions": ["read"], "account": 1},
    {"label": "x", "permissions": [["read"]]},
]


async def test_a_key_is_not_made_from_a_bad_body(alice: Person) -> None:
    for body in KEY_IS_NOT_CASES:
        answer = await alice.post("/v1/api-keys", body)
        assert answer.status_code == 400
        assert answer.json()["field"] in ("label", "permissions", "account")


async def test_an_account_has_a_bounded_number_of_keys(exchange: InProcess, alice: Person) -> None:
    await exchange.database.execute(
        "INSERT INTO api_keys SELECT repeat('x', 60) || n, $1, 'x', '', '{read}', 0, NULL"
        " FROM generate_series(1, 50) AS n",
        alice.account,
    )
    answer = await alice.post("/v1/api-keys", {"label": "one more", "permissions": ["read"]})
    assert answer.status_code == 409


def test_the_signed_text_is_the_query_and_the_body_as_they_came() -> None:
    read = signed.read(b"symbol=BTCUSDT&timestamp=1&signature=AB&x=%20+", b"side=BUY&price=1")
    assert read.text == b"symbol=BTCUSDT&timestamp=1&x=%20+side=BUY&price=1"
    assert read.signature == b"AB"


def test_a_signature_in_the_body_is_cut_from_there() -> None:
    read = signed.read(b"", b"a=1&signature=cd&timestamp=1700000000000")
    assert read.text == b"a=1&timestamp=1700000000000"
    assert read.timestamp_us == 1_700_000_000_000_000


def test_a_json_body_is_signed_as_a_whole() -> None:
    body = b'{"note":"a&signature=zz&timestamp=9"}'
    read = signed.read(b"timestamp=1700000000000&signature=ab", body)
    assert read.text == b"timestamp=1700000000000" + body


def test_a_timestamp_may_count_microseconds() -> None:
    assert signed.read(b"timestamp=1700000000000001&signature=a", b"").timestamp_us == 1_700_000_000_000_001


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        (b"signature=a", -1102, "timestamp"),
        (b"timestamp=&signature=a", -1102, "timestamp"),
        (b"timestamp=1", -1102, "signature"),
        (b"timestamp=1&signature=", -1102, "signature"),
        (b"timestamp=-1&signature=a", -1100, "timestamp"),
        (b"timestamp=1e3&signature=a", -1100, "timestamp"),
        (b"timestamp=1_0&signature=a", -1100, "timestamp"),
        ("timestamp=٣&signature=a".encode(), -1100, "timestamp"),
        (b"timestamp=" + b"9" * 21 + b"&signature=a", -1100, "timestamp"),
        (b"timestamp=1&signature=a&signature=b", -1101, "signature"),
        (b"timestamp=1&timestamp=2&signature=b", -1101, "timestamp"),
        (b"timestamp=1&recvWindow=60001&signature=b", -1131, "recvWindow"),
        (b"timestamp=1&recvWindow=60000.001&signature=b", -1131, "recvWindow"),
        (b"timestamp=1&recvWindow=-1&signature=b", -1100, "recvWindow"),
        (b"timestamp=1&recvWindow=1.0001&signature=b", -1100, "recvWindow"),
    ],
)
def test_what_a_signature_needs_is_asked_for_by_name(query: bytes, code: int, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        signed.read(query, b"")
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("age_ms", "window", "fresh"),
    [
        (0, b"5000", True),
        (5_000, b"5000", True),
        (5_001, b"5000", False),
        (-999, b"5000", True),
        (-1_000, b"5000", False),
        (59_999, b"60000", True),
        (1, b"0.5", False),
        (2, b"2.000", True),
    ],
)
def test_a_request_lives_as_long_as_its_window(age_ms: int, window: bytes, fresh: bool) -> None:
    now_us = 1_700_000_000_000_000
    stamp = str(now_us // 1_000 - age_ms).encode()
    read = signed.read(b"timestamp=" + stamp + b"&signature=a&recvWindow=" + window, b"")
    if fresh:
        signed.require_fresh(read, now_us)
        return
    with pytest.raises(Refusal, match="Timestamp for this request") as caught:
        signed.require_fresh(read, now_us)
    assert caught.value.code == -1021


def test_a_signature_counts_in_either_case() -> None:
    read = signed.read(b"timestamp=1&signature=X", b"")
    upper = read._replace(signature=b"0B16C5C37E8FD2E8A5AB4AD05DEC8BF1F4B6A8DC".ljust(64, b"0"))
    with pytest.raises(Refusal):
        signed.require_signature(upper, b"secret")
    key = Program(None, "", "secret")  # type: ignore[arg-type]
    signed.require_signature(read._replace(signature=key.sign("timestamp=1").upper().encode()), b"secret")
