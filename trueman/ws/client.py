"""One connection: what it asks, what it is sent, and how much of either it may have.

What waits for a client is bounded. Above `WRITE_BUFFER_SLOW_BYTES` of unread bytes only the newest event of a
replaceable stream is kept for it (books' tops, tickers, running candles). Events of a sequence (depth changes,
trades) are never skipped: they go on filling the buffer, and at `WRITE_BUFFER_BYTES_MAX` the connection is closed,
so a client never sees a gap in a sequence without losing the connection.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from trueman.infra.peers import Proxies
from trueman.wire.stream_events import ServerShutdown
from trueman.wire.streams import Stream
from trueman.ws import metrics
from trueman.ws.connections import Connections
from trueman.ws.feeds import Feeds
from trueman.ws.frames import Message, text_frame
from trueman.ws.hub import Hub
from trueman.ws.outlet import Outlet, encode
from trueman.ws.requests import Invalid, admit, answer, error_body

WRITE_BUFFER_SLOW_BYTES: Final = 256 * 1_024
WRITE_BUFFER_BYTES_MAX: Final = 2 * 1_024 * 1_024
MESSAGE_BYTES_MAX: Final = 64 * 1_024
PING_SECONDS: Final = 20.0
PONG_SECONDS_MAX: Final = 60.0
LIFE_SECONDS_MAX: Final = 24 * 3_600.0
CLOSE_SECONDS_MAX: Final = 5.0
"""How long a close may wait for the other side before the socket is cut."""


@dataclass(frozen=True, slots=True)
class House:
    """What all clients of one process share."""

    feeds: Feeds
    hub: Hub
    outlet: Outlet
    connections: Connections
    messages_per_second_max: int
    proxies: Proxies


class Client(WSListener):
    def __init__(self, house: House, names: Sequence[str], *, combined: bool) -> None:
        self.combined = combined
        self.streams: dict[str, Stream] = {}
        self.outbox: list[bytes] = []
        self.held: dict[str, Message] = {}
        self.is_slow = False
        self.address = ""
        self._house = house
        self._names = names
        self._fresh: list[Stream] = []
        self._parts: list[bytes] = []
        self._arrivals: deque[float] = deque(maxlen=house.messages_per_second_max)
        self._now: Callable[[], float] = asyncio.get_running_loop().time
        self._opened = self._ponged = self._pinged = self._now()

    # What picows calls.

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._socket = transport.underlying_transport
        peer = str(self._socket.get_extra_info("peername")[0])
        forwarded_for = ",".join(transport.request.headers.getall("X-Forwarded-For", ()))
        self.address = self._house.proxies.caller(peer, forwarded_for)
        if not self._house.connections.enter(self):
            self.close(WSCloseCode.POLICY_VIOLATION, "too many connections from this address")
            return
        self._begin()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if transport.is_close_frame_sent and frame.msg_type != WSMsgType.CLOSE:
            return
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        elif self._is_too_often():
            self.close(WSCloseCode.POLICY_VIOLATION, "too many messages in a second")
        elif frame.msg_type == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.PONG:
            self._ponged = self._now()
        elif frame.msg_type == WSMsgType.BINARY:
            self.close(WSCloseCode.UNSUPPORTED_DATA, "only text messages are understood")
        else:
            self._take_part(frame)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.unsubscribe(list(self.streams))
        self._house.hub.forget(self)
        self._house.connections.leave(self)

    # What requests ask.

    def known(self, name: str) -> Stream:
        return self._house.feeds.known(name)

    def subscribe(self, streams: Sequence[Stream]) -> None:
        for stream in streams:
            if stream.name not in self.streams:
                self.streams[stream.name] = stream
                self._house.hub.join(stream.name, self)
                self._fresh.append(stream)

    def unsubscribe(self, names: Sequence[str]) -> None:
        for name in names:
            if self.streams.pop(name, None) is not None:
                self._house.hub.leave(name, self)
                self.held.pop(name, None)

    # What the service calls.

    def flush(self) -> None:
        """Write everything in the outbox at once, or give up a client that does not read."""
        data = b"".join(self.outbox)
        self.outbox.clear()
        if self._transport.is_close_frame_sent or self._transport.is_disconnected:
            return
        waiting = self._socket.get_write_buffer_size()
        if waiting and waiting + len(data) > WRITE_BUFFER_BYTES_MAX:
            metrics.DROPPED.inc()
            self.close(WSCloseCode.POLICY_VIOLATION, "reading too slowly")
            return
        self._socket.write(data)
        if waiting > WRITE_BUFFER_SLOW_BYTES and not self.is_slow:
            self.is_slow = True
            self._house.connections.slow.add(self)

    def catch_up(self) -> None:
        if self._socket.get_write_buffer_size() > WRITE_BUFFER_SLOW_BYTES:
            return
        self.is_slow = False
        self._house.connections.slow.discard(self)
        self.outbox += [self._frame(message) for message in self.held.values()]
        self.held.clear()
        self.flush()

    def maintain(self, now: float) -> None:
        if now - self._opened > LIFE_SECONDS_MAX:
            self.close(WSCloseCode.GOING_AWAY, "a connection lives for a day")
        elif now - self._ponged > PONG_SECONDS_MAX:
            self.close(WSCloseCode.POLICY_VIOLATION, "no pong for a minute")
        elif now - self._pinged > PING_SECONDS:
            self._pinged = now
            self._transport.send_ping(str(self._house.outlet.now_ms()).encode())

    def say_goodbye(self) -> None:
        self._say(encode(ServerShutdown(self._house.outlet.now_ms())))
        self.close(WSCloseCode.GOING_AWAY, "the server is shutting down")

    def close(self, code: WSCloseCode, reason: str) -> None:
        """Say why, and cut the connection if the other side does not close it in time."""
        if self._transport.is_close_frame_sent or self._transport.is_disconnected:
            return
        self.unsubscribe(list(self.streams))
        self.outbox.clear()
        self._transport.send_close(code, reason.encode())
        asyncio.get_running_loop().call_later(CLOSE_SECONDS_MAX, self._transport.disconnect, False)

    # The rest is between the lines above.

    def _begin(self) -> None:
        """Subscribe to the streams of the path; what is none is told, and the connection stays open."""
        for name in self._names:
            try:
                self.subscribe([admit(name, self)])
            except Invalid as invalid:
                self.outbox.append(text_frame(error_body(invalid.code, str(invalid))))
        self._greet()

    def _is_too_often(self) -> bool:
        now, arrivals = self._now(), self._arrivals
        too_often = len(arrivals) == arrivals.maxlen and now - arrivals[0] < 1.0
        arrivals.append(now)
        return too_often

    def _take_part(self, frame: WSFrame) -> None:
        self._parts.append(frame.get_payload_as_bytes())
        if sum(map(len, self._parts)) > MESSAGE_BYTES_MAX:
            self.close(WSCloseCode.MESSAGE_TOO_BIG, f"a message has at most {MESSAGE_BYTES_MAX} bytes")
        elif frame.fin:
            payload = b"".join(self._parts)
            self._parts.clear()
            self._say(answer(payload, self))
            self._greet()

    def _greet(self) -> None:
        """Show new subscribers the state they would otherwise have to wait for."""
        for stream in self._fresh:
            body = self._house.feeds.current(stream)
            if body is not None:
                self.outbox.append(self._frame(Message(stream.name, encode(body))))
        self._fresh.clear()
        self.flush()

    def _say(self, payload: bytes) -> None:
        self.outbox.append(text_frame(payload))
        self.flush()

    def _frame(self, message: Message) -> bytes:
        return message.combined() if self.combined else message.raw()
