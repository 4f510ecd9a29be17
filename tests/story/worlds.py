"""How stories begin."""

FUNDED = "".join(
    f"{who} deposits {amount} {asset}\n"
    for who in ("alice", "bob", "carol", "dave")
    for amount, asset in ((10_000, "USDT"), (100, "BTC"))
)
"""Four accounts with 10,000 USDT and 100 BTC each: commands 4 to 11."""


def trade_at(price: int, first: int) -> str:
    """Carol and dave make the price; their orders are `first` and the next number."""
    return f"""
        carol sells 1 at {price}
        dave buys 1 at {price}
        → traded 1 at {price}
        → closed #{first} filled
        → closed #{first + 1} filled
    """
