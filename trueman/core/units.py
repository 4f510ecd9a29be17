"""Small integers with names, and the limits that keep every amount inside 62 bits."""

from typing import Final, NewType

Atoms = NewType("Atoms", int)
"""The smallest unit of an asset: ten to the minus `decimals`."""
Ticks = NewType("Ticks", int)
"""A price, counted in the market's tick."""
Lots = NewType("Lots", int)
"""A quantity of the base asset, counted in the market's lot."""

BUY: Final = 0
SELL: Final = 1

LIMIT: Final = 0
MARKET: Final = 1
LIMIT_MAKER: Final = 2
STOP_LOSS: Final = 3
STOP_LOSS_LIMIT: Final = 4
TAKE_PROFIT: Final = 5
TAKE_PROFIT_LIMIT: Final = 6

GTC: Final = 0
IOC: Final = 1
FOK: Final = 2
GTD: Final = 3
"""Good till date: expires by log time."""

STP_NONE: Final = 0
STP_EXPIRE_TAKER: Final = 1
STP_EXPIRE_MAKER: Final = 2
STP_EXPIRE_BOTH: Final = 3
STP_DECREMENT: Final = 4

FILLED: Final = 1
CANCELED: Final = 2
EXPIRED: Final = 3
EXPIRED_IN_MATCH: Final = 4
"""Why an order closed; the last is self-trade prevention."""

OCO: Final = 1
OTO: Final = 2
OTOCO: Final = 3
"""Order lists: one cancels the other; one triggers the other; one triggers a pair of which one cancels the other."""

STOP_ON_FAILURE: Final = 0
ALLOW_FAILURE: Final = 1
"""Whether a cancel-replace places its order when its cancel was refused."""

ANY_ORDER: Final = 0
ONLY_NEW: Final = 1
ONLY_PARTIALLY_FILLED: Final = 2
"""Which orders a cancel may touch."""

TRADING: Final = 0
HALTED: Final = 1
CANCEL_ONLY: Final = 2
PRE_TRADING: Final = 3
AUCTION: Final = 4
CLOSED: Final = 5

MAY_TRADE: Final = 1
MAY_WITHDRAW: Final = 2
MAY_ALL: Final = 3
"""What an account may do, as bits."""

AVAILABLE: Final = 0
HELD: Final = 1
RESERVED: Final = 2
"""The three pots of an account: free to spend, promised to an open order, on its way out of the exchange."""

CAUSE_DEPOSIT: Final = 1
CAUSE_WITHDRAWAL: Final = 2
CAUSE_HOLD: Final = 3
CAUSE_RELEASE: Final = 4
CAUSE_TRADE: Final = 5
CAUSE_FEE: Final = 6
CAUSE_REBATE: Final = 7
CAUSE_TRANSFER: Final = 8
CAUSE_RESERVE: Final = 9
CAUSE_UNRESERVE: Final = 10

OUTSIDE_ACCOUNT: Final = 0
"""The world beyond the exchange; the only account that may go below zero."""
FEE_ACCOUNT: Final = 1
TREASURY_ACCOUNT: Final = 2
"""The operator's own money: what is credited to anybody comes from here, and has to be deposited first."""
USER_ACCOUNT_MIN: Final = 1_024
USER_ACCOUNT_MAX: Final = 2**40 - 1

NONE: Final = -1
"""No slot, no account: the end of a list, a missing link."""
ALL_MARKETS: Final = 0xFFFF

PPM_ONE: Final = 1_000_000
FEE_PPM_MAX: Final = 100_000
FEE_TIERS_MAX: Final = 16
BIPS_ONE: Final = 10_000
TRAILING_BIPS_MIN: Final = 10
TRAILING_BIPS_MAX: Final = 2_000
SUPPLY_ATOMS_MAX: Final = 2**62 - 1
"""Nothing of an asset can exceed its supply, so no sum of balances can overflow 63 bits."""
DECIMALS_MAX: Final = 12
ASSETS_MAX: Final = 4_096
MARKETS_MAX: Final = 4_096
OPEN_ORDERS_USUAL: Final = 1_000
OPEN_ORDERS_MAX: Final = 10_000
"""Open orders of one account in one market: unless the market sets a bound, and the most that it may set."""
ALGO_ORDERS_USUAL: Final = 100
ALGO_ORDERS_MAX: Final = 1_000
"""The same of orders that wait for a trigger."""
ICEBERG_ORDERS_USUAL: Final = 20
ICEBERG_ORDERS_MAX: Final = 1_000
"""The same of orders that show a part of themselves."""
TRAILING_ORDERS_MAX: Final = 1_000
"""Trailing stops of all accounts in one market: so many may fire at one price."""
OWN_TRAILING_ORDERS_MAX: Final = 20
"""Those of one account in one market."""
TIMED_ORDERS_MAX: Final = 100_000
"""Good-till-date orders of the whole exchange: all may fall due in one command."""
OWN_TIMED_ORDERS_MAX: Final = 1_000
"""Those of one account."""
ICEBERG_PARTS_USUAL: Final = 20
ICEBERG_PARTS_MAX: Final = 100
"""The same of the slices of one iceberg order."""
BATCH_ORDERS_MAX: Final = 50
ACTIVATIONS_MAX: Final = 1_000
"""Triggered orders that one command lets go on under ruleset 2; what is left over goes on with the next."""
ACTIVATIONS_MAX_3: Final = 100
"""The same from ruleset 3 on."""
CLOSING_ORDERS_MAX: Final = 1_000
"""Orders that closing a market expires in one command; the operator repeats it until none is left."""
REMEMBERED_MAX: Final = 1_000
"""Client order ids that the exchange remembers of one account, besides those still open or before their deadline."""
REMEMBERED_US_MAX: Final = 60_000_000
"""No deadline keeps a client order id for longer, in microseconds of log time."""
EXPIRY_US_MAX: Final = 366 * 86_400_000_000
CANCEL_TIMER_US_MIN: Final = 1_000_000
CANCEL_TIMER_US_MAX: Final = 86_400_000_000
AUCTION_US_MAX: Final = 86_400_000_000
ORDER_ID_MAX: Final = 2**43 - 1
"""An order id stays below 2^53 with ten bits above it free for the number of a home shard."""

CLIENT_ID_CHARS_MAX: Final = 36
