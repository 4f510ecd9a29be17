"""Compiles the core with mypyc. Everything else about the package stands in pyproject.toml.

With TRUEMAN_TRAINED=1 it is compiled twice: the first core plays a day of trading and counts which way it went, the
second is laid out by the counts and runs about a quarter faster (docs/decisions/0032-the-compiler-is-shown-a-day.md).
Without a C compiler, or with TRUEMAN_UNCOMPILED=1, the install goes on without: the same sources run as they are,
about ten times slower, and the start says so.
"""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent
INLINE = ["-fno-semantic-interposition"]
"""Lets the compiler inline one small method of the core into another; nobody replaces them when they are loaded."""
COUNTING = ["-fprofile-generate"]
LAID_OUT = ["-fprofile-use", "-fprofile-correction", "-Wno-missing-profile", "-Wno-error=coverage-mismatch"]
INLINE_HOT = ["--param", "max-inline-insns-auto=60", "--param", "inline-min-speedup=5", "-fvisibility=hidden"]
"""A call that is made all the time costs as much as what it does; only the doors of the modules are exported."""
build = runpy.run_path(str(ROOT / "trueman" / "build.py"))


class OptionalBuildExt(build_ext):
    """Builds the core if it can, and notes down from which sources."""

    trained = False

    def run(self) -> None:
        target = self._target()
        try:
            super().run()
        except Exception as error:  # whatever a compiler does wrong, the exchange runs without it
            print(f"warning: the core stays uncompiled, about ten times slower: {error}", file=sys.stderr)
            build["forget_build"](target)
        else:
            build["record_build"](target, trained=self.trained)

    def build_extensions(self) -> None:
        if os.environ.get("TRUEMAN_TRAINED") == "1" and self.extensions and self._is_gcc():
            try:
                self._train()
                self.trained = True
            except Exception as error:  # the untrained core decides the same, a little slower
                print(f"warning: the core is compiled without having been trained: {error}", file=sys.stderr)
        super().build_extensions()

    def _train(self) -> None:
        """Compile a core that counts, let it play in a place of its own, and ask for one laid out by the counts."""
        library = next(extension for extension in self.extensions if extension.name == build["GROUP"])
        plain, built = library.extra_compile_args, Path(self.get_ext_fullpath(library.name))
        for old in (built, *Path(self.build_temp).rglob("*.gcda")):
            old.unlink(missing_ok=True)
        try:
            library.extra_compile_args, library.extra_link_args = [*plain, *COUNTING], COUNTING
            super().build_extensions()
            self._play()
        except BaseException:
            library.extra_compile_args = plain
            raise
        else:
            library.extra_compile_args = [*plain, *LAID_OUT, *INLINE_HOT]
        finally:
            library.extra_link_args = []
            built.unlink(missing_ok=True)

    def _play(self) -> None:
        """The compiler left the modules in `build_lib`, without the sources beside them if the install is editable."""
        place = Path(self.build_temp).resolve() / "training"
        shutil.rmtree(place, ignore_errors=True)
        for package in ("trueman/core", "bench"):
            shutil.copytree(ROOT / package, place / package, ignore=shutil.ignore_patterns("*.so"))
        shutil.copy(ROOT / "trueman" / "__init__.py", place / "trueman")
        shutil.copytree(self.build_lib, place, dirs_exist_ok=True)
        subprocess.run([sys.executable, "-m", "bench.training"], cwd=place, check=True)

    def _is_gcc(self) -> bool:
        """Others count in another way."""
        command = [*getattr(self.compiler, "compiler", ["cl"])[:1], "--version"]
        return "Free Software Foundation" in subprocess.run(command, capture_output=True, text=True, check=False).stdout

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
