"""The checker of the trade log: whoever shows it the past, and what it looks at."""

from tests.defences.defence import Defence

FALSE = "tests/checker/test_false_logs.py::test_a_log_told_otherwise_is_found_out_by_the_right_rule"
TRUE = "tests/checker/test_true_logs.py"

DEFENCES = (
    Defence(
        point="C36",
        name="verify shows the checker nothing",
        file="trueman/engine/verify.py",
        old="        if self._witness is not None:\n",
        new="        if self._witness is None:\n            return\n        if self._exchange.sequence < 0:\n",
        test=f"{TRUE}::test_verify_shows_the_whole_log_to_the_checker",
    ),
    Defence(
        point="C36",
        name="a past without its beginning is called right",
        file="trueman/checker/summons.py",
        old="        if self._checker is None:\n",
        new="        if self._checker is None:\n            return []\n        if not self._checker.number:\n",
        test=f"{TRUE}::test_a_past_that_does_not_begin_at_genesis_is_not_called_checked",
    ),
    Defence(
        point="C36",
        name="the checker does not ask who was there first",
        file="trueman/checker/continuous.py",
        old="    if oldest is not maker and oldest is not None:\n",
        new="    if oldest is not None and oldest.price != maker.price:\n",
        test=f"{FALSE}[two makers are swapped]",
    ),
    Defence(
        point="C36",
        name="the checker does not ask what orders need",
        file="trueman/checker/holds.py",
        old="            if held != needs:\n",
        new="            if held < needs:\n",
        test=f"{FALSE}[less is released than is free]",
    ),
    Defence(
        point="C36",
        name="verify ends well with trades that are wrong",
        file="trueman/operator.py",
        old="    if summons and summons.faults:\n",
        new="    if summons and not summons:\n",
        test=f"{TRUE}::test_verify_says_what_the_checker_found_and_ends_with_it[True]",
    ),
    Defence(
        point="C36",
        name="the reckoning of chaos overhears the checker",
        file="trueman/chaos/reckoning.py",
        old="    if checker.faults:\n",
        new="    if not checker.number:\n",
        test=f"{TRUE}::test_the_reckoning_of_chaos_shows_the_whole_log_to_the_checker",
    ),
)
