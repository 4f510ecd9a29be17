"""What can be done, sentence by sentence: each becomes one command."""

import re
from collections.abc import Callable
from typing import Any

from tests.story.orders import read_order
from tests.story.unsaid import Unsaid
from tests.story.words import LISTS, PERMISSIONS, STATUS_VERBS, USERS, account, microseconds
from trueman.core import commands as ask
from trueman.core import units as u

Reader = Callable[[re.Match[str], list[str], Unsaid], ask.Command]
SENTENCES: list[tuple[re.Pattern[str], Reader]] = []
WHO = r"(?P<who>(?:the )?\w+)"
BY = r"(?: by (?P<by>\d+))?"
IN = r"(?: in (?P<symbol>\w+))?"
WHICH = r"(?P<which>#-?\d+|@\S+)"
OPERATIONS: dict[str, Callable[..., ask.Command]] = {
    "deposits": ask.Deposit,
    "withdraws": ask.Withdraw,
    "reserves": ask.ReserveWithdrawal,
    "settles": ask.SettleWithdrawal,
    "releases": ask.ReleaseWithdrawal,
}
RESTRICTIONS = {None: u.ANY_ORDER, "new": u.ONLY_NEW, "partly filled": u.ONLY_PARTIALLY_FILLED}


def command_of(line: str, parts: list[str], unsaid: Unsaid) -> ask.Command:
    who, _, phrase = line.partition(" ")
    if who in USERS and (order := read_order(USERS[who], phrase, unsaid)):
        return order
    for pattern, read in SENTENCES:
        if found := pattern.match(line):
            return read(found, parts, unsaid)
    raise AssertionError(f"not a sentence of the story language: {line}")


def sentence(pattern: str) -> Callable[[Reader], Reader]:
    def named(reader: Reader) -> Reader:
        SENTENCES.append((re.compile(pattern + "$"), reader))
        return reader

    return named


def part_of(phrase: str, account: int, unsaid: Unsaid) -> Any:
    """An order or a cancel among others of the same account."""
    order = read_order(account, phrase, unsaid)
    return order or cancel_of(re.match(rf"cancels {WHICH}{ONLY}{BY}{IN}$", phrase), account, unsaid)


def named_order(which: str) -> tuple[int, str]:
    """The order's number and its client id; one of them is empty."""
    return (int(which[1:]), "") if which[0] == "#" else (0, which[1:])


ONLY = r"(?: only if (?P<only>new|partly filled))?"


def cancel_of(found: re.Match[str] | None, account: int, unsaid: Unsaid) -> ask.CancelOrder:
    assert found, "neither an order nor a cancel"
    number, client_id = named_order(found["which"])
    restriction, deadline_us = RESTRICTIONS[found["only"]], int(found["by"] or 0)
    return ask.CancelOrder(0, account, unsaid.market(found["symbol"]), restriction, number, deadline_us, client_id)


@sentence(rf"{WHO} cancels {WHICH}{ONLY}{BY}{IN}")
def cancel(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return cancel_of(found, account(found["who"]), unsaid)


@sentence(rf"{WHO} cancels all(?P<everywhere> everywhere)?{BY}{IN}")
def cancel_all(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    market = u.ALL_MARKETS if found["everywhere"] else unsaid.market(found["symbol"])
    return ask.CancelAllOrders(0, account(found["who"]), market, int(found["by"] or 0))


@sentence(rf"{WHO} cancels all after (?P<span>\d+ \w+){BY}")
def cancel_all_after(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return ask.CancelAllAfter(0, account(found["who"]), microseconds(found["span"]), int(found["by"] or 0))


@sentence(rf"{WHO} cancels list #(?P<list>\d+){BY}{IN}")
def cancel_list(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    market = unsaid.market(found["symbol"])
    return ask.CancelOrderList(0, account(found["who"]), market, int(found["list"]), int(found["by"] or 0))


@sentence(rf"{WHO} cancels list @(?P<name>\S+){BY}{IN}")
def cancel_named_list(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    market = unsaid.market(found["symbol"])
    return ask.CancelNamedList(0, account(found["who"]), market, int(found["by"] or 0), found["name"])


@sentence(rf"{WHO} amends {WHICH} to (?P<quantity>-?\d+){BY}{IN}")
def amend(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    number, client_id = named_order(found["which"])
    market, deadline_us = unsaid.market(found["symbol"]), int(found["by"] or 0)
    return ask.AmendOrder(0, account(found["who"]), market, number, int(found["quantity"]), deadline_us, client_id)


@sentence(rf"{WHO} asks at once{BY}:")
def batch(found: re.Match[str], parts: list[str], unsaid: Unsaid) -> ask.Command:
    who = account(found["who"])
    return ask.PlaceBatch(0, who, int(found["by"] or 0), tuple(part_of(part, who, unsaid) for part in parts))


@sentence(rf"{WHO} replaces {WHICH}{ONLY}(?P<anyway> anyway)?{BY}{IN} with:")
def replace(found: re.Match[str], parts: list[str], unsaid: Unsaid) -> ask.Command:
    who = account(found["who"])
    records = (cancel_of(found, who, unsaid)._replace(deadline_us=0), *(part_of(part, who, unsaid) for part in parts))
    mode = u.ALLOW_FAILURE if found["anyway"] else u.STOP_ON_FAILURE
    return ask.CancelReplace(0, who, mode, int(found["by"] or 0), records)


@sentence(rf"{WHO} places an (?P<list>OCO|OTO|OTOCO)(?: as (?P<name>\S+))?{BY}{IN}:")
def order_list(found: re.Match[str], parts: list[str], unsaid: Unsaid) -> ask.Command:
    who, market = account(found["who"]), unsaid.market(found["symbol"])
    orders = tuple(read_order(who, part, unsaid) for part in parts)
    unsaid.lists += 1
    client_id = found["name"] or f"list-{unsaid.lists}"
    return ask.PlaceOrderList(
        0, who, market, LISTS[found["list"]], int(found["by"] or 0), client_id, tuple(filter(None, orders))
    )


@sentence(
    rf"{WHO} (?P<verb>{'|'.join(OPERATIONS)}) (?P<amount>-?\d+) (?P<asset>\w+)"
    r"(?: as operation (?P<operation>-?\d+) of source (?P<source>-?\d+))?"
)
def money(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return OPERATIONS[found["verb"]](0, *operation_of(found, unsaid))


@sentence(
    rf"{WHO} transfers (?P<amount>-?\d+) (?P<asset>\w+) to (?P<target>\w+)"
    r"(?: as operation (?P<operation>-?\d+) of source (?P<source>-?\d+))?"
)
def transfer(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return ask.Transfer(0, *operation_of(found, unsaid), account(found["target"]))


def operation_of(found: re.Match[str], unsaid: Unsaid) -> tuple[int, int, int, int, int]:
    """Account, source, operation, asset, amount; without another source it is the account's own next operation."""
    who, asset, amount = account(found["who"]), unsaid.assets.index(found["asset"]), int(found["amount"])
    if found["operation"]:
        return who, int(found["source"]), int(found["operation"]), asset, amount
    return who, who, unsaid.operations[who] + 1, asset, amount


@sentence(rf"(?:the market|(?P<symbol>[A-Z]+)) (?P<verb>{'|'.join(STATUS_VERBS)})")
def set_status(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return ask.SetMarketStatus(0, unsaid.market(found["symbol"]), STATUS_VERBS[found["verb"]])


@sentence(r"the ruleset is (?P<ruleset>-?\d+)")
def switch_ruleset(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return ask.SwitchRuleset(0, int(found["ruleset"]))


@sentence(r"fees are (?P<maker>-?\d+) maker and (?P<taker>\d+) taker")
def change_fees(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    unsaid.fees = (int(found["maker"]), int(found["taker"]))
    return ask.ChangeMarket(0, 0, *unsaid.bounds, *unsaid.fees)


@sentence(r"prices are (\d+)\.\.(\d+), quantities (\d+)\.\.(\d+), notional from (\d+)")
def change_bounds(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    lowest, highest, least, most, notional = (int(text) for text in found.groups())
    unsaid.bounds = (lowest, highest, least, most, notional)
    return ask.ChangeMarket(0, 0, *unsaid.bounds, *unsaid.fees)


@sentence(r"the guards are (?P<guards>.*)")
def guard(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    guards = dict.fromkeys(ask.GuardMarket._fields, 0)
    for guard in found["guards"].split(", "):
        guards |= guard_of(guard)
    return ask.GuardMarket(**guards)


GUARDS = {
    r"(\d+) orders": ("orders_max",),
    r"(\d+) algo orders": ("algo_orders_max",),
    r"(\d+) icebergs": ("iceberg_orders_max",),
    r"(\d+) iceberg parts": ("iceberg_parts_max",),
    r"position (\d+)": ("position_lots_max",),
    r"reference (\d+)": ("reference_price",),
    r"notional to (\d+)": ("notional_atoms_max",),
    r"market quantities (\d+)\.\.(\d+)": ("market_lots_min", "market_lots_max"),
    r"bids (\d+)\.\.(\d+) %": ("bid_down_ppm", "bid_up_ppm"),
    r"asks (\d+)\.\.(\d+) %": ("ask_down_ppm", "ask_up_ppm"),
    r"band (\d+) %": ("band_ppm",),
    r"auctions of (\d+) s": ("auction_us",),
    r"none": (),
}


def guard_of(text: str) -> dict[str, int]:
    for pattern, names in GUARDS.items():
        if found := re.fullmatch(pattern, text):
            factors = [10_000 if name.endswith("_ppm") else 1_000_000 if name.endswith("_us") else 1 for name in names]
            return {name: int(n) * factor for name, n, factor in zip(names, found.groups(), factors, strict=True)}
    raise AssertionError(f"not a guard: {text}")


@sentence(r"tier (?P<tier>\d+) pays (?P<maker>\d+) % maker and (?P<taker>\d+) % taker")
def fee_tier(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return ask.SetFeeTier(0, int(found["tier"]), int(found["maker"]) * 10_000, int(found["taker"]) * 10_000)


@sentence(
    rf"{WHO} gets(?: tier (?P<tier>\d+))?(?: group (?P<group>\d+))?(?: and may (?P<may>{'|'.join(PERMISSIONS)}))?"
)
def account_terms(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    who = account(found["who"])
    tier, group, permissions = unsaid.terms[who]
    unsaid.terms[who] = (
        int(found["tier"] or tier),
        int(found["group"] or group),
        PERMISSIONS[found["may"]] if found["may"] else permissions,
    )
    return ask.SetAccountTerms(0, who, *unsaid.terms[who])


@sentence(rf"{WHO} pays fees in (?P<which>quote|what it receives)")
def fee_asset(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    return ask.SetFeeAsset(0, account(found["who"]), int(found["which"] == "quote"))


@sentence(r"(?P<code>[A-Z]+) is an asset")
def create_asset(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    unsaid.assets.append(found["code"])
    return ask.CreateAsset(0, 0, found["code"])


@sentence(r"(?P<base>[A-Z]{3})(?P<quote>[A-Z]{3,4}) is a market")
def create_market(found: re.Match[str], _: list[str], unsaid: Unsaid) -> ask.Command:
    base, quote = unsaid.assets.index(found["base"]), unsaid.assets.index(found["quote"])
    unsaid.markets.append(found["base"] + found["quote"])
    return ask.CreateMarket(0, base, quote, 1, 1, *unsaid.bounds, *unsaid.fees, unsaid.markets[-1])
