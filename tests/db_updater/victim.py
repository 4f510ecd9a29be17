"""An updater of its own process, for tests that kill it: `python -m tests.db_updater.victim URL SEED COMMANDS`."""

import asyncio
import sys

from tests.db_updater.recorded import follow_to_end, recorded_day
from trueman.db_updater import service
from trueman.infra.database.connection import UPDATER, connect_pool


async def main(url: str, seed: int, commands: int) -> None:
    _, _, log = await recorded_day(seed, commands)
    async with await connect_pool(url, UPDATER) as pool:
        await follow_to_end(log, pool)


if __name__ == "__main__":
    service.CATCH_UP_COMMANDS_MAX = 10  # type: ignore[misc]
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
