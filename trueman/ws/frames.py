"""WebSocket frames of a server, made once for all who receive them.

A server's frames carry no mask, so one event for a thousand subscribers is one byte string, header included.
"""

from struct import pack


def text_frame(payload: bytes) -> bytes:
    """A whole text message (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return pack(">BBH", 0x81, 126, size) + payload
    return pack(">BBQ", 0x81, 127, size) + payload


class Message:
    """An event of a stream as the two kinds of connection see it, each made when first needed."""

    __slots__ = ("_combined", "_raw", "payload", "stream")

    def __init__(self, stream: str, payload: bytes) -> None:
        self.stream = stream
        self.payload = payload
        self._raw: bytes | None = None
        self._combined: bytes | None = None

    def raw(self) -> bytes:
        if self._raw is None:
            self._raw = text_frame(self.payload)
        return self._raw

    def combined(self) -> bytes:
        """`{"stream":…,"data":…}`; names of streams need no escaping."""
        if self._combined is None:
            self._combined = text_frame(b'{"stream":"%b","data":%b}' % (self.stream.encode(), self.payload))
        return self._combined
