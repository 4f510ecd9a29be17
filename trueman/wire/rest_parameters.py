"""The parameters of a request: query string and form body read in one pass, and values read strictly.

Clients send the same parameters in the query string, in the body, or spread over both, under any content type.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Final, cast
from urllib.parse import unquote_plus

import msgspec

from trueman.wire import binance_errors as errors

Parameters = Mapping[str, str]

PARAMETERS_MAX: Final = 100
INTEGER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
CLIENT_ID: Final = re.compile(r"[a-zA-Z0-9\-_.:/]{1,36}", re.ASCII)
SYMBOL: Final = re.compile(r"[A-Z0-9\-_.]{1,20}", re.ASCII)
SYMBOL_RANGE: Final = "^[A-Z0-9-_.]{1,20}$"
SYMBOLS_RANGE: Final = '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$'
SYMBOLS_MAX: Final = 5_000
INTEGER_MAX: Final = 2**63 - 1

_read_symbols: Final = msgspec.json.Decoder(Annotated[list[str], msgspec.Meta(max_length=SYMBOLS_MAX)]).decode


def read(query: bytes, body: bytes) -> dict[str, str]:
    """Every parameter by its name; where both parts have it, the query string wins."""
    if not body:
        return _part(query) if query else {}
    if not query:
        return _part(body)
    return _part(body) | _part(query)


def _part(raw: bytes) -> dict[str, str]:
    pieces = raw.decode("utf-8", "replace").split("&")
    if len(pieces) > PARAMETERS_MAX:
        raise errors.Refusal(errors.DUPLICATE_PARAMETER, f"Too many parameters; at most {PARAMETERS_MAX} are read.")
    if b"%" not in raw and b"+" not in raw:
        with suppress(ValueError):  # a piece without an equals sign makes no pair
            plain = dict(cast(list[tuple[str, str]], [piece.split("=", 1) for piece in pieces]))
            if len(plain) == len(pieces):
                return plain
    return _odd_part(pieces)


def _odd_part(pieces: list[str]) -> dict[str, str]:
    """With percent-encoding, empty pieces, names without a value, or names that come twice."""
    parameters: dict[str, str] = {}
    for piece in pieces:
        if not piece:
            continue
        name, _, value = piece.partition("=")
        if "%" in piece or "+" in piece:
            name, value = unquote_plus(name), unquote_plus(value)
        if name in parameters:
            raise errors.Refusal(errors.DUPLICATE_PARAMETER, "Duplicate values for a parameter detected.", name[:64])
        parameters[name] = value
    return parameters


def text(parameters: Parameters, name: str) -> str:
    """A parameter that must be there."""
    value = parameters.get(name)
    if not value:
        raise errors.mandatory(name)
    return value


def word(parameters: Parameters, name: str, legal: Mapping[str, int], code: int) -> int:
    """The number of a word that must be there and be one of `legal`; `code` says that it is not."""
    number = legal.get(text(parameters, name))
    if number is None:
        raise errors.Refusal(code, f"Invalid {name}.", name)
    return number


def integer(parameters: Parameters, name: str, *, least: int = 0) -> int | None:
    value = parameters.get(name)
    if value is None:
        return None
    if not value:
        raise errors.Refusal(errors.EMPTY_PARAMETER, f"Parameter '{name}' was empty.", name)
    if not INTEGER.fullmatch(value):
        raise errors.illegal_characters(name, errors.INTEGER_RANGE)
    number = int(value)
    if not least <= number <= INTEGER_MAX:
        raise errors.invalid_data(name, f"It must be from {least} to {INTEGER_MAX}.")
    return number


def limit(parameters: Parameters, default: int, most: int) -> int:
    """How many rows are wanted; more than there can be is cut down to that."""
    wanted = integer(parameters, "limit", least=1)
    return default if wanted is None else min(wanted, most)


def flag(parameters: Parameters, name: str) -> bool:
    value = parameters.get(name, "false").lower()
    if value not in ("true", "false"):
        raise errors.illegal_characters(name, "true|false")
    return value == "true"


def client_id(parameters: Parameters, name: str) -> str:
    """A client's own id for an order, "" when it gives none."""
    value = parameters.get(name)
    if value is None:
        return ""
    if not CLIENT_ID.fullmatch(value):
        raise errors.illegal_characters(name, errors.CLIENT_ID_RANGE)
    return value


def symbols(parameters: Parameters) -> list[str] | None:
    """The list that `symbols` holds in JSON; None when it is not asked by symbols."""
    listed = parameters.get("symbols")
    if listed is None:
        return None
    if "symbol" in parameters:
        raise errors.combination("Send symbol or symbols.", "symbols")
    try:
        named: list[str] = _read_symbols(listed.encode())
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise errors.illegal_characters("symbols", SYMBOLS_RANGE) from error
    if len(set(named)) != len(named):
        raise errors.Refusal(errors.REPEATED_SYMBOL, "Symbol is present multiple times in the list.", "symbols")
    return named


def symbol_refused(symbol: str) -> errors.Refusal:
    """Why there is no market of this name."""
    if SYMBOL.fullmatch(symbol):
        return errors.invalid_symbol()
    return errors.illegal_characters("symbol", SYMBOL_RANGE)
