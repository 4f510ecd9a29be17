"""Who is asking: one answer for tokens of people and signed keys of programs."""

from dataclasses import dataclass
from typing import Final, Literal

from trueman.api import signed
from trueman.api.http import Request
from trueman.api.keys import is_key_shaped
from trueman.errors import Forbidden, NotAuthenticated
from trueman.infra.tokens import TokenInvalid
from trueman.wire.binance_errors import BAD_API_KEY_FORMAT, REJECTED_API_KEY, Refusal

Permission = Literal["read", "trade", "withdraw"]
PERMISSIONS: Final[tuple[Permission, ...]] = ("read", "trade", "withdraw")
ALL_PERMISSIONS: Final = frozenset(PERMISSIONS)


@dataclass(frozen=True, slots=True)
class Caller:
    account: int
    role: str
    """user or admin."""
    permissions: frozenset[str]
    session: str = ""
    """The session of a token; empty for a key."""
    api_key: str = ""
    deadline_us: int = 0
    """After this moment a signed request must no longer take effect; 0 for a token, which sets none."""

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


async def authenticate(request: Request, permission: Permission) -> Caller:
    """Say who asks and that he may do `permission`.

    His account pays for the request. Raise NotAuthenticated, TooManyRequests or Refusal, each with the code and text
    that clients branch on.
    """
    caller = await _caller(request, permission)
    request.asked_by(caller.account)
    return caller


async def _caller(request: Request, permission: Permission) -> Caller:
    authorization = request.headers.get(b"authorization")
    if authorization is not None:
        return await caller_of_token(request, authorization)
    if b"x-mbx-apikey" in request.headers:
        return await _caller_of_key(request, permission)
    raise NotAuthenticated("Log in, or sign the request with an API key.")


async def caller_of_token(request: Request, authorization: bytes) -> Caller:
    """A person, who may do everything that is his to do."""
    scheme, _, token = authorization.partition(b" ")
    if scheme.lower() != b"bearer":
        raise NotAuthenticated("The Authorization header must be of the form: Bearer <token>.")
    state = request.state
    try:
        claims = state.tokens.verify(token.strip(), state.clock_us() // 1_000_000)
    except TokenInvalid as error:
        raise NotAuthenticated("The access token is not valid or has expired; log in again.") from error
    member = await state.users.member(claims.session)
    if member is None or member.account != claims.account:
        raise NotAuthenticated("The session is over; log in again.")
    return Caller(member.account, member.role, ALL_PERMISSIONS, session=claims.session)


async def require_person(request: Request) -> Caller:
    """For what a key must never do, such as making another key."""
    authorization = request.headers.get(b"authorization")
    if authorization is None:
        raise NotAuthenticated("Log in: this cannot be done with an API key.")
    caller = await caller_of_token(request, authorization)
    request.asked_by(caller.account)
    return caller


def require_admin(caller: Caller) -> None:
    if not caller.is_admin:
        raise Forbidden("Only an administrator may do this.")


async def _caller_of_key(request: Request, permission: Permission) -> Caller:
    state = request.state
    api_key = request.headers[b"x-mbx-apikey"].decode("latin-1")
    if not is_key_shaped(api_key):
        raise Refusal(BAD_API_KEY_FORMAT, "API-key format invalid.", status=401)
    request_signed = signed.read(request.raw_query, request.body)
    if not state.keys.remembers(api_key):
        state.limits.require_guess_left(request.client_ip)
    key = await state.keys.find(api_key)
    if key is None:
        state.limits.count_guess(request.client_ip)
        raise _key_rejected()
    signed.require_fresh(request_signed, state.exchange_time_us())
    signed.require_signature(request_signed, key.secret)
    if permission not in key.permissions:
        raise _key_rejected()
    state.keys.used(api_key)
    return Caller(key.account, key.role, key.permissions, api_key=api_key, deadline_us=request_signed.deadline_us)


def _key_rejected() -> Refusal:
    return Refusal(REJECTED_API_KEY, "Invalid API-key, IP, or permissions for action.", status=401)
