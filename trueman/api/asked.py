"""What the framework hands to a /v1 handler: the request as the front door read it, and who asks.

A handler says by the name of its parameter what the caller must be: `reader`, `trader`, `withdrawer`, `person` (a
token, no key), `admin_reader` or `admin`.
"""

from typing import Any, Final

from litestar import Request as FrameworkRequest
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from trueman.api.auth import Caller, Permission, authenticate, require_admin, require_person
from trueman.api.http import Request

SCOPE_KEY: Final = "trueman"
"""Under this name the front door puts its request into the scope."""

Asked = NamedDependency[SkipValidation[Request]]
Asker = NamedDependency[SkipValidation[Caller]]


def asked(request: FrameworkRequest[Any, Any, Any]) -> Request:
    found: object = request.scope.get(SCOPE_KEY)
    assert isinstance(found, Request)
    return found


async def reader(request: FrameworkRequest[Any, Any, Any]) -> Caller:
    return await authenticate(asked(request), "read")


async def trader(request: FrameworkRequest[Any, Any, Any]) -> Caller:
    return await authenticate(asked(request), "trade")


async def withdrawer(request: FrameworkRequest[Any, Any, Any]) -> Caller:
    return await authenticate(asked(request), "withdraw")


async def person(request: FrameworkRequest[Any, Any, Any]) -> Caller:
    return await require_person(asked(request))


async def admin_reader(request: FrameworkRequest[Any, Any, Any]) -> Caller:
    return await _admin(request, "read")


async def admin(request: FrameworkRequest[Any, Any, Any]) -> Caller:
    return await _admin(request, "trade")


async def _admin(request: FrameworkRequest[Any, Any, Any], permission: Permission) -> Caller:
    caller = await authenticate(asked(request), permission)
    require_admin(caller)
    return caller


PROVIDED: Final = {
    "asked": Provide(asked, sync_to_thread=False),
    **{provider.__name__: Provide(provider) for provider in (reader, trader, withdrawer, person, admin_reader, admin)},
}
