"""Codes and symbols: a few ASCII letters, padded with zero bytes to the width of their field."""

from typing import Final

UPPER: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS: Final = b"0123456789"
CODE_LETTERS: Final = UPPER + DIGITS
SYMBOL_LETTERS: Final = UPPER + DIGITS + b"._-"

CODE_CHARS_MAX: Final = 10
SYMBOL_CHARS_MIN: Final = 2
SYMBOL_CHARS_MAX: Final = 20


def unpadded(field: bytes) -> bytes:
    """The text of a field. A zero byte in its midst stays, and is no letter of any text."""
    return field.rstrip(b"\0")


def is_code(text: bytes) -> bool:
    return 1 <= len(text) <= CODE_CHARS_MAX and not text.translate(None, CODE_LETTERS)


def is_symbol(text: bytes) -> bool:
    return SYMBOL_CHARS_MIN <= len(text) <= SYMBOL_CHARS_MAX and not text.translate(None, SYMBOL_LETTERS)
