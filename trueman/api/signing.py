"""An administrator signs, at a terminal, that a command is skipped; a second one countersigns the same bytes.

Not over HTTP: whoever signs stands beside the exchange while its engine is halted, and nothing but the databases
and the log need work for it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import asyncpg

from trueman.errors import NotAuthenticated, StartError
from trueman.infra.database import audit, identity, skip_list
from trueman.infra.database.identity import User, whoami
from trueman.infra.log import CommandEntry, Log
from trueman.infra.passwords import PASSWORD_BYTES_MAX, Passwords
from trueman.infra.skip_words import accounts_of, in_words, market_name, markets_of
from trueman.infra.skips import SIGNATURES_NEEDED, Skip, command_in, hash_in, undecided_entry

REASON_CHARS_MAX = 1_000
RUNBOOK = "docs/runbooks/poison-command.md"
ANOTHER = "Two people have to sign. Nothing was signed."


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
    skip = Skip(number, hash_in(entry, number), (), reason.strip(), entry.time_us)
    earlier = [other for other in await skip_list.signed(pool) if other.number == number]
    email, password = log_in()
    signer = await administrator(pool, email, password)
    same = [account for other in earlier if other.hash == skip.hash for account in other.signers]
    await _require_another_person(pool, signer, password, same)
    if not agrees(shown(entry, skip, earlier, await symbols_in(pool))):
        return "Nothing was signed."
    await _sign(pool, signer, skip, markets_of(command_in(entry, number)))
    return _outcome(skip, await skip_list.signed(pool))


async def _sign(pool: asyncpg.Pool, signer: User, skip: Skip, markets: list[int]) -> None:
    now_us = time.time_ns() // 1_000
    detail = {"number": skip.number, "hash": skip.hash.hex(), "markets": markets, "reason": skip.reason}
    await audit.record(pool, now_us, signer.account, "SkipCommand", {**detail, "by": whoami()})
    try:
        await skip_list.sign(pool, skip, signer.account, now_us, markets[0] if markets else None)
    except asyncpg.InsufficientPrivilegeError as error:
        await audit.record(pool, now_us, signer.account, "SkipCommand refused", {**detail, "why": str(error)})
        raise NotAuthenticated(f"The database refuses the signature: {error}. See {RUNBOOK}") from None


async def _require_another_person(pool: asyncpg.Pool, signer: User, password: str, signed: list[int]) -> None:
    """Signs of one person with two accounts. Whoever wants to hide them can; whoever is careless learns it here."""
    passwords = Passwords()
    try:
        for account in signed:
            other = await identity.user_by_account(pool, account)
            if other is None or account == signer.account:
                continue
            if mailbox(other.email) == mailbox(signer.email):
                raise NotAuthenticated(f"{signer.email} and {other.email}, who has signed, are one mailbox. {ANOTHER}")
            if await passwords.verify(other.password_hash, password):
                raise NotAuthenticated(
                    f"Your password opens the account of {other.email} too, who has signed. {ANOTHER}"
                )
    finally:
        passwords.close()


def mailbox(email: str) -> str:
    """Where mail to the address arrives: what follows a plus is its owner's to choose."""
    name, _, host = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


async def symbols_in(pool: asyncpg.Pool) -> dict[int, str]:
    return {row["market"]: row["symbol"] for row in await pool.fetch("SELECT market, symbol FROM markets")}


async def administrator(pool: asyncpg.Pool, email: str, password: str) -> User:
    """Raise NotAuthenticated for whoever is none, or cannot prove that it is he."""
    user = await identity.user_by_email(pool, email.strip().lower())
    passwords = Passwords()
    try:
        known = user is not None and len(password.encode()) <= PASSWORD_BYTES_MAX
        right = await passwords.verify(user.password_hash if user and known else None, password if known else "")
    finally:
        passwords.close()
    if user is None or not right:
        raise NotAuthenticated("The e-mail or the password is wrong. Nothing was done.")
    if user.role != "admin" or user.disabled:
        raise NotAuthenticated(f"{user.email} is no administrator. Nothing was done.")
    return user


def shown(entry: CommandEntry, skip: Skip, earlier: list[Skip], symbols: dict[int, str]) -> str:
    """What an administrator sees before signing, read from the log itself."""
    command = command_in(entry, skip.number)
    markets = ", ".join(market_name(market, symbols) for market in markets_of(command))
    when = f"{datetime.fromtimestamp(entry.time_us / 1e6, UTC):%Y-%m-%d %H:%M:%S} UTC"
    lines = [
        f"Command {skip.number}, in the frame of the commands {entry.first} to {entry.last}, of {when}:",
        *(f"  {line}" for line in (in_words(command, symbols) if command else ["bytes that are no command"])),
        f"  SHA-256   {skip.hash.hex()}",
        f"  accounts  {', '.join(map(str, accounts_of(command))) or 'none'}",
        f"  markets   {f'{markets}: each will be HALTED' if markets else 'none will be halted'}",
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
