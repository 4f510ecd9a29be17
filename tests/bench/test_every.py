"""The page of figures: what was measured is replaced, what was not stays as it was."""

from bench.every import BEGIN, END, with_figures

SPREAD = {"median": 2_000_000.0, "min": 1.0, "max": 3.5}


def test_only_what_was_measured_is_replaced() -> None:
    book = "### `trueman bench book`\n\nthe day before\n\n| x | 1 |\n\n"
    page = f"before\n{BEGIN}\n\n{book}### `trueman bench core`\n\nlong ago\n\n| y | 2 |\n\n{END}\nafter\n"

    new = with_figures(page, {"core": {"commands_per_s": SPREAD, "runs": 9}})

    assert new.startswith(f"before\n{BEGIN}\n\n{book}### `trueman bench core`\n\n")
    assert "| commands_per_s | 2,000,000 | 1.00 | 3.50 |" in new
    assert "long ago" not in new
    assert "runs" not in new
    assert new.endswith(f"|\n\n{END}\nafter\n")


def test_the_first_figures_find_an_empty_page() -> None:
    new = with_figures(f"{BEGIN}\n{END}\n", {"book": {"workloads": {"swing": {"messages_per_s": SPREAD}}}})

    assert "| workloads · swing · messages_per_s | 2,000,000 | 1.00 | 3.50 |" in new
    assert with_figures(new, {}) == new
