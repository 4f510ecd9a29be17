"""Bugs, seeded on purpose: each breaks one rule, in one place, so quietly that the exchange goes on.

The tests are worth what they catch of these; `detect` says how long it takes them. A text that is not found exactly
once in its file is a mutant that has died with an edit of the core, and asks for a new one.
"""

from tests.mutants.mutant import Mutant
from tests.mutants.rulesets import RULESETS

BOOK = (
    Mutant(
        "last in, first out", "7.2", "matching.py",
        "            place = against.levels.oldest(level)\n",
        "            place = against.levels.newest(level)\n",
    ),
    Mutant(
        "an iceberg's next slice keeps its turn", "7.3", "book.py",
        "        self.detach(place)\n"
        "        orders.words[place + UNFILLED] = self._uncover(place, level, orders.display(place))\n"
        "        self._append(place, level)\n",
        "        orders.words[place + UNFILLED] = self._uncover(place, level, orders.display(place))\n"
        "        self.levels.words[level + TOTAL] += orders.words[place + UNFILLED]\n",
    ),
    Mutant(
        "an amend takes visible lots first", "11.3", "book.py",
        "        if orders.words[place + ICEBERG] != NONE:\n"
        "            uncovered = self._uncover(place, orders.level(place), reduction)\n",
        "        if orders.words[place + ICEBERG] != NONE and reduction >= orders.visible(place):\n"
        "            uncovered = self._uncover(place, orders.level(place), reduction)\n",
    ),
    Mutant(
        "fill or kill does not count hidden lots", "7.5", "walk.py",
        "        if order.stp == STP_NONE or not self._has_own(against, order, level):\n"
        "            self._meet_all(wanted, against.levels.total(level) + against.levels.hidden(level))\n",
        "        if order.stp == STP_NONE or not self._has_own(against, order, level):\n"
        "            self._meet_all(wanted, against.levels.total(level))\n",
    ),
    Mutant(
        "an order in quote spends more than its budget", "6", "walk.py",
        "        return order.budget // (price * tick_atoms)\n",
        "        return -(-order.budget // (price * tick_atoms))\n",
    ),
    Mutant(
        "an own order behind those that others hide ends the walk", "7.5, 4.24", "walk.py",
        "            self.goes_on = self._others_hide(against, order, level)\n",
        "            self.goes_on = False\n",
    ),
    Mutant(
        "levels show what icebergs hide", "7.2", "matching.py",
        "        self.outbox.level(self.last_update_id, side.side,"
        " side.levels.price(level), side.levels.total(level))\n",
        "        lots = side.levels.total(level) + side.levels.hidden(level)\n"
        "        self.outbox.level(self.last_update_id, side.side, side.levels.price(level), lots)\n",
    ),
    Mutant(
        "orders for makers alone may cross the book", "4.23", "gate.py",
        "        return WOULD_TAKE if matching.book.against(order.side).crosses(order.price) else OK\n",
        "        return OK\n",
    ),
    Mutant(
        "a market order's funds are not held against the book", "4.24", "gate.py",
        "    return OK if matching.walk.can_pay(against, order) else FUNDS_INSUFFICIENT\n",
        "    return OK\n",
    ),
)  # fmt: skip

SELF_TRADES = (
    Mutant(
        "of both that are to expire one stays", "7.4", "matching.py",
        "        if mode != STP_EXPIRE_TAKER:\n            self.outbox.done(maker, EXPIRED_IN_MATCH, unfilled)\n",
        "        if mode == STP_EXPIRE_MAKER:\n            self.outbox.done(maker, EXPIRED_IN_MATCH, unfilled)\n",
    ),
    Mutant(
        "groups do not count for self-trades", "2.8, 6", "admission.py",
        "        order.group = self.members.self_trade_group(order.account, member)\n",
        "        order.group = order.account\n",
    ),
    Mutant(
        "decrement takes hidden lots too", "7.4", "matching.py",
        "            lots = min(wanted, self.orders.visible(place))\n            self.outbox.prevented(",
        "            lots = min(wanted, self.orders.unfilled(place))\n            self.outbox.prevented(",
    ),
    Mutant(
        "in an auction the older one's mode counts", "9", "auction.py",
        "        mode = orders.stp(younger)\n",
        "        mode = orders.stp(older)\n",
    ),
)  # fmt: skip

TRIGGERS = (
    Mutant(
        "rising orders fire before falling ones", "7.10", "triggers.py",
        "        self._fire_all(self.falling, self.falling_trails, price)\n"
        "        self._fire_all(self.rising, self.rising_trails, price)\n",
        "        self._fire_all(self.rising, self.rising_trails, price)\n"
        "        self._fire_all(self.falling, self.falling_trails, price)\n",
    ),
    Mutant(
        "of one stop the youngest fires first", "7.10", "triggers.py",
        "        place = side.levels.oldest(side.best)\n",
        "        place = side.levels.newest(side.best)\n",
    ),
    Mutant(
        "a cascade without a bound", "7.11", "following.py",
        "            if self.activations == 0:\n",
        "            if self.activations == -ACTIVATIONS_MAX:\n",
    ),
    Mutant(
        "a trailing stop is rounded down", "7.9", "trails.py",
        "(rest * (BIPS_ONE + bips) + BIPS_ONE - 1) // BIPS_ONE\n",
        "(rest * (BIPS_ONE + bips)) // BIPS_ONE\n",
    ),
    Mutant(
        "a trailing stop moves back with the price", "7.10", "trailing.py",
        "        beaten = price + 1 if self.is_rising else price - 1\n",
        "        beaten = price - 1 if self.is_rising else price + 1\n",
    ),
    Mutant(
        "those below in a crowd do not hear how the price moved", "7.9", "trails.py",
        "            self.tell(one)\n",
        "",
    ),
    Mutant(
        "a crowd forgets at which turn it was at the price before", "7.10", "trails.py",
        "        if before == NONE and words[trail + NEWS] == beside:\n",
        "        if before == NONE and words[trail + NEWS] == extreme:\n",
    ),
    Mutant(
        "a stop that stays where it is goes behind the others there", "7.10", "trails.py",
        "        if stop != stop_at(self.is_rising, words[trail + EXTREME], bips):\n",
        "        if extreme != words[trail + EXTREME]:\n",
    ),
    Mutant(
        "of those that moved together the youngest goes first", "7.10", "trailing.py",
        "words[trail + SINCE], words[trail + PLACE]))\n",
        "-words[trail + SINCE], words[trail + PLACE]))\n",
    ),
    Mutant(
        "what trails fires before what lay at its stop", "7.10", "triggers.py",
        "            return self.turn_of(side.levels.oldest(best)) < turn\n",
        "            return False\n",
    ),
    Mutant(
        "a crowd stays marked where one fired that is gone", "7.10", "trailing.py",
        "            if self.stops.levels.price(level) == stop:\n",
        "            if self.stops.levels.price(level) <= stop:\n",
    ),
    Mutant(
        "what was bought still counts as being bought", "4.17", "settling.py",
        "            tickets.leave_unfilled(ticket, unfilled)\n",
        "            words[ticket + UNFILLED] = unfilled\n",
    ),
    Mutant(
        "a closed buy still counts", "4.17", "tickets.py",
        "            self._count_buying(ticket, words[ticket + UNFILLED], 0)\n",
        "            pass\n",
    ),
    Mutant(
        "only the last price of an order sets off triggers", "7.10", "matching.py",
        "        self.triggers.look(first)\n        if self.prices.last != first:\n",
        "        if self.prices.last != first or self.triggers.fired == 0:\n",
    ),
)  # fmt: skip

MONEY = (
    Mutant(
        "a better price is not released", "7.7", "accounts.py",
        "        self._enlist(ticket, RESTING)\n        self.holds.fit_hold(market, ticket)\n",
        "        self._enlist(ticket, RESTING)\n",
    ),
    Mutant(
        "a fee is rounded down", "6", "fees.py",
        "    return (amount // PPM_ONE) * ppm + (rest + PPM_ONE - 1) // PPM_ONE\n",
        "    return (amount // PPM_ONE) * ppm + rest // PPM_ONE\n",
    ),
    Mutant(
        "every fill is rounded up by itself", "6", "settling.py",
        "        words[ticket + CREDIT] = credit_after(amount, ppm, credit)\n",
        "        words[ticket + CREDIT] = 0\n",
    ),
    Mutant(
        "a rebate may exceed the taker's fee", "6", "fees.py",
        "    return rebate if rebate < taker_fee else taker_fee\n",
        "    return rebate\n",
    ),
    Mutant(
        "the maker pays as a taker", "6", "settling.py",
        "        maker_ppm = tickets.maker_ppm(maker)\n        taker_fee",
        "        maker_ppm = tickets.taker_ppm(maker)\n        taker_fee",
    ),
    Mutant(
        "a fee is collected and not told", "invariant 3", "settling.py",
        "        self.results.moved(self.ledger.asset(slot), account, pot, FEE_ACCOUNT, AVAILABLE, fee, CAUSE_FEE)\n",
        "        if fee > 1:\n"
        "            self.results.moved(self.ledger.asset(slot), account,"
        " pot, FEE_ACCOUNT, AVAILABLE, fee, CAUSE_FEE)\n",
    ),
    Mutant(
        "a market order forgets its fees in quote", "6", "admission.py",
        "        order.funds = spendable_of(order.hold, order.taker_ppm) if pays_fees else order.hold\n",
        "        order.funds = order.hold\n",
    ),
    Mutant(
        "open buys do not count for the position", "4.17", "admission.py",
        "        return lots if seat == NONE else lots + self.tickets.open_buys(seat)\n",
        "        return lots\n",
    ),
    Mutant(
        "a refused operation does not use up its number", "3.3", "funding.py",
        "            self.sources.record(operation, self.results.number, reason)\n",
        "            if reason == OK:\n                self.sources.record(operation, self.results.number, reason)\n",
    ),
    Mutant(
        "whoever may not withdraw may still reserve", "3.3", "funding.py",
        "        if kind in (WITHDRAW, RESERVE_WITHDRAWAL):\n",
        "        if kind == WITHDRAW:\n",
    ),
)  # fmt: skip

LISTS = (
    Mutant(
        "a pair holds for both of its orders", "8.1", "joint_orders.py",
        "            hold = max(hold, second.hold)\n",
        "            hold = hold + second.hold\n",
    ),
    Mutant(
        "orders of two lists make a repeat of one", "8.1", "joint_orders.py",
        "        if ids.word(slot, client_ids.NUMBER) != ids.word(first, client_ids.NUMBER):\n"
        "            return False\n",
        "",
    ),
    Mutant(
        "a pair goes on when one of it has traded", "8.3", "following.py",
        "        elif tickets.word(one, EXECUTED) != 0:\n",
        "        elif tickets.word(one, EXECUTED) > 1:\n",
    ),
    Mutant(
        "the pending orders begin whatever became of the working one", "8.3", "following.py",
        "        if ended == FILLED:\n",
        "        if ended != CANCELED:\n",
    ),
)  # fmt: skip

AUCTIONS = (
    Mutant(
        "the greater surplus wins", "9", "auction.py",
        "        if quantity == self.quantity and surplus > self.surplus:\n",
        "        if quantity == self.quantity and surplus < self.surplus:\n",
    ),
    Mutant(
        "of many prices the lowest wins", "9", "auction.py",
        "        price = max(low, min(high, nearest))\n",
        "        price = low\n",
    ),
    Mutant(
        "the younger one is the maker", "9", "auction.py",
        "        bid_is_older = orders.order_id(bid) < orders.order_id(ask)\n",
        "        bid_is_older = orders.order_id(bid) > orders.order_id(ask)\n",
    ),
    Mutant(
        "the band moves with the price", "7.6", "prices.py",
        "        if self.judged != self.moment.number:\n",
        "        if True:\n",
    ),
    Mutant(
        "an auction's end is not forgotten", "2.5", "listing.py",
        "        market.status = status\n        market.auction_until_us = 0\n",
        "        market.status = status\n",
    ),
)  # fmt: skip

TIME = (
    Mutant(
        "what is due at this very moment waits", "10", "timers.py",
        "        return self.count > 0 and self.words[0] <= time_us\n",
        "        return self.count > 0 and self.words[0] < time_us\n",
    ),
    Mutant(
        "deadlines are ignored", "1.5", "trading.py",
        "        if self.results.time_us > deadline_us:\n            return DEADLINE_PASSED\n",
        "        if self.results.time_us < 0:\n            return DEADLINE_PASSED\n",
    ),
    Mutant(
        "a deadline is over when it is reached", "1.5", "trading.py",
        "        if self.results.time_us > deadline_us:\n            return DEADLINE_PASSED\n",
        "        if self.results.time_us >= deadline_us:\n            return DEADLINE_PASSED\n",
    ),
    Mutant(
        "a renewed switch falls at its old time", "10", "calendar.py",
        "        return accounts.members.cancel_due_us(accounts.members.find(number)) == due_us\n",
        "        return accounts.members.cancel_due_us(accounts.members.find(number)) != 0\n",
    ),
)  # fmt: skip

COMMANDS = (
    Mutant(
        "a repeat executes twice", "5", "trading.py",
        "                if self.is_repeat(slot, kind, order, 0):\n"
        "                    self._answer_repeat(slot)\n"
        "                    return\n"
        "                reason = CLIENT_ID_DUPLICATE\n",
        "                reason = OK if self.is_repeat(slot, kind, order, 0) else CLIENT_ID_DUPLICATE\n",
    ),
    Mutant(
        "an id is kept no longer than its queue", "5", "client_ids.py",
        "            if self.word(oldest, KEEP_UNTIL) >= time_us and count <= QUEUE_MAX:\n",
        "            if count <= REMEMBERED_MAX:\n",
    ),
    Mutant(
        "a deadline keeps an id as long as it likes", "5", "accounts.py",
        "            keep_until = min(deadline_us, self.results.time_us + self.rules.remembered_us_max)\n",
        "            keep_until = deadline_us\n",
    ),
    Mutant(
        "anybody may cancel anybody's order", "11.1", "trading.py",
        "        if tickets.account(ticket) != account or tickets.market(ticket) != market:\n",
        "        if tickets.market(ticket) != market:\n",
    ),
    Mutant(
        "a replacement is placed though the cancel failed", "11.5", "compounds.py",
        "        if self.trading.reason != OK and mode == STOP_ON_FAILURE:\n",
        "        if self.trading.reason != OK and mode != STOP_ON_FAILURE:\n",
    ),
)  # fmt: skip

SNAPSHOTS = (
    Mutant(
        "a snapshot forgets what an order overpaid", "6, T5", "accounts_state.py",
        "    write_i64_le(out, tickets.word(ticket, CREDIT))\n",
        "    write_i64_le(out, 0)\n",
    ),
    Mutant(
        "a snapshot forgets the last price", "1, T5", "floor_state.py",
        "    matching.prices.last = reader.word()\n",
        "    reader.word()\n",
    ),
    Mutant(
        "a snapshot forgets who queues for a repeat", "5, T5", "accounts_state.py",
        "    if reader.word() == 1:\n        ids.queue(",
        "    if reader.word() == 2:\n        ids.queue(",
    ),
)  # fmt: skip

CATALOGUE = (
    *BOOK,
    *SELF_TRADES,
    *TRIGGERS,
    *MONEY,
    *LISTS,
    *AUCTIONS,
    *TIME,
    *COMMANDS,
    *SNAPSHOTS,
    *RULESETS,
)
