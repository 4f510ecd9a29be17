"""What each account has and has open: balances, open orders, and the orders that closed a moment ago.

Keyed by account throughout. PostgreSQL remembers every closed order; the bounded memory here answers for those that
it has not been told of yet.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from trueman.core.codec import Result
from trueman.core.events import (
    AccountDefined,
    MatchPrevented,
    Moved,
    OrderAccepted,
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderListAccepted,
    OrderListClosed,
    OrderRefused,
    OrderTerms,
    Traded,
)
from trueman.core.units import AVAILABLE, HELD, MAY_ALL, OUTSIDE_ACCOUNT
from trueman.views.order_lists import OrderLists
from trueman.views.orders import Order, OrderList, accepted_list, accepted_order, waits_in

CLOSED_ORDERS_MAX: Final = 100_000

Balance = tuple[int, int, int]
"""Atoms available, atoms held by open orders, and atoms reserved for withdrawals."""
NO_BALANCE: Final[Balance] = (0, 0, 0)


class Portfolio:
    def __init__(self, closed_orders_max: int = CLOSED_ORDERS_MAX) -> None:
        self.closed_orders_max = closed_orders_max
        self.balances: dict[int, dict[int, Balance]] = {}
        self.orders: dict[int, dict[int, Order]] = {}
        """Open orders by account and id, oldest first."""
        self.lists = OrderLists()
        self.terms: dict[int, AccountDefined] = {}
        """Of the accounts whose terms were ever set."""
        self.touched: dict[int, int] = {}
        """The number of the last command that changed the account, where one did since this view was loaded."""
        self.closed: dict[int, Order] = {}
        """The orders closed last, oldest first."""
        self._client_ids: dict[int, dict[str, Order]] = {}
        self._closed_client_ids: dict[tuple[int, str], Order] = {}
        self._newest: Order | None = None
        self._number = 0
        self._time_us = 0
        self._folds: dict[type[Any], Callable[[Any], None]] = {
            Moved: self._move,
            OrderAccepted: self._accept,
            Traded: self._trade,
            OrderClosed: self._close,
            OrderTerms: self._take_terms,
            OrderActivated: self._activate,
            OrderRefused: self._refuse,
            OrderAmended: self._amend,
            MatchPrevented: self._prevent,
            OrderListAccepted: self._accept_list,
            OrderListClosed: self._close_list,
            AccountDefined: self._define_account,
        }

    def restore(
        self,
        balances: Iterable[tuple[int, int, int, int, int]],
        orders: Iterable[Order],
        lists: Iterable[OrderList] = (),
        terms: Iterable[AccountDefined] = (),
    ) -> None:
        """Begin from (account, asset, available, held, reserved) rows, and what is open by rising id."""
        for account, asset, available, held, reserved in balances:
            self.balances.setdefault(account, {})[asset] = (available, held, reserved)
        for order in orders:
            self._open(order)
        for order_list in lists:
            self.lists.open(order_list)
        for defined in terms:
            self.terms[defined.account] = defined

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

    def terms_of(self, account: int) -> AccountDefined:
        return self.terms.get(account) or AccountDefined(0, MAY_ALL, 0, account, 0)

    def order(self, account: int, order_id: int) -> Order | None:
        """An order of this account that is open, or closed lately."""
        order = self.orders.get(account, {}).get(order_id) or self.closed.get(order_id)
        return order if order is not None and order.account == account else None

    def order_by_client_id(self, account: int, client_id: str) -> Order | None:
        """The open order of that name, else the one that closed last."""
        return self._client_ids.get(account, {}).get(client_id) or self._closed_client_ids.get((account, client_id))

    def open_orders(self, account: int, market: int | None = None) -> list[Order]:
        orders = self.orders.get(account, {}).values()
        return [order for order in orders if market is None or order.market == market]

    def _move(self, moved: Moved) -> None:
        asset, source_pot, target_pot, _, source, target, amount = moved
        self._add(source, asset, source_pot, -amount)
        self._add(target, asset, target_pot, amount)

    def _add(self, account: int, asset: int, pot: int, amount: int) -> None:
        assets = self.balances.get(account)
        if assets is None:
            assets = self.balances[account] = {}
        available, held, reserved = assets.get(asset, NO_BALANCE)
        if pot == AVAILABLE:
            available += amount
        elif pot == HELD:
            held += amount
        else:
            reserved += amount
        never_below = available >= 0 and held >= 0 and reserved >= 0
        assert never_below or account == OUTSIDE_ACCOUNT, "a balance fell below zero"
        assets[asset] = (available, held, reserved)
        self.touched[account] = self._number

    def _accept(self, accepted: OrderAccepted) -> None:
        order = self._newest = accepted_order(accepted, self._time_us)
        self._open(order)
        self.touched[order.account] = self._number

    def _open(self, order: Order) -> None:
        self.orders.setdefault(order.account, {})[order.order_id] = order
        if order.client_id:
            self._client_ids.setdefault(order.account, {})[order.client_id] = order

    def _take_terms(self, terms: OrderTerms) -> None:
        order = self._newest
        assert order is not None, "terms follow an order"
        assert order.order_id == terms.order_id, "terms follow the order that they belong to"
        waits = False
        if terms.list_id:
            order_list = self.lists.join(order.account, terms.list_id, terms.order_id)
            waits = waits_in(order_list.type, order_list.list_id, terms.order_id)
        order.take_terms(terms, waits)

    def _activate(self, activated: OrderActivated) -> None:
        self._touch(activated.account, activated.order_id).activate(activated, self._time_us)

    def _refuse(self, refused: OrderRefused) -> None:
        self._touch(refused.account, refused.order_id).refuse(refused.reason, self._time_us)

    def _amend(self, amended: OrderAmended) -> None:
        self._touch(amended.account, amended.order_id).amend(amended, self._time_us)

    def _prevent(self, prevented: MatchPrevented) -> None:
        maker = self._touch(prevented.maker_account, prevented.maker_order)
        maker.prevent(prevented, prevented.maker_quantity, self._time_us)
        taker = self._touch(prevented.taker_account, prevented.taker_order)
        taker.prevent(prevented, prevented.taker_quantity, self._time_us)

    def _trade(self, traded: Traded) -> None:
        self._touch(traded.maker_account, traded.maker_order).fill(traded, self._time_us)
        self._touch(traded.taker_account, traded.taker_order).fill(traded, self._time_us)

    def _touch(self, account: int, order_id: int) -> Order:
        """An open order that something happens to now."""
        self.touched[account] = self._number
        return self.orders[account][order_id]

    def _close(self, ended: OrderClosed) -> None:
        order = self._touch(ended.account, ended.order_id)
        del self.orders[ended.account][ended.order_id]
        order.close(ended.status, self._time_us)
        if order.client_id:
            own = self._client_ids[order.account]
            if own.get(order.client_id) is order:
                del own[order.client_id]
            self._closed_client_ids[order.account, order.client_id] = order
        self.closed[order.order_id] = order
        if len(self.closed) > self.closed_orders_max:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        oldest = self.closed.pop(next(iter(self.closed)))
        named = (oldest.account, oldest.client_id)
        if self._closed_client_ids.get(named) is oldest:
            del self._closed_client_ids[named]

    def _accept_list(self, accepted: OrderListAccepted) -> None:
        self.lists.open(accepted_list(accepted, self._time_us))
        self.touched[accepted.account] = self._number

    def _close_list(self, ended: OrderListClosed) -> None:
        self.lists.close(ended.account, ended.list_id, self._time_us)
        self.touched[ended.account] = self._number

    def _define_account(self, defined: AccountDefined) -> None:
        self.terms[defined.account] = defined
        self.touched[defined.account] = self._number
