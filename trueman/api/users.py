"""People: how they sign up, log in, stay logged in and log out."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from importlib import resources
from typing import Final, NamedTuple

import asyncpg

from trueman.api.login_limits import LoginLimits
from trueman.api.remembered import Remembered
from trueman.errors import BadInput, Conflict, NotAuthenticated
from trueman.infra.database import identity
from trueman.infra.database.identity import Member, User
from trueman.infra.passwords import PASSWORD_BYTES_MAX, PASSWORD_BYTES_MIN, Passwords
from trueman.infra.tokens import Tokens

EMAIL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
EMAIL_CHARS_MAX: Final = 254
REFRESH_TOKEN_CHARS_MAX: Final = 128
REFRESH_GRACE_US: Final = 10_000_000
"""How long a refresh token may be shown again because its answer was lost."""
DAY_US: Final = 86_400_000_000
PASSWORDS_TOO_COMMON: Final = frozenset(
    resources.files("trueman.api").joinpath("common_passwords.txt").read_text("ascii").split()
)


class LoggedIn(NamedTuple):
    member: Member
    access_token: str
    refresh_token: str


class UserStore:
    def __init__(
        self,
        database: asyncpg.Pool,
        passwords: Passwords,
        tokens: Tokens,
        login_limits: LoginLimits,
        refresh_key: bytes,
        refresh_token_days: int,
        clock_us: Callable[[], int],
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._tokens = tokens
        self._limits = login_limits
        self._refresh_key = refresh_key
        self._session_us = refresh_token_days * DAY_US
        self._clock_us = clock_us
        self._members: Remembered[str, Member | None] = Remembered(self._load_member)

    async def sign_up(self, email: str, password: str, client_ip: str) -> tuple[int, str]:
        """The new account number and the e-mail as it is kept."""
        email = normal_email(email)
        require_password(password)
        self._limits.count(client_ip)
        password_hash = await self._passwords.hash(password)
        account = await identity.insert_user(self._database, email, password_hash, "user", self._clock_us())
        if account is None:
            raise Conflict("There is an account with this e-mail already; log in instead.", field="email")
        return account, email

    async def log_in(self, email: str, password: str, client_ip: str) -> LoggedIn:
        """The same refusal, after the same time, whether the e-mail or the password is wrong."""
        email = email.strip().lower()[:EMAIL_CHARS_MAX]
        self._limits.attempt(email, client_ip)
        user = await self._user_with(email, password)
        if user is None:
            self._limits.failed(email, client_ip)
            raise NotAuthenticated("The e-mail or the password is wrong.")
        self._limits.succeeded(email, client_ip)
        if self._passwords.needs_rehash(user.password_hash):
            await identity.set_password_hash(self._database, user.account, await self._passwords.hash(password))
        return await self._open_session(Member(user.account, user.email, user.role))

    async def refresh(self, refresh_token: str) -> LoggedIn:
        """Exchange a refresh token for its successor. Whoever shows a used one ends the session."""
        if not refresh_token or len(refresh_token) > REFRESH_TOKEN_CHARS_MAX:
            raise NotAuthenticated("Log in: there is no session to go on with.")
        successor = self._successor(refresh_token)
        now = self._clock_us()
        session = await identity.rotate(
            self._database, _hash_of(refresh_token), _hash_of(successor), now, REFRESH_GRACE_US
        )
        member = None if session is None else await self._load_member(session)
        if session is None or member is None:
            await self._forget_session_of(refresh_token)
            raise NotAuthenticated("Log in again: the session is over.")
        return LoggedIn(member, self._tokens.issue(member.account, session, now // 1_000_000), successor)

    async def log_out(self, session: str) -> None:
        await identity.revoke_session(self._database, session, self._clock_us())
        self._members.forget(session)

    async def log_out_with(self, refresh_token: str) -> None:
        """End the session of a refresh token, used or not; nothing happens when there is none."""
        session = await identity.session_of_token(self._database, _hash_of(refresh_token))
        if session is not None:
            await self.log_out(session)

    async def member(self, session: str) -> Member | None:
        """The user of a session that lives; a logout in another process is seen within seconds."""
        return await self._members.get(session)

    async def user(self, account: int) -> User:
        user = await identity.user_by_account(self._database, account)
        if user is None:
            raise NotAuthenticated("There is no such user.")
        return user

    async def forget_old_sessions(self) -> None:
        await identity.forget_old_sessions(self._database, self._clock_us() - DAY_US)

    async def _user_with(self, email: str, password: str) -> User | None:
        password_ok = len(password.encode()) <= PASSWORD_BYTES_MAX
        user = await identity.user_by_email(self._database, email) if EMAIL.fullmatch(email) else None
        known = user is not None and not user.disabled and password_ok
        matches = await self._passwords.verify(
            user.password_hash if user is not None and known else None, password if password_ok else ""
        )
        return user if matches else None

    async def _open_session(self, member: Member) -> LoggedIn:
        session, refresh_token = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        now = self._clock_us()
        await identity.open_session(
            self._database, session, member.account, _hash_of(refresh_token), now, now + self._session_us
        )
        return LoggedIn(member, self._tokens.issue(member.account, session, now // 1_000_000), refresh_token)

    async def _load_member(self, session: str) -> Member | None:
        return await identity.member_of_session(self._database, session, self._clock_us())

    async def _forget_session_of(self, refresh_token: str) -> None:
        session = await identity.session_of_token(self._database, _hash_of(refresh_token))
        if session is not None:
            self._members.forget(session)

    def _successor(self, refresh_token: str) -> str:
        """The same one each time, so that a repeat whose first answer was lost gets what it missed."""
        return hmac.digest(self._refresh_key, refresh_token.encode(), "sha256").hex()


def normal_email(email: str) -> str:
    """Lower case, without spaces around it. Raise BadInput."""
    email = email.strip().lower()
    if len(email) > EMAIL_CHARS_MAX or not EMAIL.fullmatch(email):
        raise BadInput("email", "An e-mail address such as name@example.com is needed.")
    return email


def require_password(password: str) -> None:
    if not PASSWORD_BYTES_MIN <= len(password.encode()) <= PASSWORD_BYTES_MAX:
        raise BadInput("password", f"A password has {PASSWORD_BYTES_MIN} to {PASSWORD_BYTES_MAX} bytes.")
    if password.lower() in PASSWORDS_TOO_COMMON:
        raise BadInput("password", "This password is among the first that anybody would try; take another.")


def _hash_of(refresh_token: str) -> bytes:
    return hashlib.sha256(refresh_token.encode()).digest()
