"""From doors to the state that handlers reach: every part of the api is made here, once."""

import asyncpg

from trueman.api.crediting import Crediting
from trueman.api.desk_switch import Switch
from trueman.api.keys import KeyStore
from trueman.api.limits import Limits
from trueman.api.login_limits import LoginLimits
from trueman.api.state import ApiState
from trueman.api.users import UserStore
from trueman.api.wallet_operations import Wallet
from trueman.core.units import MAY_WITHDRAW
from trueman.infra.clock import Clock, wall_clock_us
from trueman.infra.custody import Custody, PaidOnPaper
from trueman.infra.database.offsets import updater_offset
from trueman.infra.database.wallet_operations import PostgresOperations
from trueman.infra.lag import LagWatch, State
from trueman.infra.live import Live
from trueman.infra.log import Log
from trueman.infra.operations import Operation
from trueman.infra.passwords import Passwords
from trueman.infra.peers import Origins
from trueman.infra.secret_files import read_or_make_key
from trueman.infra.settings import Settings
from trueman.infra.tokens import Tokens
from trueman.infra.writer import CommandWriter
from trueman.wire.amounts import amount_text


def build_state(
    settings: Settings,
    log: Log,
    database: asyncpg.Pool,
    clock_us: Clock = wall_clock_us,
    passwords: Passwords | None = None,
    custody: Custody | None = None,
) -> ApiState:
    """Nothing runs yet: `server.run` loads the views and follows the log."""
    secrets = settings.data / "secrets"
    live = Live(log, database, portfolio=True)
    writer = CommandWriter(log, settings)

    def heed(state: State) -> None:
        writer.refuses_orders = state is State.FULL

    live.listeners.append(writer.resolve)
    wallet = _wallet(settings, log, database, clock_us, live, writer, custody)
    tokens = Tokens(read_or_make_key(secrets / "jwt.key"), settings.access_token_seconds)
    passwords = passwords or Passwords()
    return ApiState(
        settings=settings,
        log=log,
        live=live,
        writer=writer,
        database=database,
        tokens=tokens,
        passwords=passwords,
        limits=Limits(settings, clock_us),
        users=UserStore(
            database,
            passwords,
            tokens,
            LoginLimits(settings.logins_per_minute, clock_us),
            read_or_make_key(secrets / "refresh.key"),
            settings.refresh_token_days,
            clock_us,
        ),
        keys=KeyStore(database, read_or_make_key(secrets / "api_keys.key"), clock_us),
        wallet=wallet,
        crediting=Crediting(database, wallet, clock_us),
        origins=Origins(settings.allowed_origins, settings.host, settings.client_port),
        lag=LagWatch(log, lambda: updater_offset(database), settings, heed),
        clock_us=clock_us,
    )


def _wallet(
    settings: Settings,
    log: Log,
    database: asyncpg.Pool,
    clock_us: Clock,
    live: Live,
    writer: CommandWriter,
    custody: Custody | None,
) -> Wallet:
    if custody is None and settings.faucet:
        custody = PaidOnPaper()
    return Wallet(
        PostgresOperations(database),
        log,
        writer,
        clock_us,
        Switch(log, database, clock_us),
        custody=custody,
        describe=lambda operation: described(live, operation),
        hindrance=lambda operation: hindrance(live, operation),
        custody_timeout_seconds=settings.custody_timeout_seconds,
        tables_seconds=settings.answer_timeout_ms / 1_000,
    )


def described(live: Live, operation: Operation) -> tuple[str, str]:
    """Code and decimal amount: what somebody outside is told."""
    asset = live.registry.assets[operation.asset]
    return asset.code, amount_text(asset, operation.amount)


def hindrance(live: Live, operation: Operation) -> str:
    """Why a withdrawal that was reserved is not sent now; what nobody has been asked to send can still be stopped."""
    if live.portfolio.terms_of(operation.account).permissions & MAY_WITHDRAW:
        return ""
    return "the account may not withdraw now (its terms); it is sent when it may again, unless it is released"
