"""What a trade costs whom: its two moves, the fees of both sides, the rebate of a maker.

What one order spends is what the other earns. A fee is paid out of what its payer received, or, where a buyer pays in
quote, out of what its order holds; a rebate is part of the taker's fee.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.fees import credit_after, credit_after_rebate, fee_of, rebate_of
from trueman.core.holds import Holds
from trueman.core.ledger import Ledger
from trueman.core.markets import Market
from trueman.core.order_lists import OrderLists
from trueman.core.results import Results
from trueman.core.seats import Seats
from trueman.core.tickets import (
    ACCOUNT,
    CREDIT,
    EXECUTED,
    GROUP,
    ORDER_ID,
    QUANTITY,
    TERMS,
    UNFILLED,
    Tickets,
)
from trueman.core.units import (
    AVAILABLE,
    BUY,
    CAUSE_FEE,
    CAUSE_REBATE,
    CAUSE_TRADE,
    FEE_ACCOUNT,
    HELD,
    LIMIT_MAKER,
    NONE,
    STP_NONE,
)


@final
class Settling:
    def __init__(self, holds: Holds) -> None:
        self.holds: Final[Holds] = holds
        self.ledger: Final[Ledger] = holds.ledger
        self.seats: Final[Seats] = holds.seats
        self.tickets: Final[Tickets] = holds.tickets
        self.lists: Final[OrderLists] = holds.lists
        self.results: Final[Results] = holds.results

    def fill(self, market: Market, taker: i64, maker: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        """A trade in which the taker pays as a taker, and the maker is paid when its rate is negative."""
        tickets = self.tickets
        assert price == tickets.price(maker)
        assert tickets.type(taker) != LIMIT_MAKER
        base_amount = market.base_atoms(quantity)
        quote_amount = market.quote_atoms(price, quantity)
        taker_amount = self._fee_amount(taker, base_amount, quote_amount)
        maker_ppm = tickets.maker_ppm(maker)
        taker_fee = self._fee(taker, taker_amount, tickets.taker_ppm(taker))
        if maker_ppm >= 0:
            maker_fee = self._fee(maker, self._fee_amount(maker, base_amount, quote_amount), maker_ppm)
        else:
            maker_fee = -self._rebate(maker, taker_amount, maker_ppm, taker_fee)
        self._trade(market, taker, maker, price, quantity, trade_id, maker_fee, taker_fee)
        if maker_fee < 0:
            self._pay_rebate(maker, self._fee_slot(taker), -maker_fee)
        assert maker_fee + taker_fee >= 0
        assert self.holds.is_fit(market, maker)

    def cross(self, market: Market, younger: i64, older: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        """A trade of an auction: both pay as makers, and nobody is paid."""
        base_amount = market.base_atoms(quantity)
        quote_amount = market.quote_atoms(price, quantity)
        older_fee = self._maker_fee(older, self._fee_amount(older, base_amount, quote_amount))
        younger_fee = self._maker_fee(younger, self._fee_amount(younger, base_amount, quote_amount))
        self._trade(market, younger, older, price, quantity, trade_id, older_fee, younger_fee)

    def _trade(
        self,
        market: Market,
        taker: i64,
        maker: i64,
        price: i64,
        quantity: i64,
        trade_id: i64,
        maker_fee: i64,
        taker_fee: i64,
    ) -> None:
        """The trade itself and its two moves, and the fees that are to be paid."""
        words = self.tickets.words
        assert quantity > 0
        assert self._is_within_limit(taker, price)
        assert self._is_within_limit(maker, price)
        assert words[taker + GROUP] != words[maker + GROUP] or self.tickets.stp(taker) == STP_NONE
        taker_side = self.tickets.side(taker)
        kinds = taker_side | self.tickets.in_quote(maker) << 8 | self.tickets.in_quote(taker) << 16
        quote_amount = market.quote_atoms(price, quantity)
        results = self.results
        results.traded(market.number, kinds, trade_id, price, quantity, quote_amount)
        results.traded_by(
            words[maker + ORDER_ID],
            words[taker + ORDER_ID],
            words[maker + ACCOUNT],
            words[taker + ACCOUNT],
            maker_fee,
            taker_fee,
        )
        buyer, seller = maker, taker
        if taker_side == BUY:
            buyer, seller = taker, maker
        self._settle(seller, buyer, market.base, market.base_atoms(quantity))
        self._settle(buyer, seller, market.quote, quote_amount)
        self._executed(maker, quantity)
        self._executed(taker, quantity)
        self._pay_fee(maker, maker_fee)
        self._pay_fee(taker, taker_fee)

    def _executed(self, ticket: i64, quantity: i64) -> None:
        tickets = self.tickets
        words = tickets.words
        executed = words[ticket + EXECUTED] + quantity
        words[ticket + EXECUTED] = executed
        if words[ticket + QUANTITY] != 0:
            unfilled = words[ticket + UNFILLED] - quantity
            assert unfilled >= 0
            assert executed + unfilled <= words[ticket + QUANTITY]
            tickets.leave_unfilled(ticket, unfilled)
        if words[ticket + TERMS] != NONE and tickets.list(ticket) != NONE:
            self.lists.touch(tickets.list(ticket))

    def _is_within_limit(self, ticket: i64, price: i64) -> bool:
        """Whether the order trades at this price; one without a limit does at any."""
        limit = self.tickets.price(ticket)
        if limit == 0:
            return True
        if self.tickets.side(ticket) == BUY:
            return price <= limit
        return price >= limit

    def _fee_amount(self, ticket: i64, base_amount: i64, quote_amount: i64) -> i64:
        """What the order's fee is a share of: what it receives, or always the quote amount."""
        is_base = self.tickets.side(ticket) == BUY and self.tickets.in_quote(ticket) == 0
        return base_amount if is_base else quote_amount

    def _maker_fee(self, ticket: i64, amount: i64) -> i64:
        ppm = self.tickets.maker_ppm(ticket)
        if ppm < 0:
            return 0
        return self._fee(ticket, amount, ppm)

    def _fee(self, ticket: i64, amount: i64, ppm: i64) -> i64:
        words = self.tickets.words
        credit = words[ticket + CREDIT]
        words[ticket + CREDIT] = credit_after(amount, ppm, credit)
        return fee_of(amount, ppm, credit)

    def _rebate(self, ticket: i64, amount: i64, ppm: i64, taker_fee: i64) -> i64:
        words = self.tickets.words
        credit = words[ticket + CREDIT]
        words[ticket + CREDIT] = credit_after_rebate(amount, ppm, credit)
        return rebate_of(amount, ppm, credit, taker_fee)

    def _settle(self, payer: i64, earner: i64, asset: i64, amount: i64) -> None:
        """What one order spends is what the other earns."""
        tickets = self.tickets
        self.holds.promise(payer, -amount)
        self.ledger.settle(tickets.spent(payer), tickets.received(earner), amount)
        source, target = tickets.account(payer), tickets.account(earner)
        self.results.moved(asset, source, HELD, target, AVAILABLE, amount, CAUSE_TRADE)

    def _fee_slot(self, ticket: i64) -> i64:
        """The ledger account that pays an order's fees."""
        is_held = self.tickets.side(ticket) == BUY and self.tickets.in_quote(ticket) != 0
        return self.tickets.spent(ticket) if is_held else self.tickets.received(ticket)

    def _pay_fee(self, ticket: i64, fee: i64) -> None:
        """From what it received; from what it holds where a buyer pays in quote."""
        if fee <= 0:
            return
        tickets = self.tickets
        slot = self._fee_slot(ticket)
        pot: i64 = AVAILABLE
        if tickets.side(ticket) == BUY and tickets.in_quote(ticket) != 0:
            pot = HELD
            self.holds.promise(ticket, -fee)
            self.ledger.collect_held_fee(slot, fee)
        else:
            self.ledger.collect_fee(slot, fee)
        account = tickets.account(ticket)
        self.results.moved(self.ledger.asset(slot), account, pot, FEE_ACCOUNT, AVAILABLE, fee, CAUSE_FEE)

    def _pay_rebate(self, maker: i64, taker_slot: i64, rebate: i64) -> None:
        """In the asset of the taker's fee, and out of it."""
        asset = self.ledger.asset(taker_slot)
        spent = self.tickets.spent(maker)
        slot = spent if self.ledger.asset(spent) == asset else self.tickets.received(maker)
        self.ledger.pay_rebate(slot, rebate)
        account = self.tickets.account(maker)
        self.results.moved(asset, FEE_ACCOUNT, AVAILABLE, account, AVAILABLE, rebate, CAUSE_REBATE)
