"""The frames as people read them: the reference page, made from the codec's own table so that it cannot lag behind.

Docstrings of the tables explain records, and fields where they have one; the rest of the fields mean the same in
every record and are explained here.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from trueman.core import commands, events, rejections, units
from trueman.core.codec import COMMAND_LAYOUTS, EVENT_LAYOUTS, HEADER, WORD, Layout
from trueman.core.records import SMALL_BYTES, TEXT_BYTES
from trueman.infra.frames_words import HEAD, MEANINGS, NAMED_NUMBERS, REFUSALS_HEAD


def as_markdown() -> str:
    named = "".join(f"| `{field}` | {numbers(names)} |\n" for field, names in NAMED_NUMBERS.items())
    return (
        HEAD.replace("NAMED_NUMBERS", named.rstrip("\n"))
        + "\n## Commands\n"
        + "".join(section(layout, commands) for layout in COMMAND_LAYOUTS.values())
        + "\n## Events\n"
        + "".join(section(layout, events) for layout in EVENT_LAYOUTS.values())
        + REFUSALS_HEAD
        + "".join(f"| {number} | {name} | {said} |\n" for number, name, said in refusals())
    )


def refusals() -> list[tuple[int, str, str]]:
    """Number, name and what the table of refusals says of it."""
    docs = constant_docs(Path(rejections.__file__).with_name("rejections.py"))
    return sorted((number, name, docs.get(name, "")) for number, name in rejections.REASON_NAMES.items() if number)


def constant_docs(module: Path) -> dict[str, str]:
    """The docstrings below a module's constants, on one line each; its source lies beside it when it is compiled."""
    found, last = {}, ""
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found[last] = one_line(str(node.value.value))
    return found


def section(layout: Layout, module: ModuleType) -> str:
    docs = documentation(module)[layout.record.__name__]
    more = " and its parts" if layout.has_parts else ""
    said = f"\n{docs['']}\n" if docs[""] else ""
    rows = "".join(f"| {at} | {width} | {name} | {meaning} |\n" for at, width, name, meaning in fields(layout, docs))
    return (
        f"\n### {layout.kind} {layout.record.__name__}\n\n{layout.size} bytes{more}.\n{said}\n"
        f"| offset | bytes | field | meaning |\n|---|---|---|---|\n{rows}"
    )


def fields(layout: Layout, docs: dict[str, str]) -> Iterator[tuple[int, int, str, str]]:
    """Every byte of a record: offset, width, name and meaning."""
    yield 0, 1, "", f"{layout.kind}: the kind of record"
    yield 1, 1, "", f"{layout.words}: the length in words of eight bytes{', parts not counted' * layout.has_parts}"
    at = HEADER.size
    for name in layout.laid:
        offset = layout.offset(name)
        if offset > at:
            yield at, offset - at, "", "zero"
        at = offset + width_of(name)
        yield offset, width_of(name), f"`{name}`", meaning_of(layout, name, docs)
    assert at <= layout.size
    if at < layout.size:
        yield at, layout.size - at, "", "zero"


def width_of(name: str) -> int:
    return SMALL_BYTES.get(name) or TEXT_BYTES.get(name) or WORD


def meaning_of(layout: Layout, name: str, docs: dict[str, str]) -> str:
    """A field's own docstring, else what it means in this record, else what it means in every record."""
    if name in docs:
        return docs[name]
    said = MEANINGS.get(f"{layout.record.__name__}.{name}") or MEANINGS[name]
    return f"{said}: {numbers(NAMED_NUMBERS[name])}" if said.endswith("one of") else said


def numbers(names: tuple[str, ...]) -> str:
    return ", ".join(f"{getattr(units, name)} {name}" for name in names)


def documentation(module: ModuleType) -> dict[str, dict[str, str]]:
    """By record and field, on one line each; under the empty name what the record itself says."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {"": one_line(ast.get_docstring(node) or ""), **dict(field_docs(node))}
    return found


def field_docs(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            if isinstance(after.value, ast.Constant):
                yield field.target.id, one_line(str(after.value.value))


def one_line(text: str) -> str:
    return " ".join(text.split())
