"""What a fill costs, from the rates that were sealed when the orders were accepted, and what it must move therefore."""

from trueman.checker.market import Market
from trueman.checker.orders import Order
from trueman.core.events import Moved, Traded
from trueman.core.units import AVAILABLE, CAUSE_FEE, CAUSE_REBATE, CAUSE_TRADE, FEE_ACCOUNT, HELD, PPM_ONE


def fee_of(order: Order, amount: int, ppm: int) -> int:
    """Rounded up on all that the order paid on so far; what that is too much is kept for its next fill."""
    due = amount * ppm - max(order.credit, 0)
    fee = -(-due // PPM_ONE)
    order.credit = fee * PPM_ONE - due
    return fee


def rebate_of(order: Order, amount: int, ppm: int, taker_fee: int) -> int:
    due = amount * ppm + max(-order.credit, 0)
    order.credit = -(due % PPM_ONE)
    return min(due // PPM_ONE, taker_fee)


class Costs:
    """Of one fill."""

    def __init__(self, market: Market, maker: Order, taker: Order, lots: int, price: int) -> None:
        self.market = market
        self.maker, self.taker = maker, taker
        self.base_amount = lots * market.defined.lot_atoms
        self.quote_amount = lots * price * market.defined.tick_atoms
        in_auction = market.uncrossing is not None
        taker_ppm = max(taker.terms.maker_ppm, 0) if in_auction else taker.terms.taker_ppm
        is_free = in_auction and taker.terms.maker_ppm < 0
        self.taker_fee = 0 if is_free else fee_of(taker, self._received(taker), taker_ppm)
        maker_ppm = maker.terms.maker_ppm
        if maker_ppm >= 0:
            self.maker_fee = fee_of(maker, self._received(maker), maker_ppm)
        elif in_auction:
            self.maker_fee = 0
        else:
            self.maker_fee = -rebate_of(maker, self._received(taker), -maker_ppm, self.taker_fee)

    def _received(self, order: Order) -> int:
        """What the fee of that order is on."""
        return self.base_amount if order.is_buy and not order.terms.in_quote else self.quote_amount

    def _asset(self, order: Order) -> int:
        return self.market.defined.base if order.is_buy and not order.terms.in_quote else self.market.defined.quote

    def movements(self) -> list[Moved]:
        """Just these, in this order."""
        buyer, seller = (self.maker, self.taker) if self.maker.is_buy else (self.taker, self.maker)
        base, quote = self.market.defined.base, self.market.defined.quote
        moved = [
            Moved(base, HELD, AVAILABLE, CAUSE_TRADE, seller.account, buyer.account, self.base_amount),
            Moved(quote, HELD, AVAILABLE, CAUSE_TRADE, buyer.account, seller.account, self.quote_amount),
        ]
        for payer, fee in ((self.maker, self.maker_fee), (self.taker, self.taker_fee)):
            if fee > 0:
                pot = HELD if payer.is_buy and payer.terms.in_quote else AVAILABLE
                moved.append(Moved(self._asset(payer), pot, AVAILABLE, CAUSE_FEE, payer.account, FEE_ACCOUNT, fee))
        if self.maker_fee < 0:
            asset, account = self._asset(self.taker), self.maker.account
            moved.append(Moved(asset, AVAILABLE, AVAILABLE, CAUSE_REBATE, FEE_ACCOUNT, account, -self.maker_fee))
        return moved

    def differs_from(self, told: Traded) -> str:
        """In words; empty when the fill was told so."""
        expected = {
            "quote_amount": self.quote_amount,
            "maker_fee": self.maker_fee,
            "taker_fee": self.taker_fee,
            "maker_fee_in_quote": self.maker.terms.in_quote,
            "taker_fee_in_quote": self.taker.terms.in_quote,
        }
        return ", ".join(
            f"{name} is told as {getattr(told, name)} and comes to {value}"
            for name, value in expected.items()
            if getattr(told, name) != value
        )
