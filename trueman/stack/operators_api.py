"""One question to the API as an administrator, and every way in which it can go wrong in an operator's words."""

from typing import Any, Final

import httpx

from trueman.errors import StartError

SECONDS_MAX: Final = 15.0


async def ask(url: str, email: str, password: str, method: str, path: str, body: Any = None) -> Any:
    """Log in, ask, and log out. Raise StartError for whatever speaks against it."""
    try:
        async with httpx.AsyncClient(base_url=url, timeout=SECONDS_MAX, trust_env=False) as http:
            token = await _log_in(http, email, password)
            headers = {"Authorization": f"Bearer {token}"}
            answer = await http.request(method, path, json=body, headers=headers)
            await http.post("/v1/auth/logout", headers=headers)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise StartError(f"{url} is no address of an API: {error}. Give one as http://host:port.") from None
    except httpx.TimeoutException:
        raise StartError(
            f"The API at {url} did not answer within {SECONDS_MAX:g} s; it is not known whether it did what was asked. "
            "Look, then ask again."
        ) from None
    except httpx.HTTPError as error:
        raise StartError(
            f"The API at {url} cannot be reached: {str(error) or type(error).__name__}. "
            "Does it run? See `trueman status`, or say where it is: --api-url http://host:port"
        ) from None
    return _read(url, answer, email)


async def _log_in(http: httpx.AsyncClient, email: str, password: str) -> str:
    answer = await http.post("/v1/auth/login", json={"email": email, "password": password})
    if answer.status_code == 401:
        raise StartError("The e-mail or the password is wrong. Nothing was done.")
    told = _read(str(http.base_url), answer, email)
    if not isinstance(told, dict) or "access_token" not in told:
        raise StartError(f"What answers at {http.base_url} is not TrueMan's API.")
    return str(told["access_token"])


def _read(url: str, answer: httpx.Response, email: str) -> Any:
    try:
        told = answer.json()
    except ValueError:
        raise StartError(
            f"What answers at {url} is not TrueMan's API: {answer.status_code} {answer.text[:80]}"
        ) from None
    if answer.status_code == 403:
        raise StartError(f"{email} is no administrator. Nothing was done.")
    if answer.is_error:
        said = told.get("msg") if isinstance(told, dict) else None
        raise StartError(f"The API refused ({answer.status_code}): {said or answer.text[:200]}")
    return told
