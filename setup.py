"""Compiles the core with mypyc. Everything else about the package stands in pyproject.toml.

Without a C compiler, or with TRUEMAN_UNCOMPILED=1, the install goes on without: the same sources run as they are,
about ten times slower, and the start says so.
"""

import os
import runpy
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent
INLINE = ["-fno-semantic-interposition"]
"""Lets the compiler inline one small method of the core into another; nobody replaces them when they are loaded."""
build = runpy.run_path(str(ROOT / "trueman" / "build.py"))


class OptionalBuildExt(build_ext):
    """Builds the core if it can, and notes down from which sources."""

    def run(self) -> None:
        target = self._target()
        try:
            super().run()
        except Exception as error:  # whatever a compiler does wrong, the exchange runs without it
            print(f"warning: the core stays uncompiled, about ten times slower: {error}", file=sys.stderr)
            build["forget_build"](target)
        else:
            build["record_build"](target)

    def _target(self) -> Path:
        """Where the modules are put: beside the sources, or in the build folder of a wheel."""
        return ROOT if self.inplace or self.editable_mode else Path(self.build_lib)


def extensions() -> list[Extension]:
    if os.environ.get("TRUEMAN_UNCOMPILED") == "1":
        build["forget_build"](ROOT)
        return []
    try:
        from mypyc.build import mypycify
    except ImportError as error:
        print(f"warning: the core stays uncompiled, about ten times slower: {error}", file=sys.stderr)
        return []
    os.chdir(ROOT)
    # Level 3 took half as long again to compile and ran no faster.
    made = mypycify(["--strict", *build["COMPILED"]], opt_level="2", debug_level="0", group_name="trueman_core")
    for extension in made:
        extension.extra_compile_args = [*extension.extra_compile_args, *(INLINE if sys.platform != "win32" else [])]
    return made


setup(ext_modules=extensions(), cmdclass={"build_ext": OptionalBuildExt})
