"""The fee of a fill: a share of an amount, rounded up once over the whole order; and a rebate, rounded down once.

Rounding up every fill would make an order filled in small pieces dearer than one filled at once. So an order keeps
what it already overpaid, in millionths of an atom, and the next fee is smaller by it. What a rebate still owes is
kept in the same number (`credit`), below zero. An order has either fees or rebates as a maker, and a maker never
takes again, so neither ever needs what the other left: a fee takes a negative number for 0, a rebate a positive one.
"""

from mypy_extensions import i64

from trueman.core.units import PPM_ONE


def fee_of(amount: i64, ppm: i64, credit: i64) -> i64:
    """Whole millions and the rest apart: `amount * ppm` may need more than 63 bits, these products do not."""
    rest = (amount % PPM_ONE) * ppm - overpaid(credit)
    return (amount // PPM_ONE) * ppm + (rest + PPM_ONE - 1) // PPM_ONE


def credit_after(amount: i64, ppm: i64, credit: i64) -> i64:
    """What is overpaid after the fee of `fee_of`: 0..999_999."""
    rest = (amount % PPM_ONE) * ppm - overpaid(credit)
    return (rest + PPM_ONE - 1) // PPM_ONE * PPM_ONE - rest


def rebate_of(amount: i64, ppm: i64, credit: i64, taker_fee: i64) -> i64:
    """What a maker with a negative rate earns; never more than the taker paid for the same fill."""
    share = -ppm
    rest = (amount % PPM_ONE) * share + owed(credit)
    rebate = (amount // PPM_ONE) * share + rest // PPM_ONE
    return rebate if rebate < taker_fee else taker_fee


def credit_after_rebate(amount: i64, ppm: i64, credit: i64) -> i64:
    """What is owed after the rebate of `rebate_of`, as a number below zero: -999_999..0. What was cut off is lost."""
    return -(((amount % PPM_ONE) * -ppm + owed(credit)) % PPM_ONE)


def overpaid(credit: i64) -> i64:
    if credit < 0:
        return 0
    return credit


def owed(credit: i64) -> i64:
    if credit > 0:
        return 0
    return -credit


def sealed_ppm(market_ppm: i64, share_ppm: i64) -> i64:
    """What an account pays of a market's rate, by the share of its tier, rounded up. A rebate is never cut."""
    if market_ppm < 0:
        return market_ppm
    return (market_ppm * share_ppm + PPM_ONE - 1) // PPM_ONE


def entry_ppm(maker_ppm: i64, taker_ppm: i64) -> i64:
    """The rate by which an order reserves for its fees before it rests: it may yet become taker or maker."""
    return taker_ppm if taker_ppm > maker_ppm else maker_ppm


def reserve_of(amount: i64, ppm: i64, credit: i64) -> i64:
    """The largest fee that an order which pays in quote may still owe, when it holds `amount` for its trades."""
    if ppm <= 0:
        return 0
    return fee_of(amount, ppm, credit)


def spendable_of(hold: i64, taker_ppm: i64) -> i64:
    """What a hold pays for in trades when it has to pay their fees too: `hold * PPM_ONE // (PPM_ONE + taker_ppm)`."""
    whole = PPM_ONE + taker_ppm
    return (hold // whole) * PPM_ONE + (hold % whole) * PPM_ONE // whole
