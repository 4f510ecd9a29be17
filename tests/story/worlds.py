"""How stories begin."""

FUNDED = "".join(
    f"{who} deposits {amount} {asset}\n"
    for who in ("alice", "bob", "carol", "dave")
    for amount, asset in ((10_000, "USDT"), (100, "BTC"))
)
"""Four accounts with 10,000 USDT and 100 BTC each: commands 4 to 11."""


BAND = "the guards are band 10 %, auctions of 60 s, reference 100\n"
BRACKET = """
    alice places an OTOCO:
        buys 2 at 100
        sells 2 at 110 maker
        sells 2 stop 90
"""
PUT_OFF = f"""
    {BAND}
    {BRACKET}
    dave buys 1 at 85
    bob sells 3 at 85 ioc
    → traded 2 at 100
    → closed #1 filled
    → auction called at 85 around 100 until 60000001
    → market is in auction
    → closed #5 expired, 1 unfilled
"""
"""Who fills alice's working order goes on to where the band calls an auction: the pair #2 and #3 waits for its end."""


def trade_at(price: int, first: int) -> str:
    """Carol and dave make the price; their orders are `first` and the next number."""
    return f"""
        carol sells 1 at {price}
        dave buys 1 at {price}
        → traded 1 at {price}
        → closed #{first} filled
        → closed #{first + 1} filled
    """
