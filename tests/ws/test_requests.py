"""What clients ask and are answered, without a connection."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ws.desk import Desk
from trueman.ws.requests import STREAMS_MAX, answer

TRADE, DEPTH = "btcusdt@trade", "btcusdt@depth@100ms"


def asked(desk: Desk, **request: Any) -> Any:
    return msgspec.json.decode(answer(msgspec.json.encode(request), desk))


def test_subscriptions_come_and_go() -> None:
    desk = Desk()
    assert asked(desk, method="SUBSCRIBE", params=[TRADE, DEPTH], id=1) == {"result": None, "id": 1}
    assert asked(desk, method="SUBSCRIBE", params=[TRADE], id=2) == {"result": None, "id": 2}
    assert asked(desk, method="LIST_SUBSCRIPTIONS", id=3) == {"result": [TRADE, DEPTH], "id": 3}
    assert asked(desk, method="UNSUBSCRIBE", params=[TRADE, "btcusdt@ticker"], id=4) == {"result": None, "id": 4}
    assert asked(desk, method="LIST_SUBSCRIPTIONS", id=5) == {"result": [DEPTH], "id": 5}


def test_events_can_be_asked_for_with_their_stream() -> None:
    desk = Desk()
    assert asked(desk, method="GET_PROPERTY", params=["combined"], id=1) == {"result": False, "id": 1}
    assert asked(desk, method="SET_PROPERTY", params=["combined", True], id=2) == {"result": None, "id": 2}
    assert asked(desk, method="GET_PROPERTY", params=["combined"], id=3) == {"result": True, "id": 3}


@pytest.mark.parametrize("request_id", [0, 7, 2**63 - 1, "a", "x" * 36, None])
def test_an_answer_carries_the_id_of_its_request(request_id: Any) -> None:
    assert asked(Desk(), method="LIST_SUBSCRIPTIONS", id=request_id) == {"result": [], "id": request_id}


def test_a_request_without_an_id_is_answered_too() -> None:
    assert asked(Desk(), method="LIST_SUBSCRIPTIONS") == {"result": [], "id": None}


@pytest.mark.parametrize("request_id", [-1, 1.5, True, "x" * 37, [], {}, 2**63])
def test_a_wrong_id_is_refused(request_id: Any) -> None:
    refused = asked(Desk(), method="LIST_SUBSCRIPTIONS", id=request_id)
    assert refused["id"] is None
    assert refused["error"]["code"] == 2
    assert "request ID must be" in refused["error"]["msg"]


WRONG = [
    ({"method": "SUBSCRIBE"}, 2, "must be a list of stream names"),
    ({"method": "SUBSCRIBE", "params": []}, 2, "must be a list of stream names"),
    ({"method": "SUBSCRIBE", "params": "btcusdt@trade"}, 2, "must be a list of stream names"),
    ({"method": "SUBSCRIBE", "params": [TRADE, 5]}, 2, "must be a list of stream names"),
    ({"method": "SUBSCRIBE", "params": [TRADE, "btcusdt@trades"]}, 2, "there is no stream 'trades'"),
    ({"method": "SUBSCRIBE", "params": ["BTCUSDT@trade"]}, 2, "symbols are lower case"),
    ({"method": "SUBSCRIBE", "params": ["gone@trade"]}, 2, "there is no market GONE"),
    ({"method": "SUBSCRIBE", "params": [TRADE] * (STREAMS_MAX + 1)}, 2, "too many parameters"),
    ({"method": "UNSUBSCRIBE", "params": {}}, 2, "must be a list of stream names"),
    ({"method": "ORDER"}, 2, "unknown variant 'ORDER', expected one of `SUBSCRIBE`, `UNSUBSCRIBE`"),
    ({"method": 5}, 2, "unknown variant '5'"),
    ({"params": [TRADE]}, 2, "missing field `method`"),
    ({"method": "SET_PROPERTY", "params": ["combined", 1]}, 1, "expected Boolean"),
    ({"method": "SET_PROPERTY", "params": ["colour", True]}, 0, "Unknown property"),
    ({"method": "SET_PROPERTY", "params": [5, True]}, 2, "property name must be a string"),
    ({"method": "SET_PROPERTY", "params": ["combined"]}, 2, "a property name and its value"),
    ({"method": "GET_PROPERTY", "params": []}, 2, "one property name"),
    ({"method": "GET_PROPERTY", "params": ["colour"]}, 0, "Unknown property"),
]


@pytest.mark.parametrize(("request_body", "code", "message"), WRONG)
def test_what_is_wrong_is_said_with_its_code(request_body: dict[str, Any], code: int, message: str) -> None:
    desk = Desk()
    refused = asked(desk, id=9, **request_body)
    assert refused["id"] == 9
    assert refused["error"]["code"] == code
    assert message in refused["error"]["msg"]
    assert not desk.streams
    assert not desk.combined


@pytest.mark.parametrize("payload", [b"", b"{", b"hello", b'{"id": 1e400}', b"\xff\xfe", b"[" * 50_000, b"{'a': 1}"])
def test_what_is_no_json_is_said_to_be_none(payload: bytes) -> None:
    refused = msgspec.json.decode(answer(payload, Desk()))
    assert refused["error"]["code"] == 3
    assert refused["id"] is None


@pytest.mark.parametrize("payload", [b"5", b"[]", b'"SUBSCRIBE"', b"null"])
def test_json_that_is_no_request_is_refused(payload: bytes) -> None:
    assert msgspec.json.decode(answer(payload, Desk()))["error"]["code"] == 2


def test_a_connection_has_a_bounded_number_of_streams() -> None:
    desk = Desk()
    names = [f"m{number}@trade" for number in range(STREAMS_MAX)]
    assert asked(desk, method="SUBSCRIBE", params=names, id=1)["result"] is None
    assert asked(desk, method="SUBSCRIBE", params=names[:5], id=2) == {"result": None, "id": 2}
    refused = asked(desk, method="SUBSCRIBE", params=["one@trade"], id=3)
    assert refused["error"]["msg"] == f"Invalid request: a connection has at most {STREAMS_MAX} streams"
    assert len(desk.streams) == STREAMS_MAX


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.binary(max_size=200) | st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY"]) | json_values,
        "params": json_values,
        "id": json_values,
    },
).map(msgspec.json.encode))  # fmt: skip
def test_anything_at_all_gets_an_answer(payload: bytes) -> None:
    told = msgspec.json.decode(answer(payload, Desk()))
    assert set(told) in ({"result", "id"}, {"error", "id"})
