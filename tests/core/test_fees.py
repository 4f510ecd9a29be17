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
        → traded 1000 at 10, fees 10 USDT maker and 2 BTC taker
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
        "".join(pieces.format(", fees 1 USDT maker and 0 BTC taker", 2 + n) for n in range(3)),
        """
        alice buys 1 at 10
        → traded 1 at 10, fees 1 USDT maker and 0 BTC taker
        → closed #1 filled
        → closed #5 filled
        """,
        "the fees have 4 USDT",
    )
    tell(
        MONEY,
        """
        fees are 1000 maker and 0 taker
        bob sells 4 at 10
        alice buys 1 at 10
        → traded 1 at 10, fees 1 USDT maker and 0 BTC taker
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
        → traded 1000 at 10, fees 10 USDT maker and 5 BTC taker
        → closed #1 filled
        → closed #2 filled
        """,
    )


def test_a_tier_pays_its_share_of_the_markets_rates() -> None:
    tell(
        MONEY,
        """
        fees are 10000 maker and 20000 taker
        tier 1 pays 50 % maker and 80 % taker
        alice gets tier 1
        bob sells 1000 at 10
        alice buys 1000 at 10
        → traded 1000 at 10, fees 100 USDT maker and 16 BTC taker
        → closed #1 filled
        → closed #2 filled
        bob gets tier 1
        bob sells 1000 at 10
        alice buys 1000 at 10
        → traded 1000 at 10, fees 50 USDT maker and 16 BTC taker
        → closed #3 filled
        → closed #4 filled
        """,
    )


def test_who_pays_in_quote_keeps_what_it_bought() -> None:
    """It holds the fee besides: the taker's before it rests, the maker's while it rests."""
    tell(
        MONEY,
        """
        fees are 10000 maker and 20000 taker
        alice pays fees in quote
        bob sells 500 at 10
        alice buys 1000 at 10
        → traded 500 at 10, fees 50 USDT maker and 100 USDT taker
        → closed #1 filled
        alice has 500 BTC and 0 held
        #2 has 500 unfilled and 5050 held
        alice has 89850 USDT and 5050 held
        bob sells 500 at 10
        → traded 500 at 10, fees 50 USDT maker and 100 USDT taker
        → closed #2 filled
        → closed #3 filled
        alice has 89850 USDT and 0 held
        the fees have 300 USDT
        """,
    )


def test_a_seller_pays_in_quote_in_any_case() -> None:
    tell(
        MONEY,
        """
        fees are 10000 maker and 20000 taker
        bob pays fees in quote
        alice buys 1000 at 10
        bob sells 1000 at 10
        → traded 1000 at 10, fees 10 BTC maker and 200 USDT taker
        → closed #1 filled
        → closed #2 filled
        """,
    )


def test_a_market_order_for_an_amount_pays_its_fee_out_of_the_amount() -> None:
    """1020 hold 1000 and the fee of two percent on it."""
    tell(
        MONEY,
        """
        fees are 0 maker and 20000 taker
        alice pays fees in quote
        bob sells 1000 at 10
        alice buys for 1020 at market
        → traded 100 at 10, fees 0 USDT maker and 20 USDT taker
        → closed #2 filled
        alice has 98980 USDT and 0 held
        """,
    )


def test_a_maker_may_get_a_rebate_out_of_the_takers_fee() -> None:
    tell(
        MONEY,
        """
        fees are -5000 maker and 20000 taker
        bob sells 1000 at 10
        alice buys 1000 at 10
        → traded 1000 at 10, fees -5 BTC maker and 20 BTC taker
        → closed #1 filled
        → closed #2 filled
        the fees have 15 BTC
        bob has 4005 BTC and 0 held
        alice buys 1000 at 10
        bob sells 1000 at 10
        → traded 1000 at 10, fees -50 USDT maker and 200 USDT taker
        → closed #3 filled
        → closed #4 filled
        the fees have 150 USDT
        """,
    )


def test_a_rebate_is_never_more_than_the_takers_fee() -> None:
    tell(
        MONEY,
        """
        fees are -5000 maker and 20000 taker
        tier 1 pays 100 % maker and 10 % taker
        tier 2 pays 100 % maker and 0 % taker
        alice gets tier 1
        bob sells 1000 at 10
        alice buys 1000 at 10
        → traded 1000 at 10, fees -2 BTC maker and 2 BTC taker
        → closed #1 filled
        → closed #2 filled
        alice gets tier 2
        bob sells 1000 at 10
        alice buys 1000 at 10
        → traded 1000 at 10
        → closed #3 filled
        → closed #4 filled
        the fees have 0 BTC
        """,
    )


def test_rebates_of_small_fills_add_up() -> None:
    """Half a lot each: nothing at first, one with the second fill."""
    tell(
        MONEY,
        """
        fees are -5000 maker and 20000 taker
        bob sells 200 at 10
        alice buys 100 at 10
        → traded 100 at 10, fees 0 USDT maker and 2 BTC taker
        → closed #2 filled
        alice buys 100 at 10
        → traded 100 at 10, fees -1 BTC maker and 2 BTC taker
        → closed #1 filled
        → closed #3 filled
        """,
    )
