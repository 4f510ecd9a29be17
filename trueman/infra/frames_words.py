"""What the fields of the frames mean: words for the reference page that `frames_page` makes."""

from typing import Final

REFUSALS_HEAD: Final = """
## Refusals

What `reason` says, in the order in which the checks run.

| reason | name | |
|--:|---|---|
"""
HEAD: Final = """# Frames

The bytes in which commands and events travel and are kept. This page is made by `trueman frames` from the table that
the codec itself uses (`trueman/core/commands.py`, `events.py`, `records.py`); a test compares.

A frame is one record after the other. A record is: its kind (one byte), its length in words of eight bytes (one byte),
its small fields, zero bytes up to a whole word, its numbers of 64 bits with a sign, its texts as ASCII padded with zero
bytes. Everything is little-endian; small fields have no sign. A command with parts says how many; the parts are whole
records and follow it.

```
 byte  0     1      2 ..                        8           16          24 ..
      +-----+------+----------------+---------+-----------+-----------+-----------------+
      |kind |words | small fields   | zero    | number    | number    | texts           |
      +-----+------+----------------+---------+-----------+-----------+-----------------+
```

A frame of commands goes in with the number of its first command, how many there are, and the time of the log in
microseconds; a frame of results comes out. Each command's result begins with `Decided`; what follows up to the next
`Decided` is what it caused, in the order in which it happened. What the events mean, and when they come, is in
[rules.md](rules.md).

Units: atoms are the smallest unit of an asset, lots count quantities and ticks prices of a market; `_ppm` are parts
per million, `_bips` hundredths of a percent, `_us` microseconds.

Small numbers with names:

| field | numbers |
|---|---|
NAMED_NUMBERS
"""

NAMED_NUMBERS: Final = {
    "side": ("BUY", "SELL"),
    "type": ("LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"),
    "type of a list": ("OCO", "OTO", "OTOCO"),
    "time_in_force": ("GTC", "IOC", "FOK", "GTD"),
    "stp": ("STP_NONE", "STP_EXPIRE_TAKER", "STP_EXPIRE_MAKER", "STP_EXPIRE_BOTH", "STP_DECREMENT"),
    "status": ("TRADING", "HALTED", "CANCEL_ONLY", "PRE_TRADING", "AUCTION", "CLOSED"),
    "status of an order that closed": ("FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"),
    "restriction": ("ANY_ORDER", "ONLY_NEW", "ONLY_PARTIALLY_FILLED"),
    "mode": ("STOP_ON_FAILURE", "ALLOW_FAILURE"),
    "permissions": ("MAY_TRADE", "MAY_WITHDRAW", "MAY_ALL"),
    "pot": ("AVAILABLE", "HELD", "RESERVED"),
    "cause": (
        "CAUSE_DEPOSIT",
        "CAUSE_WITHDRAWAL",
        "CAUSE_HOLD",
        "CAUSE_RELEASE",
        "CAUSE_TRADE",
        "CAUSE_FEE",
        "CAUSE_REBATE",
        "CAUSE_TRANSFER",
        "CAUSE_RESERVE",
        "CAUSE_UNRESERVE",
    ),
    "account": ("OUTSIDE_ACCOUNT", "FEE_ACCOUNT", "TREASURY_ACCOUNT", "USER_ACCOUNT_MIN", "USER_ACCOUNT_MAX"),
    "market": ("ALL_MARKETS",),
}

LIST = "the list's type (see above)"
CLOSED = "why the order closed (see above)"
MEANINGS: Final = {
    "account": "the account",
    "algo_orders_max": "open orders of an account that wait for a trigger",
    "amount": "atoms, more than zero",
    "ask_down_ppm": "least price of a sell, as a part of the reference price",
    "ask_up_ppm": "greatest price of a sell, as a part of the reference price",
    "asset": "the asset's number",
    "auction_us": "how long the auction lasts that a broken band calls",
    "band_ppm": "how far from the price before the command a trade may be",
    "base": "the asset that is bought and sold",
    "bid_down_ppm": "least price of a buy, as a part of the reference price",
    "bid_up_ppm": "greatest price of a buy, as a part of the reference price",
    "cause": "why the money moved (see above)",
    "client_id": "the caller's own id, `[.A-Z:/a-z0-9_-]{1,36}`",
    "code": "`[A-Z0-9]{1,10}`",
    "deadline_us": "log time after which the command is refused; 0: never",
    "decimals": "atoms of one whole unit are ten to this power, 0..12",
    "display_quantity": "lots that an iceberg shows; 0: all",
    "due_us": "log time at which the switch falls; 0: off",
    "expire_us": "log time at which a GTD order expires; 0: never",
    "group": "accounts of one group (not 0) count as one for self-trades",
    "iceberg_orders_max": "open icebergs of an account",
    "iceberg_parts_max": "slices of one iceberg",
    "in_quote": "0: fees in the asset received, 1: always in the quote asset",
    "kind": "the kind of the command",
    "least": "the lower bound",
    "list_id": "the number of the list's first order",
    "lot_atoms": "atoms of base in one lot",
    "maker_account": "whose the maker is",
    "maker_fee": "atoms; negative: a rebate",
    "maker_fee_in_quote": "1: the maker's fee is in quote in any case",
    "maker_order": "the order that was there first",
    "maker_ppm": "the maker's rate; negative: a rebate",
    "maker_quantity": "lots that the maker lost by it",
    "maker_share_ppm": "share of the market's maker rate",
    "market": "the market's number",
    "market_lots_max": "greatest quantity of a market order",
    "market_lots_min": "least quantity of a market order",
    "mode": "one of",
    "most": "the upper bound",
    "nearest": "the nearest value that would pass, -1: none",
    "notional_atoms_max": "greatest price times quantity",
    "notional_atoms_min": "least price times quantity",
    "number": "the command's number, counted by the log",
    "operation": "the source's next number",
    "order_id": "the order's number",
    "orders_max": "open orders of an account",
    "part": "which part, from 0",
    "parts": "how many parts follow",
    "permissions": "bits (see above)",
    "position_lots_max": "what an account may own and be buying",
    "prevention_id": "counted per market from 1",
    "price": "in ticks",
    "price_ticks_max": "greatest price",
    "price_ticks_min": "least price",
    "quantity": "in lots",
    "quantity_lots_max": "greatest quantity",
    "quantity_lots_min": "least quantity",
    "quote": "the asset in which prices are",
    "quote_amount": "atoms of quote that changed hands",
    "quote_quantity": "atoms of quote of an order given in them (then `quantity` is 0)",
    "reason": "the refusal, 0 for none; [the numbers](#refusals)",
    "reference": "the price around which the band lies, in ticks",
    "reference_price": "stands for the last trade's price before the first trade, in ticks",
    "repeat_of": "the number of the command that it repeats, else 0",
    "restriction": "one of",
    "ruleset": "the number of the ruleset",
    "side": "one of",
    "source": "who numbers the operation, 1..2^53",
    "source_pot": "pot that the money left (see above)",
    "status": "one of",
    "stop_price": "in ticks; 0: none",
    "stp": "one of",
    "surplus": "lots of one side that find nobody",
    "symbol": "`[A-Z0-9._-]{2,20}`",
    "tag": "the caller's mark, repeated in the result",
    "taker_account": "whose the taker is",
    "taker_fee": "atoms",
    "taker_fee_in_quote": "1: the taker's fee is in quote in any case",
    "taker_order": "the order that came",
    "taker_ppm": "the taker's rate",
    "taker_quantity": "lots that the taker lost by it",
    "taker_share_ppm": "share of the market's taker rate",
    "taker_side": "side of the taker, as `side`",
    "target": "the account that gets it",
    "target_pot": "pot that the money reached (see above)",
    "tick_size_atoms": "atoms of quote of one tick for one whole unit of base",
    "tier": "the fee tier, 0..15",
    "time_in_force": "one of",
    "time_us": "log time",
    "timeout_us": "0, or one second to one day",
    "trade_id": "counted per market from 1",
    "trailing_bips": "10..2,000; 0: does not trail",
    "type": "one of",
    "unfilled": "in lots",
    "until_us": "log time at which the auction ends",
    "update_id": "counted per market from 1",
    "value": "what was refused",
    "CancelAllOrders.market": "the market's number, or ALL_MARKETS",
    "MatchPrevented.stp": "the taker's mode",
    "Moved.source": "the account that it left",
    "OrderActivated.price": "the stop that fired, in ticks; 0: the list calls it",
    "OrderClosed.status": CLOSED,
    "OrderListAccepted.client_id": "the list's own id",
    "OrderListAccepted.type": LIST,
    "PlaceOrderList.client_id": "the list's own id",
    "PlaceOrderList.type": LIST,
    "PlaceOrder.price": "in ticks; 0 for market types",
    "PlaceOrderWithTerms.price": "in ticks; 0 for market types",
}
"""By field, or by record and field where a record means something else by it."""
