"""What each account has and has open: balances, open orders, and the orders that closed a moment ago.

Keyed by account throughout. PostgreSQL remembers every closed order; the bounded memory here answers for those that
it has not been told of yet.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from trueman.core.codec import Result
from trueman.core.events import Moved, OrderAccepted, OrderClosed, Traded
from trueman.core.units import AVAILABLE, OUTSIDE_ACCOUNT

NEW: Final = 0
PARTIALLY_FILLED: Final = 5
"""The states of an open order; a closed one has core.units.FILLED, CANCELED, EXPIRED or EXPIRED_IN_MATCH."""
CLOSED_ORDERS_MAX: Final = 100_000

Balance = tuple[int, int]
"""Atoms available and atoms held."""
NO_BALANCE: Final[Balance] = (0, 0)


@dataclass(slots=True)
class Order:
    """Price in ticks, quantities in lots, quote sums in atoms.

    `price` is 0 for MARKET, `quantity` 0 for an order given in quote.
    """

    order_id: int
    account: int
    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    price: int
    quantity: int
    quote_quantity: int
    client_id: str
    executed: int
    executed_quote: int
    status: int
    accepted_us: int
    updated_us: int

    @property
    def is_open(self) -> bool:
        return self.status in (NEW, PARTIALLY_FILLED)

    @property
    def unfilled(self) -> int:
        return max(self.quantity - self.executed, 0)


class Portfolio:
    def __init__(self, closed_orders_max: int = CLOSED_ORDERS_MAX) -> None:
        self.closed_orders_max = closed_orders_max
        self.balances: dict[int, dict[int, Balance]] = {}
        self.orders: dict[int, dict[int, Order]] = {}
        """Open orders by account and id, oldest first."""
        self.touched: dict[int, int] = {}
        """The number of the last command that changed the account, where one did since this view was loaded."""
        self.closed: dict[int, Order] = {}
        """The orders closed last, oldest first."""
        self._client_ids: dict[int, dict[str, Order]] = {}
        self._closed_client_ids: dict[tuple[int, str], Order] = {}
        self._number = 0
        self._time_us = 0
        self._folds: dict[type[Any], Callable[[Any], None]] = {
            Moved: self._move,
            OrderAccepted: self._accept,
            Traded: self._trade,
            OrderClosed: self._close,
        }

    def restore(self, balances: Iterable[tuple[int, int, int, int]], orders: Iterable[Order]) -> None:
        """Begin from (account, asset, available, held) rows and the open orders by rising id."""
        for account, asset, available, held in balances:
            self.balances.setdefault(account, {})[asset] = (available, held)
        for order in orders:
            self._open(order)

    def fold(self, result: Result) -> None:
        decided, events = result
        if not events:
            return
        self._number, self._time_us = decided.number, decided.time_us
        folds = self._folds
        for event in events:
            fold = folds.get(type(event))
            if fold is not None:
                fold(event)

    def balance(self, account: int, asset: int) -> Balance:
        return self.balances.get(account, {}).get(asset, NO_BALANCE)

    def order(self, account: int, order_id: int) -> Order | None:
        """An open or just closed order, if it is the account's."""
        order = self.orders.get(account, {}).get(order_id) or self.closed.get(order_id)
        return order if order is not None and order.account == account else None

    def order_by_client_id(self, account: int, client_id: str) -> Order | None:
        """The open order of that name, else the one that closed last."""
        return self._client_ids.get(account, {}).get(client_id) or self._closed_client_ids.get((account, client_id))

    def open_orders(self, account: int, market: int | None = None) -> list[Order]:
        orders = self.orders.get(account, {}).values()
        return [order for order in orders if market is None or order.market == market]

    def _move(self, moved: Moved) -> None:
        asset, source, source_pot, target, target_pot, amount, _ = moved
        self._add(source, asset, source_pot, -amount)
        self._add(target, asset, target_pot, amount)

    def _add(self, account: int, asset: int, pot: int, amount: int) -> None:
        assets = self.balances.get(account)
        if assets is None:
            assets = self.balances[account] = {}
        available, held = assets.get(asset, NO_BALANCE)
        if pot == AVAILABLE:
            available += amount
        else:
            held += amount
        assert (available >= 0 and held >= 0) or account == OUTSIDE_ACCOUNT, "a balance fell below zero"
        assets[asset] = (available, held)
        self.touched[account] = self._number

    def _accept(self, accepted: OrderAccepted) -> None:
        self._open(Order(*accepted, 0, 0, NEW, self._time_us, self._time_us))
        self.touched[accepted.account] = self._number

    def _open(self, order: Order) -> None:
        self.orders.setdefault(order.account, {})[order.order_id] = order
        if order.client_id:
            self._client_ids.setdefault(order.account, {})[order.client_id] = order

    def _trade(self, traded: Traded) -> None:
        self._fill(self.orders[traded.maker_account][traded.maker_order], traded)
        self._fill(self.orders[traded.taker_account][traded.taker_order], traded)

    def _fill(self, order: Order, traded: Traded) -> None:
        order.executed += traded.quantity
        order.executed_quote += traded.quote_amount
        order.status = PARTIALLY_FILLED
        order.updated_us = self._time_us
        self.touched[order.account] = self._number

    def _close(self, ended: OrderClosed) -> None:
        order = self.orders[ended.account].pop(ended.order_id)
        order.status = ended.status
        order.updated_us = self._time_us
        self.touched[order.account] = self._number
        if order.client_id:
            del self._client_ids[order.account][order.client_id]
            self._closed_client_ids[order.account, order.client_id] = order
        self.closed[order.order_id] = order
        if len(self.closed) > self.closed_orders_max:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        oldest = self.closed.pop(next(iter(self.closed)))
        named = (oldest.account, oldest.client_id)
        if self._closed_client_ids.get(named) is oldest:
            del self._closed_client_ids[named]
