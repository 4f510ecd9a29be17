"""The whole exchange again, slow and obvious: lists, sorted each time, plain ints.

Written from the rules, not from the core, and sharing nothing with it but the table of records. Where the two
disagree about a single byte, one of them is wrong.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.reference.naive_listing import NaiveListing
from tests.reference.naive_rules import amount_refusal, order_refusal
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u

CLIENT_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")


@dataclass
class NaiveOrder:
    order_id: int
    account: int
    market: int
    side: int
    price: int
    unfilled: int
    client_id: str
    maker_ppm: int
    taker_ppm: int
    stp: int
    held: int = 0
    fee_paid_ppm: int = 0
    """Millionths of an atom paid beyond what was due so far."""


@dataclass
class NaiveExchange(NaiveListing):
    pots: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """(account, asset, pot) to atoms."""
    open: list[NaiveOrder] = field(default_factory=list)
    sources: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """source to (last operation, its command number, its reason)."""
    number: int = 0
    orders: int = 0
    trades: dict[int, int] = field(default_factory=dict)
    updates: dict[int, int] = field(default_factory=dict)

    def apply(self, time_us: int, command: ask.Command | None) -> list[fact.Event]:
        """Decide one command; None stands for bytes that cannot be read."""
        self.number += 1
        self.told = []
        reason, order_id, repeat_of = self._decide(time_us, command)
        kind = next((k for k, record in ask.COMMAND_KINDS.items() if type(command) is record), 0)
        tag = command.tag if command is not None else 0
        decided = fact.Decided(
            self.number, time_us, tag, kind, getattr(command, "account", -1), reason, order_id, repeat_of
        )
        return [decided, *self.told]

    def _decide(self, time_us: int, command: ask.Command | None) -> tuple[int, int, int]:
        if command is None:
            return no.MALFORMED, 0, 0
        deadline = getattr(command, "deadline_us", 0)
        if deadline > 0 and time_us > deadline:
            return no.DEADLINE_PASSED, 0, 0
        if isinstance(command, ask.CreateAsset):
            return self._create_asset(command), 0, 0
        if isinstance(command, ask.CreateMarket):
            return self._create_market(command), 0, 0
        if isinstance(command, ask.ChangeMarket):
            return self._change_market(command), 0, 0
        if isinstance(command, ask.SetMarketStatus):
            return self._set_status(command), 0, 0
        if isinstance(command, ask.Deposit | ask.Withdraw):
            return self._money(command)
        if isinstance(command, ask.PlaceOrder):
            return self._place(command)
        if isinstance(command, ask.CancelOrder):
            return self._cancel(command)
        return self._cancel_all(command), 0, 0

    # Money in and out.

    def _money(self, command: ask.Deposit | ask.Withdraw) -> tuple[int, int, int]:
        if refusal := amount_refusal(command, len(self.assets)):
            return refusal, 0, 0
        last, number, reason = self.sources.get(command.source, (0, 0, 0))
        if last > 0 and command.operation == last:
            return reason, 0, number
        if not 1 <= command.source <= 2**53 or command.operation != last + 1:
            return no.OPERATION_OUT_OF_ORDER, 0, 0
        reason = self._move_money(command)
        self.sources[command.source] = (command.operation, self.number, reason)
        return reason, 0, 0

    def _move_money(self, command: ask.Deposit | ask.Withdraw) -> int:
        inside, outside = (command.account, u.AVAILABLE), (u.OUTSIDE_ACCOUNT, u.AVAILABLE)
        if isinstance(command, ask.Deposit):
            if command.amount - self.balance(u.OUTSIDE_ACCOUNT, command.asset, u.AVAILABLE) > u.SUPPLY_ATOMS_MAX:
                return no.SUPPLY_EXCEEDED
            self._move(command.asset, outside, inside, command.amount, u.CAUSE_DEPOSIT)
            return no.OK
        if self.balance(command.account, command.asset, u.AVAILABLE) < command.amount:
            return no.FUNDS_INSUFFICIENT
        self._move(command.asset, inside, outside, command.amount, u.CAUSE_WITHDRAWAL)
        return no.OK

    def balance(self, account: int, asset: int, pot: int) -> int:
        return self.pots.get((account, asset, pot), 0)

    def _move(self, asset: int, source: tuple[int, int], target: tuple[int, int], amount: int, cause: int) -> None:
        for (account, pot), change in ((source, -amount), (target, amount)):
            self.pots[account, asset, pot] = self.balance(account, asset, pot) + change
            assert account == u.OUTSIDE_ACCOUNT or self.pots[account, asset, pot] >= 0
        self.told.append(fact.Moved(asset, *source, *target, amount, cause))

    # Orders.

    def _place(self, command: ask.PlaceOrder) -> tuple[int, int, int]:
        market = self.markets[command.market] if 0 <= command.market < len(self.markets) else None
        refusal = order_refusal(command, CLIENT_ID, market)
        if refusal or market is None:
            return refusal, 0, 0
        mine = [order for order in self.open if order.account == command.account]
        if command.client_id in [order.client_id for order in mine]:
            return no.CLIENT_ID_DUPLICATE, 0, 0
        may_rest = command.type == u.LIMIT_MAKER or (command.type == u.LIMIT and command.time_in_force == u.GTC)
        if may_rest and sum(order.market == command.market for order in mine) >= u.OPEN_ORDERS_MAX:
            return no.OPEN_ORDERS_TOO_MANY, 0, 0
        asset, hold = self._hold_of(command, market)
        if hold == 0 or self.balance(command.account, asset, u.AVAILABLE) < hold:
            return no.FUNDS_INSUFFICIENT, 0, 0
        if market.status != u.TRADING:
            return no.MARKET_NOT_TRADING, 0, 0
        if refusal := self._book_refusal(command, market, hold):
            return refusal, 0, 0
        self._execute(command, market, asset, hold)
        return no.OK, self.orders, 0

    def _hold_of(self, command: ask.PlaceOrder, market: fact.MarketDefined) -> tuple[int, int]:
        asset = market.quote if command.side == u.BUY else market.base
        available = self.balance(command.account, asset, u.AVAILABLE)
        if command.side == u.BUY:
            if command.type != u.MARKET:
                return asset, command.price * command.quantity * market.tick_atoms
            return asset, command.quote_quantity or available
        if command.quantity:
            return asset, command.quantity * market.lot_atoms
        return asset, available // market.lot_atoms * market.lot_atoms

    def against(self, command: ask.PlaceOrder) -> list[NaiveOrder]:
        """The orders that the command could trade with, best price first, then oldest."""
        sign = 1 if command.side == u.BUY else -1
        others = [order for order in self.open if order.market == command.market and order.side != command.side]
        if command.type != u.MARKET:
            others = [order for order in others if order.price * sign <= command.price * sign]
        return sorted(others, key=lambda order: (order.price * sign, order.order_id))

    def _book_refusal(self, command: ask.PlaceOrder, market: fact.MarketDefined, hold: int) -> int:
        makers = self.against(command)
        if command.type == u.LIMIT_MAKER and makers:
            return no.WOULD_TAKE
        if command.type == u.MARKET:
            if not makers:
                return no.BOOK_EMPTY
            lots, cost = self._walk(command, market, makers)
            if command.side == u.BUY and command.quantity and cost > hold:
                return no.FUNDS_INSUFFICIENT
            if command.side == u.SELL and command.quote_quantity and lots * market.lot_atoms > hold:
                return no.FUNDS_INSUFFICIENT
        return no.OK

    def _walk(
        self, command: ask.PlaceOrder, market: fact.MarketDefined, makers: Iterable[NaiveOrder]
    ) -> tuple[int, int]:
        """Lots and quote that would trade if funds were no question."""
        lots = cost = 0
        for maker in makers:
            if maker.account == command.account and command.stp == u.STP_EXPIRE_MAKER:
                continue
            if maker.account == command.account and command.stp in (u.STP_EXPIRE_TAKER, u.STP_EXPIRE_BOTH):
                break
            lot_cost = maker.price * market.tick_atoms
            wanted = command.quantity - lots if command.quantity else (command.quote_quantity - cost) // lot_cost
            traded = min(wanted, maker.unfilled)
            if traded == 0:
                break
            lots += traded
            cost += traded * lot_cost
        return lots, cost

    def _execute(self, command: ask.PlaceOrder, market: fact.MarketDefined, asset: int, hold: int) -> None:
        self.orders += 1
        taker = NaiveOrder(
            self.orders,
            command.account,
            command.market,
            command.side,
            command.price,
            command.quantity,
            command.client_id,
            market.maker_ppm,
            market.taker_ppm,
            command.stp,
            held=hold,
        )
        self.told.append(fact.OrderAccepted(taker.order_id, *command[1:10], command.client_id))
        self._move(asset, (taker.account, u.AVAILABLE), (taker.account, u.HELD), hold, u.CAUSE_HOLD)
        infeasible = command.time_in_force == u.FOK and (
            self._walk(command, market, self.against(command))[0] < command.quantity
        )
        status = u.EXPIRED if infeasible else self._match(command, taker, market)
        rests = status == 0 and (command.type == u.LIMIT_MAKER or command.time_in_force == u.GTC)
        rests = rests and command.type != u.MARKET
        need = self._need(taker, market) if rests else 0
        self._release(taker, asset, taker.held - need)
        if rests:
            self.open.append(taker)
            self._level(market, taker.side, taker.price)
        else:
            unfilled = 0 if command.quote_quantity else taker.unfilled
            self.told.append(
                fact.OrderClosed(taker.order_id, taker.account, taker.market, status or u.EXPIRED, unfilled)
            )

    def _need(self, order: NaiveOrder, market: fact.MarketDefined) -> int:
        if order.side == u.BUY:
            return order.price * order.unfilled * market.tick_atoms
        return order.unfilled * market.lot_atoms

    def _match(self, command: ask.PlaceOrder, taker: NaiveOrder, market: fact.MarketDefined) -> int:
        """Trade what can trade; the status with which the taker closes, or 0 while something of it is left."""
        budget = command.quote_quantity
        traded_any = False
        status = 0
        touched: int | None = None
        for maker in self.against(command):
            lot_cost = maker.price * market.tick_atoms
            wanted = taker.unfilled if command.quantity else budget // lot_cost
            if wanted == 0:
                break
            if touched is not None and touched != maker.price:
                self._level(market, maker.side, touched)
                touched = None
            if maker.account == taker.account and taker.stp != u.STP_NONE:
                if self._expire_maker(taker, maker, market):
                    touched = maker.price
                if taker.stp != u.STP_EXPIRE_MAKER:
                    status = u.EXPIRED_IN_MATCH
                    break
                continue
            lots = min(wanted, maker.unfilled)
            touched = maker.price
            traded_any = True
            budget -= lots * lot_cost if command.quote_quantity else 0
            self._trade(market, maker, taker, lots, command)
            if maker.unfilled:
                wanted = 0
                break
        else:
            wanted = 1
        if touched is not None:
            self._level(market, u.SELL if command.side == u.BUY else u.BUY, touched)
        if status == 0 and command.quantity and taker.unfilled:
            return 0
        enough = taker.unfilled == 0 if command.quantity else traded_any and (budget == 0 or wanted == 0)
        return status or (u.FILLED if enough else u.EXPIRED)

    def _expire_maker(self, taker: NaiveOrder, maker: NaiveOrder, market: fact.MarketDefined) -> bool:
        if taker.stp == u.STP_EXPIRE_TAKER:
            return False
        self._close(maker, market, u.EXPIRED_IN_MATCH)
        return True

    def _trade(
        self, market: fact.MarketDefined, maker: NaiveOrder, taker: NaiveOrder, lots: int, command: ask.PlaceOrder
    ) -> None:
        quote = maker.price * lots * market.tick_atoms
        base = lots * market.lot_atoms
        buyer, seller = (taker, maker) if taker.side == u.BUY else (maker, taker)
        maker_fee = self._fee(maker, maker.maker_ppm, base if maker is buyer else quote)
        taker_fee = self._fee(taker, taker.taker_ppm, base if taker is buyer else quote)
        self.trades[market.market] = self.trades.get(market.market, 0) + 1
        trade_id = self.trades[market.market]
        self.told.append(
            fact.Traded(
                market.market, trade_id, maker.price, lots, quote, taker.side, maker.order_id, taker.order_id,
                maker.account, taker.account, maker_fee, taker_fee,
            )
        )  # fmt: skip
        self._move(market.base, (seller.account, u.HELD), (buyer.account, u.AVAILABLE), base, u.CAUSE_TRADE)
        self._move(market.quote, (buyer.account, u.HELD), (seller.account, u.AVAILABLE), quote, u.CAUSE_TRADE)
        seller.held -= base
        buyer.held -= quote
        for order, fee in ((maker, maker_fee), (taker, taker_fee)):
            asset = market.base if order is buyer else market.quote
            if fee:
                self._move(asset, (order.account, u.AVAILABLE), (u.FEE_ACCOUNT, u.AVAILABLE), fee, u.CAUSE_FEE)
        maker.unfilled -= lots
        if command.quantity:
            taker.unfilled -= lots
        if maker.unfilled == 0:
            assert maker.held == 0
            self.open.remove(maker)
            self.told.append(fact.OrderClosed(maker.order_id, maker.account, maker.market, u.FILLED, 0))

    def _fee(self, order: NaiveOrder, ppm: int, amount: int) -> int:
        due = amount * ppm - order.fee_paid_ppm
        fee = -(-due // u.PPM_ONE)
        order.fee_paid_ppm = fee * u.PPM_ONE - due
        return fee

    def _cancel(self, command: ask.CancelOrder) -> tuple[int, int, int]:
        if not u.USER_ACCOUNT_MIN <= command.account <= u.USER_ACCOUNT_MAX:
            return no.ACCOUNT_INVALID, 0, 0
        if (command.order_id == 0 or command.client_id) and not CLIENT_ID.fullmatch(command.client_id):
            return no.CLIENT_ID_INVALID, 0, 0
        if not 0 <= command.market < len(self.markets):
            return no.MARKET_UNKNOWN, 0, 0
        found = [
            order
            for order in self.open
            if (order.account, order.market) == (command.account, command.market)
            and command.order_id in (0, order.order_id)
            and command.client_id in ("", order.client_id)
        ]
        if not found:
            return no.ORDER_UNKNOWN, 0, 0
        self._cancel_one(found[0])
        return no.OK, found[0].order_id, 0

    def _cancel_all(self, command: ask.CancelAllOrders) -> int:
        if not u.USER_ACCOUNT_MIN <= command.account <= u.USER_ACCOUNT_MAX:
            return no.ACCOUNT_INVALID
        if not 0 <= command.market < len(self.markets):
            return no.MARKET_UNKNOWN
        mine = [o for o in self.open if (o.account, o.market) == (command.account, command.market)]
        for order in sorted(mine, key=lambda order: order.order_id):
            self._cancel_one(order)
        return no.OK if mine else no.ORDER_UNKNOWN

    def _cancel_one(self, order: NaiveOrder) -> None:
        market = self.markets[order.market]
        self._close(order, market, u.CANCELED)
        self._level(market, order.side, order.price)

    def _close(self, order: NaiveOrder, market: fact.MarketDefined, status: int) -> None:
        self.open.remove(order)
        self._release(order, market.quote if order.side == u.BUY else market.base, order.held)
        self.told.append(fact.OrderClosed(order.order_id, order.account, order.market, status, order.unfilled))

    def _release(self, order: NaiveOrder, asset: int, amount: int) -> None:
        order.held -= amount
        if amount:
            self._move(asset, (order.account, u.HELD), (order.account, u.AVAILABLE), amount, u.CAUSE_RELEASE)

    def _level(self, market: fact.MarketDefined, side: int, price: int) -> None:
        key = (market.market, side, price)
        total = sum(order.unfilled for order in self.open if (order.market, order.side, order.price) == key)
        self.updates[market.market] = self.updates.get(market.market, 0) + 1
        self.told.append(fact.LevelChanged(market.market, self.updates[market.market], side, price, total))
