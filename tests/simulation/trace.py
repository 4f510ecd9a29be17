"""What happened, in order: a digest that must be the same for the same seed, and lines for whoever wants to read."""

import hashlib
from collections.abc import Callable


class Trace:
    def __init__(self, now: Callable[[], float], *, shows: bool = False) -> None:
        self._now = now
        self._shows = shows
        self._is_open = True
        self._hash = hashlib.blake2b(digest_size=16)
        self.lines: list[str] = []
        """All of them when they are wanted."""

    def say(self, who: str, what: str) -> None:
        if not self._is_open:
            return
        line = f"{self._now():12.6f}  {who:<12} {what}"
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        if self._shows:
            self.lines.append(line)

    def note(self, who: str, what: str) -> None:
        """For readers alone: what the digest must not depend on."""
        if self._shows and self._is_open:
            self.lines.append(f"{self._now():12.6f}  {who:<12} {what}")

    def digest(self) -> str:
        return self._hash.hexdigest()

    def close(self) -> None:
        """The world is at its end; what is said while it is taken down is of no interest."""
        self._is_open = False
