"""The ruleset in the state, its switch, and commands that are skipped."""

from tests.defences.defence import Defence

STORIES = "tests/core/test_ruleset_stories.py"
SKIPPED = "tests/core/test_skipped_commands.py"

DEFENCES = (
    Defence(
        point="C36",
        name="a snapshot forgets its rules",
        file="trueman/core/snapshot.py",
        old="    rules.switch(ruleset)\n",
        new="    rules.switch(RULESET)\n",
        test=f"{STORIES}::test_one_chain_goes_across_the_switch_wherever_a_replay_begins",
    ),
    Defence(
        point="C36",
        name="a build guesses rules that it does not know",
        file="trueman/core/rulesets.py",
        old="        if not is_known(ruleset):\n",
        new="        if ruleset < FIRST_RULESET:\n",
        test=f"{STORIES}::test_rules_that_the_build_does_not_know_end_it",
    ),
    Defence(
        point="C36",
        name="the books go on by the old rules",
        file="trueman/core/governing.py",
        old="        self.floor.switch(ruleset)\n",
        new="",
        test=f"{STORIES}::test_the_books_follow_a_switch_as_well",
    ),
    Defence(
        point="C36",
        name="the digest does not say the rules",
        file="trueman/core/exchange.py",
        old="Header(self.rules.ruleset, self.sequence, self.time_us, self.chain)",
        new="Header(NEWEST_RULESET, self.sequence, self.time_us, self.chain)",
        test=f"{STORIES}::test_the_digest_and_the_snapshot_say_the_ruleset",
    ),
    Defence(
        point="C21",
        name="a market goes on trading after a command that broke it",
        file="trueman/core/skipping.py",
        old="        self.listing.set_status(number, HALTED)\n",
        new="",
        test=f"{SKIPPED}::test_whatever_is_skipped_is_answered_and_halts_its_market",
    ),
    Defence(
        point="C21",
        name="a skipped command sets off what fell due",
        file="trueman/core/exchange.py",
        old="        self.sequence += 1\n        self.skipping.answer(self.sequence, frame, at)\n",
        new="        self._begin(0, 0, NONE)\n        self.skipping.answer(self.sequence, frame, at)\n",
        test=f"{SKIPPED}::test_a_skipped_command_sets_nothing_off_that_fell_due",
    ),
)
