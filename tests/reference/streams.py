"""Seeded random commands in a small world, where collisions of price, id and owner are common.

Most commands are sensible; one in some is wrong on purpose in one field, so that every refusal is met.
"""

from random import Random

from trueman.core import commands as ask
from trueman.core import units as u

ACCOUNTS = 5
ASSETS = ("BTC", "ETH", "USDT")


def world(seed: int) -> list[ask.Command]:
    """Assets, markets with different units and fees, and some money for everybody."""
    random = Random(seed)
    commands: list[ask.Command] = [
        ask.CreateAsset(0, decimals, code) for code, decimals in zip(ASSETS, (2, 3, 2), strict=True)
    ]
    fees = [(0, 0), (1_000, 2_000), (333, 77_777)]
    for base, quote, tick_size, lot in ((0, 2, 100, 1), (1, 2, 1_000, 3), (1, 0, 500, 2)):
        maker, taker = random.choice(fees)
        bounds = (1, 60, 1, 40, random.choice((0, 0, 25)))
        commands.append(
            ask.CreateMarket(0, base, quote, tick_size, lot, *bounds, maker, taker, ASSETS[base] + ASSETS[quote])
        )
    for account in range(ACCOUNTS):
        for operation, asset in enumerate(range(len(ASSETS)), start=1):
            amount = random.choice((500, 5_000, 50_000))
            who = u.USER_ACCOUNT_MIN + account
            commands.append(ask.Deposit(0, who, who, operation, asset, amount))
    return commands


class Stream:
    """An endless, reproducible stream of commands after `world`."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.tag = 0
        self.operations = {u.USER_ACCOUNT_MIN + account: len(ASSETS) for account in range(ACCOUNTS)}
        self.placed = 0

    def next(self) -> ask.Command:
        self.tag += 1
        pick = self.random.random()
        if pick < 0.62:
            command: ask.Command = self._place()
        elif pick < 0.86:
            command = self._cancel()
        elif pick < 0.89:
            command = ask.CancelAllOrders(self.tag, self._account(), self._market(), 0)
        elif pick < 0.96:
            command = self._money()
        else:
            command = self._admin()
        return self._spoilt(command) if self.random.random() < 0.06 else command

    def _account(self) -> int:
        return u.USER_ACCOUNT_MIN + self.random.randrange(ACCOUNTS)

    def _market(self) -> int:
        return self.random.choice((0, 0, 0, 1, 2))

    def _place(self) -> ask.PlaceOrder:
        random = self.random
        self.placed += 1
        kind = random.choice((u.LIMIT,) * 7 + (u.MARKET, u.MARKET, u.LIMIT_MAKER))
        force = random.choice((u.GTC, u.GTC, u.GTC, u.IOC, u.FOK)) if kind == u.LIMIT else u.GTC
        side = random.choice((u.BUY, u.SELL))
        middle = 30 + (2 if side == u.SELL else -2)
        price = 0 if kind == u.MARKET else max(1, min(60, middle + int(random.gauss(0, 3))))
        quantity, quote = random.randint(1, 12), 0
        if kind == u.MARKET and random.random() < 0.5:
            quantity, quote = 0, random.randint(25, 900)
        client_id = f"c{random.randint(1, 40)}" if random.random() < 0.3 else f"n{self.placed}"
        stp = random.choice((u.STP_NONE, u.STP_EXPIRE_TAKER, u.STP_EXPIRE_MAKER, u.STP_EXPIRE_BOTH))
        return ask.PlaceOrder(
            self.tag, self._account(), self._market(), side, kind, force, stp, price, quantity, quote, 0, client_id
        )

    def _cancel(self) -> ask.CancelOrder:
        account, market = self._account(), self._market()
        if self.random.random() < 0.25:
            return ask.CancelOrder(self.tag, account, market, 0, 0, f"c{self.random.randint(1, 40)}")
        order_id = max(1, self.placed - self.random.randint(0, 120))
        return ask.CancelOrder(self.tag, account, market, order_id, 0, "")

    def _money(self) -> ask.Deposit | ask.Withdraw:
        account = self._account()
        asset, amount = self.random.randrange(len(ASSETS)), self.random.randint(1, 2_000)
        record = self.random.choice((ask.Deposit, ask.Deposit, ask.Withdraw))
        if self.random.random() < 0.85:
            self.operations[account] += 1
        return record(self.tag, account, account, self.operations[account], asset, amount)

    def _admin(self) -> ask.Command:
        random, market = self.random, self._market()
        pick = random.random()
        if pick < 0.3:
            status = u.TRADING if random.random() < 0.8 else random.choice((u.HALTED, u.CANCEL_ONLY))
            return ask.SetMarketStatus(self.tag, market, status)
        if pick < 0.6:
            return ask.SetMarketStatus(self.tag, market, u.TRADING)
        if pick < 0.9:
            maker, taker = random.choice(((0, 0), (1_000, 1_000), (10, 99_999)))
            return ask.ChangeMarket(self.tag, market, 1, random.randint(40, 60), 1, 40, 0, maker, taker)
        return ask.CreateAsset(self.tag, random.randint(0, 12), random.choice(("BTC", "NEW", "X9")))

    def _spoilt(self, command: ask.Command) -> ask.Command:
        """The same command with one number replaced by one that is probably wrong."""
        numbers = [name for name in command._fields if isinstance(getattr(command, name), int)]
        texts = [name for name in command._fields if isinstance(getattr(command, name), str)]
        if texts and self.random.random() < 0.2:
            bad_text = self.random.choice(("", "a b", "x" * 33, "{}"))
            width = 10 if "code" in texts else 32
            return command._replace(**{texts[0]: bad_text[:width]})  # type: ignore[arg-type]
        bad = self.random.choice((-1, 0, 1, 7, 2**31, 2**53 + 1, 2**62, 2**63 - 1, -(2**63)))
        return command._replace(**{self.random.choice(numbers): bad})  # type: ignore[arg-type]
