"""What keeps money from being paid or credited twice."""

from tests.defences.defence import Defence

PAYOUTS = "tests/api/test_payouts.py::"
RESTORED = "tests/api/test_restored_tables.py::"

DEFENCES = (
    Defence(
        point="C34", name="a payment in doubt is sent again",
        file="trueman/api/payouts.py",
        old="        if txid is None:\n",
        new="        if txid is None and await self._send(operation):\n",
        test=PAYOUTS + "test_a_sender_who_dies_before_sending_does_not_send_by_himself",
    ),
    Defence(
        point="C34", name="everybody who sees a withdrawal pays it",
        file="trueman/api/payouts.py",
        old="        if not await self._operations.move(operation, BROADCASTING, self._terms.clock_us()):\n",
        new="        if not await self._operations.move(operation, BROADCASTING, 0) and operation.txid:\n",
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
        file="trueman/api/crediting.py",
        old="client_id=deposit.name)",
        new='client_id=f"{deposit.name} {deposit.confirmations}")',
        test=PAYOUTS + "test_a_deposit_is_credited_once_and_only_when_it_is_final",
    ),
    Defence(
        point="C34", name="a custody's own error ends the desk",
        file="trueman/api/payouts.py",
        old="        except Exception as error:\n            # Whatever",
        new="        except RecursionError as error:\n            # Whatever",
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
    Defence(
        point="C28 C34", name="the desk pays what the log has returned",
        file="trueman/api/payouts.py",
        old="            if known is not None and known.state == DONE:\n",
        new="            if known is not None and not known.state:\n",
        test=RESTORED + "test_what_ended_before_a_restore_is_not_paid_by_tables_that_say_reserved",
    ),
    Defence(
        point="C28", name="a number of the log's is given again by a list that lacks it",
        file="trueman/infra/database/wallet_operations.py",
        old="      AND NOT EXISTS (SELECT FROM source_operations WHERE source = $1 AND operation > own.operation)\n",
        new="",
        test="tests/infra/test_operations.py::test_a_list_that_lacks_something_gives_no_number[postgres]",
    ),
    Defence(
        point="C28", name="whose number it was is not compared",
        file="trueman/infra/operations.py",
        old="    return logged.tag >= 0 or logged.tag == own_mark(operation)\n",
        new="    return logged.tag >= 0 or logged.tag < 0\n",
        test=RESTORED + "test_the_next_operation_after_a_restore_is_taken_at_once",
    ),
    Defence(
        point="C28 C34", name="what came back has no mark",
        file="trueman/api/wallet_operations.py",
        old="            if back.mark == mark_of(asked, back.operation):\n",
        new="            if back.mark == 0:\n",
        test=RESTORED + "test_what_was_asked_by_name_before_a_restore_is_not_done_again",
    ),
    Defence(
        point="C28", name="the tables are believed before they have caught up",
        file="trueman/api/wallet_operations.py",
        old="        await self._reach(decided.number)\n",
        new="        assert decided.number\n",
        test=RESTORED + "test_requests_while_the_tables_catch_up_are_unknown_and_then_done_once",
    ),
    Defence(
        point="C28", name="the log's operations are not kept",
        file="trueman/db_updater/batch.py",
        old="            self.owed.append(Owed(entry.first, entry.last, self._used))\n",
        new="",
        test=RESTORED + "test_what_the_tables_lost_comes_back_with_its_outcome",
    ),
    Defence(
        point="C34", name="a payment is known by a name that the log does not know",
        file="trueman/api/payouts.py",
        old="{operation.decided_us}",
        new="{operation.created_us}",
        test=RESTORED + "test_a_withdrawal_paid_before_a_restore_is_neither_paid_twice_nor_forgotten",
    ),
    Defence(
        point="C34", name="a custody that never answers is waited for",
        file="trueman/api/payouts.py",
        old="            async with asyncio.timeout(seconds) as patience:\n",
        new="            async with asyncio.timeout(None if seconds else 1) as patience:\n",
        test=PAYOUTS + "test_a_custody_that_never_answers_keeps_nobody_waiting",
    ),
    Defence(
        point="C34", name="a withdrawal is sent although its account may not withdraw any more",
        file="trueman/api/payouts.py",
        old="        if hindrance:\n",
        new="        if not hindrance and operation.txid:\n",
        test=PAYOUTS + "test_what_was_reserved_is_not_sent_while_its_account_may_not_withdraw",
    ),
    Defence(
        point="C35", name="each spelling of a transaction is a deposit",
        file="trueman/api/chain_deposits.py",
        old="    place = (chain.name, txid, data.index,",
        new="    place = (data.chain, data.txid, data.index,",
        test=PAYOUTS + "test_however_it_is_spelled_a_chains_transaction_is_one",
    ),
    Defence(
        point="C35", name="a deposit that was refused is never credited",
        file="trueman/infra/database/chain_deposits.py",
        old="UPDATE chain_deposits SET attempt = $4 + 1,",
        new="UPDATE chain_deposits SET attempt = $4,",
        test=PAYOUTS + "test_a_deposit_that_was_refused_is_credited_once_when_it_can_be",
    ),
    Defence(
        point="C34", name="what the custody has paid is given back",
        file="trueman/api/admin_payouts.py",
        old="        if sent is not None:\n",
        new="        if sent is not None and not sent:\n",
        test="tests/api/test_admin_payouts.py::test_what_the_custody_says_it_paid_is_not_given_back",
    ),
)  # fmt: skip
