"""What a path of the stream service asks for."""

from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote

PATH_BYTES_MAX: Final = 64 * 1_024


class Wish(NamedTuple):
    """What a path asks for: streams from the start, and whether events come wrapped with their stream's name."""

    names: list[str]
    combined: bool


def read_path(target: bytes) -> Wish | None:
    """None when there is nothing at this path.

    `/ws/<anything>` opens, since clients number their connections there: what does not look like a stream is no
    wish for one.
    """
    if len(target) > PATH_BYTES_MAX:
        return None
    path, _, query = target.decode("ascii", "replace").partition("?")
    _, root, *rest = path.split("/")
    if root == "ws":
        return Wish([unquote(name) for name in rest if _looks_like_stream(unquote(name))], combined=False)
    if root == "stream" and not any(rest):
        asked = parse_qs(query).get("streams", [""])[-1]
        return Wish([name for name in asked.split("/") if name], combined=True)
    return None


def _looks_like_stream(name: str) -> bool:
    return "@" in name or name.startswith("!")
