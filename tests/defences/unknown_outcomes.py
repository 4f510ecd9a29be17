"""What makes an unknown outcome a known one, and keeps a try again from being done again."""

from tests.defences.defence import Defence

UNKNOWN = "tests/api/test_unknown_outcomes.py::"
VALKEY = "tests/api/test_with_valkey.py::"
CONNECTION = "tests/infra/test_valkey_connection.py::"

DEFENCES = (
    Defence(
        point="C2", name="a client's own name for an order is not kept",
        file="trueman/wire/order_requests.py",
        old="    named = _new_client_id(parameters) or new_id()\n",
        new="    named = new_id()\n",
        test=UNKNOWN + "test_an_order_whose_api_died_after_the_append_is_placed_once",
    ),
    Defence(
        point="C2 C3", name="an idempotency key that names nothing",
        file="trueman/api/order_routes.py",
        old="    named = idempotency.name_under(idempotency_key)\n",
        new='    named = "" and idempotency.name_under(idempotency_key)\n',
        test="tests/api/test_idempotency.py::test_an_order_sent_again_under_its_key_is_the_same_order",
    ),
    Defence(
        point="C4", name="not found is said before the engine has decided",
        file="trueman/api/order_routes.py",
        old="        time_us = await reads.decided(asking.state)\n",
        new="        time_us = (await asking.state.log.pass_time()).time_us\n",
        test=UNKNOWN + "test_a_caller_without_an_answer_is_told_how_to_find_it",
    ),
    Defence(
        point="C4", name="not found is final before the deadline",
        file="trueman/api/order_routes.py",
        old="    final = deadline_ms is not None and deadline_ms * MILLISECOND_US < time_us\n",
        new="    final = True\n",
        test=UNKNOWN + "test_not_found_is_the_last_word_once_the_deadline_has_passed",
    ),
    Defence(
        point="C4 C32", name="a time that was told is forgotten by the log",
        file="trueman/infra/memory_log.py",
        old="        self._pass_time()\n        return Moment(self._time_us, self.commands.last)\n",
        new="        return Moment(max(self._time_us, self._clock()), self.commands.last)\n",
        test=UNKNOWN + "test_what_was_said_to_be_final_stays_so",
    ),
    Defence(
        point="C4 C32", name="a time that was told is forgotten by the server",
        file="trueman/infra/valkey_log.lua",
        old="  redis.call('HSET', keys[1], 'time', number(time))\n",
        new="",
        test="tests/infra/test_log.py::test_time_that_a_server_told_is_the_least_of_what_follows",
    ),
    Defence(
        point="C5", name="an append ends with its caller",
        file="trueman/infra/valkey_log.py",
        old="        return await asyncio.shield(append)\n",
        new="        return await append\n",
        test="tests/infra/test_log.py::test_an_append_whose_caller_leaves_is_still_made",
    ),
    Defence(
        point="C5", name="a connection is used again though its caller left before the answer",
        file="trueman/infra/valkey_connection.py",
        old="self._connection.read_response(timeout=math.inf)",
        new="self._connection.read_response(timeout=math.inf, disconnect_on_error=False)",
        test=CONNECTION + "test_whoever_asks_next_does_not_get_the_answer_of_one_who_left",
    ),
    Defence(
        point="C9", name="a server that evicts is taken",
        file="trueman/infra/valkey_log.py",
        old='    "maxmemory-policy": "noeviction",\n',
        new="",
        test=VALKEY + "test_a_server_that_would_evict_is_refused",
    ),
    Defence(
        point="C9", name="a refusal of the log is told as doubt",
        file="trueman/infra/valkey_connection.py",
        old="                raise said_no(refusal) from None\n",
        new="                raise OutcomeUnknown(str(refusal)) from None\n",
        test=VALKEY + "test_a_log_without_memory_takes_no_orders_and_forgets_nothing",
    ),
    Defence(
        point="C8", name="a log that is away is told as doubt",
        file="trueman/infra/valkey_connection.py",
        old="            raise LogUnavailable(\n",
        new="            raise OutcomeUnknown(\n",
        test=VALKEY + "test_a_full_disk_stops_the_exchange_and_loses_nothing",
    ),
    Defence(
        point="C28", name="history is asked before it has come back to where the views began",
        file="trueman/api/binance/reads.py",
        old="touched.get(account, state.live.began_at))",
        new="touched.get(account, 0))",
        test="tests/simulation/test_simulation.py::test_every_promise_holds_and_everything_heals[171]",
    ),
)  # fmt: skip
