"""Random orders near the price of the moment, and lists of them."""

from random import Random

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_state import LIMIT_TYPES, STOP_TYPES
from tests.reference.stream_world import HIGHEST, MIDDLE, user
from trueman.core import commands as ask
from trueman.core import units as u

Asked = ask.PlaceOrder | ask.PlaceOrderWithTerms
TYPES = (u.LIMIT,) * 9 + (u.MARKET,) * 3 + (u.LIMIT_MAKER,) * 2 + STOP_TYPES + STOP_TYPES[1:2]
FORCES = (u.GTC,) * 5 + (u.IOC, u.FOK, u.GTD, u.GTD)
MODES = (u.STP_NONE, u.STP_EXPIRE_TAKER, u.STP_EXPIRE_MAKER, u.STP_EXPIRE_BOTH, u.STP_DECREMENT)
BIPS = (10, 300, 500, 1_000, 2_000) * 4 + (9, 2_001)
DEADLINES_US = (-1, 0, 1_000, 300_000, 30_000_000, 30_000_000, 90_000_000, 10**8, 10**9)
MOOD_ORDERS = 150
"""For so many orders a stream may want the same unusual thing again and again, so that its bound is met."""


class RandomOrders:
    """Orders for a twin whose state is looked at, so that most of them make sense there."""

    def __init__(self, random: Random, twin: NaiveExchange) -> None:
        self.random = random
        self.twin = twin
        self.time_us = 0
        """Of the command to be made."""
        self.made: list[Asked] = []
        """All orders so far: some are sent again."""
        self.lists: list[ask.PlaceOrderList] = []
        self.trails = False
        """Whether it is in the mood for trailing stops of one account."""

    def order(self, tag: int, account: int, market: int) -> Asked:
        random = self.random
        if self.made and random.random() < 0.06:
            return self._again(tag)
        if len(self.made) % MOOD_ORDERS == 0:
            self.trails = random.random() < 0.25
        if self.trails and random.random() < 0.5:
            account, market = user(0), 0
        kind, side = random.choice(STOP_TYPES if self.trails else TYPES), random.choice((u.BUY, u.SELL))
        asked = self._of_type(tag, account, market, kind, side, random.randint(1, 12))
        self.made.append(asked)
        return asked

    def _again(self, tag: int) -> Asked:
        """An order that was sent before, as it was or with another size, from not long ago or from long ago."""
        back = self.random.choice((5, 50, 3_000))
        old = self.random.choice(self.made[-back:])
        again = old._replace(tag=tag, deadline_us=self._deadline())
        if isinstance(old, ask.PlaceOrderWithTerms) and self.random.random() < 0.3:
            return self._with_another_term(old._replace(tag=tag))
        return again._replace(quantity=old.quantity + self.random.choice((0, 0, 1)))

    def _with_another_term(self, old: ask.PlaceOrderWithTerms) -> ask.PlaceOrderWithTerms:
        """Stop price, distance, shown quantity and date together make an order another."""
        name = self.random.choice(("stop_price", "trailing_bips", "display_quantity", "expire_us"))
        return old._replace(**{name: getattr(old, name) + self.random.choice((-1, 1, 10))})

    def _deadline(self) -> int:
        if self.random.random() < 0.7:
            return 0
        return self.time_us + self.random.choice(
            (-1, 0, 1_000, 300_000, 30_000_000, 30_000_000, 90_000_000, 10**8, 10**9)
        )

    def _near(self, market: int, away: float) -> int:
        at = self.twin.markets[market].reference or MIDDLE
        at = round(at + (MIDDLE - at) * 0.1 + away)
        return max(1, min(HIGHEST, at))

    def _of_type(self, tag: int, account: int, market: int, kind: int, side: int, quantity: int) -> Asked:
        random = self.random
        sign = 1 if side == u.SELL else -1
        price = (
            self._near(market, sign * random.choice((-2, 0, 1, 2, 3)) + random.gauss(0, 1.5))
            if kind in LIMIT_TYPES
            else 0
        )
        force = random.choice(FORCES)
        if kind == u.MARKET or (
            force in (u.IOC, u.FOK) and kind not in (u.LIMIT, u.STOP_LOSS_LIMIT, u.TAKE_PROFIT_LIMIT)
        ):
            force = u.GTC
        quote = 0
        if kind == u.MARKET and random.random() < 0.4:
            tick_atoms = self.twin.markets[market].defined.tick_atoms
            quantity, quote = 0, tick_atoms * random.randint(1, 400) + random.randint(0, tick_atoms)
        if random.random() < 0.01:
            quantity, quote = random.choice(((0, 5), (0, -5), (5, 5), (0, 0)))
        stop, bips = self._trigger(market, kind, side)
        shows = kind in LIMIT_TYPES and force in (u.GTC, u.GTD) and random.random() < 0.3
        asked = ask.PlaceOrderWithTerms(
            tag, account, market, side, kind, force, random.choice(MODES), price, quantity, quote, self._deadline(),
            stop, bips, random.randint(1, max(1, quantity)) if shows else 0, self._expiry() if force == u.GTD else 0,
            f"n{len(self.made)}",
        )  # fmt: skip
        if not any(asked[11:15]) and random.random() < 0.8:
            return ask.PlaceOrder(*asked[:11], asked.client_id)
        return asked

    def _expiry(self) -> int:
        return self.time_us + self.random.choice((500, 60_000, 400_000, 400_000, 3_000_000, 3_000_000, 40_000_000))

    def _trigger(self, market: int, kind: int, side: int) -> tuple[int, int]:
        """Stop price and trailing bips; mostly on the side where it has not happened yet."""
        if kind not in STOP_TYPES:
            return 0, 0
        rises = (side == u.BUY) == (kind in (u.STOP_LOSS, u.STOP_LOSS_LIMIT))
        away = self.random.choice((1, 1, 2, 3, 5, -1)) * (1 if rises else -1)
        trails = self.random.random()
        stop = 0 if trails < 0.15 else self._near(market, away)
        return stop, self.random.choice(BIPS) if trails < (0.9 if self.trails else 0.3) else 0

    def order_list(self, tag: int, account: int, market: int) -> ask.PlaceOrderList:
        random = self.random
        if self.lists and random.random() < 0.1:
            return self._list_again(tag)
        kind, side, size = random.choice((u.OCO, u.OTO, u.OTOCO)), random.choice((u.BUY, u.SELL)), random.randint(1, 9)
        parts: list[Asked] = []
        if kind != u.OCO:
            first = random.choice((u.LIMIT, u.LIMIT, u.LIMIT_MAKER))
            parts.append(self._of_type(0, account, market, first, 1 - side, size))
        if kind == u.OTO:
            parts.append(self._of_type(0, account, market, random.choice(TYPES), side, size))
        else:
            one = random.choice((u.STOP_LOSS, u.STOP_LOSS_LIMIT))
            other = random.choice((u.LIMIT_MAKER, u.LIMIT_MAKER, u.TAKE_PROFIT, u.TAKE_PROFIT_LIMIT))
            pair = [self._of_type(0, account, market, which, side, size) for which in (one, other)]
            parts += pair if random.random() < 0.5 else reversed(pair)
        parts = [self._untimed(part, f"{len(self.made)}.{at}") for at, part in enumerate(parts)]
        name = self._list_name(account)
        asked = ask.PlaceOrderList(tag, account, market, kind, self._deadline(), name, tuple(parts))
        self.made.append(parts[0])
        self.lists.append(asked)
        return asked

    def _list_name(self, account: int) -> str:
        """A new one, or sometimes one that an open list has."""
        taken = [order.in_list.client_id for order in self.twin.open if order.in_list and order.account == account]
        named = [name for name in taken if name]
        return self.random.choice(named) if named and self.random.random() < 0.2 else f"l{len(self.made)}"

    def _list_again(self, tag: int) -> ask.PlaceOrderList:
        """As it was, or of another kind, or with a new first order."""
        old = self.random.choice(self.lists[-20:])._replace(tag=tag, deadline_us=0)
        pick = self.random.random()
        if pick < 0.2 and old.type != u.OTOCO:
            return old._replace(type=u.OCO + u.OTO - old.type)
        if pick < 0.4:
            first = old.parts[0]._replace(client_id=f"r{tag}")
            return old._replace(parts=(first, *old.parts[1:]))
        return old

    def _untimed(self, part: Asked, client_id: str) -> Asked:
        """As lists ask for it: not GTD."""
        if self.random.random() < 0.97 and part.time_in_force == u.GTD:
            part = part._replace(time_in_force=u.GTC)
            part = part._replace(expire_us=0) if isinstance(part, ask.PlaceOrderWithTerms) else part
        return part._replace(client_id=client_id)
