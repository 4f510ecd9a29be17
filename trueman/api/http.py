"""What a hot route receives and returns: a request, a response, and the words that describe the route.

Hot routes are found by one dictionary lookup on (method, path), so their paths have no variable part. They run in
front of the framework; their `Spec` puts them into the same OpenAPI document as everything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from trueman.api.state import ApiState

JSON_TYPE: Final = (b"content-type", b"application/json")
Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Request:
    method: str
    path: str
    raw_query: bytes
    """The query string as it came, without the question mark."""
    body: bytes
    """The body as it came, at most `settings.body_bytes_max`."""
    headers: dict[bytes, bytes]
    """Lower-case names; of a repeated header the last value."""
    client_ip: str
    state: ApiState
    request_id: str = ""
    payer: str | int = field(init=False)
    """Whose request weight counts: the address, or the account once it is known who asks."""
    weight_due: int = 0
    """What is still to be weighed."""
    answer_headers: Headers = field(default_factory=list)
    """Headers for the answer, whatever it is, an error too: used weight, order counts."""

    def __post_init__(self) -> None:
        self.payer = self.client_ip

    def asked_by(self, account: int) -> None:
        """The account pays what is due, not the address that it may share with others. Raise TooManyRequests."""
        if self.weight_due:
            self.payer = account
            self.settle()

    def settle(self) -> None:
        """Raise TooManyRequests when the payer has spent what a minute allows."""
        due, self.weight_due = self.weight_due, 0
        if due:
            self.state.limits.weigh(self.payer, due)


class Response(NamedTuple):
    status: int
    body: bytes = b""
    headers: Headers = []  # noqa: RUF012 - a default that nobody may change: every user builds a list of his own


Handler = Callable[[Request], Awaitable[Response]]

_encode: Final = msgspec.json.Encoder().encode


def json_response(value: object, status: int = 200, headers: Headers | None = None) -> Response:
    """`value` is anything msgspec encodes."""
    return Response(status, _encode(value), [JSON_TYPE, *(headers or [])])


class Parameter(NamedTuple):
    name: str
    schema: dict[str, Any]
    """A JSON schema such as {"type": "string"}."""
    required: bool = False
    description: str = ""


class Spec(NamedTuple):
    """What the OpenAPI document says of a hot route."""

    summary: str
    tag: str
    parameters: tuple[Parameter, ...] = ()
    """Read from the query string and, but for GET, from a form body."""
    response: dict[str, Any] | None = None
    """JSON schema of the answer to a request that went well."""
    permission: str = ""
    """What the caller must hold: "" for public, else read, trade or withdraw."""
    weight: int = 1
    description: str = ""


class Route(NamedTuple):
    handler: Handler
    spec: Spec


Routes = dict[tuple[str, str], Route]
"""(method, path) -> route."""
