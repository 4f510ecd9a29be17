"""A command in words, for whoever signs that it is skipped: what it wanted, whom it concerns, which markets it halts.

The markets are those that the core halts (`core/skipping.py`); a test holds the two together.
"""

from typing import Any, Final

from trueman.core import commands as ask
from trueman.core import units
from trueman.core.commands import Command
from trueman.core.units import ALL_MARKETS
from trueman.infra.frames_words import NAMED_NUMBERS

DOES: Final[dict[type[Command], str]] = {
    ask.CreateAsset: "adds an asset",
    ask.CreateMarket: "lists a market",
    ask.ChangeMarket: "gives a market new bounds and fees",
    ask.SetMarketStatus: "sets the state of a market",
    ask.Deposit: "brings money in",
    ask.Withdraw: "takes money out",
    ask.PlaceOrder: "places an order",
    ask.CancelOrder: "cancels an order",
    ask.CancelAllOrders: "cancels all open orders of an account",
    ask.GuardMarket: "sets filters and price band of a market",
    ask.SetFeeTier: "sets what a fee tier pays",
    ask.SetAccountTerms: "sets what an account pays and may do",
    ask.SetFeeAsset: "chooses the asset that an account pays fees in",
    ask.ReserveWithdrawal: "puts money aside for a withdrawal",
    ask.SettleWithdrawal: "books a withdrawal that was paid",
    ask.ReleaseWithdrawal: "gives the money of a withdrawal back that was not paid",
    ask.Transfer: "moves money from one account to another",
    ask.PlaceOrderWithTerms: "places an order with a trigger, a display quantity or a date",
    ask.CancelOrderList: "cancels an order list",
    ask.AmendOrder: "makes an order smaller",
    ask.CancelAllAfter: "sets the dead man's switch of an account",
    ask.PlaceBatch: "places and cancels several orders",
    ask.CancelReplace: "cancels an order and places another",
    ask.PlaceOrderList: "places an order list",
    ask.SwitchRuleset: "switches to newer rules",
    ask.CancelNamedList: "cancels an order list by its name",
}
FIELDS_TOLD_APART: Final = {("PlaceOrderList", "type"): "type of a list"}
NOT_TOLD: Final = {"tag", "parts", "market", "account"}
"""Beside those that are told in a way of their own."""


def markets_of(command: Command | None) -> list[int]:
    """The markets that are halted when it is skipped, those that exist: what it names itself, or each of its parts."""
    if command is None:
        return []
    named = command.parts if isinstance(command, ask.PlaceBatch | ask.CancelReplace) else (command,)
    markets = (getattr(each, "market", ALL_MARKETS) for each in named)
    return list(dict.fromkeys(market for market in markets if market != ALL_MARKETS))


def accounts_of(command: Command | None) -> list[int]:
    """Whom it concerns: who asks, and to whom money goes."""
    if command is None:
        return []
    found = [getattr(command, "account", None), getattr(command, "target", None)]
    found += [getattr(part, "account", None) for part in getattr(command, "parts", ())]
    return list(dict.fromkeys(account for account in found if account is not None))


def in_words(command: Command, symbols: dict[int, str]) -> list[str]:
    """A line for the command and one for each of its parts."""
    parts = getattr(command, "parts", ())
    return [
        _line(command, symbols) + (f", {len(parts)} parts:" if parts else ""),
        *(f"  {at}. {_line(part, symbols)}" for at, part in enumerate(parts, start=1)),
    ]


def market_name(market: int, symbols: dict[int, str]) -> str:
    if market == ALL_MARKETS:
        return "all markets"
    return f"{symbols[market]} (market {market})" if market in symbols else f"market {market}, which nobody knows"


def _line(command: Command, symbols: dict[int, str]) -> str:
    record: Any = command
    kind = type(command).__name__
    told = [f"of account {record.account}"] if hasattr(record, "account") else []
    told += [f"in {market_name(record.market, symbols)}"] if hasattr(record, "market") else []
    told += [
        f"{name} {_value(kind, name, value)}"
        for name, value in record._asdict().items()
        if name not in NOT_TOLD and value != ""
    ]
    return f"{DOES[type(command)]} ({kind}): {', '.join(told)}"


def _value(kind: str, name: str, value: int | str) -> str:
    names = NAMED_NUMBERS.get(FIELDS_TOLD_APART.get((kind, name), name), ())
    known = {getattr(units, each, None): each for each in names}
    return known.get(value, str(value)) if names else str(value)
