"""The words of an order on the wire and the small integers that the core knows them by."""

from typing import Final

from trueman.core.units import (
    ANY_ORDER,
    BUY,
    CANCELED,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    GTC,
    GTD,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    OCO,
    ONLY_NEW,
    ONLY_PARTIALLY_FILLED,
    OTO,
    OTOCO,
    SELL,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    STP_DECREMENT,
    STP_EXPIRE_BOTH,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    STP_NONE,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)
from trueman.views.orders import NEW, PARTIALLY_FILLED, PENDING

SIDES: Final = {"BUY": BUY, "SELL": SELL}
TYPES: Final = {
    "LIMIT": LIMIT,
    "MARKET": MARKET,
    "LIMIT_MAKER": LIMIT_MAKER,
    "STOP_LOSS": STOP_LOSS,
    "STOP_LOSS_LIMIT": STOP_LOSS_LIMIT,
    "TAKE_PROFIT": TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": TAKE_PROFIT_LIMIT,
}
TIMES_IN_FORCE: Final = {"GTC": GTC, "IOC": IOC, "FOK": FOK, "GTD": GTD}
"""GTD is ours: good till `goodTillDate`."""
STP_MODES: Final = {
    "NONE": STP_NONE,
    "EXPIRE_TAKER": STP_EXPIRE_TAKER,
    "EXPIRE_MAKER": STP_EXPIRE_MAKER,
    "EXPIRE_BOTH": STP_EXPIRE_BOTH,
    "DECREMENT": STP_DECREMENT,
}
STP_DEFAULT: Final = "NONE"

CANCEL_RESTRICTIONS: Final = {"ONLY_NEW": ONLY_NEW, "ONLY_PARTIALLY_FILLED": ONLY_PARTIALLY_FILLED}
NO_RESTRICTION: Final = ANY_ORDER
CONTINGENCIES: Final = {OCO: "OCO", OTO: "OTO", OTOCO: "OTO"}
"""What a list is called; a pair of a list of three is told by its orders."""

STATUSES: Final = {
    "NEW": NEW,
    "PENDING_NEW": PENDING,
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
