"""The words of an order on the wire and the small integers that the core knows them by."""

from typing import Final

from trueman.core.units import (
    BUY,
    CANCELED,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    GTC,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    SELL,
    STP_EXPIRE_BOTH,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    STP_NONE,
)

SIDES: Final = {"BUY": BUY, "SELL": SELL}
TYPES: Final = {"LIMIT": LIMIT, "MARKET": MARKET, "LIMIT_MAKER": LIMIT_MAKER}
TIMES_IN_FORCE: Final = {"GTC": GTC, "IOC": IOC, "FOK": FOK}
STP_MODES: Final = {
    "NONE": STP_NONE,
    "EXPIRE_TAKER": STP_EXPIRE_TAKER,
    "EXPIRE_MAKER": STP_EXPIRE_MAKER,
    "EXPIRE_BOTH": STP_EXPIRE_BOTH,
}
STP_DEFAULT: Final = "NONE"

OPEN: Final = 0
PARTIALLY_FILLED: Final = 5
"""An order that is not closed is one of these two; the closed ones have the core's numbers."""
STATUSES: Final = {
    "NEW": OPEN,
    "PARTIALLY_FILLED": PARTIALLY_FILLED,
    "FILLED": FILLED,
    "CANCELED": CANCELED,
    "EXPIRED": EXPIRED,
    "EXPIRED_IN_MATCH": EXPIRED_IN_MATCH,
}

ACK: Final = 0
RESULT: Final = 1
FULL: Final = 2
RESPONSE_TYPES: Final = {"ACK": ACK, "RESULT": RESULT, "FULL": FULL}

SIDE_WORDS: Final = {number: word for word, number in SIDES.items()}
TYPE_WORDS: Final = {number: word for word, number in TYPES.items()}
TIME_IN_FORCE_WORDS: Final = {number: word for word, number in TIMES_IN_FORCE.items()}
STP_WORDS: Final = {number: word for word, number in STP_MODES.items()}
STATUS_WORDS: Final = {number: word for word, number in STATUSES.items()}
