"""Every failure becomes the one shape that callers read: {"code", "msg", "field"?}."""

from typing import Any, Final

import asyncpg
import msgspec
import structlog

from trueman.api.http import Headers, Response, json_response
from trueman.errors import OlderThanRules, OutcomeUnknown, Overloaded, TooManyRequests, TruemanError
from trueman.wire.binance_errors import DISCONNECTED, INVALID_DATA, TIMEOUT_TEXT, UNKNOWN, UNSUPPORTED, Refusal

RETRY_TEXT: Final = "Internal error; unable to process your request. Please try again."
DATABASE_AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
    TimeoutError,
)
BODY_TOO_LARGE: Final = 413

logger = structlog.get_logger()


class Told(msgspec.Struct, omit_defaults=True):
    """The body of every error."""

    code: int
    msg: str
    field: str = ""
    data: Any = None
    """What was done and what was not, of a request that was done in part."""


def error_response(error: Exception) -> Response:
    """What the caller is told. What is no caller's mistake is written to the log as well."""
    if isinstance(error, Refusal):
        return json_response(Told(error.code, error.message, error.field, error.data), error.status)
    if isinstance(error, OutcomeUnknown):
        return told(error.status, error.code, TIMEOUT_TEXT)
    if isinstance(error, TruemanError):
        return _told_of_ours(error)
    if isinstance(error, DATABASE_AWAY):
        logger.warning("a neighbour is away", reason=f"{type(error).__name__}: {error}")
        return told(503, DISCONNECTED, RETRY_TEXT)
    if isinstance(error, RecursionError):
        return told(400, INVALID_DATA, "The request is nested too deeply.")
    logger.error("a request met a bug", exc_info=error)
    return told(500, UNKNOWN, "An unknown error occurred while processing the request.")


def told(status: int, code: int, message: str, field: str = "", headers: Headers | None = None) -> Response:
    return json_response(Told(code, message, field), status, headers)


def not_found(path: str) -> Response:
    return told(404, UNSUPPORTED, f"There is nothing at {path[:100]}.")


def method_not_allowed(method: str, allowed: list[str]) -> Response:
    message = f"{method[:20]} is not possible here; use {' or '.join(allowed)}."
    return told(405, UNSUPPORTED, message, headers=[(b"allow", ", ".join(allowed).encode())])


def body_too_large(bytes_max: int) -> Response:
    return told(BODY_TOO_LARGE, INVALID_DATA, f"A request body has at most {bytes_max} bytes.")


def _told_of_ours(error: TruemanError) -> Response:
    headers: Headers = []
    if isinstance(error, TooManyRequests | Overloaded | OlderThanRules):
        headers.append((b"retry-after", str(error.retry_after_s).encode()))
    if isinstance(error, Overloaded | OlderThanRules):
        return told(error.status, error.code, str(error), headers=headers)
    if error.status >= 500:
        logger.warning("a request failed", reason=f"{type(error).__name__}: {error}")
        return told(error.status, error.code, RETRY_TEXT, headers=headers)
    return told(error.status, error.code, str(error), error.field, headers)
