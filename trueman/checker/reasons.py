"""Why an order that matched nobody may close: somebody asked for it, its time was over, its list or market ended."""

from heapq import heappop, heappush
from typing import Any

from trueman.checker.findings import CLOSING, EXPIRY, Findings
from trueman.checker.orders import CLOSED, Order
from trueman.core.commands import CancelAllOrders, CancelNamedList, CancelOrder, CancelOrderList
from trueman.core.events import CancelTimerSet, OrderListClosed
from trueman.core.units import ALL_MARKETS, CANCELED


class Reasons:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._orders: dict[int, int] = {}
        """That were cancelled by number, and by whom."""
        self.filled: set[int] = set()
        """Lists whose working order was filled, while they are open: what it calls may be put off."""
        self._lists: set[int] = set()
        self._accounts: set[tuple[int, int]] = set()
        """Account and market, of which everything was cancelled."""
        self.reviewed: set[int] = set()
        """Lists of which another order traded, went on or closed."""
        self.ended: set[int] = set()
        """Markets that were closed."""
        self._timed: list[tuple[int, int, Order]] = []
        """Good-till-date orders, the next first."""

    def asked(self, command: Any, order_id: int) -> None:
        """A command, or a part of one, that was decided OK for this order or list."""
        if type(command) is CancelOrder:
            self._orders[order_id] = command.account
        elif type(command) in (CancelOrderList, CancelNamedList):
            self._lists.add(order_id)
        elif type(command) is CancelAllOrders:
            self._accounts.add((command.account, command.market))

    def timer(self, told: CancelTimerSet) -> None:
        """A dead man's switch that falls is off afterwards; one that is switched off cancels nothing."""
        if told.due_us == 0:
            self._accounts.add((told.account, ALL_MARKETS))

    def list_closed(self, told: OrderListClosed) -> None:
        self.filled.discard(told.list_id)

    def lasts_until(self, order: Order) -> None:
        heappush(self._timed, (order.expire_us, order.id, order))

    def explain(self, order: Order, status: int) -> bool:
        if order.list_id and order.list_id in self.reviewed:
            return True
        if status == CANCELED:
            everywhere = {(order.account, ALL_MARKETS), (order.account, order.market)}
            return (
                self._orders.get(order.id) == order.account
                or order.list_id in self._lists
                or bool(everywhere & self._accounts)
            )
        is_over = 0 < order.expire_us <= self._findings.time_us
        return is_over or order.is_refused or order.market in self.ended

    def end(self, still_open: dict[int, Order]) -> None:
        """Of a command: who was cancelled, or whose time is over, is not open any more."""
        for order_id in self._orders.keys() & still_open.keys():
            self._findings.say(CLOSING, f"order {order_id} was cancelled and is open", order_id)
        while not self._findings.is_skipped and self._timed and self._timed[0][0] <= self._findings.time_us:
            order = heappop(self._timed)[2]
            if order.state != CLOSED:
                self._findings.say(EXPIRY, f"order {order.id} was good till {order.expire_us} and is open", order.id)
        for known in (self._orders, self._lists, self._accounts, self.reviewed, self.ended):
            known.clear()
