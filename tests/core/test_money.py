"""Deposits and withdrawals by numbered operations."""

from tests.story import tell


def test_money_comes_from_outside_and_goes_back_there() -> None:
    tell(
        """
        alice deposits 300 USDT
        outside has -300 USDT
        alice withdraws 120 USDT
        alice has 180 USDT and 0 held
        outside has -180 USDT
        alice withdraws 181 USDT
        → refused FUNDS_INSUFFICIENT
        """
    )


def test_what_is_held_cannot_be_withdrawn() -> None:
    tell(
        """
        alice deposits 300 USDT
        alice buys 2 at 100
        alice withdraws 101 USDT
        → refused FUNDS_INSUFFICIENT
        alice withdraws 100 USDT
        alice has 0 USDT and 200 held
        """
    )


def test_a_repeated_operation_is_answered_again_and_moves_nothing() -> None:
    tell(
        """
        alice deposits 300 USDT as operation 1 of source 77   -- command 4: two assets and a market came first
        alice deposits 300 USDT as operation 1 of source 77
        → as for command 4
        alice has 300 USDT and 0 held
        alice withdraws 999 USDT as operation 2 of source 77
        → refused FUNDS_INSUFFICIENT
        alice withdraws 999 USDT as operation 2 of source 77
        → refused FUNDS_INSUFFICIENT
        → as for command 6
        alice deposits 1 USDT as operation 1 of source 77
        → refused OPERATION_OUT_OF_ORDER
        alice deposits 1 USDT as operation 4 of source 77
        → refused OPERATION_OUT_OF_ORDER
        alice deposits 1 USDT as operation 3 of source 77
        alice deposits 1 USDT as operation 1 of source 78
        alice has 302 USDT and 0 held
        """
    )


def test_the_supply_of_an_asset_is_bounded_over_all_accounts() -> None:
    most = 2**62 - 1
    tell(
        f"""
        alice deposits {most - 10} USDT
        bob deposits 11 USDT
        → refused SUPPLY_EXCEEDED
        bob deposits 10 USDT
        bob deposits 1 USDT
        → refused SUPPLY_EXCEEDED
        alice withdraws 1 USDT
        bob deposits 1 USDT
        outside has {-most} USDT
        """
    )
