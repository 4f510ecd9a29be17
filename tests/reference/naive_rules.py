"""The refusals that need no book and no balance, one after the other, as the rules list them."""

import re
from typing import Protocol

from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


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


def power_of_ten(exponent: int) -> int:
    return int("1" + "0" * exponent)


def market_refusal(bounds: Bounds, lot_atoms: int, tick_size_atoms: int) -> int:
    if not all(0 <= ppm <= 100_000 for ppm in (bounds.maker_ppm, bounds.taker_ppm)):
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


def amount_refusal(command: ask.Deposit | ask.Withdraw, assets: int) -> int:
    if not u.USER_ACCOUNT_MIN <= command.account <= u.USER_ACCOUNT_MAX:
        return no.ACCOUNT_INVALID
    if command.amount <= 0:
        return no.AMOUNT_NOT_POSITIVE
    if not 0 <= command.asset < assets:
        return no.ASSET_UNKNOWN
    return no.OK


def order_refusal(command: ask.PlaceOrder, client_id: re.Pattern[str], market: fact.MarketDefined | None) -> int:
    if not u.USER_ACCOUNT_MIN <= command.account <= u.USER_ACCOUNT_MAX:
        return no.ACCOUNT_INVALID
    if not client_id.fullmatch(command.client_id):
        return no.CLIENT_ID_INVALID
    if command.side not in (u.BUY, u.SELL):
        return no.SIDE_INVALID
    if command.type not in (u.LIMIT, u.MARKET, u.LIMIT_MAKER):
        return no.TYPE_INVALID
    allowed = (u.GTC, u.IOC, u.FOK) if command.type == u.LIMIT else (u.GTC,)
    if command.time_in_force not in allowed:
        return no.TIME_IN_FORCE_INVALID
    if command.stp not in (u.STP_NONE, u.STP_EXPIRE_TAKER, u.STP_EXPIRE_MAKER, u.STP_EXPIRE_BOTH):
        return no.STP_INVALID
    if market is None:
        return no.MARKET_UNKNOWN
    return _price_refusal(command, market) or _size_refusal(command, market)


def _price_refusal(command: ask.PlaceOrder, market: fact.MarketDefined) -> int:
    if command.type == u.MARKET:
        return no.PRICE_NOT_ALLOWED if command.price != 0 else no.OK
    if command.price == 0:
        return no.PRICE_MISSING
    if not market.price_ticks_min <= command.price <= market.price_ticks_max:
        return no.PRICE_OUT_OF_RANGE
    return no.OK


def _size_refusal(command: ask.PlaceOrder, market: fact.MarketDefined) -> int:
    if (command.quantity != 0) == (command.quote_quantity != 0):
        return no.QUANTITY_MISSING
    if command.type != u.MARKET and command.quote_quantity != 0:
        return no.QUANTITY_MISSING
    if command.quote_quantity < 0:
        return no.QUANTITY_OUT_OF_RANGE
    if command.quantity != 0 and not market.quantity_lots_min <= command.quantity <= market.quantity_lots_max:
        return no.QUANTITY_OUT_OF_RANGE
    if command.type == u.MARKET and command.quantity != 0:
        return no.OK
    notional = command.quote_quantity or command.price * command.quantity * market.tick_atoms
    if notional < market.notional_atoms_min:
        return no.NOTIONAL_TOO_SMALL
    if notional > u.SUPPLY_ATOMS_MAX:
        return no.NOTIONAL_TOO_LARGE
    return no.OK
