"""The hot path's headers and offsets are those of the one table of records."""

from trueman.core import commands as ask
from trueman.core import frames
from trueman.core.codec import COMMAND_LAYOUTS, EVENT_LAYOUTS, Layout
from trueman.core.records import TEXT_BYTES

LAYOUTS = {layout.record: layout for layout in [*COMMAND_LAYOUTS.values(), *EVENT_LAYOUTS.values()]}
MARKED = {
    "TAG_AT": ("tag", [*ask.COMMAND_KINDS.values()]),
    "ACCOUNT_AT": (
        "account",
        [record for record in ask.COMMAND_KINDS.values() if "account" in record._fields],
    ),
    "PLACE_PRICE_AT": ("price", [ask.PlaceOrder, ask.PlaceOrderWithTerms]),
    "PLACE_QUANTITY_AT": ("quantity", [ask.PlaceOrder, ask.PlaceOrderWithTerms]),
    "PLACE_QUOTE_AT": ("quote_quantity", [ask.PlaceOrder, ask.PlaceOrderWithTerms]),
    "PLACE_DEADLINE_AT": ("deadline_us", [ask.PlaceOrder, ask.PlaceOrderWithTerms]),
    "PLACE_CLIENT_ID_AT": ("client_id", [ask.PlaceOrder]),
    "TERMS_STOP_PRICE_AT": ("stop_price", [ask.PlaceOrderWithTerms]),
    "TERMS_TRAILING_AT": ("trailing_bips", [ask.PlaceOrderWithTerms]),
    "TERMS_DISPLAY_AT": ("display_quantity", [ask.PlaceOrderWithTerms]),
    "TERMS_EXPIRE_AT": ("expire_us", [ask.PlaceOrderWithTerms]),
    "TERMS_CLIENT_ID_AT": ("client_id", [ask.PlaceOrderWithTerms]),
    "CANCEL_ORDER_ID_AT": ("order_id", [ask.CancelOrder, ask.AmendOrder]),
    "CANCEL_DEADLINE_AT": ("deadline_us", [ask.CancelOrder]),
    "CANCEL_CLIENT_ID_AT": ("client_id", [ask.CancelOrder]),
    "CANCEL_ALL_DEADLINE_AT": ("deadline_us", [ask.CancelAllOrders]),
    "CANCEL_LIST_DEADLINE_AT": ("deadline_us", [ask.CancelOrderList]),
    "NAMED_LIST_DEADLINE_AT": ("deadline_us", [ask.CancelNamedList]),
    "NAMED_LIST_CLIENT_ID_AT": ("client_id", [ask.CancelNamedList]),
    "RULESET_AT": ("ruleset", [ask.SwitchRuleset]),
    "CANCEL_AFTER_DEADLINE_AT": ("deadline_us", [ask.CancelAllAfter]),
    "AMEND_QUANTITY_AT": ("quantity", [ask.AmendOrder]),
    "AMEND_DEADLINE_AT": ("deadline_us", [ask.AmendOrder]),
    "AMEND_CLIENT_ID_AT": ("client_id", [ask.AmendOrder]),
    "PARTS_DEADLINE_AT": ("deadline_us", [ask.PlaceBatch, ask.CancelReplace, ask.PlaceOrderList]),
    "LIST_CLIENT_ID_AT": ("client_id", [ask.PlaceOrderList]),
    "ASSET_CODE_AT": ("code", [ask.CreateAsset]),
    "MARKET_SYMBOL_AT": ("symbol", [ask.CreateMarket]),
}


def constant_name(layout: Layout) -> str:
    words = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in layout.record.__name__)
    return words.strip("_") + "_HEADER"


def test_every_record_has_its_header() -> None:
    headers = {name: value for name, value in vars(frames).items() if name.endswith("_HEADER")}
    assert headers == {constant_name(layout): layout.kind + (layout.words << 8) for layout in LAYOUTS.values()}


def test_fields_lie_where_the_handlers_look() -> None:
    places = {name: value for name, value in vars(frames).items() if name.endswith("_AT")}
    assert places.keys() == MARKED.keys()
    for constant, (field, records) in MARKED.items():
        assert {LAYOUTS[record].offset(field) for record in records} == {places[constant]}, constant


def test_text_fields_are_as_wide_as_in_the_table() -> None:
    assert TEXT_BYTES == {
        "code": frames.CODE_BYTES,
        "symbol": frames.SYMBOL_BYTES,
        "client_id": frames.CLIENT_ID_BYTES,
    }


def test_every_record_is_whole_words_and_has_no_gap_but_before_its_numbers() -> None:
    for layout in LAYOUTS.values():
        assert layout.size == layout.words * frames.WORD_BYTES
        assert layout.words < 256
