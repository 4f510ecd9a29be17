"""Every place where bytes of strangers, or of a disk that may lie, become something: each takes any bytes at all.

A target takes bytes and says whether they were understood; if not, they were refused in the way that its callers know.
Whatever else it raises is a fault. Where bytes are understood, what they became is held against what they were.
"""

import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tests.golden.write import FOLDER
from tests.reference.logbook import Frame, read, ruleset_of
from tests.wire.btcusdt import BTCUSDT
from tests.ws.desk import Desk
from trueman.core.codec import decode_commands, decode_events, decode_results, encode
from trueman.core.exchange import Exchange
from trueman.core.rejections import MALFORMED
from trueman.core.rulesets import UnknownRuleset
from trueman.core.snapshot import DIGEST_BYTES, body_digest
from trueman.errors import ArchiveDamaged
from trueman.infra import segments
from trueman.infra.log import CommandEntry, EventEntry
from trueman.wire import decimals, order_requests, rest_parameters
from trueman.wire.binance_errors import Refusal
from trueman.wire.streams import parse
from trueman.ws.requests import answer

DAY: Final = FOLDER / "day-6.log"
FRAMES_BEFORE: Final = 60
SEEDS_MAX: Final = 40
DECIMALS_MAX: Final = 18


class Target(NamedTuple):
    name: str
    feed: Callable[[bytes], bool]
    seeds: Callable[[], Sequence[bytes]]
    """Bytes that are understood, to begin with."""


class Morning(NamedTuple):
    """A day of trading until its middle, and what came then."""

    snapshot: bytes
    frames: list[bytes]
    results: list[bytes]


@cache
def morning() -> Morning:
    exchange = Exchange(ruleset_of(DAY))
    snapshot, frames, results = b"", [], []
    for number, frame in enumerate(line for line in read(DAY) if isinstance(line, Frame)):
        if number == FRAMES_BEFORE:
            snapshot = exchange.snapshot()
        result = exchange.apply(exchange.sequence + 1, frame.size, frame.time_us, frame.data)
        if number >= FRAMES_BEFORE:
            frames.append(frame.data)
            results.append(result)
    return Morning(snapshot, frames, results)


def commands(data: bytes) -> bool:
    try:
        found = decode_commands(data)
    except ValueError:
        return False
    again = b"".join(encode(command) for command in found)
    assert decode_commands(again) == found
    return bool(found)


def events(data: bytes) -> bool:
    try:
        found = decode_events(data)
    except ValueError:
        return False
    assert decode_events(b"".join(encode(event) for event in found)) == found
    return bool(decode_results(data))


def core(data: bytes) -> bool:
    """The first byte says how many commands the frame is said to have. Each is decided, and everything still holds."""
    exchange = Exchange.restore(morning().snapshot)
    count = data[0] % 8 + 1 if data else 1
    try:
        results = exchange.apply(exchange.sequence + 1, count, exchange.time_us + 1, data[1:])
    except UnknownRuleset:
        return False
    decided = [result.decided for result in decode_results(results)]
    assert len(decided) == count
    exchange.check()
    return any(decision.reason != MALFORMED for decision in decided)


def snapshots(data: bytes) -> bool:
    """Under a digest that is right, so that the reader behind it is met. A state that comes out otherwise than it went
    in is one that `engine.snapshots.load` refuses."""
    try:
        exchange = Exchange.restore(data + body_digest(data))
    except (ValueError, AssertionError, IndexError, OverflowError, UnknownRuleset):
        return False
    return exchange.snapshot()[:-DIGEST_BYTES] == data


def archive(data: bytes) -> bool:
    """Under a checksum that is right, as far as the header can be read."""
    line, _, payload = data.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=segments.Header)
        sealed = msgspec.structs.replace(header, sha256=segments.checksum(header, payload))
        line = msgspec.json.encode(sealed)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    with tempfile.NamedTemporaryFile() as file:
        file.write(line + b"\n" + payload)
        file.flush()
        try:
            return bool(segments.read(Path(file.name)).pairs)
        except ArchiveDamaged:
            return False


def numbers(data: bytes) -> bool:
    """The first byte says how many decimals there may be."""
    places, text = data[0] % (DECIMALS_MAX + 1) if data else 0, data[1:].decode("utf-8", "replace")
    try:
        count = decimals.parse(text, places)
    except (decimals.NotADecimal, decimals.TooManyDecimals):
        return False
    assert text.isascii()
    assert Fraction(text) * 10**places == count
    assert (
        len(str(count)) > decimals.DECIMAL_CHARS_MAX - 1
        or decimals.parse(decimals.text(count, places), places) == count
    )
    return True


def parameters(data: bytes) -> bool:
    """A query and a body, apart by a zero byte, taken for an order, a cancel and a change of it."""
    query, _, body = data.partition(b"\0")
    try:
        given = rest_parameters.read(query, body)
    except Refusal:
        return False
    understood = False
    for ask in (
        lambda: order_requests.place_order(given, BTCUSDT, 7, 10**15, lambda: "made"),
        lambda: order_requests.cancel_order(given, BTCUSDT, 7, 10**15),
        lambda: order_requests.amend_order(given, BTCUSDT, 7, 10**15),
    ):
        try:
            command = ask()
        except Refusal:
            continue
        assert decode_commands(encode(command)) == [command]
        understood = True
    return understood


def requests(data: bytes) -> bool:
    """Of a stream connection: there is always an answer, in JSON, and at most the streams that there may be."""
    desk = Desk()
    told = msgspec.json.decode(answer(data, desk))
    assert ("error" in told) != ("result" in told)
    assert all(parse(name).name == name for name in desk.streams)
    return "result" in told


def a_segment() -> bytes:
    exchange = Exchange.restore(morning().snapshot)
    before, pairs = exchange.chain, []
    for frame in morning().frames[:5]:
        first = exchange.sequence + 1
        count = len(decode_commands(frame))
        results = exchange.apply(first, count, exchange.time_us + 1, frame)
        entry = CommandEntry(first, first + count - 1, exchange.time_us, frame)
        pairs.append(segments.Pair(entry, EventEntry(entry.first, entry.last, 1, exchange.chain, results)))
    return b"".join(segments.encode(pairs, before, "", exchange.ruleset))


ORDERS: Final = (
    b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=100.50&newClientOrderId=a-1",
    b"side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC\0quantity=1&price=9.1&stopPrice=10&icebergQty=0.1",
    b"side=BUY&type=MARKET&quoteOrderQty=15.00000001&selfTradePreventionMode=EXPIRE_BOTH",
    b"side=SELL&type=TAKE_PROFIT&quantity=1&trailingDelta=100&strategyId=1",
    b"side=BUY&type=LIMIT&timeInForce=GTD&goodTillDate=1700000000000&quantity=%31&price=100",
    b"orderId=12&newQty=0.5&cancelRestrictions=ONLY_NEW",
    b"origClientOrderId=a%2Db&newQty=0.00001",
)
REQUESTS: Final = (
    b'{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@depth@100ms"],"id":1}',
    b'{"method":"UNSUBSCRIBE","params":["btcusdt@kline_1m"],"id":"x"}',
    b'{"method":"LIST_SUBSCRIPTIONS","id":null}',
    b'{"method":"SET_PROPERTY","params":["combined",true],"id":3}',
    b'{"method":"GET_PROPERTY","params":["combined"],"id":4}',
    b'{"method":"SUBSCRIBE","params":["!ticker@arr","!miniTicker@arr"],"id":5}',
)
NUMBERS: Final = (b"\x081.5", b"\x0812.00000001", b"\x001", b"\x120.000000000000000001", b"\x02" + b"9" * 39)

TARGETS: Final = (
    Target("commands", commands, lambda: morning().frames[:SEEDS_MAX]),
    Target("events", events, lambda: morning().results[:SEEDS_MAX]),
    Target("core", core, lambda: [b"\x07" + frame for frame in morning().frames[:SEEDS_MAX]]),
    Target("snapshots", snapshots, lambda: [morning().snapshot[:-DIGEST_BYTES]]),
    Target("archive", archive, lambda: [a_segment()]),
    Target("numbers", numbers, lambda: NUMBERS),
    Target("parameters", parameters, lambda: ORDERS),
    Target("requests", requests, lambda: REQUESTS),
)
