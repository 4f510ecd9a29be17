"""One request to the trading interface on its way to an endpoint, and what every endpoint has in common.

An endpoint is an async function of a `Call` that returns a body, or raises a `Refusal` of the error table or one of
`trueman.errors`. Parameters are read once, here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from trueman.api.auth import Caller, Permission, authenticate
from trueman.api.http import Handler, Request, Response, Route, Spec, json_response
from trueman.api.state import ApiState
from trueman.core.units import PPM_ONE
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import rest_parameters
from trueman.wire.rest_parameters import Parameters

PER_MILLISECOND: Final = 1_000
PER_MICROSECOND: Final = 1
TIME_UNITS: Final = {
    "": PER_MILLISECOND,
    "MILLISECOND": PER_MILLISECOND,
    "millisecond": PER_MILLISECOND,
    "MICROSECOND": PER_MICROSECOND,
    "microsecond": PER_MICROSECOND,
}
MICROSECONDS_FROM: Final = 10**14
"""A time beyond this many milliseconds lies in the year 5138, so it is meant in microseconds."""
TIME_US_MAX: Final = 2**55
"""The year 3111."""


@dataclass(slots=True)
class Call:
    request: Request
    state: ApiState
    parameters: Parameters
    per_time: int
    """How many microseconds one unit of time in the answer has."""
    account: int = -1
    caller: Caller | None = None

    def market(self) -> Market:
        """The market that `symbol` names."""
        return market_named(self.state, rest_parameters.text(self.parameters, "symbol"))

    def rates(self, market: Market) -> tuple[int, int]:
        """What the caller pays as maker and as taker, in parts per million; a rebate is below zero."""
        return rates_of(self.state, self.account, market)

    def weigh(self, more: int) -> None:
        """Charge what these parameters cost beyond the weight of the endpoint."""
        if more > 0:
            self.state.limits.weigh(self.request.payer, more)

    def span_us(self) -> tuple[int | None, int | None]:
        """`startTime` and `endTime` in microseconds; both belong to the span, the millisecond of the end as a whole."""
        start = rest_parameters.integer(self.parameters, "startTime")
        end = rest_parameters.integer(self.parameters, "endTime")
        if start is not None:
            start = min(to_microseconds(start), TIME_US_MAX)
        if end is not None:
            end = min(to_microseconds(end) + (PER_MILLISECOND - 1 if end < MICROSECONDS_FROM else 0), TIME_US_MAX)
        if start is not None and end is not None and start > end:
            raise errors.combination("startTime must not be after endTime.", "startTime")
        return start, end


Endpoint = Callable[[Call], Awaitable[object]]


def to_microseconds(time: int) -> int:
    return time if time >= MICROSECONDS_FROM else time * PER_MILLISECOND


def route(endpoint: Endpoint, spec: Spec) -> Route:
    return Route(_handler(endpoint, spec.permission), spec)


def _handler(endpoint: Endpoint, permission: str) -> Handler:
    required: dict[str, Permission] = {"read": "read", "trade": "trade", "withdraw": "withdraw"}

    async def handle(request: Request) -> Response:
        parameters = rest_parameters.read(request.raw_query, request.body)
        call = Call(request, request.state, parameters, _per_time(request))
        if permission:
            call.caller = await authenticate(request, required[permission])
            call.account = call.caller.account
        return json_response(await endpoint(call))

    return handle


def _per_time(request: Request) -> int:
    unit = request.headers.get(b"x-mbx-time-unit")
    if unit is None:
        return PER_MILLISECOND
    per_time = TIME_UNITS.get(unit.decode("latin-1"))
    if per_time is None:
        raise errors.invalid_data("X-MBX-TIME-UNIT", "It must be MILLISECOND or MICROSECOND.")
    return per_time


def rates_of(state: ApiState, account: int, market: Market) -> tuple[int, int]:
    tier = state.live.registry.fee_tier(state.live.portfolio.terms_of(account).tier)
    maker = market.maker_ppm if market.maker_ppm < 0 else -(-market.maker_ppm * tier.maker_share_ppm // PPM_ONE)
    return maker, -(-market.taker_ppm * tier.taker_share_ppm // PPM_ONE)


def market_named(state: ApiState, symbol: str) -> Market:
    market = state.live.registry.market_of_symbol.get(symbol)
    if market is None:
        raise rest_parameters.symbol_refused(symbol)
    return market
