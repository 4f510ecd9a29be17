"""The order lists of each account: those that have an open order, and the ones that ended a moment ago."""

from typing import Final

from trueman.views.orders import OrderList

CLOSED_LISTS_MAX: Final = 10_000


class OrderLists:
    def __init__(self, closed_lists_max: int = CLOSED_LISTS_MAX) -> None:
        self.closed_lists_max = closed_lists_max
        self._open: dict[int, dict[int, OrderList]] = {}
        self._closed: dict[int, OrderList] = {}
        """The lists closed last, oldest first."""

    def open(self, order_list: OrderList) -> None:
        self._open.setdefault(order_list.account, {})[order_list.list_id] = order_list

    def join(self, account: int, list_id: int, order_id: int) -> OrderList:
        """An order of the list was accepted."""
        order_list = self._open[account][list_id]
        order_list.order_ids.append(order_id)
        return order_list

    def close(self, account: int, list_id: int, time_us: int) -> None:
        order_list = self._open[account].pop(list_id)
        order_list.closed_us = time_us
        self._closed[list_id] = order_list
        if len(self._closed) > self.closed_lists_max:
            del self._closed[next(iter(self._closed))]

    def of(self, account: int, list_id: int) -> OrderList | None:
        """A list of this account that is open, or closed lately."""
        found = self._open.get(account, {}).get(list_id) or self._closed.get(list_id)
        return found if found is not None and found.account == account else None

    def open_of(self, account: int) -> list[OrderList]:
        return list(self._open.get(account, {}).values())

    def by_client_id(self, account: int, client_id: str) -> OrderList | None:
        """The open list of that name."""
        return next((found for found in self.open_of(account) if found.client_id == client_id), None)
