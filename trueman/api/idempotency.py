"""`Idempotency-Key`: a request under a key that was used before is not done again, and its first outcome is told.

The core knows orders by client id, the wallet its operations by theirs, and each refuses another request under the
same one. So a key is nothing but a way to name what has no name: it is folded into a client id, and lives as long as
that does (for orders: while open, until the deadline, and for the account's last 1,000; in the wallet for ever).
"""

import re
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Annotated, Final

from litestar.params import HeaderParameter

from trueman.errors import BadInput
from trueman.wire.binance_errors import IDEMPOTENCY_CONFLICT, IDEMPOTENCY_CONFLICT_TEXT, Refusal

HEADER: Final = "Idempotency-Key"
KEY_CHARS_MAX: Final = 255
KEY: Final = re.compile(f"[!-~]{{1,{KEY_CHARS_MAX}}}")
DIGEST_BYTES: Final = 15
MARK: Final = "key-"

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name=HEADER, description="Your own name for this request: sent again under it, it is not done a second time."
    ),
]


def name_under(key: str | None, at: int = 0) -> str:
    """The client id of the request's part number `at`; "" without a key."""
    if key is None:
        return ""
    if not KEY.fullmatch(key):
        raise BadInput(HEADER, f"An {HEADER} has 1 to {KEY_CHARS_MAX} printable ASCII characters and no spaces.")
    digest = blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()
    return f"{MARK}{urlsafe_b64encode(digest).decode()}-{at}"


def require_one_name(key: str | None, own: str, field: str) -> None:
    if key is not None and own:
        raise BadInput(field, f"Send {field} or the header {HEADER}, not both: each of them names the request.")


def conflict() -> Refusal:
    return Refusal(IDEMPOTENCY_CONFLICT, IDEMPOTENCY_CONFLICT_TEXT, HEADER, status=409)
