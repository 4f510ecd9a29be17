"""Plays a seeded day and prints what it came to: how the core ran, its chain and its digest.

A program, so that tests can run it in another process, from other files, under another hash seed.
"""

import sys

import trueman.core.exchange as core
from tests.reference.streams import Stream, world
from trueman.core.codec import encode

FRAME = 50


def main(seed: int, count: int) -> None:
    exchange, stream = core.Exchange(), Stream(seed)
    commands = world(seed) + [stream.next() for _ in range(count)]
    for at in range(0, len(commands), FRAME):
        batch = commands[at : at + FRAME]
        exchange.apply(exchange.sequence + 1, len(batch), at, b"".join(encode(command) for command in batch))
    exchange.check()
    how = "uncompiled" if str(core.__file__).endswith(".py") else "compiled"
    sys.stdout.write(f"{how} {exchange.chain.hex()} {exchange.digest().hex()}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
