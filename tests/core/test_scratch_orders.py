"""An `Order` is used again for every order that comes by: what its reader leaves is the order's that came before.

So each field is set by whoever reads the order in, or by a named step that follows before anybody looks at it.
"""

import ast
from pathlib import Path

import pytest

import trueman.core
from trueman.core.messages import Order

CORE = Path(trueman.core.__file__).parent
BY_ADMISSION = {"hold", "funds", "budget"}
"""`funds_refusal` and `fund`."""
BY_THE_MARKET = {"unfilled"}
"""Set where matching begins."""
OF_NAMES = {"client_id", "client_hash"}
"""Of an order that has been accepted nobody asks for them again."""
BY_ACCEPTANCE = {"ticket", "order_id", "group", "maker_ppm", "taker_ppm", "in_quote"}
"""`seal` and `accept`."""


def fields_set_by(file: str, function: str) -> set[str]:
    """Of the parameter `order`; by a call that is given the field as well."""
    tree = ast.parse((CORE / file).read_text())
    [found] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    fields = {
        node.attr
        for node in ast.walk(found)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "order"
    }
    calls = [
        node for node in ast.walk(found) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("read_")
    ]
    given = [argument for call in calls for argument in call.args if isinstance(argument, ast.Attribute)]
    return fields | {argument.attr for argument in given if ast.unparse(argument.value) == "order"}


@pytest.mark.parametrize(
    ("file", "function", "set_later"),
    [
        ("placing.py", "read_order", BY_ACCEPTANCE | BY_ADMISSION | BY_THE_MARKET | {"client_hash"}),
        ("following.py", "_load", BY_ADMISSION | BY_THE_MARKET | OF_NAMES | {"has_terms"}),
    ],
)
def test_whoever_reads_an_order_in_sets_every_field(file: str, function: str, set_later: set[str]) -> None:
    found = fields_set_by(file, function)

    assert found, "nothing is set there: is it the right place?"
    assert set(fields_of_an_order()) - found == set_later


def fields_of_an_order() -> list[str]:
    tree = ast.parse((CORE / "messages.py").read_text())
    [order] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Order.__name__]
    stores = [node for node in ast.walk(order) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return [node.attr for node in stores if ast.unparse(node.value) == "self"]
