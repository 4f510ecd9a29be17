"""`trueman backup`, `restore` and `verify` on what they are given by mistake: never a traceback, always what to do."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.backup.test_backup import Source, pool, source
from tests.stack.test_cli import trueman
from trueman.backup import manifest
from trueman.backup.files import require_room
from trueman.backup.progress import Progress
from trueman.errors import StartError
from trueman.infra.archive import Archive

__all__ = ["pool", "source"]


def said(*words: str | Path, code: int = 78, **environment: str) -> str:
    """What people read. It ends as an error, and not as a bug."""
    done = trueman(*map(str, words), **environment)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
async def backup(source: Source, tmp_path: Path) -> Path:
    await source.backup(tmp_path / "kept" / "backup")
    return tmp_path / "kept" / "backup"


def change_manifest(backup: Path, **fields: object) -> None:
    path = backup / manifest.NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def segment_is_cut(backup: Path) -> None:
    path = Archive(backup / "archive").spans()[0].path
    path.write_bytes(path.read_bytes()[:-9])


def dump_is_changed(backup: Path) -> None:
    path = backup / manifest.DATABASE
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")


def file_leads_out(backup: Path) -> None:
    change_manifest(backup, files=[{"path": "../../etc/passwd", "bytes": 1, "sha256": "x"}])


def is_not_json(backup: Path) -> None:
    (backup / manifest.NAME).write_bytes(b"\xff not json")


HARMS: dict[str, tuple[Callable[[Path], None], str]] = {
    "not finished": (
        lambda backup: (backup / manifest.NAME).unlink(),
        "one that was not finished: it has no manifest.json",
    ),
    "not json": (is_not_json, "manifest.json is damaged"),
    "segment": (segment_is_cut, "archive/0000000000000001-0000000000000120 has another checksum"),
    "dump": (dump_is_changed, "postgres.dump has another checksum"),
    "leads out": (file_leads_out, "is no place in a backup"),
    "format": (lambda backup: change_manifest(backup, format=2, build="9.1.0"), "was made by TrueMan 9.1.0 (format 2)"),
    "newer": (lambda backup: change_manifest(backup, build="9.1.0"), "Use that version or a newer one"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_backup_that_is_none_is_told_by_restore_and_by_verify(backup: Path, tmp_path: Path, harm: str) -> None:
    harming, why = HARMS[harm]
    harming(backup)
    assert why in said("restore", backup, TRUEMAN_DATA=str(tmp_path / "new" / "data"))
    assert why in said("verify", backup)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_no_backup_is_told_and_the_one_inside_is_named(backup: Path, tmp_path: Path) -> None:
    data = str(tmp_path / "new" / "data")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name, why in (
        ("empty", "is no backup, or one that was not finished"),
        ("file", "is no backup: it is a file"),
        ("nowhere", "is no backup: there is no such folder"),
        ("kept", f"Did you mean {backup}?"),
    ):
        assert why in said("restore", tmp_path / name, TRUEMAN_DATA=data)
    for name, why in (("empty", "has no segments in it"), ("file", "is a file"), ("nowhere", "is not there")):
        assert why in said("verify", tmp_path / name)


def test_a_target_that_holds_something_or_is_a_file_is_told(backup: Path, tmp_path: Path, source: Source) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "something").touch()
    (tmp_path / "file").touch()
    urls = {"DATABASE_URL": source.database_url, "VALKEY_URL": "redis://127.0.0.1:1/0"}
    for name, why in (("used", "is not empty"), ("file", "is a file")):
        assert why in said("restore", backup, TRUEMAN_DATA=str(tmp_path / name))
    assert "trueman: " in said("backup", tmp_path / "used", TRUEMAN_DATA=str(source.data), **urls)


def test_a_backup_without_servers_says_which_is_missing(tmp_path: Path) -> None:
    assert "DATABASE_URL is not set" in said("backup", tmp_path / "backup", TRUEMAN_DATA=str(tmp_path))
    nobody = {"DATABASE_URL": "postgresql://postgres:hush@127.0.0.1:1/x", "VALKEY_URL": "redis://127.0.0.1:1/0"}
    told = said("backup", tmp_path / "backup", TRUEMAN_DATA=str(tmp_path), **nobody)
    assert "hush" not in told
    assert not (tmp_path / "backup").exists()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_disk_is_told_and_leaves_nothing_in_the_way(backup: Path, tmp_path: Path) -> None:
    """C28: before anything is copied where it surely does not fit, and in the midst where PostgreSQL fills it."""
    with small_disk(tmp_path / "tiny", 30) as disk:
        (disk / "filled").write_bytes(bytes(29_900_000))
        told = said("restore", backup, TRUEMAN_DATA=str(disk / "data"))
        assert "MB are free. Make room, or choose a folder on another disk" in told or "No space left" in told
        (disk / "filled").write_bytes(bytes(10_000_000))
        told = said("restore", backup, TRUEMAN_DATA=str(disk / "data"))
        assert "No space left on device" in told
        assert [path.name for path in disk.iterdir() if path.is_dir()] == []


def test_there_is_room_or_it_is_said(tmp_path: Path) -> None:
    require_room(tmp_path, 1, "A byte")
    with pytest.raises(StartError, match=r"The files take 1,000,000,000,000\.0 MB, and where .* MB are free"):
        require_room(tmp_path, 10**18, "The files")


def test_long_work_says_how_far_it_is_and_short_work_says_nothing() -> None:
    told: list[str] = []
    now = iter([0.0, 1.0, 2.5, 3.0, 4.6])
    progress = Progress(told.append, "commands", 4_000, lambda: next(now))
    for done in (1_000, 2_000, 3_000, 4_000):
        progress(done)
    assert told == ["commands: 2,000 of 4,000 (50 %)", "commands: 4,000 of 4,000 (100 %)"]
