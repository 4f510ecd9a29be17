"""Writes a snapshot and an archive segment a command, and says of each that it is durable, until it is killed.

python -m tests.chaos.durable_victim FOLDER
"""

import sys
from pathlib import Path

from trueman.core.codec import encode
from trueman.core.commands import CreateAsset, Deposit
from trueman.core.exchange import Exchange
from trueman.core.units import USER_ACCOUNT_MIN
from trueman.engine.replay import decide
from trueman.engine.snapshots import SnapshotStore, take
from trueman.infra.archive import Archive
from trueman.infra.log import GENESIS_RULESET, CommandEntry
from trueman.infra.segments import Pair


def main(folder: Path) -> None:
    exchange, store, archive = Exchange(), SnapshotStore(folder / "snapshots", 1_000_000), Archive(folder / "archive")
    for number in range(1, 1_000_000):
        command = Deposit(0, USER_ACCOUNT_MIN, USER_ACCOUNT_MIN, number - 1, 0, 1) if number > 1 else None
        frame = encode(command or CreateAsset(0, 0, "COIN"))
        entry = CommandEntry(number, number, number, frame)
        result = decide(exchange, entry, 1)
        store.save(take(exchange, 1))
        archive.append(archive.end(), [Pair(entry, result)], GENESIS_RULESET)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
