"""`trueman engine` of a build that decides one thing otherwise: who halts a market closes it for orders alone."""

import sys

from trueman import cli
from trueman.core.codec import encode
from trueman.core.commands import SetMarketStatus
from trueman.core.exchange import Exchange
from trueman.core.units import CANCEL_ONLY, HALTED
from trueman.engine import replay
from trueman.infra.log import CommandEntry, EventEntry

TAG = 4_711
HALT = encode(SetMarketStatus(TAG, 0, HALTED))
rightly = replay.decide


def otherwise(exchange: Exchange, entry: CommandEntry, epoch: int) -> EventEntry:
    frame = entry.frame.replace(HALT, encode(SetMarketStatus(TAG, 0, CANCEL_ONLY)))
    return rightly(exchange, entry._replace(frame=frame), epoch)


if __name__ == "__main__":
    replay.decide = otherwise
    sys.argv = ["trueman", "engine", *sys.argv[1:]]
    cli.main()
