"""The OpenAPI document of all routes, those of the framework and the hot ones, and a page to browse it.

The page is our own three files: it asks no other host for anything.
"""

from importlib import resources
from typing import Any, Final

import msgspec
from litestar import Litestar

from trueman.api.errors import Told
from trueman.api.http import JSON_TYPE, Parameter, Request, Response, Route, Routes, Spec

PUBLIC_FRAMEWORK_PATHS: Final = frozenset({"/v1/auth/signup", "/v1/auth/login", "/v1/auth/refresh"})
TOKEN: Final[dict[str, list[str]]] = {"token": []}
SIGNED_KEY: Final[dict[str, list[str]]] = {"key": [], "signature": []}
SECURITY_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "key": {"type": "apiKey", "in": "header", "name": "X-MBX-APIKEY"},
    "signature": {
        "type": "apiKey",
        "in": "query",
        "name": "signature",
        "description": "HMAC-SHA256 in hex of the query string and the body without it; needs `timestamp` (ms) too.",
    },
}
PAGE_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGES: Final = {
    "/docs": ("index.html", b"text/html; charset=utf-8"),
    "/docs/docs.js": ("docs.js", b"text/javascript; charset=utf-8"),
    "/docs/docs.css": ("docs.css", b"text/css; charset=utf-8"),
}
JSON_MEDIA: Final = "application/json"
FORM_MEDIA: Final = "application/x-www-form-urlencoded"


def routes(hot: Routes, framework: Litestar) -> Routes:
    document = msgspec.json.encode(build(hot, framework))

    async def openapi_json(request: Request) -> Response:
        return Response(200, document, [JSON_TYPE])

    made: Routes = {("GET", "/openapi.json"): Route(openapi_json, Spec("This document", "Operations"))}
    for path, (name, media_type) in PAGES.items():
        made[("GET", path)] = Route(_file(name, media_type), Spec("A page of the documentation", "Operations"))
    return made


def build(hot: Routes, framework: Litestar) -> dict[str, Any]:
    document: dict[str, Any] = framework.openapi_schema.to_schema()
    document["openapi"] = "3.1.0"
    document.setdefault("components", {})["securitySchemes"] = SECURITY_SCHEMES
    schemas = document["components"].setdefault("schemas", {})
    schemas["Error"] = msgspec.json.schema_components([Told])[1]["Told"]
    paths = document.setdefault("paths", {})
    for path, operations in paths.items():
        for operation in operations.values():
            _finish(operation, [] if path in PUBLIC_FRAMEWORK_PATHS else [TOKEN, SIGNED_KEY])
    for (method, path), route in hot.items():
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, route.spec, schemas)
    return document


def _operation(method: str, path: str, spec: Spec, schemas: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if spec.response is not None:
        answer["content"] = {JSON_MEDIA: {"schema": _lifted(spec.response, schemas)}}
    operation: dict[str, Any] = {
        "summary": spec.summary,
        "description": f"{spec.description}\n\nRequest weight: {spec.weight}.".strip(),
        "operationId": method.lower() + path.title().replace("/", ""),
        "tags": [spec.tag],
        "parameters": [_parameter(parameter, required=method == "GET") for parameter in spec.parameters],
        "responses": {"200": answer},
    }
    if method != "GET" and spec.parameters:
        operation["requestBody"] = {"required": False, "content": {FORM_MEDIA: {"schema": _form(spec.parameters)}}}
    _finish(operation, [TOKEN, SIGNED_KEY] if spec.permission else [])
    return operation


def _finish(operation: dict[str, Any], security: list[dict[str, list[str]]]) -> None:
    error = {"content": {JSON_MEDIA: {"schema": {"$ref": "#/components/schemas/Error"}}}}
    operation["responses"]["4XX"] = {"description": "What is wrong with the request", **error}
    operation["responses"]["5XX"] = {"description": "Not done, or (504) not known whether done", **error}
    operation["responses"].pop("400", None)
    operation["security"] = security


def _parameter(parameter: Parameter, *, required: bool) -> dict[str, Any]:
    """What may come in the form body instead is not required in the query."""
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _form(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    return {"type": "object", "properties": {parameter.name: parameter.schema for parameter in parameters}}


def _lifted(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema with its own definitions moved to the document's components."""
    text = msgspec.json.encode(schema).replace(b'"#/$defs/', b'"#/components/schemas/')
    lifted: dict[str, Any] = msgspec.json.decode(text)
    schemas.update(lifted.pop("$defs", {}))
    return lifted


def _file(name: str, media_type: bytes) -> Any:
    content = resources.files("trueman.api").joinpath("docs", name).read_bytes()
    headers = [(b"content-type", media_type), (b"content-security-policy", PAGE_POLICY)]

    async def page(request: Request) -> Response:
        return Response(200, content, headers)

    return page
