"""Short stories in a tiny world, told by hypothesis, which shortens those that tell the core and its twin apart."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.reference.naive_rules import FORCES
from tests.reference.naive_state import LIMIT_TYPES, NEWEST, STOP_TYPES
from tests.reference.stream_world import user
from tests.reference.twins import Twins
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.rulesets import FIRST_RULESET

accounts, sides = st.sampled_from((user(0), user(1), user(2))), st.sampled_from((u.BUY, u.SELL))
prices, lots = st.integers(8, 12), st.integers(1, 4)
modes, bips = st.integers(u.STP_NONE, u.STP_DECREMENT), st.sampled_from((0, 0, 1_000, 2_000))
stop_losses = st.sampled_from((u.STOP_LOSS, u.STOP_LOSS_LIMIT))
profits = st.sampled_from((u.LIMIT_MAKER, u.TAKE_PROFIT, u.TAKE_PROFIT_LIMIT))
pair_types = st.tuples(stop_losses, profits)
owners = st.tuples(accounts, sides, modes)
aways = st.tuples(st.integers(1, 5), st.integers(1, 5))
pauses = st.sampled_from((1, 400, 2_000_000))


Two = tuple[int, int]
Owner = tuple[int, int, int]
"""Account, side and self-trade mode."""


class Stories(RuleBasedStateMachine):
    """One market at prices around ten, three accounts with enough of everything."""

    @initialize(
        maker=st.sampled_from((0, 3_333, -20_000)),
        in_quote=st.booleans(),
        band=st.sampled_from((0, 150_000)),
        ruleset=st.sampled_from((NEWEST, NEWEST, FIRST_RULESET)),
    )
    def open(self, maker: int, in_quote: bool, band: int, ruleset: int) -> None:
        self.twins = Twins(ruleset)
        self.placed = 0
        bounds = (1, 100, 1, 100, 0, maker, 70_001)
        self.twins.ask(
            ask.CreateAsset(0, 0, "B"),
            ask.CreateAsset(0, 0, "Q"),
            ask.CreateMarket(0, 0, 1, 3, 1, *bounds, "BQ"),
            ask.GuardMarket(0, 0, *[0] * 12, 10, band, 300 if band else 0),
            ask.SetFeeAsset(0, user(0), int(in_quote)),
        )
        for index in range(3):
            who = user(index)
            self.twins.ask(ask.Deposit(0, who, who, 1, 0, 1_000), ask.Deposit(0, who, who, 2, 1, 1_000 * 3**index))

    def order(self, *what: int, stop: int = 0, trails: int = 0, display: int = 0) -> ask.PlaceOrderWithTerms:
        """`what`: account, side, mode, type, time in force, price, quantity."""
        account, side, mode, kind, force, price, quantity = what
        self.placed += 1
        force = force if force in FORCES[kind] else u.GTC
        price = price if kind in LIMIT_TYPES else 0
        display = min(display, quantity) if kind in LIMIT_TYPES and force in (u.GTC, u.GTD) else 0
        expire_us = self.twins.time_us + 450 if force == u.GTD else 0
        stop, trails = (stop, trails) if kind in STOP_TYPES else (0, 0)
        terms = (stop, trails, display, expire_us)
        who = (0, account, 0, side, kind, force, mode)
        return ask.PlaceOrderWithTerms(*who, price, quantity, 0, 0, *terms, f"c{self.placed}")

    @rule(who=owners, force=st.integers(0, 3), price=prices, quantity=lots, display=st.integers(0, 2))
    def limit(self, who: Owner, force: int, price: int, quantity: int, display: int) -> None:
        self.twins.ask(self.order(*who, u.LIMIT, force, price, quantity, display=display))

    @rule(who=owners, quantity=lots, quote=st.sampled_from((0, 0, 29, 60, 100)))
    def market(self, who: Owner, quantity: int, quote: int) -> None:
        order = self.order(*who, u.MARKET, u.GTC, 0, quantity)
        self.twins.ask(order._replace(quantity=0, quote_quantity=quote) if quote else order)

    @rule(who=owners, kind=st.sampled_from(STOP_TYPES), price=prices, stop=prices, trails=bips)
    def stop(self, who: Owner, kind: int, price: int, stop: int, trails: int) -> None:
        stop = 0 if trails == 2_000 else stop
        self.twins.ask(self.order(*who, kind, u.GTC, price, 2, stop=stop, trails=trails))

    @rule(kind=st.sampled_from((u.OCO, u.OTOCO)), who=owners, first=prices, types=pair_types, away=aways, quantity=lots)
    def pair(self, kind: int, who: Owner, first: int, types: Two, away: Two, quantity: int) -> None:
        account, side, mode = who
        sign = 1 if side == u.BUY else -1
        stop, at = 10 + sign * away[0], 10 - sign * away[1]
        parts = [
            self.order(*who, types[0], u.GTC, stop, quantity, stop=stop),
            self.order(*who, types[1], u.GTC, at, quantity, stop=at),
        ]
        if kind == u.OTOCO:
            parts.insert(0, self.order(account, 1 - side, mode, u.LIMIT, u.GTC, first, quantity))
        self.twins.ask(ask.PlaceOrderList(0, account, 0, kind, 0, f"l{self.placed % 3}", tuple(parts)))

    @rule(who=accounts, name=st.integers(0, 2))
    def cancel_list(self, who: int, name: int) -> None:
        self.twins.ask(ask.CancelNamedList(0, who, 0, 0, f"l{name}"))

    @rule()
    def switch(self) -> None:
        self.twins.ask(ask.SwitchRuleset(0, NEWEST))

    @rule(who=accounts, price=prices)
    def skipped(self, who: int, price: int) -> None:
        self.twins.skip()
        self.twins.ask(self.order(who, u.BUY, 0, u.LIMIT, u.GTC, price, 1))

    @rule(who=owners, back=st.integers(0, 6), price=st.integers(0, 12))
    def replace(self, who: Owner, back: int, price: int) -> None:
        cancel = ask.CancelOrder(0, who[0], 0, 0, 0, 0, f"c{self.placed - back}")
        order = self.order(*who, u.LIMIT, u.GTC, price, 2)
        self.twins.ask(ask.CancelReplace(0, who[0], u.ALLOW_FAILURE, 0, (cancel, order)))

    @rule(who=accounts, back=st.integers(0, 6), restriction=st.integers(0, 2))
    def cancel(self, who: int, back: int, restriction: int) -> None:
        self.twins.ask(ask.CancelOrder(0, who, 0, restriction, 0, 0, f"c{self.placed - back}"))

    @rule(who=accounts, back=st.integers(0, 6), quantity=st.integers(1, 3))
    def amend(self, who: int, back: int, quantity: int) -> None:
        self.twins.ask(ask.AmendOrder(0, who, 0, 0, quantity, 0, f"c{self.placed - back}"))

    @rule(status=st.sampled_from((u.TRADING, u.TRADING, u.AUCTION, u.CANCEL_ONLY, u.CLOSED)))
    def status(self, status: int) -> None:
        self.twins.ask(ask.SetMarketStatus(0, 0, status))

    @rule(who=accounts, pause=pauses)
    def time_passes(self, who: int, pause: int) -> None:
        self.twins.ask(ask.CancelAllAfter(0, who, 1_000_000, 0), after_us=pause)

    @rule()
    def restore(self) -> None:
        self.twins.restore()

    @invariant()
    def same(self) -> None:
        if hasattr(self, "twins"):
            self.twins.same_state()


MANY = os.environ.get("TRUEMAN_LONG") == "1"
Stories.TestCase.settings = settings(
    max_examples=5_000 if MANY else 100,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStories = Stories.TestCase
