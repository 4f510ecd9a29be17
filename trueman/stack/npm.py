"""`python -m trueman.stack.npm run lint`: npm in the client's folder, with this machine's Node or the wheel's."""

import asyncio
import os
import sys
from pathlib import Path

from trueman.errors import StartError
from trueman.stack import client


def main(arguments: list[str]) -> int:
    log = Path(os.environ.get("TRUEMAN_DATA", ".data")).absolute() / "logs" / "client-install.log"
    try:
        node = asyncio.run(client.install(client.FOLDER, log, print_line))
    except StartError as error:
        print_line(f"trueman: {error}")
        return 78
    if not arguments:
        return 0
    os.chdir(client.FOLDER)
    os.environ |= client.environment(node)
    os.execvp(node.npm[0], [*node.npm, *arguments])


def print_line(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
