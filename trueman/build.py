"""Is the core that runs compiled, and from the sources that lie beside it?

The compiled modules lie beside the sources and win over them, so a stale one would hide an edit. The build notes
down a digest of what it compiled; the engine's start, the tests and `setup.py` ask here. Standard library only, and
importing nothing of the package: setup.py runs this file before anything is installed.
"""

from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final, Literal

State = Literal["compiled", "uncompiled", "stale"]

PACKAGE: Final = Path(__file__).resolve().parent.parent
STAMP: Final = "trueman/core/compiled.sha256"
TRAINED: Final = "trueman/core/compiled.trained"
"""Is there if the compiled core was laid out by a day of trading."""
CORE: Final = (
    "accounts accounts_state admission amending arena auction book buying calendar canonical check check_floor "
    "check_money check_side check_trailing client_ids compounds exchange fees filters floor floor_state following "
    "frames funding gate governing guards hashed holds icebergs index joint_orders kinds ladder ledger levels "
    "list_names listing listing_state markets matching members messages money_state order_lists order_terms placing "
    "portrait prices put_off rejections resting results rulesets seats settling skipping snapshot sources sweeping "
    "terms texts tickets tiers timers trading trailing trails triggers triggers_state units walk"
)
COMPILED: Final = [*(f"trueman/core/{name}.py" for name in CORE.split()), "bench/replay.py"]
"""And the loop of the book's benchmark, which measures the book and not the interpreter around it."""
GROUP: Final = "trueman_core__mypyc"
"""The library that holds all of it; each module beside its source is only a door to it."""

REBUILD: Final = "python setup.py build_ext --inplace"
ADVICE: Final[dict[State, str]] = {
    "compiled": "The core is compiled.",
    "uncompiled": f"The core runs uncompiled, about ten times slower. With a C compiler at hand: {REBUILD}",
    "stale": f"The compiled core is older than its sources and hides them. Compile it again: {REBUILD}",
}


def state(root: Path = PACKAGE) -> State:
    """What an import of the core from `root` gives."""
    built = [path for path in COMPILED if _library(root, path)]
    if not built:
        return "uncompiled"
    stamp = root / STAMP
    fresh = len(built) == len(COMPILED) and stamp.exists() and stamp.read_text() == sources_digest(root)
    return "compiled" if fresh else "stale"


def is_trained(root: Path = PACKAGE) -> bool:
    """Was the core laid out by what it did on a day of trading? It decides the same, faster."""
    return (root / TRAINED).exists()


def sources_digest(root: Path = PACKAGE) -> str:
    digest = sha256()
    for path in COMPILED:
        digest.update(path.encode() + b"\0" + (root / path).read_bytes() + b"\0")
    return digest.hexdigest()


def record_build(target: Path, *, trained: bool) -> None:
    """Note that the modules in `target` were compiled from the sources as they are now, and how."""
    (target / STAMP).write_text(sources_digest())
    (target / TRAINED).unlink(missing_ok=True)
    if trained:
        (target / TRAINED).touch()


def forget_build(target: Path) -> None:
    """Remove every compiled module, so that the sources count."""
    for note in (STAMP, TRAINED):
        (target / note).unlink(missing_ok=True)
    for path in [*COMPILED, f"{GROUP}.py"]:
        for suffix in EXTENSION_SUFFIXES:
            (target / path).with_suffix(suffix).unlink(missing_ok=True)


def _library(root: Path, path: str) -> bool:
    return any((root / path).with_suffix(suffix).exists() for suffix in EXTENSION_SUFFIXES)
