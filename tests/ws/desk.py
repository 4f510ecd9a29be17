"""What a connection is to the requests on it: the streams that were asked for, and one market that is gone."""

from collections.abc import Sequence

from trueman.wire.streams import Stream, UnknownStream, parse


class Desk:
    def __init__(self) -> None:
        self.combined = False
        self.streams: dict[str, Stream] = {}

    def known(self, name: str) -> Stream:
        stream = parse(name)
        if stream.symbol == "GONE":
            raise UnknownStream("there is no market GONE")
        return stream

    def subscribe(self, streams: Sequence[Stream]) -> None:
        self.streams |= {stream.name: stream for stream in streams}

    def unsubscribe(self, names: Sequence[str]) -> None:
        for name in names:
            self.streams.pop(name, None)
