"""The fee of a fill: a share of what its payer received, rounded up once over the whole order.

Rounding up every fill would make an order filled in small pieces dearer than one filled at once. So an order keeps
what it already overpaid (`credit`, in millionths of an atom), and the next fee is smaller by it.
"""

from mypy_extensions import i64

from trueman.core.units import PPM_ONE


def fee_of(amount: i64, ppm: i64, credit: i64) -> i64:
    """Whole millions and the rest apart: `amount * ppm` may need more than 63 bits, these products do not."""
    rest = (amount % PPM_ONE) * ppm - credit
    return (amount // PPM_ONE) * ppm + (rest + PPM_ONE - 1) // PPM_ONE


def credit_after(amount: i64, ppm: i64, credit: i64) -> i64:
    """What is overpaid after the fee of `fee_of`: 0..999_999."""
    rest = (amount % PPM_ONE) * ppm - credit
    return (rest + PPM_ONE - 1) // PPM_ONE * PPM_ONE - rest
