"""What a browser is told, so that pages of ours may read what the api answers and pages of others may not."""

from typing import Final

from trueman.api.http import Headers, Request

PREFLIGHT_SECONDS: Final = 600
METHODS: Final = b"GET, POST, PUT, PATCH, DELETE"
HEADERS: Final = b"authorization, content-type, x-mbx-apikey, x-request-id"
EXPOSED: Final = b"x-request-id, retry-after, x-mbx-used-weight-1m, x-mbx-order-count-10s, x-mbx-order-count-1d"


def is_ours(request: Request) -> bool:
    """Whether a page asks, and one that may."""
    origin = request.headers.get(b"origin")
    if origin is None:
        return False
    host = request.headers.get(b"host", b"")
    return request.state.origins.ours(origin.decode("latin-1"), host.decode("latin-1"))


def headers_for(request: Request) -> Headers:
    """On every answer: what lets the browser hand it to the page; nothing for a page that may not have it."""
    if not is_ours(request):
        return []
    return [
        (b"access-control-allow-origin", request.headers[b"origin"]),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", EXPOSED),
        (b"vary", b"origin"),
    ]


def preflight(request: Request) -> Headers:
    """Besides `headers_for`: what the page may ask."""
    if not is_ours(request):
        return []
    return [
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", HEADERS),
        (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
    ]
