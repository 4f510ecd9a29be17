"""Signed requests: what was signed, when, and whether the clock still allows it.

The signed text is the query string and the body as they came, each without its `signature`; nothing is decoded,
re-encoded or sorted. A body that is JSON has no parameters and is signed as a whole.
"""

import hmac
import re
from typing import Final, NamedTuple, NoReturn

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
_SIGNATURE: Final = b"signature="
_MARKS: Final = (_SIGNATURE, b"timestamp=", b"recvWindow=")


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
    """Raise Refusal when a parameter of the signature is missing or malformed. In both parts, the query's wins."""
    form = b"" if body.lstrip()[:1] in _JSON_STARTS else body
    query_text, in_query = _part(raw_query)
    form_text, in_form = _part(form)
    values = in_form | in_query if in_form else in_query
    timestamp, signature = values.get(b"timestamp"), values.get(b"signature")
    if not timestamp:
        raise mandatory("timestamp")
    if not signature:
        raise mandatory("signature")
    text = query_text + (form_text if form else body)
    return Signed(text, signature, _timestamp_us(timestamp), _window_us(values.get(b"recvWindow")))


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


def _part(raw: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """The part without its signature, and its parameters that matter here. Read once: every signed request pays."""
    if not raw:
        return raw, {}
    pieces = raw.split(b"&")
    marked = [piece.partition(b"=") for piece in pieces if piece.startswith(_MARKS)]
    values = {name: value for name, _, value in marked}
    if len(values) != len(marked):
        _refuse_duplicate([name for name, _, _ in marked])
    if b"signature" not in values:
        return raw, values
    if pieces[-1].startswith(_SIGNATURE):
        return raw[: -len(pieces[-1]) - 1], values
    return b"&".join([piece for piece in pieces if not piece.startswith(_SIGNATURE)]), values


def _refuse_duplicate(names: list[bytes]) -> NoReturn:
    name = next(name.decode() for name in names if names.count(name) > 1)
    raise Refusal(DUPLICATE_PARAMETER, f"Duplicate values for parameter '{name}'.", name)


def _timestamp_us(value: bytes) -> int:
    if not INTEGER.fullmatch(value):
        raise illegal_characters("timestamp", "^[0-9]{1,20}$")
    timestamp = int(value)
    return timestamp if timestamp >= MICROSECONDS_FROM else timestamp * 1_000


def _window_us(value: bytes | None) -> int:
    if not value:
        return RECV_WINDOW_MS * 1_000
    match = WINDOW.fullmatch(value)
    if match is None:
        raise illegal_characters("recvWindow", r"^[0-9]{1,6}(\.[0-9]{1,3})?$")
    window_us = int(match[1]) * 1_000 + int((match[2] or b"").ljust(3, b"0"))
    if window_us > RECV_WINDOW_MS_MAX * 1_000:
        raise Refusal(BAD_RECV_WINDOW, f"recvWindow must be less than {RECV_WINDOW_MS_MAX}.", "recvWindow")
    return window_us
