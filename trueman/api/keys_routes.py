"""/v1/api-keys: keys are made and deleted by people, never by keys."""

from typing import Any, Final

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from trueman.api.asked import Asked, Asker
from trueman.api.auth import PERMISSIONS
from trueman.api.keys import is_key_shaped
from trueman.errors import BadInput, NotFound


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    permissions: list[str]


class MadeKey(msgspec.Struct, rename="camel"):
    """The secret is shown this once."""

    api_key: str
    secret_key: str
    label: str
    permissions: list[str]
    created_at: int


class ListedKey(msgspec.Struct, rename="camel"):
    api_key: str
    label: str
    permissions: list[str]
    created_at: int
    last_used_at: int | None


@post("/v1/api-keys", summary="Make an API key", tags=["API keys"])
async def make_key(data: JSONBody[NewKey], asked: Asked, person: Asker) -> MadeKey:
    permissions = _permissions(data.permissions)
    row, secret = await asked.state.keys.create(person.account, data.label, permissions)
    return MadeKey(row.api_key, secret, row.label, row.permissions, row.created_us // 1_000)


@get("/v1/api-keys", summary="Your API keys", tags=["API keys"])
async def list_keys(asked: Asked, person: Asker) -> list[ListedKey]:
    rows = await asked.state.keys.of_account(person.account)
    return [
        ListedKey(row.api_key, row.label, row.permissions, row.created_us // 1_000, _ms(row.last_used_us))
        for row in rows
    ]


@delete("/v1/api-keys/{api_key:str}", summary="Delete an API key", tags=["API keys"])
async def delete_key(api_key: FromPath[str], asked: Asked, person: Asker) -> None:
    if not is_key_shaped(api_key):
        raise NotFound("You have no such API key.", field="apiKey")
    await asked.state.keys.delete(person.account, api_key)


def _permissions(wanted: list[str]) -> list[str]:
    """In the order in which they are always shown."""
    if not wanted or not set(wanted) <= set(PERMISSIONS):
        raise BadInput("permissions", f"At least one of {', '.join(PERMISSIONS)} is needed, and nothing else.")
    return [permission for permission in PERMISSIONS if permission in wanted]


def _ms(time_us: int | None) -> int | None:
    return None if time_us is None else time_us // 1_000


HANDLERS: Final[list[Any]] = [make_key, list_keys, delete_key]
