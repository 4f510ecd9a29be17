"""Who listens to what. An event goes into the outbox of every subscriber; `flush` writes each outbox in one piece."""

from typing import Protocol

from trueman.ws.frames import Message


class Subscriber(Protocol):
    combined: bool
    outbox: list[bytes]
    is_slow: bool

    held: dict[str, Message]
    """The newest replaceable event of each stream, kept until a slow reader has caught up."""

    def flush(self) -> None: ...


class Hub:
    def __init__(self) -> None:
        self._subscribers: dict[str, dict[Subscriber, None]] = {}
        self._waiting: dict[Subscriber, None] = {}
        self.messages_sent = 0

    def join(self, stream: str, subscriber: Subscriber) -> None:
        self._subscribers.setdefault(stream, {})[subscriber] = None

    def leave(self, stream: str, subscriber: Subscriber) -> None:
        subscribers = self._subscribers.get(stream, {})
        subscribers.pop(subscriber, None)
        if not subscribers:
            self._subscribers.pop(stream, None)

    def forget(self, subscriber: Subscriber) -> None:
        self._waiting.pop(subscriber, None)

    def has(self, stream: str) -> bool:
        """Whether an event of this stream would reach anybody."""
        return stream in self._subscribers

    @property
    def streams(self) -> int:
        return len(self._subscribers)

    def publish(self, message: Message, *, replaceable: bool) -> None:
        """`replaceable` events may be skipped by who reads slowly, others are never."""
        subscribers = self._subscribers.get(message.stream)
        if not subscribers:
            return
        waiting = self._waiting
        for subscriber in subscribers:
            if subscriber.is_slow:
                if replaceable:
                    subscriber.held[message.stream] = message
                    continue
                subscriber.held.pop(message.stream, None)
            subscriber.outbox.append(message.combined() if subscriber.combined else message.raw())
            waiting[subscriber] = None
        self.messages_sent += len(subscribers)

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for subscriber in waiting:
            subscriber.flush()
