"""The names that stories use for the numbers of the tables."""

from typing import Final

from trueman.core import units as u

USERS: Final = {
    "outside": u.OUTSIDE_ACCOUNT,
    "fees": u.FEE_ACCOUNT,
    "treasury": u.TREASURY_ACCOUNT,
    "alice": 1_024,
    "bob": 1_025,
    "carol": 1_026,
    "dave": 1_027,
}
NOBODY: Final = 1_099
"""An account without orders: what it cancels sets off only what has fallen due."""

STP: Final = {
    "none": u.STP_NONE,
    "taker": u.STP_EXPIRE_TAKER,
    "maker": u.STP_EXPIRE_MAKER,
    "both": u.STP_EXPIRE_BOTH,
    "decrement": u.STP_DECREMENT,
}
CLOSED_AS: Final = {
    u.FILLED: "filled",
    u.CANCELED: "canceled",
    u.EXPIRED: "expired",
    u.EXPIRED_IN_MATCH: "expired in match",
}
STATUS_VERBS: Final = {
    "trades": u.TRADING,
    "resumes": u.TRADING,
    "halts": u.HALTED,
    "only cancels": u.CANCEL_ONLY,
    "prepares": u.PRE_TRADING,
    "collects": u.AUCTION,
    "closes": u.CLOSED,
}
STATUS_NAMES: Final = {
    u.TRADING: "trading",
    u.HALTED: "halted",
    u.CANCEL_ONLY: "cancel only",
    u.PRE_TRADING: "prepared",
    u.AUCTION: "in auction",
    u.CLOSED: "closed",
}
PERMISSIONS: Final = {
    "do nothing": 0,
    "only trade": u.MAY_TRADE,
    "only withdraw": u.MAY_WITHDRAW,
    "do all": u.MAY_ALL,
}
MICROSECONDS: Final = {"us": 1, "ms": 1_000, "s": 1_000_000, "h": 3_600_000_000, "days": 86_400_000_000}
LISTS: Final = {"OCO": u.OCO, "OTO": u.OTO, "OTOCO": u.OTOCO}


def account(name: str) -> int:
    return USERS[name.removeprefix("the ")]


def microseconds(span: str) -> int:
    """`5 s` and the like."""
    count, unit = span.split()
    return int(count) * MICROSECONDS[unit]


def names_of(number: int) -> str:
    """Who an account is."""
    return next(name for name, account in USERS.items() if account == number)
