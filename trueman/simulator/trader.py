"""Lets one strategy trade through the public API: what it wants becomes requests, what happens becomes its view."""

from typing import Any

from trueman.core.units import BUY, IOC, LIMIT, MARKET
from trueman.simulator.bots import INSUFFICIENT_BALANCE
from trueman.simulator.exchange_client import ApiRefusal, ExchangeClient
from trueman.simulator.market import MarketFeed
from trueman.simulator.strategy import Action, Cancel, MarketRules, OwnOrder, Place, Strategy, View
from trueman.wire import decimals
from trueman.wire.simulation import TEXT_CHARS_MAX, Status

REFRESH_ACTS = 25
"""After so many acts a trader reads its open orders again: fills of resting orders come without a message."""
UNKNOWN_ORDER = -2011
FAUCET_QUOTE_ORDERS = 500
"""A deposit covers about this many orders of the usual size."""


class Trader:
    def __init__(
        self,
        client: ExchangeClient,
        strategy: Strategy,
        rules: MarketRules,
        feed: MarketFeed,
        status: Status,
        quote_size: float,
    ) -> None:
        self.client = client
        self.strategy = strategy
        self.rules = rules
        self.feed = feed
        self.status = status
        self.quote_size = quote_size
        self.view = View(rules)
        self.acts = 0

    async def act(self) -> None:
        if self.acts % REFRESH_ACTS == 0:
            await self.refresh()
        self.acts += 1
        self.feed.look(self.view)
        for action in self.strategy.act(self.view):
            await self._do(action)

    async def refresh(self) -> None:
        orders = await self.client.signed("GET", "/api/v3/openOrders", symbol=self.rules.symbol)
        self.view.orders = {order["orderId"]: self._own_order(order) for order in orders}

    async def leave(self) -> None:
        """Take every order out of the book."""
        try:
            await self.client.signed("DELETE", "/api/v3/openOrders", symbol=self.rules.symbol)
        except ApiRefusal as refusal:
            if refusal.code != UNKNOWN_ORDER:
                raise

    async def _do(self, action: Action) -> None:
        try:
            if isinstance(action, Cancel):
                await self._cancel(action)
            else:
                await self._place(action)
        except ApiRefusal as refusal:
            self.status.refusals += 1
            self.status.last_refusal = str(refusal)[:TEXT_CHARS_MAX]
            if refusal.code == INSUFFICIENT_BALANCE and "insufficient balance" in refusal.message:
                await self.fund()

    async def _cancel(self, action: Cancel) -> None:
        self.view.orders.pop(action.order_id, None)
        self.status.cancels += 1
        try:
            await self.client.signed("DELETE", "/api/v3/order", symbol=self.rules.symbol, orderId=action.order_id)
        except ApiRefusal as refusal:
            if refusal.code != UNKNOWN_ORDER:
                raise

    async def _place(self, action: Place) -> None:
        rules = self.rules
        order: dict[str, Any] = {
            "symbol": rules.symbol,
            "side": "BUY" if action.side == BUY else "SELL",
            "type": "MARKET" if action.type == MARKET else "LIMIT",
            "quantity": decimals.text(action.quantity * rules.lot_units, rules.quantity_decimals),
            "newOrderRespType": "RESULT",
        }
        if action.type == LIMIT:
            order["price"] = decimals.text(action.price * rules.tick_units, rules.price_decimals)
            order["timeInForce"] = "IOC" if action.time_in_force == IOC else "GTC"
        self.status.orders += 1
        answer = await self.client.signed("POST", "/api/v3/order", **order)
        if answer["status"] in ("NEW", "PARTIALLY_FILLED"):
            self.view.orders[answer["orderId"]] = self._own_order(answer)

    def _own_order(self, order: dict[str, Any]) -> OwnOrder:
        rules = self.rules
        return OwnOrder(
            order_id=order["orderId"],
            side=BUY if order["side"] == "BUY" else 1 - BUY,
            price=decimals.parse(order["price"], rules.price_decimals) // rules.tick_units,
            quantity=decimals.parse(order["origQty"], rules.quantity_decimals) // rules.lot_units,
        )

    async def fund(self) -> None:
        """A deposit of both assets from the faucet, in proportion to what this trader moves."""
        self.status.faucets += 1
        price = self.rules.price(self.view.middle) or 1.0
        quote = self.quote_size * FAUCET_QUOTE_ORDERS
        for asset, amount in ((self.rules.quote, quote), (self.rules.base, quote / price)):
            text = f"{amount:.{min(6, self.rules.quantity_decimals)}f}"
            await self.client.signed_json("POST", "/v1/wallet/deposits", {"asset": asset, "amount": text})
