"""Who is let in, and to what: the paths of the stream service and the origins of web pages."""

from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote

from trueman.infra.settings import Settings

LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
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


def client_address(peer: str, forwarded_for: str | None, trusted_proxies: frozenset[str]) -> str:
    """The caller's address: the last one that no proxy of ours wrote down. A stranger's header tells nothing."""
    address = peer
    for hop in reversed((forwarded_for or "").split(",")):
        if address not in trusted_proxies or not hop.strip():
            break
        address = hop.strip()
    return address


def allowed_origins(settings: Settings) -> frozenset[str]:
    """Our own client on this machine, and what the operator lists."""
    listed = {origin.strip().rstrip("/").lower() for origin in settings.allowed_origins.split(",") if origin.strip()}
    hosts = {*LOCAL_HOSTS, settings.host}
    return frozenset(listed | {f"http://{host}:{settings.client_port}" for host in hosts})


def is_welcome(origin: str | None, allowed: frozenset[str]) -> bool:
    """Only browsers name an origin, and only their pages can act in a visitor's name."""
    return origin is None or origin.lower() in allowed
