"""Who is asking: one answer for tokens of people and signed keys of programs."""

from dataclasses import dataclass
from typing import Final, Literal

from trueman.api.http import Request

Permission = Literal["read", "trade", "withdraw"]
PERMISSIONS: Final[tuple[Permission, ...]] = ("read", "trade", "withdraw")


@dataclass(frozen=True, slots=True)
class Caller:
    account: int
    role: str
    """user or admin."""
    permissions: frozenset[str]
    session: str = ""
    """The session of a token; empty for a key."""
    api_key: str = ""

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


async def authenticate(request: Request, permission: Permission) -> Caller:
    """Say who signed the request and that he may do `permission`.

    Raise NotAuthenticated, Forbidden or BadInput, each with the code and text that clients branch on.
    """
    raise NotImplementedError
