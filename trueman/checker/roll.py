"""The roll of open orders, and what has to be looked at again when a command that told of some of them is over."""

from trueman.checker.findings import CLOSING, Findings
from trueman.checker.holds import Holds
from trueman.checker.market import Market
from trueman.checker.orders import Order
from trueman.checker.reasons import Reasons


class Roll:
    def __init__(self, findings: Findings, holds: Holds, reasons: Reasons) -> None:
        self._findings = findings
        self.holds = holds
        self.reasons = reasons
        self.open: dict[int, Order] = {}

    def end(self) -> None:
        """Of a command."""
        self.reasons.end(self.open)
        self.holds.end()

    def touch(self, order: Order) -> None:
        """Something happened to it: it may need another hold, and its list is reviewed."""
        self.holds.touched[order.id] = order
        if order.list_id:
            self.reasons.reviewed.add(order.list_id)

    def known(self, market: Market, order_id: int, account: int) -> Order | None:
        order = self.open.get(order_id)
        if order is None or order.market != market.number:
            market.say(CLOSING, f"order {order_id} is told of and is not open here", order_id)
            return None
        if order.account != account:
            market.say(CLOSING, f"order {order_id} is told to be of account {account}, not {order.account}", order_id)
        return order
