"""One segment of the archive: a range of both logs in a file that proves itself.

A line of JSON says what must follow: the range, the hash chain before and after it, the checksum of the segment
before. Then come the entries, compressed: each command frame beside the results that it came to. Reading a segment
checks all of it: the checksum, that nothing is missing, and the hash chain frame by frame. That a result is right
only a replay can tell (`trueman verify`).
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

import trueman
from trueman.core.exchange import chained
from trueman.errors import ArchiveDamaged
from trueman.infra.log import CommandEntry, EventEntry

FORMAT: Final = 1
LEVEL: Final = 1
"""Of zlib. Level 6 makes files a fifth smaller and takes three times as long, beside an engine that needs the core."""
RAW_BYTES_MAX: Final = 64 << 20
"""A segment that says it is larger was not written by an archiver."""
RECORD: Final = struct.Struct("<6q16s")
"""First, last, time, epoch, bytes of the commands, bytes of the results, chain after them."""
GENESIS: Final = bytes(16)


class Pair(NamedTuple):
    command: CommandEntry
    event: EventEntry


class Header(msgspec.Struct, frozen=True):
    format: int
    build: str
    genesis_ruleset: int
    """The ruleset under which command 1 of this log is decided."""
    first: int
    last: int
    time_us: int
    """Of the last command."""
    chain_before: str
    chain_after: str
    link: str
    """The sha256 of the whole segment before this one; empty for the first."""
    entries: int
    raw_bytes: int
    sha256: str
    """Of this line with nothing in this field, and of everything after it."""


class Segment(NamedTuple):
    header: Header
    pairs: list[Pair]
    link: str
    """The sha256 of this file, which the next one has to name."""


def encode(pairs: Sequence[Pair], chain_before: bytes, link: str, genesis_ruleset: int) -> list[bytes]:
    """The file's parts. The entries follow each other."""
    packer = zlib.compressobj(LEVEL)
    packed, raw_bytes = [], 0
    for command, event in pairs:
        assert (command.first, command.last) == (event.first, event.last)
        place = (command.first, command.last, command.time_us, event.epoch)
        record = RECORD.pack(*place, len(command.frame), len(event.frame), event.chain)
        for part in (record, command.frame, event.frame):
            packed.append(packer.compress(part))
            raw_bytes += len(part)
    packed.append(packer.flush())
    payload = b"".join(packed)
    header = Header(
        format=FORMAT,
        build=trueman.__version__,
        genesis_ruleset=genesis_ruleset,
        first=pairs[0].command.first,
        last=pairs[-1].command.last,
        time_us=pairs[-1].command.time_us,
        chain_before=chain_before.hex(),
        chain_after=pairs[-1].event.chain.hex(),
        link=link,
        entries=len(pairs),
        raw_bytes=raw_bytes,
        sha256="",
    )
    sealed = msgspec.structs.replace(header, sha256=checksum(header, payload))
    return [msgspec.json.encode(sealed), b"\n", payload]


def checksum(header: Header, payload: bytes) -> str:
    return sha256(msgspec.json.encode(msgspec.structs.replace(header, sha256="")) + payload).hexdigest()


def read(path: Path) -> Segment:
    """Raise ArchiveDamaged, saying what is wrong, for a file that is not what was once written."""
    found = path.read_bytes()
    line, _, payload = found.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=Header)
        if header.format != FORMAT:
            raise ArchiveDamaged(f"{path} is of format {header.format}; this build reads {FORMAT}")
        if msgspec.json.encode(header) != line or checksum(header, payload) != header.sha256:
            raise ArchiveDamaged(f"{path} is damaged: its sha256 is another")
        pairs = list(_pairs(_unpacked(payload, header)))
        fault = _fault(header, pairs)
    except (msgspec.MsgspecError, struct.error, zlib.error, ValueError) as error:
        raise ArchiveDamaged(f"{path} is damaged: {error}") from error
    if fault:
        raise ArchiveDamaged(f"{path} {fault}")
    return Segment(header, pairs, sha256(found).hexdigest())


def _unpacked(payload: bytes, header: Header) -> bytes:
    if header.raw_bytes > RAW_BYTES_MAX:
        raise ValueError(f"it says that it holds {header.raw_bytes} bytes, and none holds more than {RAW_BYTES_MAX}")
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(payload, header.raw_bytes + 1)
    if len(raw) != header.raw_bytes or not unpacker.eof:
        raise ValueError(f"it holds other than the {header.raw_bytes} bytes that it says")
    return raw


def _pairs(raw: bytes) -> Iterator[Pair]:
    at = 0
    while at < len(raw):
        first, last, time_us, epoch, commands, results, chain = RECORD.unpack_from(raw, at)
        middle = at + RECORD.size + commands
        end = middle + results
        if commands < 0 or results < 0 or end > len(raw):
            raise ValueError(f"the entry at {first} is cut off")
        command = CommandEntry(first, last, time_us, raw[at + RECORD.size : middle])
        yield Pair(command, EventEntry(first, last, epoch, chain, raw[middle:end]))
        at = end


def _fault(header: Header, pairs: Sequence[Pair]) -> str:
    """Density, time and the hash chain; empty when all is as the header says."""
    number, time_us, chain = header.first - 1, 0, bytes.fromhex(header.chain_before)
    for command, event in pairs:
        if command.first != number + 1 or command.last < command.first:
            return f"has commands {command.first} to {command.last} where {number + 1} was expected"
        if command.time_us < time_us:
            return f"goes back in time at command {command.first}"
        chain = chained(chain, command.frame, event.frame)
        if chain != event.chain:
            return f"breaks the hash chain in commands {command.first} to {command.last}"
        number, time_us = command.last, command.time_us
    found = (number, time_us, chain.hex(), len(pairs))
    if found != (header.last, header.time_us, header.chain_after, header.entries):
        return f"ends with {found}, which is not what its header says"
    return ""
