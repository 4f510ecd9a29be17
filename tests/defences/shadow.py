"""What keeps two engines from writing one chain, and a wrong result from standing."""

from tests.defences.defence import Defence

SHADOW = "tests/engine/test_shadow.py"
SUCCESSION = "tests/engine/test_succession.py"
DISAGREEMENT = "tests/engine/test_disagreement.py"
SERVICE = "tests/engine/test_service.py"
LOG = "tests/infra/test_log.py"
LEASE = "tests/engine/test_lease.py"

# fmt: off
DEFENCES = (
    Defence(
        point="C13", name="a new engine decides only what comes after it",
        file="trueman/engine/pipeline.py",
        old="            after = self._exchange.sequence\n",
        new="            after = max(self._exchange.sequence, await self._log.last_command())\n",
        test=f"{SHADOW}::test_a_dead_primary_is_replaced_and_nothing_is_decided_twice",
    ),
    Defence(
        point="C14 C15", name="a new engine does not catch up with what the old one wrote",
        file="trueman/engine/succession.py",
        old="        end = await self._log.fence(epoch)\n",
        new="        end = min(await self._log.fence(epoch), exchange.sequence)\n",
        test="tests/engine/test_replay.py::test_taking_over_catches_up_with_what_the_earlier_engine_still_wrote",
    ),
    Defence(
        point="C15 C16", name="an append in doubt is sent again without a look",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n",
        new="            if await self._is_written(batch) and not batch:\n",
        test=f"{SERVICE}::test_an_append_in_doubt_is_looked_up_and_emitted_once[lose_after]",
    ),
    Defence(
        point="C16", name="an append in doubt is believed to be written",
        file="trueman/engine/emitter.py",
        old="        if end == first - 1:\n            return False\n",
        new="        if end == first - 1:\n            return True\n",
        test=f"{SERVICE}::test_an_append_in_doubt_is_looked_up_and_emitted_once[lose_before]",
    ),
    Defence(
        point="C17 C18", name="a log in memory without a fence",
        file="trueman/infra/memory_log.py",
        old="        if epoch < self._fence:\n",
        new="        if epoch < 0:\n",
        test=f"{SHADOW}::test_a_paused_primary_is_replaced_and_writes_nothing_afterwards",
    ),
    Defence(
        point="C17 C18", name="Valkey without a fence",
        file="trueman/infra/valkey_log.lua",
        old="  if tonumber(epoch) < tonumber(fence) then\n",
        new="  if tonumber(epoch) < 0 then\n",
        test=f"{LOG}::test_a_stale_epoch_is_fenced[valkey]",
    ),
    Defence(
        point="C17", name="a beat that asks nobody's leave",
        file="trueman/infra/valkey_log.lua",
        old="  if refused then return refused end\n  redis.call('HINCRBY', keys[1], 'beats', 1)\n",
        new="  redis.call('HINCRBY', keys[1], 'beats', 1)\n",
        test=f"{LOG}::test_beats_are_counted_and_only_the_primary_may_beat[valkey]",
    ),
    Defence(
        point="C17", name="a replaced primary that nothing tells so",
        file="trueman/engine/heart.py",
        old="                await self._log.beat(self._epoch)\n                await self._look()\n",
        new="                await self._look()\n",
        test=f"{SHADOW}::test_a_primary_replaced_in_a_quiet_market_learns_it_from_its_next_beat",
    ),
    Defence(
        point="C17", name="a fenced engine comes back as primary",
        file="trueman/stack/supervisor.py",
        old="    return part.argv_again() if running.restarts and part.argv_again is not None else part.argv()\n",
        new="    return part.argv()\n",
        test="tests/stack/test_supervisor.py::test_a_fenced_part_that_knows_another_role_comes_back_in_it",
    ),
    Defence(
        point="C18", name="a shadow that does not look whether the primary lives",
        file="trueman/engine/lease.py",
        old="        if blind or sign != self._sign:\n",
        new="        if blind:\n",
        test=f"{SHADOW}::test_while_the_primary_lives_the_shadow_waits",
    ),
    Defence(
        point="C17 C32", name="a shadow that was paused believes that it watched",
        file="trueman/engine/lease.py",
        old="        if blind or sign != self._sign:\n",
        new="        if sign != self._sign:\n",
        test=f"{LEASE}::test_a_watcher_that_was_paused_has_seen_nothing_meanwhile",
    ),
    Defence(
        point="C33", name="a shadow that was cut off believes that it watched",
        file="trueman/engine/lease.py",
        old="again.\"\"\"\n        self._sign = None\n",
        new="again.\"\"\"\n",
        test=f"{LEASE}::test_a_watcher_that_was_cut_off_begins_again",
    ),
    Defence(
        point="C32", name="a lease by the wall clock",
        file="trueman/engine/shadow.py",
        old="        lease_is_over = self._lease.is_over(heartbeat[:2], asyncio.get_running_loop().time())\n",
        new="        lease_is_over = self._lease.is_over(heartbeat[:2], __import__('time').time())\n",
        test=f"{SHADOW}::test_a_lease_does_not_know_what_time_it_is",
    ),
    Defence(
        point="C32", name="the log's time follows a clock that jumps back",
        file="trueman/infra/valkey_log.lua",
        old="  return math.max(math.min(ours, tonumber(theirs)), tonumber(earlier))\n",
        new="  return math.min(ours, tonumber(theirs))\n",
        test="tests/infra/test_log_time.py::test_a_server_whose_clock_jumps_back_does_not_turn_the_log_back",
    ),
    Defence(
        point="C33", name="a planned change of engines is forgotten behind our own fence",
        file="trueman/engine/succession.py",
        old="        if not self.is_begun(heartbeat):\n",
        new="        if heartbeat:\n",
        test=f"{SUCCESSION}::test_a_planned_switch_stays_planned_when_the_log_is_lost_behind_the_fence",
    ),
    Defence(
        point="C33", name="a shadow waits for the lease of its own fence",
        file="trueman/engine/shadow.py",
        old="        if self._succession.is_begun(heartbeat):\n",
        new="        if heartbeat.epoch < 0:\n",
        test=f"{SUCCESSION}::test_a_planned_switch_stays_planned_when_the_log_is_lost_behind_the_fence",
    ),
    Defence(
        point="C22 C33", name="a shadow that cannot tell what it found is deaf to its own end",
        file="trueman/engine/shadow.py",
        old="        await unless_stopped(stop, self._tell_the_log(str(halted)))\n",
        new="        await self._tell_the_log(str(halted))\n",
        test=f"{SUCCESSION}::test_a_shadow_that_cannot_tell_what_it_found_ends_when_it_is_told_to",
    ),
    Defence(
        point="C33", name="a recovery is deaf to its own end",
        file="trueman/engine/service.py",
        old="        exchange = await unless_stopped(stop, self._recovered())\n",
        new="        exchange = await self._recovered()\n",
        test=f"{SUCCESSION}::test_an_engine_told_to_stop_while_it_recovers_ends_at_once[RunningShadow]",
    ),
    Defence(
        point="C16 C33", name="an engine whose results are in doubt waits for the log for ever",
        file="trueman/engine/pipeline.py",
        old="        await asyncio.wait([draining, emitting], timeout=FAREWELL_SECONDS_MAX, return_when=",
        new="        await asyncio.wait([draining, emitting], timeout=None, return_when=",
        test=f"{SUCCESSION}::test_an_engine_whose_results_are_in_doubt_ends_when_it_is_told_to[away]",
    ),
    Defence(
        point="C13 C17", name="markets are closed after the engine has begun to decide",
        file="trueman/engine/service.py",
        old="        if not await unless_stopped(stop, grace.begin(was_planned=was_planned)):\n            return ",
        new="        beginning = lambda: asyncio.ensure_future(grace.begin(was_planned=was_planned))\n"
        "        if not asyncio.get_running_loop().call_later(0.05, beginning):\n            return ",
        test="tests/engine/test_grace.py"
        "::test_the_closing_is_in_the_log_before_the_engine_decides_anything_or_says_that_it_is_ready",
    ),
    Defence(
        point="C22", name="a shadow that does not compare",
        file="trueman/engine/replay.py",
        old="    if decided != event:\n",
        new="    if decided.first != event.first:\n",
        test=f"{DISAGREEMENT}::test_a_result_that_differs_stops_both_engines_and_is_named[frame]",
    ),
    Defence(
        point="C36", name="a rehearsal that compares nothing",
        file="trueman/engine/rehearsal.py",
        old="        replay_one(exchange, command, event)\n",
        new="        __import__('trueman.engine.replay').engine.replay.decide(exchange, command, event.epoch)\n",
        test="tests/engine/test_rehearsal.py"
        "::test_a_build_that_decides_one_thing_otherwise_is_found_and_the_exchange_goes_on",
    ),
    Defence(
        point="C36", name="a rehearsal puts its own functions into Valkey",
        file="trueman/infra/valkey_log.py",
        old="            if not reads_only:\n",
        new="            if library():\n",
        test="tests/engine/test_rehearsal.py"
        "::test_the_command_tells_by_its_exit_code_and_report_what_a_build_is_like",
    ),
    Defence(
        point="C22", name="a shadow that keeps what it found to itself",
        file="trueman/engine/shadow.py",
        old="                await self._log.halt(reason)\n",
        new="                await asyncio.sleep(0)\n",
        test=f"{DISAGREEMENT}::test_a_result_that_differs_stops_both_engines_and_is_named[chain]",
    ),
    Defence(
        point="C22", name="a log that lets engines go on that disagree",
        file="trueman/infra/valkey_log.lua",
        old="  if halted then return redis.error_reply('HALTED ' .. halted) end\n",
        new="",
        test=f"{LOG}::test_where_engines_disagree_nobody_writes_until_an_operator_has_decided[valkey]",
    ),
    Defence(
        point="C22", name="an engine that starts although others disagree",
        file="trueman/engine/replay.py",
        old="            await require_agreement(log)\n",
        new="",
        test=f"{DISAGREEMENT}::test_after_a_disagreement_no_engine_starts_until_an_operator_has_decided",
    ),
    Defence(
        point="C11", name="a shadow takes over a log that has lost its end",
        file="trueman/engine/shadow.py",
        old="            await require_cover(self._log, self._exchange, await self._database.updater_offset())\n",
        new="",
        test=f"{DISAGREEMENT}::test_a_shadow_does_not_take_over_a_log_that_the_database_is_ahead_of",
    ),
    Defence(
        point="C38", name="a shadow that never becomes the first primary",
        file="trueman/engine/shadow.py",
        old="        if heartbeat.epoch == 0:\n",
        new="        if heartbeat.epoch < 0:\n",
        test=f"{SHADOW}::test_a_shadow_at_the_very_beginning_becomes_primary_at_once",
    ),
)
# fmt: on
