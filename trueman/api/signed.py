"""Signed requests: what was signed, when, and whether the clock still allows it.

The signed text is the query string and the body as they came, each without its `signature`; nothing is decoded,
re-encoded or sorted. A body that is JSON has no parameters and is signed as a whole.
"""

import hmac
import re
from typing import Final, NamedTuple

from trueman.wire.binance_errors import (
    BAD_RECV_WINDOW,
    DUPLICATE_PARAMETER,
    INVALID_SIGNATURE,
    INVALID_TIMESTAMP,
    STALE_TEXT,
    Refusal,
    illegal_characters,
    mandatory,
)

RECV_WINDOW_MS: Final = 5_000
RECV_WINDOW_MS_MAX: Final = 60_000
AHEAD_US_MAX: Final = 1_000_000
MICROSECONDS_FROM: Final = 10**14
"""A timestamp this large counts microseconds: as milliseconds it would lie in the year 5138."""
INTEGER: Final = re.compile(rb"[0-9]{1,20}")
WINDOW: Final = re.compile(rb"([0-9]{1,6})(?:\.([0-9]{1,3}))?")
_JSON_STARTS: Final = (b"{", b"[")


class Signed(NamedTuple):
    text: bytes
    signature: bytes
    timestamp_us: int
    window_us: int

    @property
    def deadline_us(self) -> int:
        """The last moment at which the request may still take effect."""
        return self.timestamp_us + self.window_us


def read(raw_query: bytes, body: bytes) -> Signed:
    """Raise Refusal when a parameter of the signature is missing or malformed."""
    form = b"" if body.lstrip()[:1] in _JSON_STARTS else body
    query, body_parts = raw_query.split(b"&"), form.split(b"&")
    signature = _value(query, body_parts, b"signature=")
    timestamp = _value(query, body_parts, b"timestamp=")
    if timestamp is None:
        raise mandatory("timestamp")
    if signature is None:
        raise mandatory("signature")
    window = _value(query, body_parts, b"recvWindow=")
    text = _without_signature(query) + (_without_signature(body_parts) if form else body)
    return Signed(text, signature, _timestamp_us(timestamp), _window_us(window))


def require_fresh(signed: Signed, now_us: int) -> None:
    if signed.timestamp_us >= now_us + AHEAD_US_MAX:
        text = "Timestamp for this request was 1000ms ahead of the server's time."
        raise Refusal(INVALID_TIMESTAMP, text, "timestamp")
    if now_us - signed.timestamp_us > signed.window_us:
        raise Refusal(INVALID_TIMESTAMP, STALE_TEXT, "timestamp")


def require_signature(signed: Signed, secret: bytes) -> None:
    expected = hmac.digest(secret, signed.text, "sha256").hex().encode()
    if not hmac.compare_digest(expected, signed.signature.lower()):
        raise Refusal(INVALID_SIGNATURE, "Signature for this request is not valid.", "signature")


def _value(query: list[bytes], body: list[bytes], name: bytes) -> bytes | None:
    """The parameter's raw value; the query string wins over the body."""
    for parts in (query, body):
        found = [part[len(name) :] for part in parts if part.startswith(name)]
        if len(found) > 1:
            text = f"Duplicate values for parameter '{name[:-1].decode()}'."
            raise Refusal(DUPLICATE_PARAMETER, text, name[:-1].decode())
        if found:
            return found[0] or None
    return None


def _without_signature(parts: list[bytes]) -> bytes:
    return b"&".join(part for part in parts if not part.startswith(b"signature="))


def _timestamp_us(value: bytes) -> int:
    if not INTEGER.fullmatch(value):
        raise illegal_characters("timestamp", "^[0-9]{1,20}$")
    timestamp = int(value)
    return timestamp if timestamp >= MICROSECONDS_FROM else timestamp * 1_000


def _window_us(value: bytes | None) -> int:
    if value is None:
        return RECV_WINDOW_MS * 1_000
    match = WINDOW.fullmatch(value)
    if match is None:
        raise illegal_characters("recvWindow", r"^[0-9]{1,6}(\.[0-9]{1,3})?$")
    window_us = int(match[1]) * 1_000 + int((match[2] or b"").ljust(3, b"0"))
    if window_us > RECV_WINDOW_MS_MAX * 1_000:
        raise Refusal(BAD_RECV_WINDOW, f"recvWindow must be less than {RECV_WINDOW_MS_MAX}.", "recvWindow")
    return window_us
