"""The demo: assets, markets, an administrator and a trader with money, made through the public API.

The log-ins are random, made at the first start and kept in a file that only its owner may read. Each step may be done
again, so that a start which was interrupted is finished by the next.
"""

import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypedDict

import httpx

from trueman.errors import StartError
from trueman.stack.servers import write_secret

ASSETS = ("BTC", "ETH", "SOL", "USDT")
DECIMALS = 8
MARKETS: tuple[dict[str, str], ...] = (
    {"symbol": "BTCUSDT", "base": "BTC", "quote": "USDT", "tickSize": "0.01", "lotSize": "0.00001"},
    {"symbol": "ETHUSDT", "base": "ETH", "quote": "USDT", "tickSize": "0.01", "lotSize": "0.0001"},
    {"symbol": "SOLUSDT", "base": "SOL", "quote": "USDT", "tickSize": "0.01", "lotSize": "0.001"},
    {"symbol": "ETHBTC", "base": "ETH", "quote": "BTC", "tickSize": "0.00001", "lotSize": "0.001"},
)
BOUNDS = {
    "USDT": {"minPrice": "0.01", "maxPrice": "1000000", "minNotional": "5"},
    "BTC": {"minPrice": "0.00001", "maxPrice": "922", "minNotional": "0.0001"},
}
QUANTITIES = {
    "BTC": {"minQuantity": "0.00001", "maxQuantity": "9000"},
    "ETH": {"minQuantity": "0.001", "maxQuantity": "9000"},
    "SOL": {"minQuantity": "0.001", "maxQuantity": "90000"},
}
FEES = {"makerFee": "0.001", "takerFee": "0.001"}
TRADER_DEPOSITS = {"USDT": "100000", "BTC": "1", "ETH": "10", "SOL": "100"}
TIMEOUT_SECONDS = 15.0


class LogIn(TypedDict):
    email: str
    password: str


class Demo(TypedDict):
    admin: LogIn
    trader: LogIn
    api_key: str
    secret_key: str
    """The administrator's API key, with which the simulator works."""
    complete: bool


def demo_path(data: Path) -> Path:
    return data / "secrets" / "demo.json"


def read_demo(data: Path) -> Demo | None:
    try:
        demo: Demo = json.loads(demo_path(data).read_text())
    except FileNotFoundError:
        return None
    return demo


def keep(data: Path, demo: Demo) -> None:
    demo_path(data).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_secret(demo_path(data), json.dumps(demo, indent=2) + "\n")


def new_demo() -> Demo:
    return Demo(
        admin=LogIn(email="admin@trueman.example", password=secrets.token_urlsafe(12)),
        trader=LogIn(email="trader@trueman.example", password=secrets.token_urlsafe(12)),
        api_key="",
        secret_key="",
        complete=False,
    )


async def seed(data: Path, api_url: str, make_admin: Callable[[str, str], Awaitable[None]]) -> Demo:
    """`make_admin(email, password)` makes an administrator, which no public interface can, unless there is one."""
    demo = read_demo(data) or new_demo()
    if demo["complete"]:
        return demo
    keep(data, demo)
    await make_admin(demo["admin"]["email"], demo["admin"]["password"])
    async with httpx.AsyncClient(base_url=api_url, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        admin = await log_in(http, demo["admin"])
        await _make_markets(http, admin)
        if not demo["api_key"]:
            body = {"label": "simulator", "permissions": ["read", "trade", "withdraw"]}
            made = await call(http, "POST", "/v1/api-keys", body, admin)
            demo |= {"api_key": made["apiKey"], "secret_key": made["secretKey"]}
            keep(data, demo)
        await _make_trader(http, demo["trader"])
        await call(http, "POST", "/v1/simulator/start", {"options": {}}, admin)
    demo["complete"] = True
    keep(data, demo)
    return demo


async def _make_markets(http: httpx.AsyncClient, token: str) -> None:
    for code in ASSETS:
        await call(http, "POST", "/v1/admin/assets", {"code": code, "decimals": DECIMALS}, token, again_is_fine=True)
    for market in MARKETS:
        body = {**market, **BOUNDS[market["quote"]], **QUANTITIES[market["base"]], **FEES}
        await call(http, "POST", "/v1/admin/markets", body, token, again_is_fine=True)


async def _make_trader(http: httpx.AsyncClient, trader: LogIn) -> None:
    await call(http, "POST", "/v1/auth/signup", dict(trader), again_is_fine=True)
    token = await log_in(http, trader)
    balances = await call(http, "GET", "/v1/wallet/balances", None, token)
    held = {balance["asset"] for balance in balances["balances"] if balance["total"].strip("0.")}
    for asset, amount in TRADER_DEPOSITS.items():
        if asset not in held:
            await call(http, "POST", "/v1/wallet/deposits", {"asset": asset, "amount": amount}, token)


async def log_in(http: httpx.AsyncClient, who: LogIn) -> str:
    token: str = (await call(http, "POST", "/v1/auth/login", dict(who)))["access_token"]
    return token


async def call(
    http: httpx.AsyncClient, method: str, path: str, body: Any, token: str = "", *, again_is_fine: bool = False
) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = await http.request(method, path, json=body, headers=headers)
    except httpx.HTTPError as error:
        raise StartError(f"The API did not do it: {method} {path}: {str(error) or type(error).__name__}") from None
    if answer.status_code == 409 and again_is_fine:
        return None
    if answer.is_error:
        raise StartError(f"The API did not do it: {method} {path} answered {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None
