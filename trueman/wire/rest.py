"""Bodies of the market and account endpoints: what they are called on the wire and how they are worked out."""

from typing import Any, Final

import msgspec

from trueman.core.units import AUCTION, CANCEL_ONLY, CLOSED, HALTED, PPM_ONE, PRE_TRADING, TRADING
from trueman.views.registry import Market
from trueman.wire import decimals
from trueman.wire.order_words import STP_DEFAULT, STP_MODES, TYPES
from trueman.wire.orders import OrderAck, OrderCanceled, Wire
from trueman.wire.rest_filters import Filter, filters

FRACTION_DECIMALS: Final = 8
STATUS_WORDS: Final = {
    TRADING: "TRADING",
    HALTED: "HALT",
    CANCEL_ONLY: "BREAK",
    PRE_TRADING: "PRE_TRADING",
    AUCTION: "AUCTION_MATCH",
    CLOSED: "END_OF_DAY",
}
PERMISSION: Final = "SPOT"


class ServerTime(Wire):
    server_time: int


class RateLimit(Wire):
    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int


class RateLimitCount(RateLimit):
    count: int


class SymbolInfo(Wire):
    symbol: str
    status: str
    base_asset: str
    base_asset_precision: int
    quote_asset: str
    quote_precision: int
    quote_asset_precision: int
    base_commission_precision: int
    quote_commission_precision: int
    order_types: list[str]
    iceberg_allowed: bool
    oco_allowed: bool
    oto_allowed: bool
    opo_allowed: bool
    quote_order_qty_market_allowed: bool
    allow_trailing_stop: bool
    cancel_replace_allowed: bool
    amend_allowed: bool
    peg_instructions_allowed: bool
    is_spot_trading_allowed: bool
    is_margin_trading_allowed: bool
    filters: list[Filter]
    permissions: list[str]
    permission_sets: list[list[str]]
    default_self_trade_prevention_mode: str
    allowed_self_trade_prevention_modes: list[str]


class ExchangeInfo(Wire):
    timezone: str
    server_time: int
    rate_limits: list[RateLimit]
    exchange_filters: list[Filter]
    symbols: list[SymbolInfo]


class Balance(Wire):
    asset: str
    free: str
    locked: str


class CommissionRates(Wire):
    maker: str
    taker: str
    buyer: str
    seller: str


class Account(Wire):
    maker_commission: int
    taker_commission: int
    buyer_commission: int
    seller_commission: int
    commission_rates: CommissionRates
    can_trade: bool
    can_withdraw: bool
    can_deposit: bool
    brokered: bool
    require_self_trade_prevention: bool
    prevent_sor: bool
    update_time: int
    account_type: str
    balances: list[Balance]
    permissions: list[str]
    uid: int


class Discount(Wire):
    enabled_for_account: bool
    enabled_for_symbol: bool
    discount_asset: str | None
    discount: str


class Commission(Wire):
    symbol: str
    standard_commission: CommissionRates
    special_commission: CommissionRates
    tax_commission: CommissionRates
    discount: Discount


class TestCommission(Wire):
    standard_commission_for_order: CommissionRates
    special_commission_for_order: CommissionRates
    tax_commission_for_order: CommissionRates
    discount: Discount


class TradeFee(Wire):
    symbol: str
    maker_commission: str
    taker_commission: str


class SystemStatus(Wire):
    status: int
    msg: str


class Coin(Wire):
    coin: str
    name: str
    free: str
    locked: str
    freeze: str
    withdrawing: str
    ipoing: str
    ipoable: str
    storage: str
    is_legal_money: bool
    trading: bool
    deposit_all_enable: bool
    withdraw_all_enable: bool
    network_list: list["Network"]


class Network(Wire):
    network: str
    coin: str
    name: str
    is_default: bool
    deposit_enable: bool
    withdraw_enable: bool
    withdraw_fee: str
    withdraw_min: str
    withdraw_max: str
    withdraw_integer_multiple: str
    deposit_dust: str
    min_confirm: int
    un_lock_confirm: int
    contract_address: str


class Failure(Wire):
    code: int
    msg: str


class Replaced(Wire):
    cancel_result: str
    new_order_result: str
    cancel_response: OrderCanceled | None
    new_order_response: OrderAck


class ReplacedFailure(Wire):
    """What was done of a cancel-replace, and why the rest was not; null for what was not tried."""

    cancel_result: str
    new_order_result: str
    cancel_response: OrderCanceled | Failure | None
    new_order_response: OrderAck | Failure | None


class Nothing(Wire):
    """{}"""


def symbol_info(market: Market) -> SymbolInfo:
    base, quote = market.base, market.quote
    return SymbolInfo(
        symbol=market.symbol,
        status=STATUS_WORDS[market.status],
        base_asset=base.code,
        base_asset_precision=base.decimals,
        quote_asset=quote.code,
        quote_precision=quote.decimals,
        quote_asset_precision=quote.decimals,
        base_commission_precision=base.decimals,
        quote_commission_precision=quote.decimals,
        order_types=list(TYPES),
        iceberg_allowed=True,
        oco_allowed=True,
        oto_allowed=True,
        opo_allowed=False,
        quote_order_qty_market_allowed=True,
        allow_trailing_stop=True,
        cancel_replace_allowed=True,
        amend_allowed=True,
        peg_instructions_allowed=False,
        is_spot_trading_allowed=True,
        is_margin_trading_allowed=False,
        filters=filters(market),
        permissions=[PERMISSION],
        permission_sets=[[PERMISSION]],
        default_self_trade_prevention_mode=STP_DEFAULT,
        allowed_self_trade_prevention_modes=list(STP_MODES),
    )


def fraction(ppm: int) -> str:
    """A rate in parts per million as the fraction that travels: 1000 is 0.00100000; a rebate is negative."""
    return decimals.text(ppm * 10**FRACTION_DECIMALS // PPM_ONE, FRACTION_DECIMALS)


def commission_rates(maker_ppm: int, taker_ppm: int) -> CommissionRates:
    nothing = fraction(0)
    return CommissionRates(fraction(maker_ppm), fraction(taker_ppm), nothing, nothing)


def no_discount() -> Discount:
    return Discount(False, False, None, fraction(0))


def schema(body: object) -> dict[str, Any]:
    """The JSON schema of a body for the OpenAPI document, whole and without references to elsewhere."""
    (whole,), parts = msgspec.json.schema_components([body], ref_template="{name}")
    return {key: _inlined(value, parts) for key, value in _target(whole, parts).items()}


def _inlined(node: Any, parts: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(value, parts) for value in node]
    if not isinstance(node, dict):
        return node
    return {key: _inlined(value, parts) for key, value in _target(node, parts).items() if key != "discriminator"}


def _target(node: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    target: dict[str, Any] = parts[node["$ref"]] if "$ref" in node else node
    return target
