"""Access tokens: short-lived, signed with the one algorithm and the one key that this exchange knows.

A token names its session, and everything else about the user is looked up: a token in hand outlives neither a logout
nor a change of role.
"""

from typing import Any, Final, NamedTuple

import jwt

ALGORITHM: Final = "HS256"
TYPE: Final = "at+jwt"
LEEWAY_S: Final = 30
CLAIMS_REQUIRED: Final = ["iss", "aud", "sub", "sid", "iat", "exp"]
TOKEN_BYTES_MAX: Final = 1_024
CACHED_MAX: Final = 10_000


class TokenInvalid(ValueError):
    """Not one of ours, forged, meant for somebody else, or expired."""


class Claims(NamedTuple):
    account: int
    session: str
    issued_s: int
    expires_s: int


class Tokens:
    def __init__(self, key: bytes, lifetime_s: int, issuer: str = "trueman", audience: str = "trueman-api") -> None:
        self.lifetime_s = lifetime_s
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._verified: dict[bytes, Claims] = {}

    def issue(self, account: int, session: str, now_s: int) -> str:
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(account),
            "sid": session,
            "iat": now_s,
            "exp": now_s + self.lifetime_s,
        }
        return jwt.encode(claims, self._key, ALGORITHM, headers={"typ": TYPE})

    def verify(self, token: bytes, now_s: int) -> Claims:
        """Raise TokenInvalid. A signature is checked once, the clock each time."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._decode(token)
            if len(self._verified) >= CACHED_MAX:
                self._verified.clear()
            self._verified[token] = claims
        if not claims.issued_s - LEEWAY_S <= now_s < claims.expires_s + LEEWAY_S:
            raise TokenInvalid("the token has expired or is not valid yet")
        return claims

    def _decode(self, token: bytes) -> Claims:
        if len(token) > TOKEN_BYTES_MAX:
            raise TokenInvalid("the token is too long")
        try:
            if jwt.get_unverified_header(token).get("typ") != TYPE:
                raise TokenInvalid("the token is of another type")
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": CLAIMS_REQUIRED, "verify_exp": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenInvalid(str(error)) from error
        return _claims(claims)


def _claims(claims: dict[str, Any]) -> Claims:
    account, session, issued, expires = (claims[name] for name in ("sub", "sid", "iat", "exp"))
    if type(issued) is not int or type(expires) is not int or not isinstance(session, str) or not account.isdecimal():
        raise TokenInvalid("the token's claims are of the wrong types")
    return Claims(int(account), session, issued, expires)
