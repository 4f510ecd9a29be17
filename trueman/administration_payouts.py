"""`trueman admin payouts` and what an operator says of one of them: commands of `administration`, asked of the API."""

from typing import Annotated, Any

import typer

from trueman.administration import ApiUrl, admin, ask_api
from trueman.errors import StartError

PAYOUTS = "/v1/admin/payouts"
DEPOSITS = "/v1/admin/chain-deposits"
PayoutId = Annotated[str, typer.Argument(help="As `trueman admin payouts` shows it: account-number.")]
Email = Annotated[str, typer.Option(prompt=True)]
Password = Annotated[str, typer.Option(prompt=True, hide_input=True)]
Reason = Annotated[str, typer.Option(prompt=True, help="How it is known; it is kept.")]


@admin.command("payouts")
def payouts(email: Email, password: Password, api_url: ApiUrl = "") -> None:
    """Show the withdrawals that are not at their end: what they wait for, and since when."""
    found = ask_api(api_url, email, password, "GET", PAYOUTS)
    typer.echo("\n".join(map(shown_payout, found)) if found else "Every withdrawal is at its end.")


@admin.command("payout-paid")
def payout_paid(
    payout: PayoutId,
    txid: Annotated[str, typer.Argument(help="The transaction that paid it.")],
    email: Email,
    password: Password,
    reason: Reason,
    api_url: ApiUrl = "",
) -> None:
    """Say of a withdrawal in doubt that it was paid."""
    body = {"txid": txid, "reason": reason}
    typer.echo(shown_payout(ask_api(api_url, email, password, "POST", f"{PAYOUTS}/{payout}/paid", body)))


@admin.command("release-payout")
def release_payout(
    payout: PayoutId,
    email: Email,
    password: Password,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked once more.")] = False,
    api_url: ApiUrl = "",
) -> None:
    """Give the money of a withdrawal back: it surely was not sent, and never will be."""
    if not yes and not typer.confirm("Is it certain that it was not sent, and never will be?"):
        raise StartError("Nothing was changed.")
    path = f"{PAYOUTS}/{payout}/release"
    typer.echo(shown_payout(ask_api(api_url, email, password, "POST", path, {"reason": reason})))


@admin.command("retry-payout")
def retry_payout(payout: PayoutId, email: Email, password: Password, reason: Reason, api_url: ApiUrl = "") -> None:
    """Go on with a withdrawal once more, under the same key, which the custody pays once."""
    path = f"{PAYOUTS}/{payout}/retry"
    typer.echo(shown_payout(ask_api(api_url, email, password, "POST", path, {"reason": reason})))


@admin.command("deposits")
def deposits(
    email: Email,
    password: Password,
    retry: Annotated[bool, typer.Option("--retry", help="Try to credit them all first, now.")] = False,
    api_url: ApiUrl = "",
) -> None:
    """Show the deposits of chains that are final and not credited, and why."""
    method, path = ("POST", f"{DEPOSITS}/retry") if retry else ("GET", DEPOSITS)
    found = ask_api(api_url, email, password, method, path)
    typer.echo("\n".join(map(shown_deposit, found)) or "Every final deposit is credited.")


def shown_payout(payout: dict[str, Any]) -> str:
    what = f"{payout['amount']} {payout['asset']} to {payout['address'] or 'an address that was lost'}"
    lines = [f"{payout['id']}  {payout['step']} for {payout['ageSeconds']} s  {what}"]
    lines.append(f"  key {payout['key']}" + (f", paid by {payout['txid']}" if payout["txid"] else ""))
    return "\n".join([*lines, f"  {payout['trouble']}"] if payout["trouble"] else lines)


def shown_deposit(deposit: dict[str, Any]) -> str:
    place = f"{deposit['chain']} {deposit['txid']} {deposit['index']}"
    what = f"{deposit['amount']} {deposit['asset']} for account {deposit['account']}"
    return f"{place}  {what}, refused {deposit['attempts']} times: {deposit['reason'] or 'not tried yet'}"
