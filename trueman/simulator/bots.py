"""Bots are customers: they sign up, take an API key and money from the faucet, and keep their keys in a file."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec

from trueman.simulator.exchange_client import ApiRefusal, ExchangeClient

INSUFFICIENT_BALANCE = -2010


class BotKey(msgspec.Struct):
    email: str
    key: str
    secret: str


class BotKeys(msgspec.Struct):
    api_url: str
    bots: dict[str, BotKey] = {}


@dataclass(slots=True)
class Bots:
    """Opens the account of a bot by name; the same name is the same account next time."""

    session: aiohttp.ClientSession
    api_url: str
    keys_path: Path

    async def client(self, name: str) -> ExchangeClient:
        keys = self._load()
        known = keys.bots.get(name)
        if known is not None:
            client = ExchangeClient(self.session, self.api_url, known.key, known.secret)
            if await self._works(client):
                return client
        made = await self._sign_up(name)
        keys = self._load()
        keys.bots[name] = made
        self._save(keys)
        return ExchangeClient(self.session, self.api_url, made.key, made.secret)

    async def _works(self, client: ExchangeClient) -> bool:
        try:
            await client.signed("GET", "/api/v3/account", omitZeroBalances="true")
        except ApiRefusal as refusal:
            if refusal.status in (400, 401, 403):
                return False
            raise
        return True

    async def _sign_up(self, name: str) -> BotKey:
        visitor = ExchangeClient(self.session, self.api_url)
        credentials = {"email": f"{name}-{secrets.token_hex(4)}@bots.example", "password": secrets.token_urlsafe(18)}
        await visitor.post("/v1/auth/signup", credentials)
        login = await visitor.post("/v1/auth/login", credentials)
        wanted = {"label": name, "permissions": ["read", "trade"]}
        made = await visitor.post("/v1/api-keys", wanted, token=login["access_token"])
        return BotKey(credentials["email"], made["apiKey"], made["secretKey"])

    def _load(self) -> BotKeys:
        if self.keys_path.exists():
            keys = msgspec.json.decode(self.keys_path.read_bytes(), type=BotKeys)
            if keys.api_url == self.api_url:
                return keys
        return BotKeys(self.api_url)

    def _save(self, keys: BotKeys) -> None:
        self.keys_path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.keys_path.with_suffix(".tmp")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(keys))
        fresh.replace(self.keys_path)
