"""What a backup writes is for its owner alone, whatever was there before."""

import stat
import sys
from pathlib import Path

from trueman.backup.database import Program
from trueman.backup.files import make_private


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_empty_folder_that_all_could_read_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    folder.chmod(0o755)
    make_private(folder)
    assert mode_of(folder) == 0o700


async def test_what_a_program_dumps_only_its_owner_reads(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    program = tmp_path / "program"
    program.write_text(f"#!{sys.executable}\nopen({str(dump)!r}, 'w').close()\n")
    program.chmod(0o700)
    await Program(str(program), "postgresql://", "").run(tell=lambda line: None)
    assert mode_of(dump) == 0o600
