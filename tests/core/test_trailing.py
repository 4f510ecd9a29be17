"""What trails is kept in crowds that follow together; here each of it is moved by itself, as the rules tell it."""

from dataclasses import dataclass, field
from random import Random

import pytest
from librt.strings import BytesWriter

from trueman.core.canonical import CanonicalReader
from trueman.core.check_floor import check_triggers
from trueman.core.messages import Order
from trueman.core.resting import RestingOrders
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET, Rules
from trueman.core.triggers import Triggers
from trueman.core.triggers_state import read_triggers, write_triggers
from trueman.core.units import BIPS_ONE, BUY, NONE, SELL, STOP_LOSS

STEPS = 1_500


@dataclass
class One:
    """A dormant order; `at` is when it came to its stop."""

    order_id: int
    rises: bool
    bips: int
    stop: int
    extreme: int = 0
    at: tuple[int, int] = (0, 0)

    def stop_from(self, rules: Rules) -> int:
        if self.rises:
            return -(-self.extreme * (BIPS_ONE + self.bips) // BIPS_ONE)
        return max(int(rules.keeps_stops_above_zero), self.extreme * (BIPS_ONE - self.bips) // BIPS_ONE)


@dataclass
class Plain:
    """All of them in a list, in the order in which they were laid down, and each is looked at at every price."""

    rules: Rules
    here: list[One] = field(default_factory=list)
    fired: list[tuple[int, int]] = field(default_factory=list)
    moment: int = 0

    def arm(self, one: One, reference: int) -> None:
        self.here.append(one)
        is_met = one.rises == (reference >= one.stop) or reference == one.stop
        self._arrive(one, reference if one.bips and (one.stop == 0 or is_met) else 0)

    def look(self, price: int) -> None:
        for rises in (False, True):
            sign = 1 if rises else -1
            while met := [one for one in self.here if one.rises == rises and sign * one.stop <= sign * price]:
                first = min(met, key=lambda one: (sign * one.stop, one.at))
                if first.bips and not first.extreme:
                    self._arrive(first, price)
                else:
                    self.here.remove(first)
                    self.fired.append((first.order_id, first.stop))
        self.moment += 1
        for number, one in enumerate(self.here):
            if one.extreme and (price < one.extreme if one.rises else price > one.extreme):
                one.extreme = price
                if one.stop_from(self.rules) != one.stop:
                    one.stop, one.at = one.stop_from(self.rules), (self.moment, number)

    def words(self) -> list[int]:
        """As the snapshot tells it."""
        words: list[int] = []
        for rises in (False, True):
            stops: dict[int, list[int]] = {}
            sign = 1 if rises else -1
            for one in sorted(self.here, key=lambda one: (sign * one.stop, one.at)):
                if one.rises == rises:
                    stops.setdefault(one.stop, []).append(one.order_id)
            words.append(len(stops))
            for stop, orders in stops.items():
                words += [stop, *orders, NONE]
        trailing = [one for one in self.here if one.bips]
        words.append(len(trailing))
        for one in trailing:
            words += [one.order_id, one.bips, one.extreme]
        return [*words, len(self.fired), *(word for fired in self.fired for word in fired)]

    def _arrive(self, one: One, extreme: int) -> None:
        self.moment += 1
        one.at, one.extreme = (self.moment, 0), extreme
        if extreme:
            one.stop = one.stop_from(self.rules)


class Both:
    def __init__(self, random: Random, ruleset: int, prices: int) -> None:
        self.random = random
        self.rules = Rules(ruleset)
        self.core = Triggers(RestingOrders(), self.rules)
        self.plain = Plain(self.rules)
        self.places: dict[int, int] = {}
        self.prices = prices
        self.price = prices // 2 + 1
        self.last_id = 0

    def arm(self) -> None:
        random, order = self.random, Order()
        self.last_id += 1
        order.order_id = order.ticket = self.last_id
        order.type, order.side = STOP_LOSS, random.choice((BUY, SELL))
        order.trailing_bips = random.choice((0, 10, 10, 500, 2_000, random.randint(10, 2_000)))
        if random.random() < 0.5 or order.trailing_bips == 0:
            order.stop_price = random.randint(1, self.prices + 1)
            if order.trailing_bips == 0 and (order.stop_price > self.price) != (order.side == BUY):
                order.side = BUY if order.stop_price > self.price else SELL
        one = One(self.last_id, order.side == BUY, order.trailing_bips, order.stop_price)
        self.places[self.last_id] = self.core.arm(order, self.price)
        self.plain.arm(one, self.price)

    def disarm(self) -> None:
        if self.plain.here:
            one = self.random.choice(self.plain.here)
            self.plain.here.remove(one)
            self.core.disarm(self.places.pop(one.order_id))

    def look(self) -> None:
        far = self.random.choice((1, 1, 1, 2, 3, self.prices))
        self.price = min(self.prices, max(1, self.price + self.random.randint(-far, far)))
        self.core.look(self.price)
        self.plain.look(self.price)

    def restore(self) -> None:
        """Go on from the snapshot, in which whoever fired stands too."""
        orders = RestingOrders()
        restored = Triggers(orders, self.rules)
        read_triggers(CanonicalReader(self.written()), restored)
        self.core = restored
        here = {one.order_id for one in self.plain.here}
        places = range(0, len(orders.words), 8)
        self.places = {orders.order_id(place): place for place in places if orders.order_id(place) in here}

    def written(self) -> bytes:
        out = BytesWriter()
        write_triggers(out, self.core)
        return out.getvalue()

    def same(self) -> None:
        written = self.written()
        words = [int.from_bytes(written[at : at + 8], "little", signed=True) for at in range(0, len(written), 8)]
        assert words == self.plain.words()
        check_triggers(self.core)

    def take_fired(self) -> None:
        self.plain.fired.clear()
        while self.core.first_fired != NONE:
            self.core.disarm(self.core.first_fired)


@pytest.mark.parametrize("prices", [4, 30, 400, 3_000_000])
@pytest.mark.parametrize("seed", range(6))
def test_a_crowd_moves_as_its_trails_would_one_by_one(seed: int, prices: int) -> None:
    """Also where stops are rounded to one, where they are at nothing, and when the rules change about that."""
    random = Random(f"{seed}-{prices}")
    both = Both(random, FIRST_RULESET if seed % 2 else NEWEST_RULESET, prices)
    for step in range(STEPS):
        if step == STEPS // 2 and seed % 2:
            both.rules.switch(NEWEST_RULESET)
        random.choices((both.arm, both.disarm, both.look, both.restore), (6, 1, 6, 0.1))[0]()
        if step % 7 == 0:
            both.same()
        if step % 5 == 0:
            both.take_fired()
    both.same()
