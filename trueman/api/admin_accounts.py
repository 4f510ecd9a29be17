"""/v1/admin: what accounts pay and may do, and the operator's own money, from which anybody is credited."""

from typing import Any, Final

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, JSONBody

from trueman.api.admin_acts import act, note
from trueman.api.amounts import parse_amount
from trueman.api.asked import Asked, Asker
from trueman.api.auth import Caller
from trueman.api.http import Request
from trueman.api.wallet import Balances, balances_of, told, wanted_amount
from trueman.api.wallet import WalletOperation as Shown
from trueman.core.commands import SetAccountTerms, SetFeeTier
from trueman.core.events import AccountDefined, FeeTierDefined
from trueman.core.units import (
    FEE_TIERS_MAX,
    MAY_TRADE,
    MAY_WITHDRAW,
    PPM_ONE,
    TREASURY_ACCOUNT,
    USER_ACCOUNT_MAX,
    USER_ACCOUNT_MIN,
)
from trueman.errors import BadInput
from trueman.infra.operations import CREDIT, DEPOSIT
from trueman.infra.operations import Asked as Wanted
from trueman.wire import decimals

TAGS: Final = ["Administration"]
SHARE_DECIMALS: Final = 6
GROUP_MAX: Final = 2**40 - 1


class FeeTier(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Shares of a market's rates: 0.5 pays half. A rebate is never cut."""

    maker_share: str
    taker_share: str


class FeeTierShown(FeeTier, forbid_unknown_fields=False, rename="camel"):
    tier: int


class AccountTerms(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Accounts of one `group` (not 0) count as one for self-trade prevention."""

    tier: int = 0
    group: int = 0
    may_trade: bool = True
    may_withdraw: bool = True


class AccountTermsShown(AccountTerms, forbid_unknown_fields=False, rename="camel", kw_only=True):
    account: int
    fee_in_quote: bool
    """The account's own choice: to pay every fee in the quote asset."""


class TreasuryDeposit(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    asset: str
    amount: str
    client_id: str = ""


class Credit(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    account: int
    asset: str
    amount: str
    client_id: str = ""
    """Your own name for it: asked again with the same name, it is not done again."""


@get("/v1/admin/fee-tiers", summary="All fee tiers", tags=TAGS)
async def list_tiers(asked: Asked, admin_reader: Asker) -> list[FeeTierShown]:
    await asked.state.live.caught_up()
    registry = asked.state.live.registry
    return [_tier(registry.fee_tier(tier)) for tier in range(FEE_TIERS_MAX)]


@put("/v1/admin/fee-tiers/{tier:int}", summary="Set a fee tier", tags=TAGS)
async def set_tier(tier: FromPath[int], data: JSONBody[FeeTier], asked: Asked, admin: Asker) -> FeeTierShown:
    _require_tier(tier)
    maker, taker = (
        _share(name, text) for name, text in (("makerShare", data.maker_share), ("takerShare", data.taker_share))
    )
    await act(asked, admin, SetFeeTier(0, tier, maker, taker), f"tier {tier}")
    return _tier(asked.state.live.registry.fee_tier(tier))


@get("/v1/admin/accounts/{account:int}/terms", summary="The terms of an account", tags=TAGS)
async def show_terms(account: FromPath[int], asked: Asked, admin_reader: Asker) -> AccountTermsShown:
    await asked.state.live.caught_up()
    return _terms(asked.state.live.portfolio.terms_of(account))


@put("/v1/admin/accounts/{account:int}/terms", summary="Set the terms of an account", tags=TAGS)
async def set_terms(
    account: FromPath[int], data: JSONBody[AccountTerms], asked: Asked, admin: Asker
) -> AccountTermsShown:
    _require_user("account", account)
    _require_tier(data.tier)
    if not 0 <= data.group <= GROUP_MAX:
        raise BadInput("group", f"group can be 0 to {GROUP_MAX}.")
    permissions = MAY_TRADE * data.may_trade + MAY_WITHDRAW * data.may_withdraw
    await act(asked, admin, SetAccountTerms(0, account, data.tier, data.group, permissions), f"account {account}")
    return _terms(asked.state.live.portfolio.terms_of(account))


@get("/v1/admin/treasury/balances", summary="What the operator's own account has", tags=TAGS)
async def treasury(asked: Asked, admin_reader: Asker) -> Balances:
    await asked.state.live.caught_up()
    return Balances(balances_of(asked.state.live, TREASURY_ACCOUNT))


@post("/v1/admin/treasury/deposits", summary="Money for the operator's own account", tags=TAGS)
async def treasury_deposit(data: JSONBody[TreasuryDeposit], asked: Asked, admin: Asker) -> Shown:
    asset, amount = wanted_amount(asked, data.asset, data.amount)
    wanted = Wanted(DEPOSIT, TREASURY_ACCOUNT, asset.number, amount, client_id=data.client_id)
    return await _perform(asked, admin, wanted, "the treasury")


@post("/v1/admin/credits", summary="Credit an account out of the treasury", tags=TAGS)
async def credit(data: JSONBody[Credit], asked: Asked, admin: Asker) -> Shown:
    _require_user("account", data.account)
    asset, amount = wanted_amount(asked, data.asset, data.amount)
    wanted = Wanted(CREDIT, TREASURY_ACCOUNT, asset.number, amount, str(data.account), data.client_id)
    return await _perform(asked, admin, wanted, f"account {data.account}")


async def _perform(asked: Request, admin: Caller, wanted: Wanted, subject: str) -> Shown:
    await note(asked, admin, wanted.kind, subject, wanted._asdict())
    operation = await asked.state.wallet.perform(wanted)
    outcome = {"state": operation.state, "number": operation.number, "reason": operation.reason}
    await note(asked, admin, f"{wanted.kind} decided", subject, outcome)
    return told(asked.state.live.registry, operation)


def _tier(tier: FeeTierDefined) -> FeeTierShown:
    maker, taker = (decimals.text(ppm, SHARE_DECIMALS) for ppm in (tier.maker_share_ppm, tier.taker_share_ppm))
    return FeeTierShown(maker, taker, tier.tier)


def _terms(terms: AccountDefined) -> AccountTermsShown:
    return AccountTermsShown(
        tier=terms.tier,
        group=terms.group,
        may_trade=terms.permissions & MAY_TRADE > 0,
        may_withdraw=terms.permissions & MAY_WITHDRAW > 0,
        account=terms.account,
        fee_in_quote=terms.in_quote == 1,
    )


def _share(field: str, text: str) -> int:
    ppm = parse_amount(field, text, SHARE_DECIMALS)
    if ppm > PPM_ONE:
        raise BadInput(field, f"{field} is a share of the market's rate, at most 1.")
    return ppm


def _require_tier(tier: int) -> None:
    if not 0 <= tier < FEE_TIERS_MAX:
        raise BadInput("tier", f"There are the tiers 0 to {FEE_TIERS_MAX - 1}.")


def _require_user(field: str, account: int) -> None:
    if not USER_ACCOUNT_MIN <= account <= USER_ACCOUNT_MAX:
        raise BadInput(field, f"An account of a user is {USER_ACCOUNT_MIN} to {USER_ACCOUNT_MAX}.")


HANDLERS: Final[list[Any]] = [
    list_tiers,
    set_tier,
    show_terms,
    set_terms,
    treasury,
    treasury_deposit,
    credit,
]
