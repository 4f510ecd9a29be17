"""What keeps a desk closed that has to be looked at, and a signature from being the same person's twice."""

from tests.defences.defence import Defence

DESK = "tests/api/test_desk_switch.py"
SKIP_LIST = "tests/infra/database/test_skip_list.py"
STAMPED = "trueman/infra/database/migrations/versions/0010_desk_and_signers.py"
SIGNERS = "trueman/infra/database/migrations/versions/0011_administrators_made.py"

DEFENCES = (
    Defence(
        point="C27", name="an offset that a crash took back is relied on once the log is longer",
        file="trueman/api/desk_switch.py",
        old="        elif has_crashed(before, place):\n            self._written = place\n",
        new="",
        test="tests/api/test_desk_switch.py::test_an_offset_that_a_crash_may_have_taken_back_is_not_relied_on",
    ),
    Defence(
        point="C28", name="a restored exchange pays at once",
        file="trueman/backup/database.py",
        old='        await payout_desk.close(connection, why, time.time_ns() // 1_000, "trueman restore")\n',
        new="        assert why and time.time_ns()\n",
        test="tests/backup/test_backup.py::test_an_exchange_comes_back_on_an_empty_machine_and_is_the_same",
    ),
    Defence(
        point="C28", name="a closed desk moves what waits to its payment",
        file="trueman/infra/database/wallet_operations.py",
        old="      AND ($4 <> 'broadcasting' OR (SELECT is_open FROM payout_desk))",
        new="",
        test=f"{DESK}::test_the_database_itself_keeps_a_closed_desk_from_paying",
    ),
    Defence(
        point="C28", name="a PostgreSQL that is another is taken for the same",
        file="trueman/api/desk_switch.py",
        old="    if place.identity != known.identity:\n",
        new='    if place.identity == "":\n',
        test=f"{DESK}::test_a_database_that_was_brought_back_closes_the_desk_by_itself",
    ),
    Defence(
        point="C28", name="a PostgreSQL that went back is taken for the same",
        file="trueman/api/desk_switch.py",
        old="    if place.flushed < known.flushed or place.offset < known.offset:\n",
        new="    if place.flushed < 0:\n",
        test=f"{DESK}::test_what_says_that_a_database_went_back",
    ),
    Defence(
        point="C28", name="a closed desk takes new withdrawals",
        file="trueman/api/wallet.py",
        old="    await require_open(asked, withdrawer.account, client_id)\n",
        new="    assert require_open\n",
        test=f"{DESK}::test_a_closed_desk_pays_nobody_and_an_open_one_goes_on",
    ),
    Defence(
        point="C28", name="a second restore goes into the same database",
        file="trueman/backup/database.py",
        old="    if not is_ours:\n",
        new="    if is_ours is None:\n",
        test="tests/backup/test_concurrent.py"
        "::test_a_second_restore_into_the_same_servers_is_told_who_is_at_work",
    ),
    Defence(
        point="C28", name="an engine starts on a database that is half restored",
        file="trueman/infra/database/epochs.py",
        old="        if (await self._row(UNFINISHED))[0]:\n",
        new="        if not await self._row(UNFINISHED):\n",
        test="tests/backup/test_concurrent.py"
        "::test_a_restore_that_died_is_begun_anew_and_nothing_starts_before",
    ),
    Defence(
        point="C28", name="a log that is half restored is taken for whole",
        file="trueman/infra/valkey_log.py",
        old="        if found and (owner := await self.noted(RESTORING)):\n",
        new="        if not found and (owner := await self.noted(RESTORING)):\n",
        test="tests/backup/test_concurrent.py"
        "::test_a_restore_that_died_is_begun_anew_and_nothing_starts_before",
    ),
    Defence(
        point="C28", name="a restore clears away what nobody restored",
        file="trueman/backup/database.py",
        old="    elif await connection.fetchval(TABLES):\n",
        new="    elif not await connection.fetchval(TABLES):\n",
        test="tests/backup/test_concurrent.py::test_only_what_a_restore_has_left_is_cleared_away",
    ),
    Defence(
        point="C28", name="a damaged dump is restored",
        file="trueman/backup/manifest.py",
        old="        elif path.stat().st_size != file.bytes or checksum(path) != file.sha256:\n",
        new="        elif path.stat().st_size != file.bytes:\n",
        test="tests/backup/test_bad_input.py::test_a_backup_that_is_none_is_told_by_restore_and_by_verify",
    ),
    Defence(
        point="C19", name="snapshots take whatever room there is",
        file="trueman/engine/snapshots.py",
        old="            if self._bytes_max and size > self._bytes_max and not is_needed:\n",
        new="            if self._bytes_max and size > self._bytes_max * 1_000 and not is_needed:\n",
        test="tests/engine/test_room.py::test_snapshots_are_bounded_by_bytes_and_never_fewer_than_two",
    ),
    Defence(
        point="C19", name="the bound in bytes takes what is known to load",
        file="trueman/engine/snapshots.py",
        old="            is_needed = at < NEEDED or place_of(path)[0] in verified\n",
        new="            is_needed = at < NEEDED or place_of(path)[0] < 0 * len(verified)\n",
        test="tests/engine/test_room.py::test_a_snapshot_that_is_known_to_load_outlives_newer_ones_that_may_not",
    ),
    Defence(
        point="C37", name="nobody is told that the disk fills up",
        file="trueman/engine/room.py",
        old="        if self.days is not None and self.days < days_min:\n",
        new="        if self.days is not None and self.days < 0 * days_min:\n",
        test="tests/engine/test_room.py::test_who_has_little_room_or_little_time_is_told",
    ),
    Defence(
        point="C21", name="an administrator of today signs a skip of yesterday",
        file=SIGNERS,
        old="        IF coalesce(since, NEW.command_us) >= NEW.command_us THEN\n",
        new="        IF since IS NULL THEN\n",
        test=f"{SKIP_LIST}::test_who_became_an_administrator_after_the_command_cannot_sign_even_in_sql",
    ),
    Defence(
        point="C21", name="who became an administrator says since when",
        file=STAMPED,
        old="            NEW.admin_since_us := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;\n",
        new="            NEW.admin_since_us := coalesce(NEW.admin_since_us, 0);\n",
        test=f"{SKIP_LIST}::test_who_became_an_administrator_after_the_command_cannot_sign_even_in_sql",
    ),
    Defence(
        point="C21", name="one person makes the second signer",
        file=SIGNERS,
        old="        IF other IS NOT NULL THEN\n",
        new="        IF other < 0 THEN\n",
        test=f"{SKIP_LIST}::test_two_of_whom_one_has_made_the_other_count_as_one",
    ),
    Defence(
        point="C21", name="who gave somebody the right is not written down",
        file=SIGNERS,
        old="        IF NEW.role = 'admin' AND (TG_OP = 'INSERT' OR OLD.role <> 'admin') THEN\n",
        new="        IF NEW.role = 'admin' AND TG_OP = 'INSERT' THEN\n",
        test=f"{SKIP_LIST}::test_who_has_ever_made_the_other_counts_as_one_with_him",
    ),
    Defence(
        point="C21", name="the last administrator goes",
        file="trueman/infra/database/administrators.py",
        old="other.role = 'admin' AND NOT other.disabled AND other.account <> $1",
        new="other.role = 'admin' AND NOT other.disabled",
        test=f"{SKIP_LIST}::test_of_two_who_take_each_others_right_at_once_one_keeps_it",
    ),
    Defence(
        point="C21", name="two administrators take each other's right at once",
        file="trueman/infra/database/administrators.py",
        old="        await connection.execute(_LOCK)\n",
        new="        assert _LOCK\n",
        test=f"{SKIP_LIST}::test_of_two_who_take_each_others_right_at_once_one_keeps_it",
    ),
    Defence(
        point="C21", name="whoever has the machine gives the right in nobody's name",
        file="trueman/api/making_users.py",
        old="    if not present or maker.is_alone:\n",
        new="    if len(present) < 9 or maker.is_alone:\n",
        test="tests/stack/test_administration.py"
        "::test_the_right_to_administer_is_given_and_taken_in_somebodys_name",
    ),
    Defence(
        point="C21", name="a signer gives the command a later time",
        file="trueman/infra/skips.py",
        old="            if self._hashes[number][found] > entry.time_us:\n",
        new="            if self._hashes[number][found] < 0:\n",
        test="tests/infra/test_skips.py::test_a_signer_who_gave_the_command_a_later_time_skips_nothing",
    ),
    Defence(
        point="C21", name="one password signs twice",
        file="trueman/api/signing.py",
        old="            if await passwords.verify(other.password_hash, password):\n",
        new="            if other.password_hash == password:\n",
        test="tests/stack/test_skipping.py::test_one_person_with_two_accounts_is_told_so",
    ),
    Defence(
        point="C21", name="a signer is shown the first market alone",
        file="trueman/infra/skip_words.py",
        old="    return list(dict.fromkeys(market for market in markets if market != ALL_MARKETS))\n",
        new="    return [market for market in markets if market != ALL_MARKETS][:1]\n",
        test="tests/infra/test_skip_words.py::test_the_markets_that_are_shown_are_those_that_the_core_halts",
    ),
)  # fmt: skip
