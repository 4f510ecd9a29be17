"""Which web pages may call the api from a browser: our own, and those that the settings name."""

from typing import Final

from trueman.api.http import Headers
from trueman.infra.settings import Settings

PREFLIGHT_SECONDS: Final = 600
METHODS: Final = b"GET, POST, PUT, PATCH, DELETE"
HEADERS: Final = b"authorization, content-type, x-mbx-apikey, x-request-id"
EXPOSED: Final = b"x-request-id, retry-after, x-mbx-used-weight-1m, x-mbx-order-count-10s, x-mbx-order-count-1d"


class Origins:
    def __init__(self, settings: Settings) -> None:
        named = [origin.strip().rstrip("/") for origin in settings.allowed_origins.split(",") if origin.strip()]
        own = {f"http://{host}:{settings.client_port}" for host in ("localhost", "127.0.0.1", settings.host)}
        self._allowed = frozenset(origin.encode() for origin in (named or own))

    def allows(self, origin: bytes, host: bytes) -> bool:
        """`host` is the Host header: a page that we serve ourselves, such as /docs, is ours."""
        return origin in self._allowed or (bool(host) and origin in (b"http://" + host, b"https://" + host))

    def headers_for(self, origin: bytes | None) -> Headers:
        """On every answer: what lets the browser hand it to the page; nothing for a page that may not have it."""
        if origin is None or origin not in self._allowed:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", EXPOSED),
            (b"vary", b"origin"),
        ]

    def preflight(self, origin: bytes) -> Headers:
        """Besides `headers_for`: what the page may ask."""
        if origin not in self._allowed:
            return []
        return [
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", HEADERS),
            (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
        ]
