"""What was decided about markets and accounts rather than traded: the engine's state against the tables.

The engine keeps no row for what nobody ever decided, and the tables none either: both sides then say what holds
without a decision, so that a row that is missing and one that says the same are one.
"""

from typing import Any, Final

import asyncpg

from trueman.core.events import MarketGuarded
from trueman.core.exchange import Exchange
from trueman.core.members import MEMBER_WORDS
from trueman.core.units import MAY_ALL, PPM_ONE
from trueman.db_updater.report import Check, compare
from trueman.infra.database.connection import Connection

GUARD_FIELDS: Final = MarketGuarded._fields[1:]
UNGUARDED: Final = (0,) * len(GUARD_FIELDS)
WHOLE_RATE: Final = (PPM_ONE, PPM_ONE)
PLAIN_TERMS: Final = (0, MAY_ALL, 0, 0)
"""Of an account: tier, permissions, whether fees are paid in quote, group."""

Decided = dict[int, tuple[Any, ...]]


async def governed(connection: Connection, exchange: Exchange, genesis_ruleset: int) -> list[Check]:
    """`genesis_ruleset`: by which the log's first command was decided."""
    guards = await connection.fetch(f"SELECT market, {', '.join(GUARD_FIELDS)} FROM market_guards")
    tiers = await connection.fetch("SELECT tier, maker_share_ppm, taker_share_ppm FROM fee_tiers")
    terms = await connection.fetch("SELECT account, tier, permissions, in_quote, trade_group FROM account_terms")
    return [
        _decided("guards of markets are equal", "market", _guards(exchange), guards, UNGUARDED),
        _decided("fee tiers are equal", "tier", _tiers(exchange), tiers, WHOLE_RATE),
        _decided("terms of accounts are equal", "account", _terms(exchange), terms, PLAIN_TERMS),
        await _switches(connection, exchange, genesis_ruleset),
    ]


def _decided(name: str, what: str, lived: Decided, rows: list[asyncpg.Record], undecided: tuple[int, ...]) -> Check:
    stored = {key: tuple(terms) for key, *terms in rows}
    return compare(name, what, _unlike(lived, undecided), _unlike(stored, undecided))


def _unlike(decided: Decided, undecided: tuple[int, ...]) -> Decided:
    return {key: terms for key, terms in decided.items() if terms != undecided}


def _guards(exchange: Exchange) -> Decided:
    return {market.number: tuple(getattr(market, name) for name in GUARD_FIELDS) for market in exchange.listing.markets}


def _tiers(exchange: Exchange) -> Decided:
    tiers = exchange.accounts.tiers
    return {tier: (tiers.maker_share[tier], tiers.taker_share[tier]) for tier in range(len(tiers.maker_share))}


def _terms(exchange: Exchange) -> Decided:
    members = exchange.accounts.members
    slots = range(0, len(members.words), MEMBER_WORDS)
    return {
        members.account(slot): (
            *(members.tier(slot), members.permissions(slot), members.in_quote(slot), members.group(slot)),
        )
        for slot in slots
    }


async def _switches(connection: Connection, exchange: Exchange, genesis_ruleset: int) -> Check:
    """A switch goes one up, so the rulesets after the log's first are known, in their order."""
    lived = dict(enumerate(range(genesis_ruleset + 1, exchange.ruleset + 1), 1))
    rows = await connection.fetch(
        "SELECT ruleset FROM ruleset_switches WHERE number <= $1 ORDER BY number", exchange.sequence
    )
    stored = dict(enumerate((row["ruleset"] for row in rows), 1))
    return compare("switches of the ruleset are equal", "switch", lived, stored)
