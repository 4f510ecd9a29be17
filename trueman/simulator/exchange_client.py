"""The public API as a bot sees it: signed REST calls over one kept-alive session, and the market streams."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec

from trueman.errors import ServiceError

TIMEOUT = aiohttp.ClientTimeout(total=10)


class ApiRefusal(Exception):
    """The exchange said no: `code` and `message` are its own."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message


class ExchangeUnreachable(ServiceError):
    """Nobody answers there, or the answer is no answer of ours."""


class ExchangeClient:
    """One customer. Without a key it can still read market data and sign up."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, key: str = "", secret: str = "") -> None:
        self.session = session
        self.api_url = api_url.rstrip("/")
        self.key = key
        self.secret = secret.encode()

    async def public(self, path: str, **params: Any) -> Any:
        return await self._call("GET", f"{path}?{urlencode(params)}" if params else path)

    async def signed(self, method: str, path: str, **params: Any) -> Any:
        text = urlencode({**params, "timestamp": int(time.time() * 1000), "recvWindow": 30_000})
        signature = hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()
        headers = {"X-MBX-APIKEY": self.key}
        return await self._call(method, f"{path}?{text}&signature={signature}", headers=headers)

    async def signed_json(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """A native call: the signature covers query and body as sent."""
        text = urlencode({"timestamp": int(time.time() * 1000), "recvWindow": 30_000})
        data = msgspec.json.encode(body)
        signature = hmac.new(self.secret, text.encode() + data, hashlib.sha256).hexdigest()
        headers = {"X-MBX-APIKEY": self.key, "Content-Type": "application/json"}
        return await self._call(method, f"{path}?{text}&signature={signature}", data=data, headers=headers)

    async def post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return await self._call("POST", path, data=msgspec.json.encode(body), headers=headers)

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        try:
            async with self.session.request(method, self.api_url + path, timeout=TIMEOUT, **options) as answer:
                body = await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ExchangeUnreachable(f"{self.api_url} does not answer: {error}") from error
        if status == 204:
            return None
        try:
            value = msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            raise ExchangeUnreachable(f"{path} answered {status} without JSON") from error
        if status >= 400:
            raise ApiRefusal(status, int(value.get("code", 0)), str(value.get("msg", "")))
        return value


async def market_streams(session: aiohttp.ClientSession, ws_url: str, streams: list[str]) -> AsyncIterator[Any]:
    """Messages of combined streams until the connection ends."""
    url = f"{ws_url.rstrip('/')}/stream?streams={'/'.join(streams)}"
    try:
        async with session.ws_connect(url, heartbeat=20, max_msg_size=1 << 20) as socket:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    yield msgspec.json.decode(message.data)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ExchangeUnreachable(f"{ws_url} does not answer: {error}") from error
