"""What keeps a broken core, a lagging database and a careless start from doing harm."""

from tests.defences.defence import Defence

POISON = "tests/engine/test_poison.py"

DEFENCES = (
    Defence(
        point="C21", name="a broken core is tried for ever",
        file="trueman/engine/poison.py",
        old="        if attempts >= ATTEMPTS_MAX:\n            raise StartError",
        new="        if attempts < 0:\n            raise StartError",
        test=f"{POISON}::test_the_engine_dies_once_tries_again_and_then_halts",
    ),
    Defence(
        point="C21", name="a broken core goes on speaking",
        file="trueman/engine/emitter.py",
        old="        self._may_speak.clear()\n",
        new="        self._may_speak.set()\n",
        test=f"{POISON}::test_nothing_is_emitted_after_the_core_broke",
    ),
    Defence(
        point="C21", name="the dump has the state after the frame",
        file="trueman/engine/poison.py",
        old="                if earlier.first == entry.first:\n",
        new="                if earlier.first > entry.first:\n",
        test=f"{POISON}::test_the_dump_leads_to_the_break_again",
    ),
    Defence(
        point="C21", name="one signature skips a command",
        file="trueman/infra/skips.py",
        old="        return len(set(self.signers)) >= SIGNATURES_NEEDED\n",
        new="        return len(self.signers) > 0\n",
        test="tests/infra/test_skips.py::test_only_two_different_signatures_count",
    ),
    Defence(
        point="C21", name="a signature for other bytes skips a command",
        file="trueman/infra/skips.py",
        old="            if found not in self._hashes[number]:\n",
        new="            if not found:\n",
        test="tests/infra/test_skips.py::test_a_signature_for_other_bytes_halts",
    ),
    Defence(
        point="C21", name="a user signs as an administrator",
        file="trueman/infra/database/migrations/versions/0004_skip_list.py",
        old="WHERE account = NEW.account AND role = 'admin' AND NOT disabled",
        new="WHERE account = NEW.account",
        test="tests/infra/database/test_skip_list.py::test_who_is_no_administrator_cannot_sign_even_in_sql",
    ),
    Defence(
        point="C29", name="no lag closes the doors",
        file="trueman/infra/lag.py",
        old="            self.state = State.FULL\n",
        new="            self.state = State.ALARM\n",
        test="tests/infra/test_lag.py::test_the_doors_close_at_the_second_bound_and_open_below_the_first",
    ),
    Defence(
        point="C29", name="the doors do not heed the lag",
        file="trueman/api/composition.py",
        old="        writer.refuses_orders = state is State.FULL\n",
        new="        writer.refuses_orders = False\n",
        test="tests/api/test_lag.py::test_a_full_disk_is_waited_for",
    ),
    Defence(
        point="C29", name="closed doors keep cancels out",
        file="trueman/infra/writer.py",
        old="any(places_orders(command) for command in commands):",
        new="commands:",
        test="tests/infra/test_writer.py::test_when_orders_are_refused_everything_that_takes_them_away_is_still_taken",
    ),
    Defence(
        point="C29", name="a look waits for a database that hangs",
        file="trueman/infra/lag.py",
        old="        await asyncio.wait({self._asking}, timeout=ANSWER_SECONDS_MAX)\n",
        new="        await asyncio.wait({self._asking})\n",
        test="tests/infra/test_lag.py::test_a_database_that_hangs_is_asked_once_and_stands_where_it_stood",
    ),
    Defence(
        point="C29", name="who cancels waits for a database that hangs",
        file="trueman/api/remembered.py",
        old="timeout=ANSWER_SECONDS_MAX if waits else 0)",
        new="timeout=None)",
        test="tests/api/test_limits.py::test_a_database_that_hangs_is_asked_once_and_nobody_waits_for_it_for_ever",
    ),
    Defence(
        point="C29", name="a full disk ends the updater",
        file="trueman/infra/database/connection.py",
        old="    asyncpg.InsufficientResourcesError,\n",
        new="",
        test="tests/api/test_lag.py::test_a_full_disk_is_waited_for",
    ),
    Defence(
        point="C13", name="after a crash markets trade at once",
        file="trueman/engine/grace.py",
        old="        is_due = not was_planned and",
        new="        is_due = was_planned and",
        test="tests/engine/test_grace.py::test_after_a_crash_what_trades_takes_cancels_alone_and_then_trades_again",
    ),
    Defence(
        point="C13", name="a second crash forgets where the grace began",
        file="trueman/engine/database.py",
        old="        self.grace = after if self.grace is None else self.grace\n",
        new="        self.grace = after\n",
        test="tests/engine/test_grace.py::test_a_crash_in_the_midst_of_the_grace_forgets_no_market",
    ),
    Defence(
        point="C13", name="the end of a grace overrules an administrator",
        file="trueman/engine/grace.py",
        old="        elif result.decided.kind == SET_MARKET_STATUS or event.status != before:\n",
        new="        elif event.status != before:\n",
        test="tests/engine/test_grace.py::test_what_an_administrator_says_in_the_grace_stays_said",
    ),
    Defence(
        point="C17", name="a replaced engine opens markets",
        file="trueman/engine/grace.py",
        old="        await self._log.beat(self._epoch)",
        new="        await self._log.heartbeat()",
        test="tests/engine/test_grace.py::test_an_engine_that_was_replaced_opens_nothing_in_the_new_ones_grace",
    ),
    Defence(
        point="C21", name="a replay skips what nobody has signed",
        file="trueman/engine/skipping.py",
        old="        if number not in allowed:\n",
        new="        if number < 0:\n",
        test=f"{POISON}::test_two_sign_and_the_engine_goes_on_with_everything_else",
    ),
    Defence(
        point="C21", name="a late signature rewrites the past",
        file="trueman/engine/skipping.py",
        old="        numbers = skipped_in(event.frame)\n",
        new="        numbers = skipped_in(event.frame) or (await self._read() if self._read else self._known).of(command)\n",
        test=f"{POISON}::test_a_signature_that_came_after_the_decision_changes_nothing",
    ),
)  # fmt: skip
