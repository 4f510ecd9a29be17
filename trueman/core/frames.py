"""Where the hot path finds the fields of a record in its bytes, without an object per record.

A record begins with one byte for its kind, one for its length in words, then its small fields; a handler takes them
from the first word by shifting. A test compares every number here with the table of the codec.
"""

from typing import Final

from mypy_extensions import i64

WORD_BYTES: Final = 8
HEADER_MASK: Final = 0xFFFF

# A record's first two bytes as one number: its kind, and its length in words above it.
CREATE_ASSET_HEADER: Final = 1 + (4 << 8)
CREATE_MARKET_HEADER: Final = 2 + (14 << 8)
CHANGE_MARKET_HEADER: Final = 3 + (9 << 8)
SET_MARKET_STATUS_HEADER: Final = 4 + (2 << 8)
DEPOSIT_HEADER: Final = 5 + (6 << 8)
WITHDRAW_HEADER: Final = 6 + (6 << 8)
PLACE_ORDER_HEADER: Final = 7 + (12 << 8)
CANCEL_ORDER_HEADER: Final = 8 + (10 << 8)
CANCEL_ALL_ORDERS_HEADER: Final = 9 + (4 << 8)
GUARD_MARKET_HEADER: Final = 10 + (17 << 8)
SET_FEE_TIER_HEADER: Final = 11 + (4 << 8)
SET_ACCOUNT_TERMS_HEADER: Final = 12 + (4 << 8)
SET_FEE_ASSET_HEADER: Final = 13 + (3 << 8)
RESERVE_WITHDRAWAL_HEADER: Final = 14 + (6 << 8)
SETTLE_WITHDRAWAL_HEADER: Final = 15 + (6 << 8)
RELEASE_WITHDRAWAL_HEADER: Final = 16 + (6 << 8)
TRANSFER_HEADER: Final = 17 + (7 << 8)
PLACE_ORDER_WITH_TERMS_HEADER: Final = 18 + (16 << 8)
CANCEL_ORDER_LIST_HEADER: Final = 19 + (5 << 8)
AMEND_ORDER_HEADER: Final = 20 + (11 << 8)
CANCEL_ALL_AFTER_HEADER: Final = 21 + (5 << 8)
PLACE_BATCH_HEADER: Final = 22 + (4 << 8)
CANCEL_REPLACE_HEADER: Final = 23 + (4 << 8)
PLACE_ORDER_LIST_HEADER: Final = 24 + (9 << 8)
SWITCH_RULESET_HEADER: Final = 25 + (3 << 8)
CANCEL_NAMED_LIST_HEADER: Final = 26 + (9 << 8)

DECIDED_HEADER: Final = 101 + (7 << 8)
ASSET_CREATED_HEADER: Final = 102 + (3 << 8)
MARKET_DEFINED_HEADER: Final = 103 + (15 << 8)
MOVED_HEADER: Final = 104 + (4 << 8)
ORDER_ACCEPTED_HEADER: Final = 105 + (11 << 8)
TRADED_HEADER: Final = 106 + (11 << 8)
ORDER_CLOSED_HEADER: Final = 107 + (4 << 8)
LEVEL_CHANGED_HEADER: Final = 108 + (4 << 8)
PART_DECIDED_HEADER: Final = 109 + (3 << 8)
FILTER_FAILED_HEADER: Final = 110 + (5 << 8)
MARKET_GUARDED_HEADER: Final = 111 + (16 << 8)
AUCTION_CALLED_HEADER: Final = 112 + (4 << 8)
AUCTION_UNCROSSED_HEADER: Final = 113 + (4 << 8)
FEE_TIER_DEFINED_HEADER: Final = 114 + (3 << 8)
ACCOUNT_DEFINED_HEADER: Final = 115 + (3 << 8)
ORDER_TERMS_HEADER: Final = 116 + (7 << 8)
ORDER_ACTIVATED_HEADER: Final = 117 + (4 << 8)
ORDER_REFUSED_HEADER: Final = 118 + (3 << 8)
ORDER_AMENDED_HEADER: Final = 119 + (5 << 8)
ORDER_LIST_ACCEPTED_HEADER: Final = 120 + (8 << 8)
ORDER_LIST_CLOSED_HEADER: Final = 121 + (3 << 8)
CANCEL_TIMER_SET_HEADER: Final = 122 + (3 << 8)
MATCH_PREVENTED_HEADER: Final = 123 + (9 << 8)
RULESET_SWITCHED_HEADER: Final = 124 + (2 << 8)

CODE_BYTES: Final = 16
SYMBOL_BYTES: Final = 24
CLIENT_ID_BYTES: Final = 40

# Fields that several commands share lie at the same place in each.
TAG_AT: Final = 8
ACCOUNT_AT: Final = 16
PLACE_PRICE_AT: Final = 24
PLACE_QUANTITY_AT: Final = 32
PLACE_QUOTE_AT: Final = 40
PLACE_DEADLINE_AT: Final = 48
PLACE_CLIENT_ID_AT: Final = 56
TERMS_STOP_PRICE_AT: Final = 56
TERMS_TRAILING_AT: Final = 64
TERMS_DISPLAY_AT: Final = 72
TERMS_EXPIRE_AT: Final = 80
TERMS_CLIENT_ID_AT: Final = 88
CANCEL_ORDER_ID_AT: Final = 24
CANCEL_DEADLINE_AT: Final = 32
CANCEL_CLIENT_ID_AT: Final = 40
CANCEL_ALL_DEADLINE_AT: Final = 24
CANCEL_LIST_DEADLINE_AT: Final = 32
NAMED_LIST_DEADLINE_AT: Final = 24
NAMED_LIST_CLIENT_ID_AT: Final = 32
RULESET_AT: Final = 16
CANCEL_AFTER_DEADLINE_AT: Final = 32
AMEND_QUANTITY_AT: Final = 32
AMEND_DEADLINE_AT: Final = 40
AMEND_CLIENT_ID_AT: Final = 48
PARTS_DEADLINE_AT: Final = 24
LIST_CLIENT_ID_AT: Final = 32
ASSET_CODE_AT: Final = 16
MARKET_SYMBOL_AT: Final = 88


def words_of(header: i64) -> i64:
    """The length of a record, its parts not counted."""
    return header >> 8 & 0xFF


def small(header: i64, at: i64) -> i64:
    """The small field of one byte at place `at` (2..7) of a record's first word."""
    return header >> at * 8 & 0xFF


def small_pair(header: i64, at: i64) -> i64:
    """The small field of two bytes at place `at` (2..6) of a record's first word."""
    return header >> at * 8 & 0xFFFF
