"""No book makes one command much dearer than the book is large: not over n log n, for any kind of command.

Lines of the core are counted, not time, in another process that runs the uncompiled sources: the same on every
machine, however busy. The books are in `hostile_books`.
"""

from collections.abc import Iterator
from math import log
from pathlib import Path

import pytest

from tests.core.elsewhere import copy_sources, told
from tests.core.hostile_books import BOOKS, SIZES
from trueman.core.commands import COMMAND_KINDS, CancelAllOrders

COMMANDS = tuple(COMMAND_KINDS.values())
SMALL, LARGE = SIZES
FACTOR_MAX = LARGE * log(LARGE) / (SMALL * log(SMALL))
NOTHING_TO_DO = [
    "a_position_of_many_orders",
    "many_crowds_see_a_trade_that_is_nothing_to_them",
    "many_crowds_that_became_one_move_again",
    "many_trail_one_trade",
    "one_of_many_that_trail_fires",
    "one_of_many_that_trail_is_cancelled",
    "one_of_many_lists_that_were_put_off_is_cancelled",
    "lists_that_were_put_off_are_gone",
]
"""One order of many is concerned, or none: the others cost nothing."""
SLACK_LINES = 500
"""What does not depend on the size, and may still differ a little."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("sources"))


def counted(sources: Path, *options: str) -> Iterator[tuple[str, int, int]]:
    words = iter(told(sources, "-m", "tests.core.hostile_books", *options))
    for name, small, large in zip(words, words, words, strict=True):
        yield name, int(small), int(large)


def too_dear(name: str, small: int, large: int) -> bool:
    return large > FACTOR_MAX * small + SLACK_LINES


@pytest.mark.timeout(600)
def test_no_command_costs_more_than_its_book_is_large(sources: Path) -> None:
    counts = list(counted(sources))
    assert (
        {name for name, _, _ in counts} == set(BOOKS) >= {f"plain_{kind.__name__}" for kind in COMMAND_KINDS.values()}
    )
    assert [count for count in counts if too_dear(*count)] == []


@pytest.mark.timeout(600)
def test_what_is_plain_costs_the_same_in_every_book(sources: Path) -> None:
    """An order, a cancel, an amend in a book four times as large: only what closes many orders may look at more."""
    plain = [f"plain_{kind.__name__}" for kind in COMMANDS if kind is not CancelAllOrders] + NOTHING_TO_DO
    counts = list(counted(sources, "--book", *plain))
    assert [count for count in counts if count[2] > count[1] + SLACK_LINES] == []


def test_the_count_notices_work_that_grows_faster(sources: Path) -> None:
    """Under ruleset 2 an auction of one owner found a price again for each of its orders."""
    [count] = counted(sources, "--ruleset", "2", "--book", "an_auction_of_one_owner_ends")
    assert too_dear(*count)
