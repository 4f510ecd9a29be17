"""Plays a seeded day and prints what it came to: how the core ran, its chain and its digest.

A program, so that tests can run it in another process, from other files, under another hash seed.
"""

import sys
from collections.abc import Iterator

import trueman.core.exchange as core
from tests.reference.naive_exchange import NaiveExchange
from tests.reference.stream_world import world
from tests.reference.streams import START_US, Frame, Stream, frame_of

FRAME = 50


def day(seed: int, count: int) -> Iterator[Frame]:
    """The frames of a day: the listing, then `count` commands. The naive twin lives it, so that they make sense."""
    naive = NaiveExchange()
    frame = frame_of(START_US, world(seed))
    stream, left = Stream(seed, naive), count + frame.size
    while True:
        naive.apply(frame.size, frame.time_us, frame.data)
        yield frame
        left -= frame.size
        if left <= 0:
            return
        frame = stream.frame(min(left, FRAME))


def main(seed: int, count: int) -> None:
    exchange = core.Exchange()
    for frame in day(seed, count):
        exchange.apply(exchange.sequence + 1, frame.size, frame.time_us, frame.data)
    exchange.check()
    how = "uncompiled" if str(core.__file__).endswith(".py") else "compiled"
    sys.stdout.write(f"{how} {exchange.chain.hex()} {exchange.digest().hex()}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
