"""What a client may ask on a stream connection, and what it is answered, as Binance answers."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

from trueman.wire.streams import Stream, UnknownStream

STREAMS_MAX: Final = 1_024
"""Streams of one connection."""
REQUEST_ID_CHARS_MAX: Final = 36
METHOD_CHARS_SHOWN: Final = 40
METHODS: Final = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")

UNKNOWN_PROPERTY: Final = 0
INVALID_VALUE: Final = 1
INVALID_REQUEST: Final = 2
INVALID_JSON: Final = 3


class Session(Protocol):
    """The connection as its requests see it."""

    combined: bool
    streams: dict[str, Stream]

    def known(self, name: str) -> Stream:
        """Raise UnknownStream when there is no such stream or market."""

    def subscribe(self, streams: Sequence[Stream]) -> None: ...

    def unsubscribe(self, names: Sequence[str]) -> None: ...


class Invalid(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(payload: bytes, session: Session) -> bytes:
    """Do what is asked and return the answer's JSON."""
    request_id: int | str | None = None
    try:
        request = _read(payload)
        request_id = _request_id(request)
        return msgspec.json.encode({"result": _perform(request, session), "id": request_id})
    except Invalid as invalid:
        return error_body(invalid.code, str(invalid), request_id)


def error_body(code: int, message: str, request_id: int | str | None = None) -> bytes:
    return msgspec.json.encode({"error": {"code": code, "msg": message}, "id": request_id})


def admit(name: str, session: Session) -> Stream:
    """Raise Invalid when there is no such stream."""
    try:
        return session.known(name)
    except UnknownStream as unknown:
        raise Invalid(INVALID_REQUEST, f"Invalid request: {unknown}") from unknown


def _read(payload: bytes) -> dict[str, Any]:
    try:
        request = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(INVALID_JSON, f"Invalid JSON: {error}") from error
    if not isinstance(request, dict):
        raise Invalid(INVALID_REQUEST, "Invalid request: an object with `method`, `params` and `id` is needed")
    return request


def _request_id(request: dict[str, Any]) -> int | str | None:
    request_id = request.get("id")
    if request_id is None or (type(request_id) is int and 0 <= request_id < 2**63):
        return request_id
    if isinstance(request_id, str) and len(request_id) <= REQUEST_ID_CHARS_MAX:
        return request_id
    raise Invalid(
        INVALID_REQUEST,
        "Invalid request: request ID must be an unsigned integer, a string of at most"
        f" {REQUEST_ID_CHARS_MAX} characters or null",
    )


def _perform(request: dict[str, Any], session: Session) -> Any:
    method, params = request.get("method"), request.get("params")
    if "method" not in request:
        raise Invalid(INVALID_REQUEST, "Invalid request: missing field `method`")
    match method:
        case "SUBSCRIBE":
            _subscribe(_names(params), session)
        case "UNSUBSCRIBE":
            session.unsubscribe(_names(params))
        case "LIST_SUBSCRIPTIONS":
            return list(session.streams)
        case "SET_PROPERTY":
            _set_property(params, session)
        case "GET_PROPERTY":
            return _get_property(params, session)
        case _:
            expected = ", ".join(f"`{name}`" for name in METHODS)
            shown = str(method)[:METHOD_CHARS_SHOWN]
            raise Invalid(INVALID_REQUEST, f"Invalid request: unknown variant {shown!r}, expected one of {expected}")
    return None


def _names(params: Any) -> list[str]:
    if not isinstance(params, list) or not params or not all(isinstance(name, str) for name in params):
        raise Invalid(INVALID_REQUEST, "Invalid request: `params` must be a list of stream names")
    if len(params) > STREAMS_MAX:
        raise Invalid(INVALID_REQUEST, "Invalid request: too many parameters")
    return params


def _subscribe(names: list[str], session: Session) -> None:
    """All of them or none."""
    streams = [admit(name, session) for name in names]
    if len(session.streams.keys() | set(names)) > STREAMS_MAX:
        raise Invalid(INVALID_REQUEST, f"Invalid request: a connection has at most {STREAMS_MAX} streams")
    session.subscribe(streams)


def _set_property(params: Any, session: Session) -> None:
    if not isinstance(params, list) or len(params) != 2:
        raise Invalid(INVALID_REQUEST, "Invalid request: a property name and its value are needed")
    _require_combined(params[0])
    if not isinstance(params[1], bool):
        raise Invalid(INVALID_VALUE, "Invalid value type: expected Boolean")
    session.combined = params[1]


def _get_property(params: Any, session: Session) -> bool:
    if not isinstance(params, list) or len(params) != 1:
        raise Invalid(INVALID_REQUEST, "Invalid request: one property name is needed")
    _require_combined(params[0])
    return session.combined


def _require_combined(name: Any) -> None:
    if not isinstance(name, str):
        raise Invalid(INVALID_REQUEST, "Invalid request: property name must be a string")
    if name != "combined":
        raise Invalid(UNKNOWN_PROPERTY, "Unknown property")
