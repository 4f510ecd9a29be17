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
        alice deposits 998 USDT as operation 2 of source 77
        → refused OPERATION_CHANGED
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


def test_a_withdrawal_is_reserved_first_and_settled_or_released() -> None:
    tell(
        """
        alice deposits 300 USDT
        alice reserves 120 USDT
        alice has 180 USDT and 0 held and 120 reserved
        alice withdraws 181 USDT
        → refused FUNDS_INSUFFICIENT
        alice settles 121 USDT
        → refused FUNDS_INSUFFICIENT
        alice settles 100 USDT
        outside has -200 USDT
        alice releases 21 USDT
        → refused FUNDS_INSUFFICIENT
        alice releases 20 USDT
        alice has 200 USDT and 0 held and 0 reserved
        """
    )


def test_nobody_can_spend_what_is_reserved() -> None:
    tell(
        """
        alice deposits 300 USDT
        alice reserves 120 USDT
        alice buys 2 at 100
        → refused FUNDS_INSUFFICIENT
        alice buys 1 at 100
        alice has 80 USDT and 100 held and 120 reserved
        """
    )


def test_the_operator_credits_out_of_the_treasury_alone() -> None:
    tell(
        """
        the treasury transfers 5 USDT to bob
        → refused FUNDS_INSUFFICIENT
        the treasury deposits 10 USDT
        the treasury transfers 5 USDT to bob
        the treasury has 5 USDT
        bob has 5 USDT and 0 held
        bob transfers 2 USDT to alice
        bob transfers 1 USDT to treasury
        bob transfers 1 USDT to bob
        → refused ACCOUNT_INVALID
        bob transfers 1 USDT to fees
        → refused ACCOUNT_INVALID
        the treasury reserves 1 USDT
        → refused ACCOUNT_INVALID
        the treasury withdraws 6 USDT
        outside has -4 USDT
        """
    )


def test_the_operator_takes_the_fees_home_by_a_transfer() -> None:
    tell(
        """
        alice deposits 1000 USDT
        bob deposits 100 BTC
        fees are 0 maker and 100000 taker
        alice buys 10 at 100
        bob sells 10 at 100
        → traded 10 at 100, fees 0 BTC maker and 100 USDT taker
        → closed #1 filled
        → closed #2 filled
        the fees have 100 USDT
        the fees transfers 100 USDT to treasury
        the treasury has 100 USDT
        the fees withdraws 1 USDT
        → refused ACCOUNT_INVALID
        """
    )


def test_a_refused_operation_has_used_its_number() -> None:
    tell(
        """
        alice withdraws 1 USDT as operation 1 of source 5
        → refused FUNDS_INSUFFICIENT
        alice deposits 1 USDT as operation 1 of source 5
        → refused OPERATION_CHANGED
        alice deposits 1 USDT as operation 2 of source 5
        alice has 1 USDT and 0 held
        """
    )
