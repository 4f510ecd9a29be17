"""The hot path's headers and offsets are those of the one table of records."""

from trueman.core import commands as ask
from trueman.core import frames
from trueman.core.codec import COMMAND_LAYOUTS, EVENT_LAYOUTS, Layout

LAYOUTS = {**COMMAND_LAYOUTS, **EVENT_LAYOUTS}


def constant_name(layout: Layout) -> str:
    words = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in layout.record.__name__)
    return words.strip("_") + "_HEADER"


def offset(record: type, field: str) -> int:
    [layout] = [layout for layout in LAYOUTS.values() if layout.record is record]
    at = frames.HEADER_BYTES
    for name in layout.fields:
        if name == field:
            return at
        at += 8
    raise AssertionError(f"{record.__name__} has no {field}")


def test_every_record_has_its_header() -> None:
    headers = {name: value for name, value in vars(frames).items() if name.endswith("_HEADER")}
    assert headers == {constant_name(layout): layout.kind + (layout.size << 32) for layout in LAYOUTS.values()}


def test_fields_lie_where_the_handlers_look() -> None:
    assert {offset(record, "tag") for record in ask.COMMAND_KINDS.values()} == {frames.TAG_AT}
    owners = (ask.PlaceOrder, ask.CancelOrder, ask.CancelAllOrders, ask.Deposit, ask.Withdraw)
    assert {offset(record, "account") for record in owners} == {frames.ACCOUNT_AT}
    assert {offset(record, "market") for record in owners[:3]} == {frames.MARKET_AT}
    assert offset(ask.PlaceOrder, "deadline_us") == frames.PLACE_DEADLINE_AT
    assert offset(ask.PlaceOrder, "client_id") == frames.PLACE_CLIENT_ID_AT
    assert offset(ask.CancelOrder, "order_id") == frames.CANCEL_ORDER_ID_AT
    assert offset(ask.CancelOrder, "deadline_us") == frames.CANCEL_DEADLINE_AT
    assert offset(ask.CancelOrder, "client_id") == frames.CANCEL_CLIENT_ID_AT
    assert offset(ask.CancelAllOrders, "deadline_us") == frames.CANCEL_ALL_DEADLINE_AT
    assert offset(ask.CreateAsset, "code") == frames.ASSET_CODE_AT
    assert offset(ask.CreateMarket, "symbol") == frames.MARKET_SYMBOL_AT


def test_text_fields_are_as_wide_as_in_the_table() -> None:
    assert ask.TEXT_BYTES == {
        "code": frames.CODE_BYTES,
        "symbol": frames.SYMBOL_BYTES,
        "client_id": frames.CLIENT_ID_BYTES,
    }
