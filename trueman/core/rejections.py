"""Every reason the exchange says no, in the order the checks run.

The first reason that applies is the one reported, so a caller who fixes it learns the next. Numbers are part of
the log and never change; they leave gaps so that a new reason can stand where its check runs.
"""

from typing import Final

from mypy_extensions import i64

OK: Final = 0

MALFORMED: Final = 10
SKIPPED: Final = 15
"""The operator had the command skipped: it is looked at no further, and its market is halted."""
DEADLINE_PASSED: Final = 20
DEADLINE_TOO_FAR: Final = 25
"""Further ahead than the exchange remembers what was asked: a repeat could not be told from a new order."""

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
TRIGGER_INVALID: Final = 182
"""A stop price or a trailing delta where there must be none, or none where there must be one.
Under ruleset 2 also a trailing delta out of bounds."""
TRAILING_OUT_OF_RANGE: Final = 183
DISPLAY_INVALID: Final = 184
"""A display quantity on an order that cannot be an iceberg, or one larger than the order."""
EXPIRY_INVALID: Final = 186
"""A GTD order without a date in the future (at most a year away), or a date on another order."""
STATUS_INVALID: Final = 190
RESTRICTION_INVALID: Final = 192
TIMEOUT_OUT_OF_RANGE: Final = 194
RULESET_INVALID: Final = 196
"""The rules in force already, older ones, or a number that will never be a ruleset."""
FEE_OUT_OF_RANGE: Final = 200
BOUNDS_INVALID: Final = 210
TERMS_INVALID: Final = 215
"""The terms of an account or a fee tier that make no sense."""
LIST_INVALID: Final = 220
"""Orders that form no list, batch or cancel-replace of this kind."""
PAIR_PRICES_INVALID: Final = 222
"""Of a pair that sells the stop loss must lie below the other order, of one that buys above it."""

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
ORDER_IN_LIST: Final = 372
"""An order of a list cannot be amended, under ruleset 2."""
CANCEL_RESTRICTED: Final = 374
"""The order is there, but not of the kind to which the cancel was restricted."""
CLIENT_ID_DUPLICATE: Final = 380
"""The account has, or lately had, another order under this client id; or an open list under the list's own."""

# Static filters of the market.
PRICE_MISSING: Final = 400
PRICE_NOT_ALLOWED: Final = 410
PRICE_OUT_OF_RANGE: Final = 420
STOP_PRICE_OUT_OF_RANGE: Final = 425
QUANTITY_MISSING: Final = 430
QUANTITY_OUT_OF_RANGE: Final = 440
MARKET_QUANTITY_OUT_OF_RANGE: Final = 445
AMEND_NOT_SMALLER: Final = 447
"""An amended quantity must be below the order's own and above what of it has traded."""
NOTIONAL_TOO_SMALL: Final = 450
NOTIONAL_TOO_LARGE: Final = 460
ICEBERG_PARTS_TOO_MANY: Final = 470

# Account rules and funds.
OPERATION_OUT_OF_ORDER: Final = 500
OPERATION_CHANGED: Final = 502
"""The source's last number again, with another operation under it."""
ACCOUNT_RESTRICTED: Final = 505
SUPPLY_EXCEEDED: Final = 510
OPEN_ORDERS_TOO_MANY: Final = 530
ALGO_ORDERS_TOO_MANY: Final = 532
OWN_TRAILING_ORDERS_TOO_MANY: Final = 533
"""Of the account in the market; TRAILING_ORDERS_TOO_MANY is about those of everybody."""
ICEBERG_ORDERS_TOO_MANY: Final = 534
TIMED_ORDERS_TOO_MANY: Final = 536
POSITION_TOO_LARGE: Final = 538
FUNDS_INSUFFICIENT: Final = 540

# The market's state, and filters that depend on the book.
MARKET_NOT_TRADING: Final = 600
NOT_IN_AUCTION: Final = 602
"""An order that cannot wait for the end of an auction."""
PRICE_TOO_FAR: Final = 604
NOTIONAL_AT_MARKET_TOO_SMALL: Final = 606
NOTIONAL_AT_MARKET_TOO_LARGE: Final = 607
REFERENCE_MISSING: Final = 608
"""A trailing stop without a stop price in a market that has no price yet."""
TRAILING_ORDERS_TOO_MANY: Final = 609
WOULD_TAKE: Final = 610
"""A LIMIT_MAKER order that would trade at once."""
WOULD_TRIGGER: Final = 615
"""A stop order whose condition holds already."""
BOOK_EMPTY: Final = 620
"""A MARKET order that finds nobody to trade with."""
CANCEL_FAILED: Final = 630
"""The order of a cancel-replace that was not tried, because its cancel was refused."""


def names_bounds(reason: i64) -> bool:
    """Whether a refusal names the bounds that were missed, in a FilterFailed after the answer."""
    return reason in (
        DEADLINE_TOO_FAR,
        PRICE_OUT_OF_RANGE,
        STOP_PRICE_OUT_OF_RANGE,
        QUANTITY_OUT_OF_RANGE,
        MARKET_QUANTITY_OUT_OF_RANGE,
        NOTIONAL_TOO_SMALL,
        NOTIONAL_TOO_LARGE,
        ICEBERG_PARTS_TOO_MANY,
        OPEN_ORDERS_TOO_MANY,
        ALGO_ORDERS_TOO_MANY,
        ICEBERG_ORDERS_TOO_MANY,
        POSITION_TOO_LARGE,
        PRICE_TOO_FAR,
        NOTIONAL_AT_MARKET_TOO_SMALL,
        NOTIONAL_AT_MARKET_TOO_LARGE,
    )


def names_bounds_since_3(reason: i64) -> bool:
    """Whether it does so since ruleset 3."""
    return reason in (
        TRAILING_OUT_OF_RANGE,
        AMEND_NOT_SMALLER,
        OWN_TRAILING_ORDERS_TOO_MANY,
        TIMED_ORDERS_TOO_MANY,
        TRAILING_ORDERS_TOO_MANY,
    )


REASON_NAMES: Final[dict[int, str]] = {
    value: name for name, value in list(globals().items()) if name.isupper() and type(value) is int
}
