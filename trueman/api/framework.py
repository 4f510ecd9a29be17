"""The /v1 routes, served by Litestar behind the front door of `app`."""

import re
from typing import Any, Final

from litestar import Litestar
from litestar import Request as FrameworkRequest
from litestar import Response as Answer
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute

from trueman import __version__
from trueman.api import (
    admin,
    admin_accounts,
    admin_desk,
    admin_payouts,
    admin_ruleset,
    chain_deposits,
    keys_routes,
    order_routes,
    simulator,
    trading_routes,
    users_routes,
    wallet,
)
from trueman.api.asked import PROVIDED
from trueman.api.errors import error_response, method_not_allowed, not_found, told
from trueman.api.http import Response
from trueman.wire.binance_errors import INVALID_DATA, INVALID_JSON, MANDATORY_PARAMETER

HANDLERS: Final = [
    *users_routes.HANDLERS,
    *keys_routes.HANDLERS,
    *wallet.HANDLERS,
    *order_routes.HANDLERS,
    *trading_routes.HANDLERS,
    *admin.HANDLERS,
    *admin_accounts.HANDLERS,
    *admin_desk.HANDLERS,
    *admin_payouts.HANDLERS,
    *chain_deposits.HANDLERS,
    *admin_ruleset.HANDLERS,
    *simulator.HANDLERS,
]
_FIELD_IN_MESSAGE: Final = re.compile(r"field `([^`]+)`")
_FIELD_IN_PATH: Final = re.compile(r"`\$\.(?:[A-Za-z]+\.)*([A-Za-z]+)")
"""The innermost: of $.options.traders it is traders."""


def create_framework() -> Litestar:
    return Litestar(
        HANDLERS,
        dependencies=PROVIDED,
        exception_handlers={Exception: _answer_of},
        openapi_config=OpenAPIConfig(title="TrueMan", version=__version__),
        logging_config=None,
        debug=False,
    )


def _answer_of(request: FrameworkRequest[Any, Any, Any], error: Exception) -> Answer[bytes]:
    response = _response_of(request, error)
    headers = {name.decode(): value.decode() for name, value in response.headers if name != b"content-type"}
    return Answer(response.body, status_code=response.status, headers=headers, media_type="application/json")


def _response_of(request: FrameworkRequest[Any, Any, Any], error: Exception) -> Response:
    if isinstance(error, ValidationException):
        return _invalid(error)
    if isinstance(error, NotFoundException):
        return not_found(request.scope["path"])
    if isinstance(error, MethodNotAllowedException):
        return method_not_allowed(request.method, _methods_of(request.app, request.scope["path"]))
    if isinstance(error, HTTPException) and error.status_code < 500:
        if isinstance(error.__cause__, RecursionError):
            return error_response(error.__cause__)
        return told(error.status_code, INVALID_JSON, "The body must be JSON, in UTF-8.")
    if isinstance(error, UnicodeDecodeError):
        return told(400, INVALID_JSON, "The body must be JSON, in UTF-8.")
    return error_response(error)


def _methods_of(framework: Litestar, path: str) -> list[str]:
    found: set[str] = set()
    for route in framework.routes:
        if isinstance(route, HTTPRoute) and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", route.path_format), path):
            found |= route.methods
    return sorted(found - {"OPTIONS"})


def _invalid(error: ValidationException) -> Response:
    """The first complaint about a body or a parameter, in words, and the field that it is about."""
    first: Any = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    message = str(first.get("message", error.detail))
    field = str(first.get("key", ""))
    named = _FIELD_IN_MESSAGE.search(message) or _FIELD_IN_PATH.search(message)
    if named:
        field = named[1]
    field = field.removeprefix("data.").split("[")[0].split(".")[-1]
    words = message.split(" - at ")[0]
    if field == "data":
        return told(400, INVALID_DATA, "The body must be a JSON object." if words == "'data'" else f"{words}.")
    return told(400, MANDATORY_PARAMETER, f"{words}.", field)
