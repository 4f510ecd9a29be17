"""The document describes every route, and the page that shows it asks no other host for anything."""

import re
from typing import Any

import pytest

from tests.api.conftest import InProcess
from trueman.api import binance
from trueman.api.framework import HANDLERS


async def test_every_route_is_in_the_document(exchange: InProcess) -> None:
    document = (await exchange.http.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    assert set(binance.routes()) <= described
    handled = {
        (next(iter(handler.http_methods)), re.sub(r":(str|int|path)", "", path))
        for handler in HANDLERS
        for path in handler.paths
    }
    assert len(handled) == len(HANDLERS)
    assert handled <= described
    assert {("GET", path) for path in ("/healthz", "/readyz", "/metrics")} <= described


async def test_every_reference_of_the_document_leads_somewhere(exchange: InProcess) -> None:
    document = (await exchange.http.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    references = set(references_in(document))
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in schemas, reference


async def test_operations_have_names_of_their_own_and_say_what_they_need(exchange: InProcess) -> None:
    document = (await exchange.http.get("/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for operation in operations:
        assert operation["summary"]
        assert operation["tags"]
        assert {"4XX", "5XX"} <= set(operation["responses"])
    public = {path for path, found in document["paths"].items() if not any(op["security"] for op in found.values())}
    assert "/v1/auth/login" in public
    assert not any(path.startswith(("/v1/wallet", "/v1/admin", "/v1/api-keys")) for path in public)


async def test_what_the_document_calls_private_is(exchange: InProcess) -> None:
    """Every operation with security, asked by a stranger, answers 401 and nothing else."""
    document = (await exchange.http.get("/openapi.json")).json()
    asked = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation["security"] and path not in ("/v1/auth/logout",):
                body = b"{}" if path.startswith("/v1") else b""
                answer = await exchange.http.request(method.upper(), re.sub(r"{.*?}", "1", path), content=body)
                assert answer.status_code in (400, 401), f"{method} {path}: {answer.status_code} {answer.text}"
                asked += 1
    assert asked > 20


@pytest.mark.parametrize("path", ["/docs", "/docs/docs.js", "/docs/docs.css"])
async def test_the_page_asks_no_other_host(exchange: InProcess, path: str) -> None:
    answer = await exchange.http.get(path)
    assert answer.status_code == 200
    assert "://" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-type"].startswith("text/")


def references_in(value: Any) -> list[str]:
    if isinstance(value, list):
        return [reference for part in value for reference in references_in(part)]
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [reference for part in value.values() for reference in references_in(part)]
    return []
