"""A tiny language for stories about a market, so that a test reads like the rule it proves.

    alice deposits 300 USDT            bob sells 5 at 99 ioc              alice cancels #1
    alice buys 3 at 100 as first       alice sells for 50 at market       the market halts
    → traded 3 at 100                  → closed #2 expired, 2 unfilled    → refused FUNDS_INSUFFICIENT
    alice has 0 USDT and 300 held      the book is 2@100 1@99 | 3@101     the fees have 1 BTC

Orders:     buys 3 at 100 [ioc|fok|maker]     sells for 50 at market     sells 2 stop 90 [limit 89]
            buys 2 take profit 90 [limit 91]  sells 2 stop [90] trailing 100 bips
            and behind it, in this order: showing 2 · until 500 or for 60 s · stp taker · as name · by 99 · in ETHUSDT
Changes:    alice cancels #1 [only if new]         alice cancels all [everywhere]       alice cancels list #1
            alice amends #1 to 3                   alice cancels all after 60 s
Several:    a line that ends with a colon, and its parts below it, further to the right
            alice asks at once:     alice replaces #1 [anyway] with:     alice places an OCO|OTO|OTOCO:
Money:      alice withdraws|reserves|settles|releases 5 BTC     the treasury transfers 5 BTC to bob
Operator:   the market trades|halts|only cancels|prepares|collects|closes     fees are -100 maker and 500 taker
            the guards are band 10 %, auctions of 60 s, bids 50..150 %, reference 100    ETH is an asset
            alice gets tier 1 group 7 and may only withdraw     tier 1 pays 50 % maker and 80 % taker
            alice pays fees in quote     prices are 1..9, quantities 1..9, notional from 1     ETHUSDT is a market
Time:       time passes 5 s (and what falls due happens)     the time is 500 (in microseconds, for the next command)
Facts:      alice has 1 BTC and 2 held and 3 reserved     #1 has 2 unfilled and 200 held     open orders are #1 #2

Amounts are atoms, prices ticks, quantities lots; one of each is one. A story fails when it leaves out a trade, a
closed order, a refusal, a trigger, a prevented match, the end of a list, an auction or a market's new status
(`mentions` writes these arrows). After every command the whole state is checked, and the events are folded again: the
moves must come to the balances, the changed levels to the book, what became of orders to the open ones.
"""

from tests.story.teller import Teller, tell

__all__ = ["Teller", "tell"]
