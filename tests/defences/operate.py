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
)  # fmt: skip
