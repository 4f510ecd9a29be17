"""Every setting is an environment variable with a documented default.

Names begin with TRUEMAN_ but for DATABASE_URL and VALKEY_URL, which are what such servers are called everywhere.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRUEMAN_", populate_by_name=True, extra="ignore")

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
    api_port: int = 8080
    ws_port: int = 9000
    client_port: int = 3000
    database_port: int = 5433
    valkey_port: int = 6390

    log_level: str = "info"
    frame_commands_max: int = 1_000
    """Commands in one frame of the log."""
    answer_timeout_ms: int = 5_000
    """How long a caller waits for the engine's answer before it is told that the outcome is unknown."""
    waiting_commands_max: int = 20_000
    """Commands of one process that wait for the log or for their answer; one more is told to come back later."""
    snapshot_commands: int = 200_000
    """Commands between two snapshots of the engine."""

    faucet: bool = False
    """Anybody may deposit any amount. For demos and tests."""
    faucet_amount_max: str = "1000000"
    """The most of an asset that one faucet deposit gives, in whole units."""
    access_token_seconds: int = 600
    refresh_token_days: int = 30
    cookie_secure: bool = True
    """Send the refresh cookie over HTTPS only. Off in the local demo."""
    allowed_origins: str = ""
    """Comma-separated origins of web pages that may call the API and open a WebSocket; empty: none but our own."""

    request_weight_per_minute: int = 6_000
    orders_per_10_seconds: int = 100
    orders_per_day: int = 200_000
    logins_per_minute: int = 10
    connections_per_ip_max: int = 300
