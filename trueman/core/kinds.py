"""Which commands there are, whom they concern, and where each of them ends in its frame."""

from typing import Final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.frames import (
    AMEND_ORDER_HEADER,
    CANCEL_ALL_AFTER_HEADER,
    CANCEL_ALL_ORDERS_HEADER,
    CANCEL_NAMED_LIST_HEADER,
    CANCEL_ORDER_HEADER,
    CANCEL_ORDER_LIST_HEADER,
    CANCEL_REPLACE_HEADER,
    CHANGE_MARKET_HEADER,
    CREATE_ASSET_HEADER,
    CREATE_MARKET_HEADER,
    DEPOSIT_HEADER,
    GUARD_MARKET_HEADER,
    HEADER_MASK,
    PLACE_BATCH_HEADER,
    PLACE_ORDER_HEADER,
    PLACE_ORDER_LIST_HEADER,
    PLACE_ORDER_WITH_TERMS_HEADER,
    RELEASE_WITHDRAWAL_HEADER,
    RESERVE_WITHDRAWAL_HEADER,
    SET_ACCOUNT_TERMS_HEADER,
    SET_FEE_ASSET_HEADER,
    SET_FEE_TIER_HEADER,
    SET_MARKET_STATUS_HEADER,
    SETTLE_WITHDRAWAL_HEADER,
    SWITCH_RULESET_HEADER,
    TRANSFER_HEADER,
    WITHDRAW_HEADER,
    WORD_BYTES,
    small,
    words_of,
)
from trueman.core.rulesets import Rules

BATCH_BYTES: Final = 32
LIST_BYTES: Final = 72
"""Where the parts begin."""


def is_order(kind: i64) -> bool:
    return kind in (PLACE_ORDER_HEADER, PLACE_ORDER_WITH_TERMS_HEADER)


def is_of_account(kind: i64, rules: Rules) -> bool:
    """Whether a command has an account that asks, and is no order and no cancel: those come most."""
    if kind in (CANCEL_ALL_ORDERS_HEADER, AMEND_ORDER_HEADER, CANCEL_ALL_AFTER_HEADER):
        return True
    if kind in (PLACE_ORDER_LIST_HEADER, PLACE_BATCH_HEADER, CANCEL_REPLACE_HEADER):
        return True
    if kind == CANCEL_ORDER_LIST_HEADER:
        return True
    if kind == CANCEL_NAMED_LIST_HEADER:
        return rules.names_lists
    return is_of_money(kind)


def is_of_money(kind: i64) -> bool:
    if kind in (DEPOSIT_HEADER, WITHDRAW_HEADER, TRANSFER_HEADER):
        return True
    return kind in (RESERVE_WITHDRAWAL_HEADER, SETTLE_WITHDRAWAL_HEADER, RELEASE_WITHDRAWAL_HEADER)


def is_of_terms(kind: i64) -> bool:
    """Whether a command is about the terms of the account that it names."""
    return kind in (SET_ACCOUNT_TERMS_HEADER, SET_FEE_ASSET_HEADER)


def is_of_operator(kind: i64) -> bool:
    """Whether a command governs the exchange; what an account decides of its own terms goes with these."""
    if kind in (CREATE_ASSET_HEADER, CREATE_MARKET_HEADER, CHANGE_MARKET_HEADER):
        return True
    if kind in (GUARD_MARKET_HEADER, SET_MARKET_STATUS_HEADER, SET_FEE_TIER_HEADER):
        return True
    return kind == SWITCH_RULESET_HEADER or is_of_terms(kind)


def end_of(frame: bytes, at: i64, rules: Rules) -> i64:
    """Where the command at a place ends with its parts; 0 when none can be read there."""
    if at + WORD_BYTES > len(frame):
        return 0
    header = read_i64_le(frame, at)
    kind = header & HEADER_MASK
    end = at + words_of(header) * WORD_BYTES
    if end == at or end > len(frame):
        return 0
    if is_of_account(kind, rules):
        return parts_end(frame, at, end)
    return end if is_order(kind) or kind == CANCEL_ORDER_HEADER or is_of_operator(kind) else 0


def parts_end(frame: bytes, at: i64, end: i64) -> i64:
    """Where a command ends with its parts, that ends at `end` without them; 0 when they cannot be read."""
    header = read_i64_le(frame, at)
    kind = header & HEADER_MASK
    if kind == PLACE_BATCH_HEADER:
        return _end_after(frame, end, small(header, 2), True)
    if kind == CANCEL_REPLACE_HEADER:
        return _end_after(frame, end, small(header, 3), True)
    if kind == PLACE_ORDER_LIST_HEADER:
        return _end_after(frame, end, small(header, 5), False)
    return end


def has_parts(kind: i64) -> bool:
    """Whether the parts of a command name markets, each its own."""
    return kind in (PLACE_BATCH_HEADER, CANCEL_REPLACE_HEADER)


def part_count(header: i64) -> i64:
    """How many parts a batch or a cancel-replace says it has; 0 for any other command."""
    kind = header & HEADER_MASK
    if kind == PLACE_BATCH_HEADER:
        return small(header, 2)
    return small(header, 3) if kind == CANCEL_REPLACE_HEADER else 0


def next_part(frame: bytes, at: i64) -> i64:
    return at + words_of(read_i64_le(frame, at)) * WORD_BYTES


def _end_after(frame: bytes, at: i64, count: i64, with_cancels: bool) -> i64:
    """Where the `count` parts that begin at `at` end, or 0 when one of them is none."""
    while count > 0:
        if at + WORD_BYTES > len(frame):
            return 0
        header = read_i64_le(frame, at)
        kind = header & HEADER_MASK
        if not is_order(kind) and not (with_cancels and kind == CANCEL_ORDER_HEADER):
            return 0
        at += words_of(header) * WORD_BYTES
        count -= 1
    return at if at <= len(frame) else 0
