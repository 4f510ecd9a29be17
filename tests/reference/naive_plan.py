"""What would happen if an order met a book now: step by step, with nothing touched (rules 7.2 to 7.6).

Matching carries such a plan out; the checks of FOK orders and of market orders only look at it.
"""

from dataclasses import dataclass, field

from tests.reference.naive_state import NaiveMarket, NaiveOrder, up
from trueman.core import units as u

NOTHING_LEFT, NO_LOT, NOBODY, BAND, PREVENTED = "nothing left", "no lot", "nobody", "band", "prevented"
"""Why matching ends."""


@dataclass
class Step:
    maker: NaiveOrder
    traded: int = 0
    maker_lost: int = 0
    taker_lost: int = 0


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    lots: int = 0
    cost: int = 0
    end: str = NOBODY
    band_price: int = 0


@dataclass
class _Row:
    """A maker as it would be by then."""

    maker: NaiveOrder
    visible: int
    hidden: int


def in_band(market: NaiveMarket, price: int) -> bool:
    """Rule 7.6."""
    band, r = market.guard.band_ppm, market.band_reference
    if band == 0 or r == 0:
        return True
    return up(r * (u.PPM_ONE - band), u.PPM_ONE) <= price <= r * (u.PPM_ONE + band) // u.PPM_ONE


def plan_of(taker: NaiveOrder, market: NaiveMarket, book: list[NaiveOrder]) -> Plan:
    """`book` is the other side, best order first."""
    plan = Plan()
    unfilled, budget = taker.unfilled, taker.budget
    sign = 1 if taker.side == u.BUY else -1
    rows = [
        _Row(maker, maker.visible, maker.unfilled - maker.visible)
        for maker in book
        if not taker.is_limit or sign * maker.price <= sign * taker.price
    ]
    while rows:
        row = rows[0]
        price = row.maker.price
        cost = price * market.defined.tick_atoms
        wanted = budget // cost if taker.quote_quantity else unfilled
        if wanted == 0:
            plan.end = NO_LOT
            break
        if not in_band(market, price):
            plan.end, plan.band_price = BAND, price
            break
        prevents = taker.stp != u.STP_NONE and row.maker.group == taker.group
        step = _prevention(taker, row, wanted) if prevents else Step(row.maker, min(wanted, row.visible))
        plan.steps.append(step)
        plan.lots += step.traded
        plan.cost += step.traded * cost
        unfilled -= step.traded + step.taker_lost
        budget -= (step.traded + step.taker_lost) * cost
        if prevents and step.taker_lost and (budget // cost if taker.quote_quantity else unfilled) == 0:
            plan.end = PREVENTED
            break
        if (budget if taker.quote_quantity else unfilled) == 0:
            plan.end = NOTHING_LEFT
            break
        _take_from(rows, step.traded + step.maker_lost)
    return plan


def _prevention(taker: NaiveOrder, row: _Row, wanted: int) -> Step:
    """Rule 7.4: what each loses."""
    if taker.stp == u.STP_DECREMENT:
        lots = min(wanted, row.visible)
        return Step(row.maker, maker_lost=lots, taker_lost=lots)
    maker_lost = row.visible + row.hidden if taker.stp in (u.STP_EXPIRE_MAKER, u.STP_EXPIRE_BOTH) else 0
    taker_lost = wanted if taker.stp in (u.STP_EXPIRE_TAKER, u.STP_EXPIRE_BOTH) else 0
    return Step(row.maker, maker_lost=maker_lost, taker_lost=taker_lost)


def _take_from(rows: list[_Row], lots: int) -> None:
    """The first maker loses lots; its next slice goes to the end of its price."""
    row = rows[0]
    if lots < row.visible:
        row.visible -= lots
        return
    rows.pop(0)
    row.hidden -= lots - row.visible
    if row.hidden:
        row.visible = min(row.maker.display, row.hidden)
        row.hidden -= row.visible
        behind = [at for at, other in enumerate(rows) if other.maker.price == row.maker.price]
        rows.insert(behind[-1] + 1 if behind else 0, row)
