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

GTC: Final = 0
IOC: Final = 1
FOK: Final = 2

STP_NONE: Final = 0
STP_EXPIRE_TAKER: Final = 1
STP_EXPIRE_MAKER: Final = 2
STP_EXPIRE_BOTH: Final = 3

FILLED: Final = 1
CANCELED: Final = 2
EXPIRED: Final = 3
EXPIRED_IN_MATCH: Final = 4
"""Why an order closed; the last is self-trade prevention."""

TRADING: Final = 0
HALTED: Final = 1
CANCEL_ONLY: Final = 2

AVAILABLE: Final = 0
HELD: Final = 1
"""The two pots of an account: free to spend, or promised to an open order."""

CAUSE_DEPOSIT: Final = 1
CAUSE_WITHDRAWAL: Final = 2
CAUSE_HOLD: Final = 3
CAUSE_RELEASE: Final = 4
CAUSE_TRADE: Final = 5
CAUSE_FEE: Final = 6

OUTSIDE_ACCOUNT: Final = 0
"""The world beyond the exchange; the only account that may go below zero."""
FEE_ACCOUNT: Final = 1
USER_ACCOUNT_MIN: Final = 1_024
USER_ACCOUNT_MAX: Final = 2**40 - 1

NONE: Final = -1
"""No slot, no market, no account: the end of a list, a missing link."""

PPM_ONE: Final = 1_000_000
FEE_PPM_MAX: Final = 100_000
SUPPLY_ATOMS_MAX: Final = 2**62 - 1
"""Nothing of an asset can exceed its supply, so no sum of balances can overflow 63 bits."""
DECIMALS_MAX: Final = 12
ASSETS_MAX: Final = 4_096
MARKETS_MAX: Final = 4_096
OPEN_ORDERS_MAX: Final = 10_000
"""Open orders of one account in one market."""
ORDER_ID_MAX: Final = 2**43 - 1
"""An order id stays below 2^53 with ten bits above it free for the number of a home shard."""

CLIENT_ID_CHARS_MAX: Final = 36
