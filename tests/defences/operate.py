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
)  # fmt: skip
