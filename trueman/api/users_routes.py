"""/v1/auth and /v1/me: sign up, log in, go on, log out, who am I."""

from typing import Any, Final

import msgspec
from litestar import Response as Answer
from litestar import get, post
from litestar.params import JSONBody

from trueman.api.asked import Asked, Asker
from trueman.api.auth import caller_of_token
from trueman.api.http import Request
from trueman.api.origins import is_ours
from trueman.api.users import LoggedIn
from trueman.errors import Forbidden, NotAuthenticated
from trueman.infra.settings import Settings

COOKIE_PATH: Final = "/v1/auth"
DAY_S: Final = 86_400


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    email: str
    password: str


class SignedUp(msgspec.Struct):
    account: int
    email: str


class Session(msgspec.Struct):
    access_token: str
    token_type: str
    expires_in: int
    account: int
    email: str
    role: str


class Me(msgspec.Struct, rename="camel"):
    account: int
    email: str
    role: str
    created_at: int
    faucet: bool


@post("/v1/auth/signup", summary="Open an account", tags=["Accounts"])
async def sign_up(data: JSONBody[Credentials], asked: Asked) -> SignedUp:
    account, email = await asked.state.users.sign_up(data.email, data.password, asked.client_ip)
    return SignedUp(account, email)


@post("/v1/auth/login", status_code=200, summary="Log in", tags=["Accounts"])
async def log_in(data: JSONBody[Credentials], asked: Asked) -> Answer[Session]:
    logged_in = await asked.state.users.log_in(data.email, data.password, asked.client_ip)
    return _session(asked, logged_in)


@post("/v1/auth/refresh", status_code=200, summary="A new access token for the refresh cookie", tags=["Accounts"])
async def refresh(asked: Asked) -> Answer[Session]:
    _require_our_page(asked)
    return _session(asked, await asked.state.users.refresh(_refresh_token(asked)))


@post("/v1/auth/logout", status_code=204, summary="End the session", tags=["Accounts"])
async def log_out(asked: Asked) -> Answer[None]:
    """Ends the session of the access token and that of the refresh cookie, whichever came along."""
    _require_our_page(asked)
    users = asked.state.users
    refresh_token = _refresh_token(asked)
    if refresh_token:
        await users.log_out_with(refresh_token)
    authorization = asked.headers.get(b"authorization")
    if authorization is not None:
        await users.log_out((await caller_of_token(asked, authorization)).session)
    elif not refresh_token:
        raise NotAuthenticated("There is no session to end.")
    return Answer(None, status_code=204, headers={"set-cookie": _cookie(asked.state.settings, "", 0)})


@get("/v1/me", summary="Who am I", tags=["Accounts"])
async def me(asked: Asked, reader: Asker) -> Me:
    user = await asked.state.users.user(reader.account)
    return Me(user.account, user.email, user.role, user.created_us // 1_000, asked.state.settings.faucet)


def _session(asked: Request, logged_in: LoggedIn) -> Answer[Session]:
    settings = asked.state.settings
    member = logged_in.member
    body = Session(
        access_token=logged_in.access_token,
        token_type="Bearer",
        expires_in=settings.access_token_seconds,
        account=member.account,
        email=member.email,
        role=member.role,
    )
    cookie = _cookie(settings, logged_in.refresh_token, settings.refresh_token_days * DAY_S)
    return Answer(body, headers={"set-cookie": cookie})


def _cookie_name(settings: Settings) -> str:
    return "__Secure-refresh" if settings.cookie_secure else "refresh"


def _cookie(settings: Settings, refresh_token: str, seconds: int) -> str:
    secure = "; Secure" if settings.cookie_secure else ""
    name = _cookie_name(settings)
    return f"{name}={refresh_token}; Path={COOKIE_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


def _refresh_token(asked: Request) -> str:
    start = _cookie_name(asked.state.settings).encode() + b"="
    for part in asked.headers.get(b"cookie", b"").split(b";"):
        if part.strip().startswith(start):
            return part.strip()[len(start) :].decode("latin-1")
    return ""


def _require_our_page(asked: Request) -> None:
    """A browser says which page sends the cookie; a page of somebody else may not."""
    if b"origin" in asked.headers and not is_ours(asked):
        raise Forbidden("This page may not use the session.")


HANDLERS: Final[list[Any]] = [sign_up, log_in, refresh, log_out, me]
