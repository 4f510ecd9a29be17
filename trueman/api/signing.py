"""An administrator signs, at a terminal, that a command is skipped; a second one countersigns the same bytes.

Not over HTTP: whoever signs stands beside the exchange while its engine is halted, and nothing but the databases
and the log need work for it.
"""

import time
from collections.abc import Callable

import asyncpg

from trueman.errors import NotAuthenticated, StartError
from trueman.infra.database import audit, identity, skip_list
from trueman.infra.database.identity import User
from trueman.infra.log import CommandEntry, Log
from trueman.infra.passwords import PASSWORD_BYTES_MAX, Passwords
from trueman.infra.skips import SIGNATURES_NEEDED, Skip, command_in, hash_in, market_of, undecided_entry

REASON_CHARS_MAX = 1_000


async def sign_skip(
    log: Log,
    pool: asyncpg.Pool,
    number: int,
    reason: str,
    log_in: Callable[[], tuple[str, str]],
    agrees: Callable[[str], bool],
) -> str:
    """`log_in` asks for e-mail and password, `agrees` shows what is to be signed. Return what came of it."""
    if not 1 <= len(reason.strip()) <= REASON_CHARS_MAX:
        raise StartError(f"A reason of 1 to {REASON_CHARS_MAX} characters is needed: others will ask why.")
    entry = await undecided_entry(log, number)
    skip = Skip(number, hash_in(entry, number), (), reason.strip())
    earlier = [other for other in await skip_list.signed(pool) if other.number == number]
    administrator = await _administrator(pool, *log_in())
    if not agrees(shown(entry, skip, earlier)):
        return "Nothing was signed."
    market = market_of(command_in(entry, number))
    now_us = time.time_ns() // 1_000
    detail = {"number": number, "hash": skip.hash.hex(), "market": market, "reason": skip.reason}
    await audit.record(pool, now_us, administrator.account, "SkipCommand", detail)
    try:
        await skip_list.sign(pool, skip, administrator.account, now_us, market)
    except asyncpg.InsufficientPrivilegeError as error:
        raise NotAuthenticated(f"The database refuses the signature: {error}") from None
    return _outcome(skip, await skip_list.signed(pool))


async def _administrator(pool: asyncpg.Pool, email: str, password: str) -> User:
    user = await identity.user_by_email(pool, email.strip().lower())
    passwords = Passwords()
    try:
        known = user is not None and len(password.encode()) <= PASSWORD_BYTES_MAX
        right = await passwords.verify(user.password_hash if user and known else None, password if known else "")
    finally:
        passwords.close()
    if user is None or not right:
        raise NotAuthenticated("The e-mail or the password is wrong. Nothing was signed.")
    if user.role != "admin" or user.disabled:
        raise NotAuthenticated(f"{user.email} is no administrator. Nothing was signed.")
    return user


def shown(entry: CommandEntry, skip: Skip, earlier: list[Skip]) -> str:
    """What an administrator sees before signing, read from the log itself."""
    command = command_in(entry, skip.number)
    lines = [
        f"Command {skip.number}, in the frame of the commands {entry.first} to {entry.last}:",
        f"  {command if command is not None else 'bytes that are no command'}",
        f"  SHA-256 {skip.hash.hex()}",
        f"  market  {market_of(command) if market_of(command) is not None else 'none'} (will be halted)",
    ]
    for other in earlier:
        same = "the same bytes" if other.hash == skip.hash else "OTHER BYTES"
        lines.append(f"  signed before, {same}, by account {', '.join(map(str, other.signers))}: {other.reason}")
    return "\n".join(lines)


def _outcome(skip: Skip, signed: list[Skip]) -> str:
    (now,) = (other for other in signed if (other.number, other.hash) == (skip.number, skip.hash))
    if now.counts:
        return (
            f"Command {skip.number} is signed by {len(now.signers)} administrators and will be skipped. "
            "Start the engine: it reads the list when it starts."
        )
    return (
        f"Signed, {len(now.signers)} of {SIGNATURES_NEEDED}. Another administrator has to sign the same: "
        f"trueman admin skip {skip.number}"
    )
