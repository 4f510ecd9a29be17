"""The refusals that need no state but the listing: one after the other, as the rules list them."""

import re
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tests.reference.naive_state import LIMIT_TYPES, STOP_TYPES, is_user
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u

CODE = re.compile(r"[A-Z0-9]{1,10}")
SYMBOL = re.compile(r"[A-Z0-9._-]{2,20}")
CLIENT_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")

Asked = ask.PlaceOrder | ask.PlaceOrderWithTerms

FORCES = {
    u.LIMIT: (u.GTC, u.IOC, u.FOK, u.GTD),
    u.STOP_LOSS_LIMIT: (u.GTC, u.IOC, u.FOK, u.GTD),
    u.TAKE_PROFIT_LIMIT: (u.GTC, u.IOC, u.FOK, u.GTD),
    u.LIMIT_MAKER: (u.GTC, u.GTD),
    u.STOP_LOSS: (u.GTC, u.GTD),
    u.TAKE_PROFIT: (u.GTC, u.GTD),
    u.MARKET: (u.GTC,),
}


class Refusal(NamedTuple):
    reason: int
    failed: fact.FilterFailed | None = None


@dataclass
class Answer:
    """What `Decided` or `PartDecided` says, and the filter that refused."""

    reason: int = no.OK
    order_id: int = 0
    repeat_of: int = 0
    failed: fact.FilterFailed | None = None


def refused(refusal: Refusal | int) -> Answer:
    if isinstance(refusal, int):
        return Answer(refusal)
    return Answer(refusal.reason, failed=refusal.failed)


class Bounds(Protocol):
    """What the creation and the change of a market have in common."""

    @property
    def price_ticks_min(self) -> int: ...
    @property
    def price_ticks_max(self) -> int: ...
    @property
    def quantity_lots_min(self) -> int: ...
    @property
    def quantity_lots_max(self) -> int: ...
    @property
    def notional_atoms_min(self) -> int: ...
    @property
    def maker_ppm(self) -> int: ...
    @property
    def taker_ppm(self) -> int: ...


def market_refusal(bounds: Bounds, lot_atoms: int, tick_size_atoms: int) -> int:
    """Rules 2.2 and 2.3."""
    if not 0 <= bounds.taker_ppm <= u.FEE_PPM_MAX or not -u.FEE_PPM_MAX <= bounds.maker_ppm <= u.FEE_PPM_MAX:
        return no.FEE_OUT_OF_RANGE
    if bounds.taker_ppm + bounds.maker_ppm < 0:
        return no.FEE_OUT_OF_RANGE
    ordered = (
        0 < bounds.price_ticks_min <= bounds.price_ticks_max <= u.SUPPLY_ATOMS_MAX
        and 0 < bounds.quantity_lots_min <= bounds.quantity_lots_max <= u.SUPPLY_ATOMS_MAX
        and 0 < lot_atoms <= u.SUPPLY_ATOMS_MAX
        and 0 < tick_size_atoms <= u.SUPPLY_ATOMS_MAX
        and 0 <= bounds.notional_atoms_min <= u.SUPPLY_ATOMS_MAX
        and bounds.quantity_lots_max * lot_atoms <= u.SUPPLY_ATOMS_MAX
    )
    return no.OK if ordered else no.BOUNDS_INVALID


def guard_is_valid(guard: ask.GuardMarket) -> bool:
    """Rule 2.4."""
    ppms = (guard.bid_down_ppm, guard.bid_up_ppm, guard.ask_down_ppm, guard.ask_up_ppm, guard.band_ppm)
    return (
        all(0 <= number <= u.SUPPLY_ATOMS_MAX for number in guard[2:])
        and (guard.market_lots_max == 0 or guard.market_lots_min <= guard.market_lots_max)
        and (guard.bid_up_ppm == 0 or guard.bid_down_ppm <= guard.bid_up_ppm)
        and (guard.ask_up_ppm == 0 or guard.ask_down_ppm <= guard.ask_up_ppm)
        and all(ppm <= 1_000 * u.PPM_ONE for ppm in ppms)
        and guard.orders_max <= u.OPEN_ORDERS_MAX
        and guard.algo_orders_max <= u.ALGO_ORDERS_MAX
        and guard.iceberg_orders_max <= u.ICEBERG_ORDERS_MAX
        and guard.iceberg_parts_max <= u.ICEBERG_PARTS_MAX
        and guard.band_ppm < u.PPM_ONE
        and guard.auction_us <= u.AUCTION_US_MAX
        and (guard.band_ppm == 0) == (guard.auction_us == 0)
    )


def deadline_refusal(deadline_us: int, time_us: int, ruleset: int) -> Refusal | int:
    """Rule 1.5. 0 is none."""
    ahead, most = deadline_us - time_us, u.DEADLINE_AHEAD_US_MAX
    if 0 < deadline_us < time_us:
        return no.DEADLINE_PASSED
    if deadline_us <= 0 or ahead <= most or ruleset < 4:
        return no.OK
    return Refusal(no.DEADLINE_TOO_FAR, fact.FilterFailed(no.DEADLINE_TOO_FAR, ahead, 0, most, most))


def with_terms(asked: Asked) -> ask.PlaceOrderWithTerms:
    """`PlaceOrder` is `PlaceOrderWithTerms` with all terms 0."""
    if isinstance(asked, ask.PlaceOrderWithTerms):
        return asked
    return ask.PlaceOrderWithTerms(*asked[:-1], 0, 0, 0, 0, asked.client_id)


def static_refusal(asked: ask.PlaceOrderWithTerms, time_us: int, ruleset: int) -> Refusal | int:
    """Rules 4.1 to 4.6."""
    if not is_user(asked.account):
        return no.ACCOUNT_INVALID
    if not CLIENT_ID.fullmatch(asked.client_id):
        return no.CLIENT_ID_INVALID
    if asked.side not in (u.BUY, u.SELL):
        return no.SIDE_INVALID
    if asked.type not in FORCES:
        return no.TYPE_INVALID
    if asked.time_in_force not in FORCES[asked.type]:
        return no.TIME_IN_FORCE_INVALID
    if asked.stp not in (u.STP_NONE, u.STP_EXPIRE_TAKER, u.STP_EXPIRE_MAKER, u.STP_EXPIRE_BOTH, u.STP_DECREMENT):
        return no.STP_INVALID
    if refusal := _trigger_refusal(asked, ruleset):
        return refusal
    if not _display_is_valid(asked):
        return no.DISPLAY_INVALID
    earliest, latest = time_us + 1 if ruleset < 4 else 1, time_us + u.EXPIRY_US_MAX
    timed = earliest <= asked.expire_us <= latest if asked.time_in_force == u.GTD else asked.expire_us == 0
    return no.OK if timed else no.EXPIRY_INVALID


def is_expired(asked: ask.PlaceOrderWithTerms, time_us: int) -> bool:
    """Rule 4.8, of a good-till-date order."""
    return asked.time_in_force == u.GTD and asked.expire_us <= time_us


def _trigger_refusal(asked: ask.PlaceOrderWithTerms, ruleset: int) -> Refusal | int:
    """Rule 4.4."""
    stop, bips, least, most = asked.stop_price, asked.trailing_bips, u.TRAILING_BIPS_MIN, u.TRAILING_BIPS_MAX
    if asked.type not in STOP_TYPES:
        return no.OK if stop == 0 and bips == 0 else no.TRIGGER_INVALID
    if stop < 0 or bips < 0 or (stop == 0 and bips == 0):
        return no.TRIGGER_INVALID
    if bips == 0 or least <= bips <= most:
        return no.OK
    if ruleset < 3:
        return no.TRIGGER_INVALID
    nearest = least if bips < least else most
    reason = no.TRAILING_OUT_OF_RANGE
    return Refusal(reason, fact.FilterFailed(reason, bips, least, most, nearest))


def _display_is_valid(asked: ask.PlaceOrderWithTerms) -> bool:
    if asked.display_quantity == 0:
        return True
    may = asked.type in LIMIT_TYPES and asked.time_in_force in (u.GTC, u.GTD)
    return may and 1 <= asked.display_quantity <= asked.quantity


def list_is_valid(asked: ask.PlaceOrderList) -> bool:
    """Rule 8.1."""
    parts = asked.parts
    if len(parts) != {u.OCO: 2, u.OTO: 2, u.OTOCO: 3}.get(asked.type):
        return False
    if any((part.account, part.market) != (asked.account, asked.market) for part in parts):
        return False
    if len({part.client_id for part in parts}) < len(parts) or any(part.time_in_force == u.GTD for part in parts):
        return False
    if asked.type != u.OCO and parts[0].type not in (u.LIMIT, u.LIMIT_MAKER):
        return False
    return asked.type == u.OTO or _pair_is_valid(*parts[-2:])


def _pair_is_valid(
    one: ask.PlaceOrder | ask.PlaceOrderWithTerms, other: ask.PlaceOrder | ask.PlaceOrderWithTerms
) -> bool:
    stops, takers = (u.STOP_LOSS, u.STOP_LOSS_LIMIT), (u.LIMIT_MAKER, u.TAKE_PROFIT, u.TAKE_PROFIT_LIMIT)
    types = (one.type in stops and other.type in takers) or (one.type in takers and other.type in stops)
    return types and one.side == other.side and one.quantity == other.quantity


def pair_is_in_order(asked: ask.PlaceOrderList, ruleset: int) -> bool:
    """Rule 8.1: of a pair that sells the stop loss lies below the other, of one that buys above it."""
    if ruleset < 4 or asked.type == u.OTO:
        return True
    pair = [with_terms(part) for part in asked.parts[-2:]]
    if any(part.type in STOP_TYPES and part.stop_price == 0 for part in pair):
        return True
    stop_loss, other = sorted(pair, key=lambda part: part.type not in (u.STOP_LOSS, u.STOP_LOSS_LIMIT))
    below, above = (stop_loss, other) if other.side == u.SELL else (other, stop_loss)
    low, high = (part.stop_price if part.type in STOP_TYPES else part.price for part in (below, above))
    return low < high
