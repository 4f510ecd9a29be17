"""Sign up, log in, stay logged in, log out; and everything somebody else would try."""

import base64
import json
import time
from collections.abc import Mapping

import httpx
import jwt

from tests.api.conftest import HASH_KIBIBYTES, PASSWORD, InProcess
from trueman.infra.tokens import TYPE

NOW = int(time.time())


async def test_who_signs_up_can_log_in_and_is_himself(exchange: InProcess) -> None:
    person = await exchange.sign_up("  Ada@Example.com ")
    me = (await person.get("/v1/me")).json()
    assert me["account"] == person.account >= 1_024
    assert (me["email"], me["role"], me["faucet"]) == ("ada@example.com", "user", True)


async def test_an_email_is_taken_once_however_it_is_written(exchange: InProcess) -> None:
    await exchange.sign_up("ada@example.com")
    answer = await exchange.http.post("/v1/auth/signup", json={"email": "ADA@example.com", "password": PASSWORD})
    assert answer.status_code == 409
    assert answer.json()["field"] == "email"


WHAT_IS_NO_CASES = [
    "",
    "ada",
    "ada@",
    "@example.com",
    "ada@example",
    "a b@example.com",
    "ada@exa mple.com",
    "ada\0@example.com",
    "ада@example.com",
    "a@b@example.com",
    "x" * 65 + "@example.com",
    "a@" + "b." * 130 + "com",
]


async def test_what_is_no_email_is_refused(exchange: InProcess) -> None:
    for email in WHAT_IS_NO_CASES:
        answer = await exchange.http.post("/v1/auth/signup", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 400
        assert answer.json()["field"] == "email"


PASSWORD_THAT_IS_CASES = ["", "short", "x" * 129, "ü" * 65, "Password1", "1q2w3e4r"]


async def test_a_password_that_is_short_long_or_common_is_refused(exchange: InProcess) -> None:
    for password in PASSWORD_THAT_IS_CASES:
        answer = await exchange.http.post("/v1/auth/signup", json={"email": "ada@example.com", "password": password})
        assert answer.status_code == 400
        assert answer.json()["field"] == "password"


async def test_a_wrong_password_and_an_unknown_email_are_answered_alike(exchange: InProcess) -> None:
    await exchange.sign_up("ada@example.com")
    answers = [
        await exchange.http.post("/v1/auth/login", json={"email": email, "password": "something else"})
        for email in ("ada@example.com", "eve@example.com", "no e-mail", "\0")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


async def test_a_disabled_user_cannot_log_in_and_his_session_ends(exchange: InProcess) -> None:
    person = await exchange.sign_up("ada@example.com")
    await exchange.database.execute("UPDATE users SET disabled = true")
    answer = await exchange.http.post("/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
    assert answer.status_code == 401
    exchange.state.users._members._entries.clear()
    assert (await person.get("/v1/me")).status_code == 401


async def test_a_hash_with_weaker_parameters_is_renewed_at_login(exchange: InProcess) -> None:
    from argon2 import PasswordHasher

    await exchange.sign_up("ada@example.com")
    weak = PasswordHasher(time_cost=1, memory_cost=HASH_KIBIBYTES // 2, parallelism=1).hash(PASSWORD)
    await exchange.database.execute("UPDATE users SET password_hash = $1", weak)
    await exchange.log_in("ada@example.com")
    kept = await exchange.database.fetchval("SELECT password_hash FROM users")
    assert kept != weak
    assert f"m={HASH_KIBIBYTES},t=1,p=1" in kept


async def test_failed_logins_make_the_next_one_wait(exchange: InProcess) -> None:
    await exchange.sign_up("ada@example.com")
    wrong = {"email": "ada@example.com", "password": "something else"}
    statuses = [(await exchange.http.post("/v1/auth/login", json=wrong)).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    right = await exchange.http.post("/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) >= 1


async def test_a_logout_ends_the_session_at_once(exchange: InProcess) -> None:
    person = await exchange.sign_up()
    other = await exchange.log_in(person.email)
    assert (await person.post("/v1/auth/logout")).status_code == 204
    assert (await person.get("/v1/me")).status_code == 401
    assert (await other.get("/v1/me")).status_code == 200


async def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_other_pages(exchange: InProcess) -> None:
    cookie = await log_in_for_cookie(exchange)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/v1/auth" in cookie


async def test_a_refresh_gives_a_new_access_token_and_the_next_cookie(exchange: InProcess) -> None:
    first = refresh_token_in(await log_in_for_cookie(exchange))
    answer = await refresh(exchange, first)
    assert answer.status_code == 200
    assert refresh_token_in(answer.headers["set-cookie"]) != first
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await exchange.http.get("/v1/me", headers=headers)).status_code == 200


async def test_a_lost_answer_to_a_refresh_can_be_asked_for_again(exchange: InProcess) -> None:
    first = refresh_token_in(await log_in_for_cookie(exchange))
    lost = await refresh(exchange, first)
    again = await refresh(exchange, first)
    assert again.status_code == 200
    assert refresh_token_in(again.headers["set-cookie"]) == refresh_token_in(lost.headers["set-cookie"])


async def test_a_used_refresh_token_ends_the_whole_family(exchange: InProcess) -> None:
    """Whoever comes second with an old token, the owner or the thief, ends the session for both."""
    first = refresh_token_in(await log_in_for_cookie(exchange))
    second_answer = await refresh(exchange, first)
    second = refresh_token_in(second_answer.headers["set-cookie"])
    third_answer = await refresh(exchange, second)
    third = refresh_token_in(third_answer.headers["set-cookie"])
    assert (await refresh(exchange, first)).status_code == 401
    assert (await refresh(exchange, third)).status_code == 401
    headers = {"Authorization": f"Bearer {third_answer.json()['access_token']}"}
    assert (await exchange.http.get("/v1/me", headers=headers)).status_code == 401


async def test_after_the_grace_a_repeat_is_a_theft(exchange: InProcess) -> None:
    first = refresh_token_in(await log_in_for_cookie(exchange))
    second = refresh_token_in((await refresh(exchange, first)).headers["set-cookie"])
    await exchange.database.execute("UPDATE refresh_tokens SET used_us = used_us - 11000000 WHERE used_us > 0")
    assert (await refresh(exchange, first)).status_code == 401
    assert (await refresh(exchange, second)).status_code == 401


async def test_refresh_tokens_lie_hashed_in_the_database(exchange: InProcess) -> None:
    token = refresh_token_in(await log_in_for_cookie(exchange))
    rows = await exchange.database.fetch("SELECT token_hash FROM refresh_tokens")
    assert rows
    assert all(token.encode() not in row["token_hash"] for row in rows)


async def test_another_page_cannot_use_the_cookie(exchange: InProcess) -> None:
    token = refresh_token_in(await log_in_for_cookie(exchange))
    answer = await refresh(exchange, token, origin="https://evil.example")
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    ours = f"http://localhost:{exchange.settings.client_port}"
    answer = await refresh(exchange, token, origin=ours)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ours


async def test_forged_tokens_are_refused(exchange: InProcess) -> None:
    """Algorithm none, another key, another audience or issuer, another type, expired, from the future, cut, padded."""
    person = await exchange.sign_up()
    key = (exchange.settings.data / "secrets" / "jwt.key").read_bytes()
    claims = jwt.decode(person.token, options={"verify_signature": False})
    unsigned = {"typ": TYPE, "alg": "none"}
    forged = {
        "none": f"{part(unsigned)}.{part(claims)}.",
        "other key": jwt.encode(claims, b"k" * 32, "HS256", headers={"typ": TYPE}),
        "other algorithm": jwt.encode(claims, key * 2, "HS512", headers={"typ": TYPE}),
        "same key, other algorithm": jwt.encode(claims, key + bytes(32), "HS384", headers={"typ": TYPE}),
        "wrong audience": jwt.encode({**claims, "aud": "other"}, key, "HS256", headers={"typ": TYPE}),
        "wrong issuer": jwt.encode({**claims, "iss": "true"}, key, "HS256", headers={"typ": TYPE}),
        "wrong type": jwt.encode(claims, key, "HS256"),
        "expired": jwt.encode({**claims, "exp": NOW - 31}, key, "HS256", headers={"typ": TYPE}),
        "not yet": jwt.encode({**claims, "iat": NOW + 600}, key, "HS256", headers={"typ": TYPE}),
        "no expiry": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, key, "HS256", headers={"typ": TYPE}),
        "float expiry": jwt.encode({**claims, "exp": 1e300}, key, "HS256", headers={"typ": TYPE}),
        "somebody else's account": jwt.encode({**claims, "sub": "1025"}, key, "HS256", headers={"typ": TYPE}),
        "no such session": jwt.encode({**claims, "sid": "none"}, key, "HS256", headers={"typ": TYPE}),
        "cut": person.token[:-4],
        "changed": person.token[:-4] + "AAAA",
        "padded": person.token + "A" * 2_000,
        "empty": "",
        "garbage": "a.b.c",
    }
    for name, token in forged.items():
        answer = await exchange.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, name
        assert answer.json()["code"] == -1002, name
    assert (await person.get("/v1/me")).status_code == 200


async def test_a_token_is_not_cached_beyond_its_end(exchange: InProcess) -> None:
    person = await exchange.sign_up()
    assert (await person.get("/v1/me")).status_code == 200
    clock = exchange.state.clock_us
    exchange.state.clock_us = lambda: clock() + (exchange.settings.access_token_seconds + 31) * 1_000_000
    assert (await person.get("/v1/me")).status_code == 401


OTHER_AUTHORIZATIONS_ARE_CASES = ["", "Bearer", "Basic YTpi", "bearer  ", "Token x", "Bearer \xff"]


async def test_other_authorizations_are_refused(exchange: InProcess) -> None:
    for authorization in OTHER_AUTHORIZATIONS_ARE_CASES:
        headers = {b"Authorization": authorization.encode("latin-1")}
        answer = await exchange.http.get("/v1/me", headers=headers)
        assert answer.status_code == 401


async def test_a_role_in_the_database_counts_not_one_in_a_token(exchange: InProcess) -> None:
    person = await exchange.sign_up()
    key = (exchange.settings.data / "secrets" / "jwt.key").read_bytes()
    claims = jwt.decode(person.token, options={"verify_signature": False})
    crowned = jwt.encode({**claims, "role": "admin"}, key, "HS256", headers={"typ": TYPE})
    answer = await exchange.http.get("/v1/admin/assets", headers={"Authorization": f"Bearer {crowned}"})
    assert answer.status_code == 403


def part(value: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def log_in_for_cookie(exchange: InProcess) -> str:
    await exchange.sign_up("ada@example.com")
    answer = await exchange.http.post("/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
    exchange.http.cookies.clear()
    return str(answer.headers["set-cookie"])


def refresh_token_in(cookie: str) -> str:
    return cookie.split(";")[0].split("=", 1)[1]


async def refresh(exchange: InProcess, token: str, origin: str = "") -> httpx.Response:
    headers = {"Cookie": f"theme=dark; refresh={token}"} | ({"Origin": origin} if origin else {})
    answer = await exchange.http.post("/v1/auth/refresh", headers=headers)
    exchange.http.cookies.clear()
    return answer
