"""What every open order needs, by its terms and what is left of it, against what the account has in its HELD pot."""

from collections import defaultdict
from typing import Final

from trueman.checker.findings import HOLDS, Findings
from trueman.checker.floor import Floor
from trueman.checker.money import Money
from trueman.checker.orders import CLOSED, PENDING, RESTING, Order
from trueman.core.units import HELD, MARKET, PPM_ONE

Place = tuple[int, int]
"""An asset and an account."""
NOBODY: Final[tuple[Order, ...]] = ()


class Holds:
    def __init__(self, findings: Findings, floor: Floor, money: Money) -> None:
        self._findings = findings
        self._floor = floor
        self._money = money
        self._needs: defaultdict[Place, int] = defaultdict(int)
        self._counted: dict[int, int] = {}
        """What is counted for an order, or for a pair under the number of its first."""
        self.touched: dict[int, Order] = {}
        """Orders of which this command told."""

    def end(self) -> None:
        """Of a command: what was touched is counted anew, then the pots are compared that moved."""
        moved = self._money.held
        for order in self.touched.values():
            moved.add(self._count(order))
        self.touched.clear()
        for place in moved:
            held, needs = self._money.pots[place][HELD], self._needs[place]
            if held != needs:
                asset, account = place
                said = f"account {account} holds {held} of asset {asset}, and its open orders need {needs}"
                self._findings.say(HOLDS, said)
        moved.clear()

    def _count(self, order: Order) -> Place:
        legs = order.pair or [order]
        key = legs[0].id
        need = max(self._need(leg) for leg in legs)
        defined = self._floor.markets[order.market].defined
        place = (defined.quote if order.is_buy else defined.base, order.account)
        self._needs[place] += need - self._counted.pop(key, 0)
        if need:
            self._counted[key] = need
        return place

    def _need(self, order: Order) -> int:
        if order.state in (CLOSED, PENDING) or order.kind == MARKET:
            return 0
        defined = self._floor.markets[order.market].defined
        if not order.is_buy:
            return order.unfilled * defined.lot_atoms
        price = order.price if order.is_limited else order.first_stop
        amount = price * order.unfilled * defined.tick_atoms
        if not order.terms.in_quote:
            return amount
        maker = max(order.terms.maker_ppm, 0)
        ppm = maker if order.state == RESTING else max(maker, order.terms.taker_ppm)
        return amount + max(0, -(-(amount * ppm - max(order.credit, 0)) // PPM_ONE))
