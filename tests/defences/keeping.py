"""Snapshots, archive and trimming: what makes them survive a crash, a full disk and a broken one."""

from tests.defences.defence import Defence

DEFENCES = (
    Defence(
        point="C19", name="a snapshot is written under its name",
        file="trueman/infra/durable_files.py",
        old='    partial = path.with_name(f"{path.name}.{os.getpid()}{STALE_SUFFIX}")\n',
        new="    partial = path\n",
        test="tests/engine/test_retention.py::test_what_is_half_written_on_a_full_disk_is_cleared_away",
    ),
    Defence(
        point="C19", name="an archiver goes on from what it remembers to have asked for",
        file="trueman/engine/archive.py",
        old="                end = await self._offload(self._archive.end)\n                ARCHIVED",
        new="                end = end._replace(number=until)\n                ARCHIVED",
        test="tests/engine/test_archive.py::test_the_archive_holds_both_logs_to_the_last_byte",
    ),
    Defence(
        point="C13", name="the last snapshot of an engine is written by its loop",
        file="trueman/engine/retention.py",
        old='            await self._try("snapshot", self._portrait(exchange, epoch))\n',
        new='            self._store.save(take(exchange, epoch))\n',
        test="tests/engine/test_pauses.py"
        "::test_neither_snapshots_nor_the_archive_hold_the_loop_up_while_it_lives_or_when_it_ends",
    ),
    Defence(
        point="C21", name="a broken core is written down by the loop",
        file="trueman/engine/poison.py",
        old="        await self._offload(write_down, place, await self._before(entry), epoch)\n",
        new="        write_down(place, await self._before(entry), epoch)\n",
        test="tests/engine/test_pauses.py"
        "::test_what_broke_the_core_is_written_down_without_holding_the_loop_up",
    ),
    Defence(
        point="C19", name="an orderly end waits for a verifier that hangs",
        file="trueman/engine/retention.py",
        old="            await asyncio.wait([self._task], timeout=FINISH_SECONDS_MAX)\n",
        new="            await asyncio.wait([self._task])\n",
        test="tests/engine/test_pauses.py"
        "::test_an_orderly_end_does_not_wait_for_ever_for_work_that_is_under_way",
    ),
    Defence(
        point="C20", name="the log is trimmed to the newest snapshot",
        file="trueman/engine/retention.py",
        old="self._verified[0].sequence",
        new="self._verified[-1].sequence",
        test="tests/engine/test_retention.py"
        "::test_the_log_is_trimmed_below_what_two_snapshots_and_the_database_have_passed",
    ),
    Defence(
        point="C20", name="a snapshot counts before it was verified",
        file="trueman/engine/retention.py",
        old="        if not await self._verify(path):\n",
        new="        if not path:\n",
        test="tests/engine/test_retention.py::test_a_snapshot_that_does_not_verify_lets_nothing_go",
    ),
    Defence(
        point="C28", name="the trimmer believes an offset that is not flushed",
        file="trueman/infra/database/epochs.py",
        old="pg_current_wal_flush_lsn() >= $1",
        new="pg_current_wal_flush_lsn() IS NOT NULL OR $1::pg_lsn IS NULL",
        test="tests/infra/database/test_epochs.py::test_the_offset_is_told_once_a_crash_cannot_take_it_back",
    ),
    Defence(
        point="C28", name="a reader does not look into the archive",
        file="trueman/infra/archived_log.py",
        old="        if not found:\n",
        new="        if found:\n",
        test="tests/engine/test_archive.py::test_a_readers_past_comes_from_the_archive",
    ),
    Defence(
        point="C29", name="a trimmer that says nothing of a database that stays behind",
        file="trueman/engine/trimming.py",
        old="    if age_us > alarms.age_us:\n",
        new="    if age_us < 0:\n",
        test="tests/engine/test_retention.py::test_a_database_that_stays_behind_stops_the_trimmer_and_is_named",
    ),
    Defence(
        point="C37", name="a failed fsync is passed over",
        file="trueman/infra/durable_files.py",
        old="        raise NotDurable(advice(path, error)) from error\n\n\ndef sync_folder",
        new="        return\n\n\ndef sync_folder",
        test="tests/engine/test_retention.py::test_a_disk_that_fails_under_a_snapshot_ends_the_engine",
    ),
    Defence(
        point="C37", name="the folder of a new file is not made durable",
        file="trueman/infra/durable_files.py",
        old="    sync_folder(path.parent)\n",
        new="",
        test="tests/engine/test_retention.py::test_a_folder_that_cannot_be_made_durable_is_no_success",
    ),
    Defence(
        point="C37", name="the log is trimmed whether it was archived or not",
        file="trueman/engine/retention.py",
        old="        end = await self._archiver.advance(header.sequence)\n",
        new="        end = End(header.sequence, header.time_us)\n",
        test="tests/engine/test_retention.py::test_nothing_is_trimmed_that_is_not_archived",
    ),
    Defence(
        point="C11", name="verify does not hold the live log against the archive",
        file="trueman/engine/verify.py",
        old="        if end < self._exchange.sequence:\n",
        new="        if end < 0:\n",
        test="tests/engine/test_verify.py::test_a_live_log_that_lost_its_end_is_found",
    ),
    Defence(
        point="C22", name="verify believes checksums",
        file="trueman/engine/verify.py",
        old="            raise ArchiveDamaged(str(difference)) from difference\n",
        new="            self._segments += 0 * len(str(difference))\n",
        test="tests/engine/test_verify.py::test_a_forged_result_with_right_checksums_and_chains_is_found",
    ),
    Defence(
        point="C28", name="a restored log begins where the tables of the backup end no more",
        file="trueman/backup/take.py",
        old="    needed = min([offset, *kept[-1:]]) if kept else 0\n",
        new="    needed = end.number\n",
        test="tests/backup/test_backup.py::test_an_exchange_comes_back_on_an_empty_machine_and_is_the_same",
    ),
    Defence(
        point="C28", name="a backup's log that goes beyond its dump",
        file="trueman/backup/take.py",
        old="    number = max(number, offset)\n",
        new="    number = await log.last_event()\n",
        test="tests/backup/test_backup.py"
        "::test_the_backup_goes_no_further_than_the_log_had_come_when_the_dump_began",
    ),
    Defence(
        point="C17 C28", name="a restored exchange counts its epochs anew",
        file="trueman/backup/database.py",
        old="        await connection.execute(RAISE_EPOCH, epoch)\n",
        new="        assert epoch >= 0\n",
        test="tests/backup/test_backup.py::test_an_exchange_comes_back_on_an_empty_machine_and_is_the_same",
    ),
    Defence(
        point="C20", name="an engine that cannot reach beyond a trimmed log",
        file="trueman/infra/archived_log.py",
        old="            return [pair.command for pair in await self._past(after, count, gap)]\n",
        new="            raise gap\n",
        test="tests/engine/test_replay.py"
        "::test_without_any_whole_snapshot_a_trimmed_log_is_replayed_from_the_archive",
    ),
    Defence(
        point="C7", name="a key whose name a power cut takes back",
        file="trueman/infra/secret_files.py",
        old="    sync_folder(path.parent)  # what is encrypted with this key is durable too\n",
        new="",
        test="tests/infra/test_secrets.py::test_a_key_is_on_disk_before_anything_is_encrypted_with_it",
    ),
    Defence(
        point="C28", name="an updater that cannot reach beyond a trimmed log",
        file="trueman/infra/archived_log.py",
        old="            return [pair.event for pair in await self._past(after, count, gap)]\n",
        new="            raise gap\n",
        test="tests/db_updater/test_archived_past.py"
        "::test_tables_of_last_week_catch_up_through_the_archive_and_then_the_log",
    ),
    Defence(
        point="C19", name="who is abandoned lets go of the lock while its thread writes",
        file="trueman/engine/archive.py",
        old="                await asyncio.wait([running])\n",
        new="                break\n",
        test="tests/engine/test_archive.py::test_who_is_abandoned_keeps_the_lock_until_its_thread_has_written",
    ),
    Defence(
        point="C19", name="a snapshot that a neighbour is writing is cleared away",
        file="trueman/engine/snapshots.py",
        old=" if is_stale(path)]",
        new="]",
        test="tests/engine/test_snapshots.py"
        "::test_what_a_living_neighbour_writes_is_left_alone_and_what_is_old_is_not",
    ),
    Defence(
        point="C37", name="a primary beside a shadow overlooks that its disk failed",
        file="trueman/engine/pipeline.py",
        old="        wanted = self._keeper.wants(self._exchange.sequence)",
        new="        wanted = not self._heart.shadow_stands_by and self._keeper.wants(self._exchange.sequence)",
        test="tests/engine/test_retention.py"
        "::test_beside_a_shadow_too_a_disk_that_failed_under_a_snapshot_ends_the_engine",
    ),
    Defence(
        point="C20", name="an audit that failed leaves the alarm as it was",
        file="trueman/auditor.py",
        old="                DIFFERENCES.set(1)",
        new="                pass",
        test="tests/db_updater/test_auditor.py"
        "::test_what_cannot_be_audited_is_an_alarm_and_not_the_last_ones_silence",
    ),
    Defence(
        point="C14 C19", name="a snapshot knows what the event log does not have yet",
        file="trueman/engine/pipeline.py",
        old="            await self._emitter.drained()\n            self._keeper.offer(",
        new="            self._keeper.offer(",
        test="tests/engine/test_snapshots.py::test_a_snapshot_knows_nothing_that_the_event_log_does_not_have",
    ),
    Defence(
        point="C20", name="a damaged snapshot is not passed over",
        file="trueman/engine/snapshots.py",
        old="            except Exception as error:  # whatever a damaged",
        new="            except ZeroDivisionError as error:  # whatever a damaged",
        test="tests/engine/test_replay.py::test_a_damaged_newest_snapshot_gives_way_to_the_older_one",
    ),
)  # fmt: skip
