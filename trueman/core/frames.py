"""Where the hot path finds the fields of a record in its bytes, without an object per record.

A command's handler reads its fields in the order of the table in `commands`: eight bytes each, after a header of
eight. A test compares sizes and places with those of the codec.
"""

from typing import Final

HEADER_BYTES: Final = 8

# A record's first eight bytes as one number: its kind, and its size in the upper half.
CREATE_ASSET_HEADER: Final = 1 + (40 << 32)
CREATE_MARKET_HEADER: Final = 2 + (136 << 32)
CHANGE_MARKET_HEADER: Final = 3 + (80 << 32)
SET_MARKET_STATUS_HEADER: Final = 4 + (32 << 32)
DEPOSIT_HEADER: Final = 5 + (56 << 32)
WITHDRAW_HEADER: Final = 6 + (56 << 32)
PLACE_ORDER_HEADER: Final = 7 + (136 << 32)
CANCEL_ORDER_HEADER: Final = 8 + (88 << 32)
CANCEL_ALL_ORDERS_HEADER: Final = 9 + (40 << 32)

DECIDED_HEADER: Final = 101 + (72 << 32)
ASSET_CREATED_HEADER: Final = 102 + (40 << 32)
MARKET_DEFINED_HEADER: Final = 103 + (152 << 32)
MOVED_HEADER: Final = 104 + (64 << 32)
ORDER_ACCEPTED_HEADER: Final = 105 + (128 << 32)
TRADED_HEADER: Final = 106 + (104 << 32)
ORDER_CLOSED_HEADER: Final = 107 + (48 << 32)
LEVEL_CHANGED_HEADER: Final = 108 + (48 << 32)

CODE_BYTES: Final = 16
SYMBOL_BYTES: Final = 32
CLIENT_ID_BYTES: Final = 40

# Fields that several commands share lie at the same place in each.
TAG_AT: Final = 8
ACCOUNT_AT: Final = 16
MARKET_AT: Final = 24
PLACE_DEADLINE_AT: Final = 88
PLACE_CLIENT_ID_AT: Final = 96
CANCEL_ORDER_ID_AT: Final = 32
CANCEL_DEADLINE_AT: Final = 40
CANCEL_CLIENT_ID_AT: Final = 48
CANCEL_ALL_DEADLINE_AT: Final = 32
ASSET_CODE_AT: Final = 24
MARKET_SYMBOL_AT: Final = 104
