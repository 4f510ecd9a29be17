"""What is behind the crash points of the log and the updater that every cycle of chaos passes through."""

from tests.defences.defence import Defence

DEFENCES = (
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
        point="C23 C25", name="the offset moves outside the transaction",
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
        test="tests/db_updater/test_exactly_once.py::test_c26_of_two_updaters_the_first_is_fenced",
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
        test="tests/chaos/test_power.py::test_c7_what_valkey_acknowledged_is_there_after_a_power_cut",
    ),
    Defence(
        point="C7 C19", name="a file gets its name before it is on disk",
        file="trueman/infra/durable_files.py",
        old="            sync(file.fileno(), path)\n",
        new="",
        test="tests/chaos/test_power.py::test_c7_what_was_said_to_be_durable_is_whole_after_a_power_cut",
    ),
    Defence(
        point="C7", name="a file is durable and its name is not",
        file="trueman/infra/durable_files.py",
        old="        raise\n    sync_folder(path.parent)\n",
        new="        raise\n",
        test="tests/chaos/test_power.py::test_c7_what_was_said_to_be_durable_is_whole_after_a_power_cut",
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
