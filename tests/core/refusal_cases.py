"""Commands that are refused in an exchange of one market and no money, by the reason that must be told."""

from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u

ALICE = 1_024
LIMIT = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, "x")
MARKET = LIMIT._replace(type=u.MARKET, price=0)
DEPOSIT = ask.Deposit(0, ALICE, 7, 1, 0, 5)
LISTING = ask.CreateMarket(0, 1, 0, 1, 1, 1, 10, 1, 10, 0, 0, 0, "USDTBTC")
CANCEL = ask.CancelOrder(0, ALICE, 0, u.ANY_ORDER, 1, 0, "")
STOP = ask.PlaceOrderWithTerms(0, ALICE, 0, u.SELL, u.STOP_LOSS, u.GTC, 0, 0, 1, 0, 0, 90, 0, 0, 0, "stop")
GTD = ask.PlaceOrderWithTerms(0, ALICE, 0, u.BUY, u.LIMIT, u.GTD, 0, 10, 1, 0, 0, 0, 0, 0, 9, "gtd")
AMEND = ask.AmendOrder(0, ALICE, 0, 1, 1, 0, "")
GUARD = ask.GuardMarket(0, 0, *(0 for _ in ask.GuardMarket._fields[2:]))
TIMER = ask.CancelAllAfter(0, ALICE, 1_000_000, 0)
PAIR = (LIMIT._replace(side=u.SELL, type=u.LIMIT_MAKER), STOP._replace(stop_price=5))
LIST = ask.PlaceOrderList(0, ALICE, 0, u.OCO, 0, "list", PAIR)
BATCH = ask.PlaceBatch(0, ALICE, 0, (LIMIT,))
REPLACE = ask.CancelReplace(0, ALICE, u.STOP_ON_FAILURE, 0, (CANCEL, LIMIT))
SECOND = LIMIT._replace(client_id="y")
TRANSFER = ask.Transfer(0, ALICE, 7, 1, 0, 5, 1_025)

CASES: dict[int, list[ask.Command]] = {
    no.DEADLINE_PASSED: [
        command._replace(deadline_us=1) for command in (LIMIT, STOP, CANCEL, AMEND, TIMER, LIST, BATCH, REPLACE)
    ],
    no.ACCOUNT_INVALID: [
        *(LIMIT._replace(account=account) for account in (-1, 0, 1, 1_023, 2**40, 2**63 - 1)),
        *(DEPOSIT._replace(account=account) for account in (u.OUTSIDE_ACCOUNT, u.FEE_ACCOUNT)),
        CANCEL._replace(account=0),
        ask.CancelAllOrders(0, -5, 0, 0),
        ask.CancelOrderList(0, 5, 0, 1, 0),
        ask.CancelNamedList(0, 5, 0, 0, "list"),
        *(command._replace(account=2) for command in (AMEND, TIMER, LIST, BATCH, REPLACE)),
        ask.SetAccountTerms(0, 1, 0, 0, 3),
        ask.SetFeeAsset(0, 2, 0),
        ask.ReserveWithdrawal(0, u.TREASURY_ACCOUNT, 7, 1, 0, 5),
        *(TRANSFER._replace(target=target) for target in (ALICE, 0, 1, 3)),
        TRANSFER._replace(account=u.OUTSIDE_ACCOUNT),
    ],
    no.AMOUNT_NOT_POSITIVE: [DEPOSIT._replace(amount=0), ask.Withdraw(0, ALICE, 7, 1, 0, -(2**63))],
    no.CODE_INVALID: [
        *(ask.CreateAsset(0, 2, code) for code in ("", "btc", "B TC", "ABCDEFGHIJK", "B-C")),
        *(LISTING._replace(symbol=symbol) for symbol in ("", "A", "a/b", "ABCDEFGHIJKLMNOPQRSTU")),
    ],
    no.DECIMALS_OUT_OF_RANGE: [ask.CreateAsset(0, decimals, "ETH") for decimals in (13, 255)],
    no.CLIENT_ID_INVALID: [
        *(LIMIT._replace(client_id=text) for text in ("", "a b", "x" * 37, "{}", "id\\n")),
        CANCEL._replace(order_id=0),
        CANCEL._replace(order_id=0, client_id="a,b"),
        AMEND._replace(order_id=0),
        LIST._replace(client_id=""),
        ask.CancelNamedList(0, ALICE, 0, 0, "no name"),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(client_id="?"))),
    ],
    no.SIDE_INVALID: [LIMIT._replace(side=2)],
    no.TYPE_INVALID: [LIMIT._replace(type=7)],
    no.TIME_IN_FORCE_INVALID: [
        LIMIT._replace(time_in_force=4),
        STOP._replace(time_in_force=u.IOC),
        LIMIT._replace(type=u.LIMIT_MAKER, time_in_force=u.IOC),
        MARKET._replace(time_in_force=u.FOK),
    ],
    no.STP_INVALID: [LIMIT._replace(stp=5), STOP._replace(stp=255)],
    no.TRIGGER_INVALID: [
        STOP._replace(stop_price=0),
        STOP._replace(stop_price=-1),
        STOP._replace(trailing_bips=-10),
        STOP._replace(type=u.LIMIT, price=10),
        STOP._replace(type=u.MARKET, stop_price=0, trailing_bips=100),
        LIMIT._replace(type=u.STOP_LOSS, price=0),
    ],
    no.TRAILING_OUT_OF_RANGE: [STOP._replace(trailing_bips=bips) for bips in (1, 9, 2_001, 2**63 - 1)],
    no.RULESET_INVALID: [ask.SwitchRuleset(0, number) for number in (-1, 0, 2, 3, 1_001, 2**63 - 1)],
    no.DISPLAY_INVALID: [
        GTD._replace(display_quantity=2),
        GTD._replace(display_quantity=-1),
        GTD._replace(time_in_force=u.IOC, expire_us=0, display_quantity=1),
        STOP._replace(display_quantity=1),
    ],
    no.EXPIRY_INVALID: [
        GTD._replace(expire_us=0),
        GTD._replace(expire_us=2),
        GTD._replace(expire_us=3 + u.EXPIRY_US_MAX),
        GTD._replace(time_in_force=u.GTC),
        LIMIT._replace(time_in_force=u.GTD),
    ],
    no.STATUS_INVALID: [ask.SetMarketStatus(0, 0, 6), ask.SetMarketStatus(0, 9, 255)],
    no.RESTRICTION_INVALID: [CANCEL._replace(restriction=3)],
    no.TIMEOUT_OUT_OF_RANGE: [TIMER._replace(timeout_us=us) for us in (-1, 1, 999_999, 86_400_000_001)],
    no.FEE_OUT_OF_RANGE: [
        LISTING._replace(maker_ppm=-1),
        LISTING._replace(maker_ppm=-100_001, taker_ppm=100_000),
        LISTING._replace(taker_ppm=100_001),
        ask.ChangeMarket(0, 0, 1, 10, 1, 10, 0, -6, 5),
    ],
    no.TERMS_INVALID: [
        ask.SetFeeTier(0, 16, 0, 0),
        ask.SetFeeTier(0, 0, -1, 0),
        ask.SetFeeTier(0, 0, 0, u.PPM_ONE + 1),
        ask.SetAccountTerms(0, ALICE, 16, 0, 3),
        ask.SetAccountTerms(0, ALICE, 0, -1, 3),
        ask.SetAccountTerms(0, ALICE, 0, 2**40, 3),
        ask.SetAccountTerms(0, ALICE, 0, 0, 4),
        ask.SetFeeAsset(0, ALICE, 2),
    ],
    no.LIST_INVALID: [
        LIST._replace(type=0),
        LIST._replace(type=u.OTOCO),
        LIST._replace(parts=PAIR[:1]),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(client_id="x"))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(account=1_025))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(market=1))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(side=u.BUY))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(quantity=2))),
        LIST._replace(parts=(PAIR[1], PAIR[1]._replace(client_id="z"))),
        LIST._replace(parts=(PAIR[0], SECOND)),
        LIST._replace(parts=(GTD, PAIR[1]), type=u.OTO),
        LIST._replace(parts=(PAIR[1], PAIR[0]), type=u.OTO),
        BATCH._replace(parts=()),
        BATCH._replace(parts=(LIMIT,) * 51),
        BATCH._replace(parts=(LIMIT, SECOND._replace(account=1_025))),
        REPLACE._replace(mode=2),
        REPLACE._replace(parts=(LIMIT, CANCEL)),
        REPLACE._replace(parts=(CANCEL,)),
        REPLACE._replace(parts=(CANCEL, LIMIT, SECOND)),
    ],
    no.BOUNDS_INVALID: [
        *(LISTING._replace(price_ticks_min=price) for price in (0, 11, -1)),
        *(LISTING._replace(quantity_lots_max=quantity) for quantity in (0, 2**62)),
        *(LISTING._replace(lot_atoms=lot) for lot in (0, -1, 2**62 - 1)),
        LISTING._replace(tick_size_atoms=0),
        LISTING._replace(notional_atoms_min=-1),
        LISTING._replace(base=1, quote=1),
        GUARD._replace(orders_max=u.OPEN_ORDERS_MAX + 1),
        GUARD._replace(algo_orders_max=u.ALGO_ORDERS_MAX + 1),
        GUARD._replace(iceberg_orders_max=u.ICEBERG_ORDERS_MAX + 1),
        GUARD._replace(iceberg_parts_max=u.ICEBERG_PARTS_MAX + 1),
        GUARD._replace(market_lots_min=2, market_lots_max=1),
        GUARD._replace(bid_down_ppm=2, bid_up_ppm=1),
        GUARD._replace(ask_up_ppm=1_000 * u.PPM_ONE + 1),
        GUARD._replace(reference_price=-1),
        GUARD._replace(band_ppm=u.PPM_ONE, auction_us=1),
        GUARD._replace(band_ppm=1),
        GUARD._replace(auction_us=1),
        GUARD._replace(band_ppm=1, auction_us=u.AUCTION_US_MAX + 1),
        ask.ChangeMarket(0, 0, 5, 4, 1, 1, 0, 0, 0),
    ],
    no.ASSET_UNKNOWN: [
        DEPOSIT._replace(asset=2),
        DEPOSIT._replace(asset=65_535),
        TRANSFER._replace(asset=2),
        LISTING._replace(quote=2),
    ],
    no.ASSET_EXISTS: [ask.CreateAsset(0, 1, "BTC")],
    no.MARKET_UNKNOWN: [
        LIMIT._replace(market=1),
        CANCEL._replace(market=65_535),
        ask.CancelAllOrders(0, ALICE, 65_534, 0),
        ask.CancelOrderList(0, ALICE, 1, 1, 0),
        ask.CancelNamedList(0, ALICE, 1, 0, "list"),
        AMEND._replace(market=1),
        GUARD._replace(market=1),
        LIST._replace(market=1, parts=tuple(part._replace(market=1) for part in PAIR)),
        ask.SetMarketStatus(0, 1, u.HALTED),
        ask.ChangeMarket(0, 1, 1, 10, 1, 10, 0, 0, 0),
    ],
    no.MARKET_EXISTS: [LISTING._replace(symbol="BTCUSDT")],
    no.ORDER_UNKNOWN: [
        CANCEL,
        CANCEL._replace(order_id=-1),
        CANCEL._replace(order_id=0, client_id="never"),
        ask.CancelAllOrders(0, ALICE, 0, 0),
        ask.CancelAllOrders(0, ALICE, u.ALL_MARKETS, 0),
        ask.CancelOrderList(0, ALICE, 0, 1, 0),
        ask.CancelNamedList(0, ALICE, 0, 0, "list"),
        AMEND,
    ],
    no.PRICE_MISSING: [LIMIT._replace(price=0)],
    no.PRICE_NOT_ALLOWED: [MARKET._replace(price=1), MARKET._replace(price=-1), STOP._replace(price=80)],
    no.PRICE_OUT_OF_RANGE: [LIMIT._replace(price=1_000_001), LIMIT._replace(price=-1)],
    no.STOP_PRICE_OUT_OF_RANGE: [STOP._replace(stop_price=1_000_001)],
    no.QUANTITY_MISSING: [
        LIMIT._replace(quantity=0),
        LIMIT._replace(quote_quantity=5),
        LIMIT._replace(quantity=0, quote_quantity=5),
        MARKET._replace(quantity=0),
        MARKET._replace(quote_quantity=5),
        STOP._replace(quantity=0, quote_quantity=5),
    ],
    no.QUANTITY_OUT_OF_RANGE: [LIMIT._replace(quantity=1_001), MARKET._replace(quantity=-1)],
    no.OPERATION_OUT_OF_ORDER: [
        *(DEPOSIT._replace(operation=operation) for operation in (0, 2, -1)),
        *(DEPOSIT._replace(source=source) for source in (0, -1, 2**53 + 1)),
    ],
    no.SUPPLY_EXCEEDED: [DEPOSIT._replace(amount=u.SUPPLY_ATOMS_MAX + 1)],
    no.FUNDS_INSUFFICIENT: [
        LIMIT,
        LIMIT._replace(side=u.SELL),
        MARKET,
        MARKET._replace(side=u.SELL),
        MARKET._replace(side=u.SELL, quantity=0, quote_quantity=5),
        STOP,
        LIST,
        *(move(0, ALICE, 7, 1, 0, 1) for move in (ask.Withdraw, ask.ReserveWithdrawal, ask.SettleWithdrawal)),
        ask.ReleaseWithdrawal(0, ALICE, 7, 1, 0, 1),
        TRANSFER,
    ],
}
