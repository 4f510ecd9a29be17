"""What is behind the crash points of the log and the updater that every cycle of chaos passes through."""

from tests.defences.defence import Defence

POWER = "tests/chaos/test_power.py::"
WALLET = "tests/api/test_wallet.py::"
SOURCES = "tests/core/test_sources.py::"

LOG_AND_TABLES = (
    Defence(
        point="C3", name="an append in doubt is sent again",
        file="trueman/infra/writer.py",
        old='                logger.warning("append outcome unknown", commands=len(batch), error=str(error))\n',
        new="                await self._log.append_commands(len(batch), b''.join(record for _, record in batch))\n",
        test="tests/infra/test_writer.py::test_when_the_append_is_in_doubt_its_callers_still_get_their_results",
    ),
    Defence(
        point="C10", name="whoever appends creates the log",
        file="trueman/infra/memory_log.py",
        old='        if not self._created:\n            raise LogUnavailable("the log was not created")\n',
        new="        self._created = True\n",
        test="tests/infra/test_log.py::test_nobody_creates_the_log_by_accident",
    ),
    Defence(
        point="C16", name="results in doubt are taken for written",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            return None\n",
        test="tests/engine/test_service.py::test_an_append_in_doubt_is_looked_up_and_emitted_once",
    ),
    Defence(
        point="C17 C18", name="a log without a fence",
        file="trueman/infra/memory_log.py",
        old="        if epoch < self._fence:\n",
        new="        if epoch < 0:\n",
        test="tests/infra/test_log.py::test_a_stale_epoch_is_fenced",
    ),
    Defence(
        point="C23 C24 C25", name="the offset moves outside the transaction",
        file="trueman/db_updater/transaction.py",
        old="    async with connection.transaction():\n"
        "        moved = await connection.execute(ADVANCE,",
        new="    moved = await connection.execute(ADVANCE, batch.number, batch.time_us,"
        " batch.chain, batch.after, owner)\n"
        "    async with connection.transaction():\n"
        "        (",
        test="tests/db_updater/test_exactly_once.py::test_c23_dying_before_commit_leaves_rows_and_offset_unchanged",
    ),
    Defence(
        point="C26", name="an offset that anybody moves",
        file="trueman/db_updater/transaction.py",
        old="WHERE name = 'updater' AND number = $4 AND owner = $5\"\"\"",
        new="WHERE name = 'updater' AND number = $4 AND $5::text <> ''\"\"\"",
        test="tests/db_updater/test_exactly_once.py::"
        "test_c26_who_was_replaced_writes_nothing_even_at_the_right_offset",
    ),
    Defence(
        point="C33 C38", name="a connection waits for the answer to its password for ever",
        file="trueman/infra/valkey_connection.py",
        old="            async with asyncio.timeout(CONNECT_SECONDS_MAX):\n",
        new="            async with asyncio.timeout(None):\n",
        test="tests/infra/test_valkey_connection.py::test_a_server_that_does_not_answer_the_password_is_away",
    ),
    Defence(
        point="C29", name="what nobody has told yet is lag",
        file="trueman/infra/lag.py",
        old="known = self._began_at if self._offset is None else self._offset",
        new="known = self._offset or 0",
        test="tests/infra/test_lag.py::test_what_nobody_has_told_yet_is_no_lag",
    ),
    Defence(
        point="C16 C17", name="who was replaced while in doubt takes the log for damaged",
        file="trueman/engine/emitter.py",
        old="        if chain is None or chain != chains.get(min(end, last)):\n",
        new="        if end < last or chain != chains.get(last):\n",
        test="tests/engine/test_emitter.py::test_who_was_replaced_while_results_were_in_doubt_is_fenced",
    ),
    Defence(
        point="C10", name="a snapshot that does not load is no past",
        file="trueman/engine/replay.py",
        old="Past(offset, snapshots.last_command(), ",
        new="Past(offset, found[1].sequence if found else 0, ",
        test="tests/engine/test_replay.py::test_an_empty_log_beside_what_this_build_cannot_read_halts",
    ),
    Defence(
        point="C10", name="an archive is no past",
        file="trueman/engine/replay.py",
        old="archive.last_command() if archive else 0))",
        new="0))",
        test="tests/engine/test_replay.py::test_an_empty_log_beside_what_this_build_cannot_read_halts",
    ),
    Defence(
        point="C37", name="an engine ends when no copy of it can be made",
        file="trueman/engine/aside.py",
        old="        return no_copy(error)\n",
        new="        raise error\n",
        test="tests/engine/test_aside.py::test_a_copy_that_cannot_be_made_costs_the_snapshot_and_not_the_engine",
    ),
    Defence(
        point="C13", name="a wish to switch that nobody followed stays",
        file="trueman/engine/switch.py",
        old="        await log.take_back_switch(before.epoch)\n",
        new="        await log.heartbeat()\n",
        test="tests/engine/test_shadow.py::test_a_wish_to_switch_that_nobody_follows_is_taken_back",
    ),
    Defence(
        point="C7", name="half a record of an undo log hides the syncs behind it",
        file="trueman/chaos/undo.py",
        old="if end == len(told) or told.startswith(MARK, end):",
        new="if end:",
        test="tests/chaos/test_undo.py::test_half_a_record_is_no_record",
    ),
    Defence(
        point="C8", name="a part whose disk is full is forgotten",
        file="trueman/stack/supervisor.py",
        old="        except (StartError, OSError) as error:\n",
        new="        except StartError as error:\n",
        test="tests/stack/test_supervisor.py::test_a_part_whose_disk_is_full_comes_back_when_there_is_room",
    ),
    Defence(
        point="C7", name="Valkey syncs once a second",
        file="trueman/stack/servers.py",
        old='"appendfsync": "always" if self.durable else "no",',
        new='"appendfsync": "everysec",',
        test=POWER + "test_c7_what_valkey_acknowledged_is_there_after_a_power_cut",
    ),
    Defence(
        point="C7 C19", name="a file gets its name before it is on disk",
        file="trueman/infra/durable_files.py",
        old="            sync(file.fileno(), path)\n",
        new="",
        test=POWER + "test_c7_what_was_said_to_be_durable_is_whole_after_a_power_cut",
    ),
    Defence(
        point="C7", name="a file is durable and its name is not",
        file="trueman/infra/durable_files.py",
        old="        raise\n    sync_folder(path.parent)\n",
        new="        raise\n",
        test=POWER + "test_c7_what_was_said_to_be_durable_is_whole_after_a_power_cut",
    ),
    Defence(
        point="C32", name="the log believes the clock that is ahead",
        file="trueman/infra/valkey_log.lua",
        old="math.max(math.min(ours, tonumber(theirs)), tonumber(earlier))",
        new="math.max(ours, tonumber(theirs), tonumber(earlier))",
        test="tests/infra/test_log_time.py::test_c32_one_clock_that_jumps_ahead_lets_nothing_expire_early",
    ),
    Defence(
        point="C32", name="requests are held against our clock alone",
        file="trueman/api/state.py",
        old="        return max(self.clock_us(), self.live.time_us)\n",
        new="        return self.clock_us()\n",
        test="tests/api/binance/test_signatures.py::"
        "test_c32_a_log_whose_clock_was_ahead_stops_nobody_who_goes_by_the_exchanges_time",
    ),
)  # fmt: skip

EDGES = (
    Defence(
        point="C1 C2 C34", name="what a dead process left open stays open",
        file="trueman/api/wallet_operations.py",
        old="        return left + await self._each(await self.operations.accounts_pending(), self._settle_pending)\n",
        new="        return left\n",
        test=WALLET + "test_what_a_dead_process_left_open_is_settled_at_the_next_start",
    ),
    Defence(
        point="C6", name="results that the log was away for are given up",
        file="trueman/engine/emitter.py",
        old="            except LogUnavailable as error:\n                logger.warning(\"the log is away\"",
        new="            except Gap as error:\n                logger.warning(\"the log is away\"",
        test="tests/engine/test_service.py::test_an_engine_outlives_a_log_that_is_away",
    ),
    Defence(
        point="C12", name="nothing is synced while Valkey rewrites its file",
        file="trueman/stack/servers.py",
        old='"no-appendfsync-on-rewrite": "no",',
        new='"no-appendfsync-on-rewrite": "yes",',
        test=POWER + "test_c7_what_valkey_acknowledged_is_there_after_a_power_cut",
    ),
    Defence(
        point="C27", name="a database that is away ends the updater",
        file="trueman/db_updater/service.py",
        old="            except (DatabaseUnavailable, OffsetMoved) as error:\n",
        new="            except OffsetMoved as error:\n",
        test="tests/db_updater/test_exactly_once.py::"
        "test_c27_c28_the_updater_outlives_a_killed_database_and_what_its_crash_took_back",
    ),
    Defence(
        point="C25 C33", name="a connection that the pool took back is a bug of ours",
        file="trueman/infra/database/connection.py",
        old="                if not _is_lost(connection):\n",
        new="                if not connection.is_closed():\n",
        test="tests/infra/database/test_connection.py::"
        "test_a_connection_that_the_pool_took_back_is_a_database_that_is_away",
    ),
    Defence(
        point="C7 C27", name="PostgreSQL does not sync",
        file="trueman/stack/servers.py",
        old="        if not self.durable:\n            settings |= {\"fsync\"",
        new="        if self.port:\n            settings |= {\"fsync\"",
        test="tests/chaos/test_undo.py::test_c7_what_postgres_acknowledged_is_there_after_a_power_cut",
    ),
    Defence(
        point="C30", name="a stream that hides where it begins",
        file="trueman/ws/depth_feed.py",
        old="        self.first = self.first or change.update_id\n",
        new="        self.first = change.update_id\n",
        test="tests/ws/test_streams.py::test_a_snapshot_and_the_changes_after_it_rebuild_the_book",
    ),
    Defence(
        point="C31", name="a slow reader has all the memory it wants",
        file="trueman/ws/client.py",
        old="        if waiting and waiting + len(data) > WRITE_BUFFER_BYTES_MAX:\n",
        new="        if waiting < 0:\n",
        test="tests/ws/test_slow_readers.py::test_a_reader_that_never_reads_is_dropped_and_the_others_miss_nothing",
    ),
    Defence(
        point="C34 C35", name="a number may be used again",
        file="trueman/core/sources.py",
        old="        words[slot + OPERATION] = operation.number\n",
        new="        words[slot + OPERATION] = operation.number - 1\n",
        test=SOURCES + "test_a_repeat_is_answered_as_the_first_time_and_moves_nothing",
    ),
    Defence(
        point="C35", name="one number stands for any amount",
        file="trueman/core/sources.py",
        old="            and words[slot + AMOUNT] == operation.amount\n",
        new="",
        test=SOURCES + "test_the_last_number_with_another_operation_is_no_repeat",
    ),
    Defence(
        point="C25 C27", name="a commit in doubt is taken for done",
        file="trueman/db_updater/service.py",
        old='wait("database", error)\n                await self._read_offset(patience)\n',
        new='wait("database", error)\n                self.offset = batch.number\n',
        test="tests/db_updater/test_exactly_once.py::"
        "test_c25_a_connection_lost_in_commit_loses_and_doubles_nothing[before the COMMIT arrives]",
    ),
)  # fmt: skip

DEFENCES = (*LOG_AND_TABLES, *EDGES)
