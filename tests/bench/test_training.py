"""The day that the compiler is shown: everything occurs in it, and little of it is refused."""

from collections import Counter

from bench.day import framed, play, trading, world
from bench.training import ACCOUNTS, FRAME, MARKETS, RareThings
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import events as told
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.exchange import Exchange

OPERATORS_ALONE = {
    *(ask.CreateAsset, ask.CreateMarket, ask.ChangeMarket, ask.GuardMarket, ask.SwitchRuleset, ask.SetFeeTier),
    *(ask.SetAccountTerms, ask.SetFeeAsset, ask.Withdraw, ask.SettleWithdrawal, ask.ReleaseWithdrawal, ask.Transfer),
    *(ask.CancelOrderList, ask.CancelNamedList),
}
"""What comes up a few times a day, or beside something that is shown."""


def test_the_day_of_rare_things_has_every_kind_of_order_and_few_are_refused() -> None:
    exchange = Exchange()
    play(exchange, framed(world(ACCOUNTS, MARKETS), 1_000))
    play(exchange, framed(trading(ACCOUNTS, MARKETS, 5_000), FRAME))
    commands = list(RareThings(1, exchange.sequence).commands(6_000))
    assert {type(command) for command in commands} == set(ask.COMMAND_KINDS.values()) - OPERATORS_ALONE
    reasons: Counter[int] = Counter()
    accepted: set[tuple[int, int]] = set()
    seen: set[type] = set()
    for size, frame in framed(iter(commands), FRAME):
        first = exchange.sequence + 1
        for event in codec.decode_events(exchange.apply(first, size, first, frame)):
            seen.add(type(event))
            if isinstance(event, told.Decided):
                reasons[event.reason] += 1
            if isinstance(event, told.OrderAccepted):
                accepted.add((event.type, event.time_in_force))
    assert reasons[no.OK] + reasons[no.ORDER_UNKNOWN] > 0.8 * reasons.total()
    assert {kind for kind, _ in accepted} == set(range(u.LIMIT, u.TAKE_PROFIT_LIMIT + 1))
    assert {force for _, force in accepted} == {u.GTC, u.IOC, u.FOK, u.GTD}
    assert {told.Traded, told.MatchPrevented, told.AuctionUncrossed, told.OrderAmended, told.OrderListClosed} <= seen
