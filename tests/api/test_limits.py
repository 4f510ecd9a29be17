"""How much one caller may ask, and how old an answer of the database may grow."""

import asyncio

import httpx
import pytest

from tests.api.conftest import InProcess, Person
from trueman.api import remembered as remembered_module
from trueman.api.app import create_app
from trueman.api.limits import Limits, Window, network_of
from trueman.api.login_limits import LoginLimits
from trueman.api.remembered import STALE_SECONDS_MAX, Remembered
from trueman.errors import TooManyRequests
from trueman.infra.settings import Settings

MINUTE_US = 60_000_000


class Clock:
    def __init__(self) -> None:
        self.now_us = 28_000_000 * MINUTE_US

    def __call__(self) -> int:
        return self.now_us

    def seconds(self) -> float:
        return self.now_us / 1_000_000


def test_a_minute_has_so_much_weight_and_the_next_one_begins_anew() -> None:
    clock = Clock()
    limits = Limits(Settings(request_weight_per_minute=10), clock)
    assert [limits.weigh("1.1.1.1", 5), limits.weigh("1.1.1.1", 5)] == [5, 10]
    clock.now_us += 20_000_000
    with pytest.raises(TooManyRequests) as caught:
        limits.weigh("1.1.1.1", 1)
    assert (caught.value.code, caught.value.retry_after_s) == (-1003, 40)
    assert limits.weigh("2.2.2.2", 10) == 10
    clock.now_us += 40_000_000
    assert limits.weigh("1.1.1.1", 1) == 1


def test_orders_are_counted_by_ten_seconds_and_by_day() -> None:
    clock = Clock()
    limits = Limits(Settings(orders_per_10_seconds=2, orders_per_day=3), clock)
    assert [limits.count_order(7), limits.count_order(7)] == [(1, 1), (2, 2)]
    with pytest.raises(TooManyRequests, match="2 orders per 10 SECOND") as caught:
        limits.count_order(7)
    assert caught.value.code == -1015
    assert limits.count_order(8) == (1, 1)
    clock.now_us += 10_000_000
    assert limits.count_order(7) == (1, 3)
    with pytest.raises(TooManyRequests, match="3 orders per 1 DAY"):
        limits.count_order(7)
    assert limits.order_counts(7) == (1, 3)


def test_a_refused_order_is_not_counted() -> None:
    limits = Limits(Settings(orders_per_10_seconds=1), Clock())
    limits.count_order(7)
    for _ in range(3):
        with pytest.raises(TooManyRequests):
            limits.count_order(7)
    assert limits.order_counts(7) == (1, 1)


def test_a_network_of_ipv6_counts_as_one_caller() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db8:0:1::1")
    assert network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("not:an:address") == "not:an:address"


def test_a_window_tells_a_bounded_number_of_callers_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trueman.api.limits.COUNTED_MAX", 2)
    window = Window(60, 10)
    assert [window.add(caller, 1, 0) for caller in "abcd"] == [1, 1, 1, 2]
    assert window.add("a", 1, 0) == 2


def test_each_failure_doubles_the_wait_of_its_pair_alone() -> None:
    clock = Clock()
    limits = LoginLimits(1_000, clock)
    waits = []
    for _ in range(12):
        limits.failed("ada@example.com", "1.1.1.1")
        try:
            limits.attempt("ada@example.com", "1.1.1.1")
            waits.append(0)
        except TooManyRequests as error:
            waits.append(error.retry_after_s)
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    limits.attempt("ada@example.com", "2.2.2.2")
    limits.attempt("bob@example.com", "1.1.1.1")
    clock.now_us += MINUTE_US
    limits.attempt("ada@example.com", "1.1.1.1")
    limits.succeeded("ada@example.com", "1.1.1.1")
    limits.failed("ada@example.com", "1.1.1.1")
    limits.attempt("ada@example.com", "1.1.1.1")


async def test_beyond_its_weight_an_address_is_told_when_to_come_back(settings: Settings, exchange: InProcess) -> None:
    exchange.state.limits._weights.limit = exchange.state.limits.used_weight("127.0.0.1") + 2
    statuses = [(await exchange.http.get("/v1/me")).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    answer = await exchange.http.get("/v1/me")
    assert answer.json()["code"] == -1003
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await exchange.http.get("/healthz")).status_code == 200


def in_one_minute(exchange: InProcess, weight: int) -> Limits:
    """Limits of which nothing is spent yet, in a minute that does not end."""
    exchange.state.limits = Limits(Settings(request_weight_per_minute=weight), Clock())
    return exchange.state.limits


async def test_who_is_known_pays_for_himself_whatever_his_address_has_spent(
    exchange: InProcess, alice: Person, bob: Person
) -> None:
    """The header tells the count that applies."""
    program = await alice.make_key("read")
    limits = in_one_minute(exchange, weight=200)
    limits.weigh("127.0.0.1", 200)
    assert (await exchange.http.get("/api/v3/time", headers={"X-MBX-APIKEY": program.api_key})).status_code == 429
    for answer, used in [
        (await alice.get("/v1/me"), 1),
        (await program.call("GET", "/v1/wallet/balances"), 2),
        (await program.call("GET", "/api/v3/account"), 22),
        (await bob.get("/v1/api-keys"), 1),
        (await bob.get("/api/v3/openOrders"), 81),
    ]:
        assert (answer.status_code, answer.headers["x-mbx-used-weight-1m"]) == (200, str(used)), answer.text
    assert limits.used_weight("127.0.0.1") == 201


async def test_an_account_has_its_own_limit(exchange: InProcess, alice: Person, bob: Person) -> None:
    in_one_minute(exchange, weight=1)
    assert [(await alice.get("/v1/me")).status_code for _ in range(3)] == [200, 429, 429]
    assert (await bob.get("/v1/me")).status_code == 200
    refused = await alice.get("/api/v3/account")
    assert (refused.status_code, refused.json()["code"]) == (429, -1003)


async def test_who_fails_to_say_who_he_is_pays_with_his_address(exchange: InProcess, alice: Person) -> None:
    stranger = {"X-MBX-APIKEY": "k" * 64}
    signed = "?timestamp=1&signature=00"
    reader = await alice.make_key("read")
    limits, spent = in_one_minute(exchange, weight=100), 0
    for asked in (
        exchange.http.get("/v1/me", headers={"Authorization": "Bearer forged"}),
        exchange.http.get(f"/v1/me{signed}", headers=stranger),
        exchange.http.get(f"/api/v3/rateLimit/order{signed}", headers=stranger),
        reader.call("POST", "/api/v3/order/test"),
        exchange.http.post("/v1/auth/login", json={}, headers=stranger),
        exchange.http.get("/v1/nothing", headers=stranger),
    ):
        answer = await asked
        assert answer.status_code in (400, 401, 404), answer.text
        assert limits.used_weight("127.0.0.1") > spent, answer.request.url
        spent = limits.used_weight("127.0.0.1")
        assert answer.headers["x-mbx-used-weight-1m"] == str(spent)
    limits.weigh("127.0.0.1", 100 - spent)
    assert (await exchange.http.get("/v1/me", headers={"Authorization": "Bearer forged"})).status_code == 429


async def test_an_address_that_guesses_keys_costs_the_database_no_more_than_its_weight(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def find(pool: object, api_key: str) -> None:
        asked.append(api_key)

    monkeypatch.setattr("trueman.infra.database.api_keys.find", find)
    in_one_minute(exchange, weight=3)
    for number in range(9):
        await exchange.http.get("/v1/me?timestamp=1&signature=00", headers={"X-MBX-APIKEY": f"{number}" * 64})
    assert len(asked) == 3


async def test_every_line_of_the_header_is_read(exchange: InProcess) -> None:
    """Some proxies write a line of their own under what the caller wrote."""
    exchange.settings.trusted_proxies = "10.0.0.1"
    before = exchange.state.limits.used_weight("1.1.1.1")
    transport = httpx.ASGITransport(create_app(exchange.state), client=("10.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as http:
        await http.get("/v1/me", headers=[("X-Forwarded-For", "6.6.6.6, 1.1.1.1"), ("X-Forwarded-For", "10.0.0.1")])
    assert exchange.state.limits.used_weight("1.1.1.1") == before + 1


async def test_an_address_told_by_a_stranger_is_not_believed(exchange: InProcess) -> None:
    exchange.settings.trusted_proxies = "10.0.0.0/30"
    app = create_app(exchange.state)
    for peer, forwarded, expected in [
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
    ]:
        before = exchange.state.limits.used_weight(expected)
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as http:
            await http.get("/v1/me", headers={"X-Forwarded-For": forwarded})
        assert exchange.state.limits.used_weight(expected) == before + 1, (peer, forwarded)


async def test_an_answer_is_asked_for_again_when_it_is_no_longer_fresh() -> None:
    clock, answers = Clock(), iter(["old", "new"])

    async def load(key: str) -> str:
        return next(answers)

    remembered = Remembered(load, fresh_seconds=5, clock_s=clock.seconds)
    assert [await remembered.get("k"), await remembered.get("k")] == ["old", "old"]
    clock.now_us += 5_000_000
    assert await remembered.get("k") == "new"


async def test_an_answer_may_grow_old_while_the_database_is_away_but_not_for_ever() -> None:
    clock, away = Clock(), False

    async def load(key: str) -> str:
        if away:
            raise ConnectionRefusedError
        return "kept"

    remembered = Remembered(load, clock_s=clock.seconds)
    await remembered.get("k")
    away = True
    clock.now_us += int((STALE_SECONDS_MAX - 1) * 1_000_000)
    assert await remembered.get("k") == "kept"
    clock.now_us += 2_000_000
    with pytest.raises(ConnectionRefusedError):
        await remembered.get("k")


async def test_what_is_forgotten_while_it_is_being_read_is_not_kept() -> None:
    answers = iter(["old", "new"])

    async def load(key: str) -> str:
        answer = next(answers)
        if answer == "old":
            remembered.forget("k")
        return answer

    remembered: Remembered[str, str] = Remembered(load)
    assert await remembered.get("k") == "old"
    assert await remembered.get("k") == "new"


async def test_a_short_absence_of_the_database_does_not_stop_those_who_are_known(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await alice.make_key()
    assert (await key.call("GET", "/v1/wallet/balances")).status_code == 200

    async def away(*arguments: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("trueman.infra.database.api_keys.find", away)
    exchange.state.keys._keys._fresh_seconds = 0
    assert (await key.call("GET", "/v1/wallet/balances")).status_code == 200


async def test_a_database_that_hangs_is_asked_once_and_nobody_waits_for_it_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """C29: who is known goes on with the old answer, who is not is told that the database does not answer."""
    monkeypatch.setattr(remembered_module, "ANSWER_SECONDS_MAX", 0.02)
    clock, asked, answers = Clock(), 0, asyncio.Event()

    async def load(key: str) -> str:
        nonlocal asked
        asked += 1
        if asked > 1:
            await answers.wait()
        return f"answer {asked}"

    remembered = Remembered(load, fresh_seconds=5, clock_s=clock.seconds)
    assert await remembered.get("k") == "answer 1"
    clock.now_us += 5_000_000
    async with asyncio.timeout(5):
        assert await asyncio.gather(*[remembered.get("k") for _ in range(10)]) == ["answer 1"] * 10
    assert asked == 2
    with pytest.raises(TimeoutError):
        await remembered.get("unknown")
    answers.set()
    await asyncio.sleep(0.01)
    assert await remembered.get("k") == "answer 3"
    assert asked == 3


async def test_what_is_forgotten_while_the_database_hangs_is_asked_anew() -> None:
    answers, clock = [asyncio.Event(), asyncio.Event()], Clock()
    asked = iter(range(2))

    async def load(key: str) -> int:
        this = next(asked)
        await answers[this].wait()
        return this

    remembered = Remembered(load, clock_s=clock.seconds)
    first = asyncio.create_task(remembered.get("k"))
    await asyncio.sleep(0)
    remembered.forget("k")
    second = asyncio.create_task(remembered.get("k"))
    await asyncio.sleep(0)
    answers[1].set()
    assert await second == 1
    answers[0].set()
    assert await first == 0
    assert await remembered.get("k") == 1
