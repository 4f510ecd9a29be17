"""Everything a handler may reach: the doors to the log, the database and the live views, and the api's own memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from trueman.core.rulesets import NEWEST_RULESET, Rules, is_known
from trueman.errors import OlderThanRules
from trueman.infra.clock import Clock, wall_clock_us

if TYPE_CHECKING:
    from trueman.api.crediting import Crediting
    from trueman.api.keys import KeyStore
    from trueman.api.limits import Limits
    from trueman.api.users import UserStore
    from trueman.api.wallet_operations import Wallet
    from trueman.infra.lag import LagWatch
    from trueman.infra.live import Live
    from trueman.infra.log import Log
    from trueman.infra.passwords import Passwords
    from trueman.infra.peers import Origins
    from trueman.infra.settings import Settings
    from trueman.infra.tokens import Tokens
    from trueman.infra.writer import CommandWriter


@dataclass(slots=True)
class ApiState:
    settings: Settings
    log: Log
    live: Live
    writer: CommandWriter
    database: asyncpg.Pool
    """Connections of role trueman_api."""
    tokens: Tokens
    passwords: Passwords
    limits: Limits
    users: UserStore
    keys: KeyStore
    wallet: Wallet
    crediting: Crediting
    origins: Origins
    lag: LagWatch
    """Of PostgreSQL's tables: when it is too large the writer refuses new orders."""
    clock_us: Clock = wall_clock_us
    """Wall time in microseconds: what tokens are held against."""

    async def ruleset(self) -> int:
        """By which commands are decided, as far as the views have come."""
        return self.live.registry.ruleset or await self.log.genesis_ruleset()

    async def rules(self) -> Rules:
        """What commands are decided by. Raise OlderThanRules while a newer build than this one decides."""
        ruleset = await self.ruleset()
        if not is_known(ruleset):
            raise OlderThanRules(
                f"The exchange decides by ruleset {ruleset}, and this process is older: it knows rulesets up to "
                f"{NEWEST_RULESET}. Nothing was done; please try again."
            )
        return Rules(ruleset)

    def exchange_time_us(self) -> int:
        """What requests and their deadlines are held against. The log's time is ahead of our clock where clocks have
        jumped, and it never goes back: whoever went by our clock alone would have every order refused as too late."""
        return max(self.clock_us(), self.live.time_us)
