"""What the caller has, what trading costs him, and how much of his limits is used."""

from typing import Any, Final

from trueman.api.binance import reads, words
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.binance.general import rate_limits
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.core.units import MAY_TRADE, MAY_WITHDRAW
from trueman.views.registry import Asset
from trueman.wire import amounts, rest, rest_parameters

PPM_PER_BASIS_POINT: Final = 100
ACCOUNT_TYPE: Final = "SPOT"


async def account(call: Call) -> rest.Account:
    without_zeros = rest_parameters.flag(call.parameters, "omitZeroBalances")
    await reads.fresh(call.state)
    live = call.state.live
    maker_ppm, taker_ppm = _highest_rates([call.rates(market) for market in live.registry.markets.values()])
    permissions = live.portfolio.terms_of(call.account).permissions
    balances = [_balance(call, asset) for asset in live.registry.assets.values()]
    return rest.Account(
        maker_commission=maker_ppm // PPM_PER_BASIS_POINT,
        taker_commission=taker_ppm // PPM_PER_BASIS_POINT,
        buyer_commission=0,
        seller_commission=0,
        commission_rates=rest.commission_rates(maker_ppm, taker_ppm),
        can_trade=permissions & MAY_TRADE > 0,
        can_withdraw=permissions & MAY_WITHDRAW > 0,
        can_deposit=True,
        brokered=False,
        require_self_trade_prevention=False,
        prevent_sor=False,
        update_time=live.time_us // call.per_time,
        account_type=ACCOUNT_TYPE,
        balances=[balance for balance, held in balances if held or not without_zeros],
        permissions=[rest.PERMISSION],
        uid=call.account,
    )


def _balance(call: Call, asset: Asset) -> tuple[rest.Balance, bool]:
    """The balance and whether there is any."""
    free, held, reserved = call.state.live.portfolio.balance(call.account, asset.number)
    texts = amounts.amount_text(asset, free), amounts.amount_text(asset, held + reserved)
    return rest.Balance(asset.code, *texts), bool(free or held or reserved)


def _highest_rates(rates: list[tuple[int, int]]) -> tuple[int, int]:
    """Fees are a market's; the account as a whole is told the highest."""
    return max((maker for maker, _ in rates), default=0), max((taker for _, taker in rates), default=0)


async def commission(call: Call) -> rest.Commission:
    market, nothing = call.market(), rest.commission_rates(0, 0)
    standard = rest.commission_rates(*call.rates(market))
    return rest.Commission(market.symbol, standard, nothing, nothing, rest.no_discount())


async def order_rate_limit(call: Call) -> list[rest.RateLimitCount]:
    counts = call.state.limits.order_counts(call.account)
    limits = [limit for limit in rate_limits(call.state.settings) if limit.rate_limit_type == "ORDERS"]
    return [
        rest.RateLimitCount(limit.rate_limit_type, limit.interval, limit.interval_num, limit.limit, count)
        for limit, count in zip(limits, counts, strict=True)
    ]


def routes() -> Routes:
    zeros = Parameter("omitZeroBalances", {"type": "boolean", "default": False})
    return {
        ("GET", "/api/v3/account"): _read(account, "Balances and permissions", rest.schema(rest.Account), 20, zeros),
        ("GET", "/api/v3/account/commission"): _read(
            commission, "Fees in a market", rest.schema(rest.Commission), 20, words.SYMBOL
        ),
        ("GET", "/api/v3/rateLimit/order"): _read(
            order_rate_limit, "How many orders were placed", rest.schema(list[rest.RateLimitCount]), 40
        ),
    }


def _read(endpoint: Endpoint, summary: str, response: dict[str, Any], weight: int, *parameters: Parameter) -> Route:
    spec = Spec(summary, words.ACCOUNT_TAG, (*parameters, *words.SIGNED), response, "read", weight)
    return route(endpoint, spec)
