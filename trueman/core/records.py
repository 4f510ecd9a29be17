"""How a tuple of the tables lies in its bytes.

A record is: its kind (one byte), its length in words of eight bytes (one byte), then its small fields in the order of
the table, zero bytes up to a whole word, then every other number as 64 bits, then every text as ASCII padded with zero
bytes. Everything is little-endian. A command with `parts` says how many in a byte; the parts are whole records and
follow it. docs/reference/frames.md shows every byte.
"""

from typing import Final

PARTS: Final = "parts"
"""The field that stands for the records which follow a command and belong to it."""

SMALL_BYTES: Final = {
    "market": 2,
    "base": 2,
    "quote": 2,
    "asset": 2,
    "reason": 2,
    "kind": 1,
    "side": 1,
    "type": 1,
    "time_in_force": 1,
    "stp": 1,
    "status": 1,
    "mode": 1,
    "restriction": 1,
    "decimals": 1,
    "tier": 1,
    "permissions": 1,
    "in_quote": 1,
    "source_pot": 1,
    "target_pot": 1,
    "cause": 1,
    "taker_side": 1,
    "maker_fee_in_quote": 1,
    "taker_fee_in_quote": 1,
    "part": 1,
    PARTS: 1,
}
"""The width of every small number, in commands and events; none of them has a sign."""

TEXT_BYTES: Final = {"code": 16, "symbol": 24, "client_id": 40}
"""The width of every text field, in commands and events."""
