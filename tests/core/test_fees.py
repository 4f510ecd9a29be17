"""Fees: by role, in the asset received, rounded up once over an order."""

from tests.story import tell

MONEY = """
    alice deposits 100000 USDT
    bob deposits 5000 BTC
"""


def test_each_side_pays_its_rate_in_what_it_received() -> None:
    tell(
        MONEY,
        """
        fees are 1000 maker and 2000 taker
        bob sells 1000 at 10
        alice buys 1000 at 10
        → traded 1000 at 10, fees 10 maker and 2 taker
        → closed #1 filled
        → closed #2 filled
        alice has 998 BTC and 0 held
        alice has 90000 USDT and 0 held
        bob has 9990 USDT and 0 held
        the fees have 2 BTC
        the fees have 10 USDT
        """,
    )


def test_an_order_filled_in_pieces_pays_what_one_piece_would() -> None:
    pieces = "alice buys 1 at 10\n→ traded 1 at 10{}\n→ closed #{} filled\n"
    tell(
        MONEY,
        """
        fees are 100000 maker and 0 taker
        bob sells 4 at 10
        """,
        "".join(pieces.format(", fees 1 maker and 0 taker", 2 + n) for n in range(3)),
        "alice buys 1 at 10\n→ traded 1 at 10, fees 1 maker and 0 taker\n→ closed #1 filled\n→ closed #5 filled",
        "the fees have 4 USDT",
    )
    tell(
        MONEY,
        """
        fees are 1000 maker and 0 taker
        bob sells 4 at 10
        alice buys 1 at 10
        → traded 1 at 10, fees 1 maker and 0 taker
        → closed #2 filled
        """,
        "".join(pieces.format("", 3 + n) for n in range(2)),
        "alice buys 1 at 10\n→ traded 1 at 10\n→ closed #1 filled\n→ closed #5 filled",
        "the fees have 1 USDT",
    )


def test_a_rate_is_sealed_into_the_order_when_it_is_accepted() -> None:
    tell(
        MONEY,
        """
        fees are 1000 maker and 0 taker
        bob sells 1000 at 10
        fees are 0 maker and 5000 taker
        alice buys 1000 at 10
        → traded 1000 at 10, fees 10 maker and 5 taker
        → closed #1 filled
        → closed #2 filled
        """,
    )
