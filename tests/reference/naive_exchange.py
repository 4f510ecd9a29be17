"""The whole exchange again, slow and obvious: lists, sorted each time, plain ints.

Written from docs/reference/rules.md, not from the core, and sharing nothing with it but the tables of records. Where
the two disagree about a single byte, one of them is wrong. The numbers in comments are those of the rules.
"""

from dataclasses import dataclass

from tests.reference.naive_cancelling import NaiveCancelling
from tests.reference.naive_reader import read_commands
from tests.reference.naive_rules import Answer, deadline_refusal, refused
from tests.reference.naive_state import NEWEST
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u

RULESET_MAX = 1_000
GTD_ORDER, SWITCH, AUCTION_END, LEFT_OVER = 1, 2, 3, 4
"""What can fall due, in this order (section 10)."""
DECIDED_BY = {
    ask.CreateAsset: "create_asset",
    ask.CreateMarket: "create_market",
    ask.ChangeMarket: "change_market",
    ask.GuardMarket: "guard_market",
    ask.SetMarketStatus: "set_status",
    ask.SetFeeTier: "set_fee_tier",
    ask.SetAccountTerms: "set_account_terms",
    ask.SetFeeAsset: "set_fee_asset",
    ask.Deposit: "money",
    ask.Withdraw: "money",
    ask.ReserveWithdrawal: "money",
    ask.SettleWithdrawal: "money",
    ask.ReleaseWithdrawal: "money",
    ask.Transfer: "money",
    ask.PlaceOrder: "place",
    ask.PlaceOrderWithTerms: "place",
    ask.CancelOrder: "cancel",
    ask.CancelAllOrders: "cancel_all",
    ask.CancelOrderList: "cancel_list",
    ask.AmendOrder: "amend",
    ask.CancelAllAfter: "cancel_all_after",
    ask.PlaceBatch: "batch",
    ask.CancelReplace: "cancel_replace",
    ask.PlaceOrderList: "place_list",
    ask.SwitchRuleset: "switch_ruleset",
    ask.CancelNamedList: "cancel_named_list",
}
KIND_OF = {record: kind for kind, record in ask.COMMAND_KINDS.items()}


@dataclass
class NaiveExchange(NaiveCancelling):
    def apply(self, count: int, time_us: int, frame: bytes) -> bytes:
        """A frame of commands in, the frame of their results out."""
        told: list[fact.Event] = []
        is_readable = True
        for command in read_commands(frame, count):
            is_readable = is_readable and self._is_known(command)
            told += self.decide(time_us, command if is_readable else None)
        return b"".join(codec.encode(event) for event in told)

    def _is_known(self, command: ask.Command | None) -> bool:
        """Whether it is of a kind that the rules in force have (rule 8.4)."""
        return not isinstance(command, ask.CancelNamedList) or self.ruleset >= 3

    def skip(self, number: int) -> None:
        """To be told before the command."""
        self.skips.add(number)

    def decide(self, time_us: int, command: ask.Command | None) -> list[fact.Event]:
        """Rule 1.3. None stands for bytes that cannot be read."""
        self.number += 1
        self.time_us = time_us
        self.is_behind = self.number in self.skips
        if self.is_behind:
            return self._skipped(command)
        self.activations = 0
        for market in self.markets:
            market.band_reference = market.reference
        self.told = []
        self._set_off_what_is_due()
        due, self.told = self.told, []
        answer = self._answer(command)
        return [self._decided(command, answer), *([answer.failed] if answer.failed else []), *due, *self.told]

    def _decided(self, command: ask.Command | None, answer: Answer) -> fact.Decided:
        return fact.Decided(
            KIND_OF[type(command)] if command is not None else 0,
            answer.reason,
            self.number,
            self.time_us,
            command.tag if command is not None else 0,
            getattr(command, "account", -1),
            answer.order_id,
            answer.repeat_of,
        )

    def _skipped(self, command: ask.Command | None) -> list[fact.Event]:
        """Rule 12.4."""
        self.told = []
        several = isinstance(command, ask.PlaceBatch | ask.CancelReplace)
        named = [getattr(each, "market", u.ALL_MARKETS) for each in (command.parts if several else [command])]
        for market in [self.market(number) for number in dict.fromkeys(named)]:
            if market is not None:
                market.auction_until_us = market.left_over_us = 0
                self.redefine(market, status=u.HALTED)
        return [self._decided(command, refused(no.SKIPPED)), *self.told]

    def switch_ruleset(self, asked: ask.SwitchRuleset) -> int:
        """Rule 12.2."""
        if not self.ruleset < asked.ruleset <= RULESET_MAX:
            return no.RULESET_INVALID
        if asked.ruleset > NEWEST:
            raise NotImplementedError(f"ruleset {asked.ruleset} is not written down here")
        self.ruleset = asked.ruleset
        self.tell(fact.RulesetSwitched(asked.ruleset))
        return no.OK

    def _answer(self, command: ask.Command | None) -> Answer:
        if command is None:
            return refused(no.MALFORMED)
        if refusal := deadline_refusal(getattr(command, "deadline_us", 0), self.time_us, self.ruleset):
            return refused(refusal)
        answer = getattr(self, DECIDED_BY[type(command)])(command)
        return answer if isinstance(answer, Answer) else refused(answer)

    def set_status(self, asked: ask.SetMarketStatus) -> int:
        """Rule 2.5."""
        if asked.status > u.CLOSED:
            return no.STATUS_INVALID
        market = self.market(asked.market)
        if market is None:
            return no.MARKET_UNKNOWN
        market.auction_until_us = 0
        self.redefine(market, status=asked.status)
        if asked.status == u.TRADING:
            self.become_trading(market)
        if asked.status == u.CLOSED:
            oldest = sorted((o for o in self.open if o.market == asked.market), key=lambda order: order.order_id)
            self.end_all(oldest[: u.CLOSING_ORDERS_MAX], u.EXPIRED)
        self.settle(asked.market)
        return no.OK

    # Time: section 10.

    def _set_off_what_is_due(self) -> None:
        things = [(o.expire_us, GTD_ORDER, o.order_id) for o in self.open if o.expire_us]
        things += [(due_us, SWITCH, account) for account, due_us in self.timers.items() if due_us]
        for number, market in enumerate(self.markets):
            things += [(market.auction_until_us, AUCTION_END, number)] if market.auction_until_us else []
            things += [(market.left_over_us, LEFT_OVER, number)] if market.left_over_us else []
        for due_us, kind, number in sorted(things):
            if due_us <= self.time_us:
                self._set_off(due_us, kind, number)

    def _set_off(self, due_us: int, kind: int, number: int) -> None:
        """One thing, unless something that fell due before it has done away with it."""
        if kind == GTD_ORDER:
            for order in [order for order in self.open if order.order_id == number]:
                self.close_wherever(order, u.EXPIRED)
                self.settle(order.market)
        elif kind == SWITCH:
            self.timers[number] = 0
            self.tell(fact.CancelTimerSet(number, 0))
            self.end_all([order for order in self.open if order.account == number], u.CANCELED)
        elif kind == AUCTION_END and self.markets[number].auction_until_us == due_us:
            market = self.markets[number]
            market.auction_until_us = 0
            self.redefine(market, status=u.TRADING)
            self.become_trading(market)
            self.settle(number)
        elif kind == LEFT_OVER and self.markets[number].left_over_us == due_us:
            self.settle(number)
