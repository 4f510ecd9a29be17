"""What keeps money from being paid or credited twice."""

from tests.defences.defence import Defence

PAYOUTS = "tests/api/test_payouts.py::"

DEFENCES = (
    Defence(
        point="C34", name="a payment in doubt is sent again",
        file="trueman/api/payouts.py",
        old="        if txid is None:\n",
        new="        if txid is None and await self._pay(operation._replace(payout=BROADCASTING)):\n",
        test=PAYOUTS + "test_a_sender_who_dies_before_sending_does_not_send_by_himself",
    ),
    Defence(
        point="C34", name="everybody who sees a withdrawal pays it",
        file="trueman/api/payouts.py",
        old="        if not await self._move(operation, BROADCASTING):\n",
        new="        if not await self._move(operation, BROADCASTING) and operation.txid:\n",
        test=PAYOUTS + "test_many_desks_pay_and_settle_once",
    ),
    Defence(
        point="C35", name="a deposit can be spent before it is final",
        file="trueman/api/chain_deposits.py",
        old="    state = REVERSED if data.orphaned else FINAL if enough else SEEN\n",
        new="    state = REVERSED if data.orphaned else FINAL if enough or True else SEEN\n",
        test=PAYOUTS + "test_a_deposit_is_credited_once_and_only_when_it_is_final",
    ),
    Defence(
        point="C35", name="a deposit has no name that stays",
        file="trueman/api/chain_deposits.py",
        old='client_id=f"{data.chain} {data.txid} {data.index}")',
        new='client_id=f"{data.confirmations} {asked.request_id}")',
        test=PAYOUTS + "test_a_deposit_is_credited_once_and_only_when_it_is_final",
    ),
    Defence(
        point="C34", name="a custody's own error ends the desk",
        file="trueman/api/payouts.py",
        old="        except Exception as error:\n",
        new="        except RecursionError as error:\n",
        test=PAYOUTS + "test_a_custody_that_raises_whatever_it_likes_stops_no_other",
    ),
    Defence(
        point="C34", name="a settlement that was skipped counts as done",
        file="trueman/api/payouts.py",
        old="        if ended.state != DONE:\n",
        new="        if not ended.state:\n",
        test=PAYOUTS + "test_a_settlement_that_was_skipped_is_an_alarm",
    ),
    Defence(
        point="C34", name="withdrawals are paid on paper everywhere",
        file="trueman/api/composition.py",
        old="    if custody is None and settings.faucet:\n",
        new="    if custody is None:\n",
        test=PAYOUTS + "test_without_a_custody_nothing_is_paid_on_paper",
    ),
    Defence(
        point="C28 C34", name="the custody is not asked whether it has paid already",
        file="trueman/api/payouts.py",
        old="        if sent is not None:\n",
        new="        if sent is not None and not sent:\n",
        test=PAYOUTS + "test_what_was_paid_is_not_paid_again_by_tables_that_went_back",
    ),
)  # fmt: skip
