"""Every reason the exchange says no, in the order the checks run.

The first reason that applies is the one reported, so a caller who fixes it learns the next. Numbers are part of
the log and never change; they leave gaps so that a new reason can stand where its check runs.
"""

from typing import Final

OK: Final = 0

MALFORMED: Final = 10
DEADLINE_PASSED: Final = 20

# Static checks: what the command alone shows.
ACCOUNT_INVALID: Final = 100
AMOUNT_NOT_POSITIVE: Final = 110
CODE_INVALID: Final = 120
DECIMALS_OUT_OF_RANGE: Final = 130
CLIENT_ID_INVALID: Final = 140
SIDE_INVALID: Final = 150
TYPE_INVALID: Final = 160
TIME_IN_FORCE_INVALID: Final = 170
STP_INVALID: Final = 180
STATUS_INVALID: Final = 190
FEE_OUT_OF_RANGE: Final = 200
BOUNDS_INVALID: Final = 210

# What is named must exist.
ASSET_UNKNOWN: Final = 300
ASSET_EXISTS: Final = 310
ASSETS_TOO_MANY: Final = 320
MARKET_UNKNOWN: Final = 330
MARKET_EXISTS: Final = 340
MARKETS_TOO_MANY: Final = 350
MARKET_UNITS_INEXACT: Final = 360
ORDER_UNKNOWN: Final = 370
"""Also the answer for somebody else's order: a stranger learns nothing."""

# Static filters of the market.
PRICE_MISSING: Final = 400
PRICE_NOT_ALLOWED: Final = 410
PRICE_OUT_OF_RANGE: Final = 420
QUANTITY_MISSING: Final = 430
QUANTITY_OUT_OF_RANGE: Final = 440
NOTIONAL_TOO_SMALL: Final = 450
NOTIONAL_TOO_LARGE: Final = 460

# Account rules and funds.
OPERATION_OUT_OF_ORDER: Final = 500
SUPPLY_EXCEEDED: Final = 510
CLIENT_ID_DUPLICATE: Final = 520
OPEN_ORDERS_TOO_MANY: Final = 530
FUNDS_INSUFFICIENT: Final = 540

# The market's state, and filters that depend on the book.
MARKET_NOT_TRADING: Final = 600
WOULD_TAKE: Final = 610
"""A LIMIT_MAKER order that would trade at once."""
BOOK_EMPTY: Final = 620
"""A MARKET order that finds nobody to trade with."""

REASON_NAMES: Final[dict[int, str]] = {
    value: name for name, value in list(globals().items()) if name.isupper() and type(value) is int
}
