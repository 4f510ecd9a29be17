"""Looks for bytes that a target does not survive, led by the lines that they reach (atheris, libFuzzer).

    python -m tests.fuzz TARGET [--seconds N] [--corpus FOLDER]

What reaches new lines is kept in the corpus, where the next run begins. A core that is compiled tells nothing of its
lines: run it from a checkout without compiled modules.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Feed a reader with bytes that break it.")
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="kept there; else in a folder that is gone afterwards")
    asked = parser.parse_args()
    try:
        import atheris
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris (Linux, CPython)")
    with atheris.instrument_imports(include=["trueman"]):
        from tests.fuzz.targets import TARGETS
    known = {target.name: target for target in TARGETS}
    if asked.target not in known:
        sys.exit(f"there is no target {asked.target}; there are {', '.join(known)}")
    target = known[asked.target]
    with tempfile.TemporaryDirectory(prefix="trueman-fuzz-") as folder:
        corpus = asked.corpus or Path(folder)
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        options = [f"-max_total_time={asked.seconds}", "-max_len=20000", f"-artifact_prefix={Path.cwd()}{os.sep}"]
        atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: target.feed(bytes(data)) and None)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
