"""Running the core in another process: the installed one, or a copy of its sources without anything compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from trueman import build

INSTALLED = build.PACKAGE
IGNORED = shutil.ignore_patterns("*.so", "__pycache__", "compiled.*")


def copy_sources(root: Path) -> Path:
    """The core, its twin and its tests, without anything that was compiled."""
    for folder in ("trueman/core", "tests/core", "tests/reference", "tests/story", "tests/mutants"):
        shutil.copytree(INSTALLED / folder, root / folder, ignore=IGNORED)
    (root / "bench").mkdir()
    for name in ("trueman/__init__.py", "trueman/build.py", "bench/replay.py", "tests/__init__.py"):
        shutil.copy(INSTALLED / name, root / name)
    return root


def run(
    root: Path, *program: str, hash_seed: str = "0", seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python from `root`, which wins over whatever is installed."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *program]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=seconds)


def told(root: Path, *program: str, hash_seed: str = "0") -> list[str]:
    """The words that a program prints which has to succeed."""
    done = run(root, *program, hash_seed=hash_seed)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
