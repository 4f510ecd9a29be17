"""The way of an event from a feed to the subscribers of its stream: encoded once, and only when somebody listens."""

import msgspec

from trueman.infra.clock import Clock
from trueman.ws.frames import Message
from trueman.ws.hub import Hub

encode = msgspec.json.Encoder().encode


class Outlet:
    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self.wanted = hub.has

    def now_us(self) -> int:
        return self._clock()

    def now_ms(self) -> int:
        return self._clock() // 1_000

    def send(self, stream: str, body: object) -> None:
        """An event of a sequence: every subscriber gets every one of them."""
        self._hub.publish(Message(stream, encode(body)), replaceable=False)

    def show(self, stream: str, body: object) -> None:
        """The newest state: it makes older events of this stream worthless."""
        self.show_encoded(stream, encode(body))

    def show_encoded(self, stream: str, payload: bytes) -> None:
        self._hub.publish(Message(stream, payload), replaceable=True)
