"""Every setting is an environment variable with a documented default.

Names begin with TRUEMAN_ but for DATABASE_URL and VALKEY_URL, which are what such servers are called everywhere.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from trueman.infra.chains import chains_of
from trueman.infra.peers import networks
from trueman.wire import decimals

Port = Annotated[int, Field(ge=0, le=65_535)]
Positive = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]


class Settings(BaseSettings):
    """The docstring below each setting is its line in docs/reference/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="TRUEMAN_", populate_by_name=True, extra="ignore", use_attribute_docstrings=True
    )

    data: Path = Path(".data")
    """Where servers, snapshots, secrets and logs of a one-machine exchange live."""
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    """postgresql://user:password@host:port/name; empty: `trueman up` starts a server of its own."""
    valkey_url: str = Field(default="", validation_alias="VALKEY_URL")
    """redis://host:port/0, durable (appendfsync always); empty: `trueman up` starts a server of its own."""
    valkey_durable: bool = True
    """Refuse a Valkey that could lose what it acknowledged. Off only where losing orders does not matter."""

    host: str = "127.0.0.1"
    """The address on which the API, WebSocket and client listen."""
    api_port: Port = 8080
    """REST, OpenAPI and the probes."""
    ws_port: Port = 9000
    """WebSocket streams of market data."""
    client_port: Port = 3000
    """The web client."""
    database_port: Port = 5433
    """Of the PostgreSQL that `trueman up` starts."""
    valkey_port: Port = 6390
    """Of the Valkey that `trueman up` starts."""

    metrics_port: Port = 0
    """Where a service started alone shows its counters at /metrics; 0: nowhere. (The API shows its own on its port.)"""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""
    frame_commands_max: Positive = 1_000
    """Commands in one frame of the log."""
    answer_timeout_ms: Positive = 5_000
    """How long a caller waits for the engine's answer before it is told that the outcome is unknown."""
    waiting_commands_max: Positive = 20_000
    """Commands of one process that wait for the log or for their answer; one more is told to come back later."""
    shadow: bool = True
    """`trueman up` runs a second engine, which compares every result and takes over when the first ends."""
    lease_seconds: Annotated[float, Field(ge=0.3, le=60)] = 3.0
    """Without a sign of life for so long an engine is replaced by its shadow. It gives three in that time."""
    grace_seconds: Annotated[float, Field(ge=0, le=3_600)] = 0.0
    """After an unplanned start of an engine markets take cancels alone for so long; 0: they trade at once."""
    snapshot_commands: Positive = 200_000
    """Commands between two snapshots of the engine."""
    snapshot_bytes_max: NotNegative = 10_000_000_000
    """Bytes of all snapshots together: beyond that the oldest go, whatever hours and days they stand for, but never the
    newest two. 0: as many as they take."""
    disk_free_bytes_min: NotNegative = 2_000_000_000
    """With less free where the data folder lies an alarm is given."""
    disk_used_percent_max: Annotated[int, Field(ge=1, le=100)] = 80
    """So it is when that disk is fuller than this. 100: however full it is."""
    disk_days_min: NotNegative = 7
    """So it is when the archive, as fast as it grew in the last day, will have filled the disk in fewer days."""
    log_keep_commands: NotNegative = 500_000
    """Commands that stay in the live log after two snapshots, PostgreSQL, archive and standby have passed them."""
    log_trim_alarm_seconds: Positive = 3_600
    """Log time that PostgreSQL or the archive may be behind before the log is trimmed no more and an alarm says why."""

    lag_alarm_commands: Positive = 100_000
    """So many commands that PostgreSQL does not have yet are an alarm: a line in the log, repeated, and a gauge."""
    lag_alarm_seconds: Positive = 30
    """So is a command that PostgreSQL has not had for so long."""
    lag_commands_max: Positive = 1_000_000
    """With so many the API refuses new orders (503, code -1008) and takes cancels, until the alarm is over."""

    reconcile_seconds: NotNegative = 60
    """`trueman up` compares engine and database again and again, so many seconds apart, or more where that were above
    2 % of the time; 0: only when asked."""

    faucet: bool = False
    """Anybody may deposit any amount, and withdrawals are paid on paper. For demos and tests. Without it and without a
    custody withdrawals are refused (403)."""
    faucet_amount_max: str = "1000000"
    """The most of an asset that one faucet deposit gives, in whole units; decimals beyond the asset's are cut off."""
    chains: str = ""
    """The chains that deposits are taken from, comma-separated, each as name:form:ASSET+ASSET (bitcoin:hex:BTC,
    ethereum:hex:ETH+USDT, solana:exact:SOL). `hex`: a transaction is a hexadecimal number, however it is spelled."""
    deposit_confirmations: Positive = 6
    """Confirmations that a deposit from a chain needs before it can be spent."""
    custody_timeout_seconds: Annotated[float, Field(gt=0, le=3_600)] = 30.0
    """How long the custody may take to answer. A payment that it did not answer in time is in doubt: it is asked about
    again, never sent again by itself (docs/runbooks/withdrawal-in-doubt.md)."""
    access_token_seconds: Positive = 600
    """How long an access token is good for."""
    refresh_token_days: Positive = 30
    """How long a log-in lasts without a visit."""
    cookie_secure: bool = True
    """Send the refresh cookie over HTTPS only. Off in the local demo."""
    allowed_origins: str = ""
    """Comma-separated origins of web pages that may call the API and open a WebSocket, besides our own client's."""

    trusted_proxies: str = ""
    """Comma-separated addresses and networks (10.0.0.0/8) of proxies of ours, whose X-Forwarded-For tells the caller's
    address. The web client reads it too."""
    body_bytes_max: Positive = 65_536
    """The largest body of a request."""
    http_connections_max: Positive = 10_000
    """HTTP connections that one API process serves; more wait until one of them ends."""
    requests_in_progress_max: Positive = 2_000
    """Requests that one API process works at. One more is told to come back (503, -1008); cancels and probes pass."""

    request_weight_per_minute: Positive = 6_000
    """Request weight that one account may spend in a minute, and one address whose callers are not logged in."""
    orders_per_10_seconds: Positive = 100
    """New orders of one account in ten seconds."""
    orders_per_day: Positive = 200_000
    """New orders of one account in a day."""
    logins_per_minute: Positive = 10
    """Log-ins and sign-ups from one address in a minute. Failures with one e-mail from one address wait besides, each
    longer than the last."""
    connections_per_ip_max: Positive = 300
    """WebSocket connections from one address."""
    stream_messages_per_second: Positive = 5
    """Messages, pings and pongs of one WebSocket connection in a second; more close it."""

    simulator_api_key: str = ""
    """An administrator's API key, with which `trueman simulate` learns what it shall do. `trueman up` makes one."""
    simulator_secret_key: str = ""
    """The secret of that key."""

    @field_validator("faucet_amount_max")
    @classmethod
    def _is_decimal(cls, text: str) -> str:
        decimals.parse(text, decimals.DECIMALS_MAX)
        return text

    @field_validator("chains")
    @classmethod
    def _are_chains(cls, text: str) -> str:
        chains_of(text)
        return text

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        networks(text)
        return text


def environment_name(field: str) -> str:
    """The environment variable of a setting, by its name here or as pydantic reports it."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else field
    return str(alias) if alias else f"TRUEMAN_{field.upper()}"
