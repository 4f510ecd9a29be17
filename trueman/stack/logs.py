"""The parts' log files: kept small, and the one line in them that tells a person what went wrong."""

import json
from pathlib import Path

LOG_BYTES_MAX = 32 * 1024 * 1024
TAIL_BYTES_MAX = 16 * 1024
REASON_CHARACTERS_MAX = 400


def keep_small(path: Path) -> None:
    """One older file is kept beside the newest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".1.log"))


def reason(path: Path) -> str:
    """The last thing a part said, in words: of a structured line its event and reason, of a traceback its last line."""
    lines = tail(path)
    if not lines:
        return "it said nothing"
    errors = [said for line in lines if (said := _structured(line, ("error", "critical")))]
    npm = [line.removeprefix("npm error").strip() for line in lines if line.startswith("npm error")]
    sentences = [line for line in npm if " " in line and not line.startswith("code ")]
    said = errors[-1] if errors else sentences[0] if sentences else _structured(lines[-1]) or lines[-1]
    return said[:REASON_CHARACTERS_MAX]


def tail(path: Path) -> list[str]:
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES_MAX))
        text = file.read().decode(errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _structured(line: str, levels: tuple[str, ...] = ()) -> str:
    if not line.startswith("{"):
        return ""
    try:
        record = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(record, dict) or (levels and record.get("level") not in levels):
        return ""
    event = str(record.get("event", ""))
    detail = str(record.get("reason") or str(record.get("exception", "")).strip().rpartition("\n")[2])
    return f"{event}: {detail}" if detail else event
