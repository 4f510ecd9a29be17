"""T8: every route, asked as its document says and otherwise: never a 5xx, always an answer that the document knows."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis.errors import Unsatisfiable
from jsonschema_rs import Draft202012Validator, ValidationError
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.api.conftest import settings
from tests.fuzz.stage import Stage
from trueman.api.openapi import JSON_MEDIA
from trueman.infra.settings import Settings

__all__ = ["settings"]

EXAMPLES = 100 if os.environ.get("TRUEMAN_LONG") else 3
ROUTES_MIN = 80
EFFORT = effort(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
ENDS_THE_SESSION = ("/v1/auth/logout", "/v1/me/password")


@pytest.fixture
def stage(settings: Settings) -> Iterator[Stage]:
    made = Stage(settings)
    yield made
    made.end()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_route_answers_as_its_document_says(stage: Stage, mode: GenerationMode) -> None:
    faults, unasked, asked = [], [], 0
    for found in schemathesis.openapi.from_dict(stage.document).get_all_operations():
        operation = found.ok()
        if operation.path in ENDS_THE_SESSION:
            continue
        try:
            asked += ask_again_and_again(stage, operation, mode)
        except Unsatisfiable:
            unasked.append(f"{operation.method} {operation.path}")
        except (AssertionError, FailureGroup, ValidationError) as error:
            faults.append(f"{operation.method} {operation.path}: {type(error).__name__} {str(error)[:600]}")
    assert not faults, "\n\n".join(faults)
    assert asked > ROUTES_MIN * EXAMPLES / 2
    assert mode is GenerationMode.NEGATIVE or not unasked, f"no request is what the document says of {unasked}"


def ask_again_and_again(stage: Stage, operation: APIOperation, mode: GenerationMode) -> int:
    is_signed = any("signature" in way for way in operation.definition.raw.get("security", ()))
    asked = 0

    @EFFORT
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        nonlocal asked
        asked += 1
        answer = stage.ask(case, is_signed=is_signed)
        case.validate_response(answer, checks=CHECKS)
        shape = shape_of(stage.document, operation, answer.status_code)
        if shape is not None:
            shape.validate(answer.json())

    ask()
    return asked


def shape_of(document: dict[str, Any], operation: APIOperation, status: int) -> Draft202012Validator | None:
    """What the document says of the body; None where it says nothing."""
    told = operation.definition.raw["responses"]
    schema = (
        told.get(str(status), told.get(f"{status // 100}XX", {})).get("content", {}).get(JSON_MEDIA, {}).get("schema")
    )
    return schema and Draft202012Validator({**schema, "components": document["components"]})
