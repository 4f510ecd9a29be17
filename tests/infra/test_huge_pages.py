"""The core's processes begin again with large pages: once, as themselves, and never against what somebody chose."""

import os
import subprocess
import sys

import pytest

from trueman.infra.huge_pages import HUGE_PAGES, TUNABLES

PROGRAM = f"""
import os, sys
from trueman.infra.huge_pages import begin_again_with_huge_pages
print("begun", os.getpid(), sys.argv[1:], os.environ.get("{TUNABLES}"), flush=True)
begin_again_with_huge_pages()
"""


def begun(*arguments: str, **chosen: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name != TUNABLES} | chosen
    program = [sys.executable, "-c", PROGRAM, *arguments]
    told = subprocess.run(program, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout
    return [line.partition(" ")[2] for line in told.splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has pages that are asked for like this")
def test_a_process_begins_again_once_with_the_same_number_and_arguments() -> None:
    first, second = begun("engine", "--shadow")
    assert first.removesuffix("None") + HUGE_PAGES == second
    assert "['engine', '--shadow']" in second


def test_what_somebody_chose_for_the_allocator_stays() -> None:
    (only,) = begun("engine", **{TUNABLES: "glibc.malloc.check=0"})
    assert only.endswith("glibc.malloc.check=0")
