"""The front door: every request comes through here, hot routes go straight to their handler, /v1 to the framework.

Whatever happens inside, the answer has one shape, a request id, and the weight that its caller has used.
"""

import itertools
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

from litestar import Litestar

from trueman.api import binance, crowd, measures, openapi, origins, probes
from trueman.api.asked import SCOPE_KEY
from trueman.api.crowd import Crowd, places_orders
from trueman.api.errors import body_too_large, error_response, method_not_allowed, not_found
from trueman.api.framework import create_framework
from trueman.api.http import Headers, Request, Response, Route, Routes
from trueman.api.state import ApiState
from trueman.errors import TooManyRequests
from trueman.infra.peers import Proxies

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FRAMEWORK_PATHS: Final = "/v1/"
PUBLIC_PATHS: Final = "/v1/auth/"
"""Of the framework's, those that nobody need be known for."""
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
EVERY_ANSWER: Final[Headers] = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]


class ClientGone(Exception):
    """The caller hung up before the request was complete; there is nobody to answer."""


def create_app(state: ApiState) -> "Api":
    framework = create_framework()
    routes: Routes = {**probes.routes(), **binance.routes()}
    return Api(state, {**routes, **openapi.routes(routes, framework)}, framework)


class Api:
    def __init__(self, state: ApiState, routes: Routes, framework: Litestar) -> None:
        self._state = state
        self._routes = routes
        self._methods: dict[str, list[str]] = {}
        for method, path in routes:
            self._methods.setdefault(path, []).append(method)
        self._framework: Any = framework
        self.crowd = Crowd(state.settings.requests_in_progress_max)
        self._proxies = Proxies(state.settings.trusted_proxies)
        self._request_ids = map(f"{secrets.token_hex(4)}-{{:x}}".format, itertools.count(1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        if self.crowd.turns_away(scope):
            headers = [*crowd.HEADERS, *EVERY_ANSWER, (b"x-request-id", next(self._request_ids).encode())]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": crowd.BODY})
            return
        request = self._request(scope)
        self.crowd.requests += 1
        try:
            response = await self._weighed(request, scope, receive)
        except ClientGone:
            return
        finally:
            self.crowd.requests -= 1
        headers = [*response.headers, *request.answer_headers, *self._headers(request)]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})
        measures.count(self._name_of(request), response.status, perf_counter() - started)

    async def _weighed(self, request: Request, scope: Scope, receive: Receive) -> Response:
        """Whoever failed to say who he is has not paid yet: his address does, and is told when it may no longer."""
        try:
            response = await self._answer(request, scope, receive)
        except ClientGone:
            raise
        except Exception as error:
            response = error_response(error)
        try:
            request.settle()
        except TooManyRequests as error:
            response = error_response(error)
        return response

    async def _answer(self, request: Request, scope: Scope, receive: Receive) -> Response:
        if request.method == "OPTIONS":
            return Response(204, b"", origins.preflight(request))
        route = self._routes.get((request.method, request.path))
        request.weight_due = 1 if route is None else route.spec.weight
        if not _will_say_who_asks(request, route):
            request.settle()
        body = await _read_body(request, receive, self._state.settings.body_bytes_max)
        if body is None:
            return body_too_large(self._state.settings.body_bytes_max)
        request.body = body
        if not places_orders(request.method, request.path):
            return await self._answer_read(request, route, scope)
        order = self.crowd.begin_order()
        try:
            return await self._answer_read(request, route, scope)
        finally:
            self.crowd.end_order(order)

    async def _answer_read(self, request: Request, route: Route | None, scope: Scope) -> Response:
        if route is not None:
            return await route.handler(request)
        if _is_framework_path(request.path):
            return await self._framework_answer(request, scope)
        allowed = self._methods.get(request.path)
        return method_not_allowed(request.method, allowed) if allowed else not_found(request.path)

    async def _framework_answer(self, request: Request, scope: Scope) -> Response:
        status, headers, chunks = 500, [], []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self._framework({**scope, SCOPE_KEY: request}, receive, send)
        return Response(status, b"".join(chunks), [pair for pair in headers if pair[0] != b"content-length"])

    def _request(self, scope: Scope) -> Request:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"x-request-id")
        client = scope.get("client")
        return Request(
            method=scope["method"],
            path=scope["path"],
            raw_query=scope["query_string"],
            body=b"",
            headers=headers,
            client_ip=self._proxies.caller(client[0] if client else "", _forwarded_for(scope, headers)),
            state=self._state,
            request_id=given.decode() if given and REQUEST_ID.fullmatch(given) else next(self._request_ids),
        )

    def _headers(self, request: Request) -> Headers:
        used = self._state.limits.used_weight(request.payer)
        return [
            *EVERY_ANSWER,
            (b"x-request-id", request.request_id.encode()),
            (b"x-mbx-used-weight-1m", str(used).encode()),
            *origins.headers_for(request),
        ]

    def _name_of(self, request: Request) -> str:
        """A bounded set of names, whatever paths the world tries."""
        if request.path in self._methods:
            return request.path
        return "/v1" if request.path.startswith(FRAMEWORK_PATHS) else "unknown"


def _will_say_who_asks(request: Request, route: Route | None) -> bool:
    """Whether the handler asks who it is, and the request has an answer to that."""
    if route is not None:
        asks = bool(route.spec.permission)
    else:
        asks = _is_framework_path(request.path) and not request.path.startswith(PUBLIC_PATHS)
    return asks and (b"authorization" in request.headers or b"x-mbx-apikey" in request.headers)


def _forwarded_for(scope: Scope, headers: dict[bytes, bytes]) -> str:
    """All of its lines: some proxies write a line of their own."""
    if b"x-forwarded-for" not in headers:
        return ""
    return b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")


def _is_framework_path(path: str) -> bool:
    """The framework would forgive a slash too many; one resource has one path."""
    return path.startswith(FRAMEWORK_PATHS) and not path.endswith("/") and "//" not in path


async def _read_body(request: Request, receive: Receive, bytes_max: int) -> bytes | None:
    """None when there is more than `bytes_max`."""
    declared = request.headers.get(b"content-length")
    if declared is not None and (not declared.isdigit() or int(declared[:20]) > bytes_max):
        return None
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > bytes_max:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Whoever built the state starts and stops it; there is nothing to do here."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
