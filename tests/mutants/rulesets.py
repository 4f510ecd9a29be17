"""Bugs in what a ruleset brought."""

from tests.mutants.mutant import Mutant

RULESET_3 = (
    Mutant(
        "an order in quote weighs nothing", "4.17", "admission.py",
        "        position = before + self._lots_of(order, market)\n",
        "        position = before + int(order.quantity)\n",
    ),
    Mutant(
        "the position is not asked when a pending order begins", "8.3", "following.py",
        "        if not self.accounts.rules.asks_position_again:\n",
        "        if self.accounts.rules.asks_position_again:\n",
    ),
    Mutant(
        "one account may trail for all", "4.16", "admission.py",
        "        if self.rules.bounds_each_account and self._are_too_many(\n",
        "        if not self.rules.bounds_each_account and self._are_too_many(\n",
    ),
    Mutant(
        "an amend of one of a pair leaves the other as it was", "11.3", "amending.py",
        "        if partner != NONE:\n            self._shorten(partner, reduction)\n",
        "",
    ),
    Mutant(
        "a list keeps its name when it is over", "5", "order_lists.py",
        "        self.names.forget(slot)\n",
        "",
    ),
    Mutant(
        "a replacement is judged after its cancel", "11.5", "compounds.py",
        "        if self.accounts.rules.judges_replacement_first:\n",
        "        if not self.accounts.rules.judges_replacement_first:\n",
    ),
    Mutant(
        "of a pair in an auction the younger one's price counts", "9", "auction.py",
        "        if orders.order_id(bid) < orders.order_id(ask):\n            return self.bids",
        "        if orders.order_id(bid) > orders.order_id(ask):\n            return self.bids",
    ),
    Mutant(
        "a trailing stop may be at nothing", "7.9", "triggers.py",
        "    if price == 1 and not is_rising and not rules.keeps_stops_above_zero:\n",
        "    if price == 1 and not is_rising:\n",
    ),
    Mutant(
        "a snapshot forgets what lists are called", "5, T5", "accounts_state.py",
        "                names[slot] = name\n",
        "                pass\n",
    ),
)  # fmt: skip

RULESET_4 = (
    Mutant(
        "an auction that was called keeps stops asleep", "7.10", "matching.py",
        "            if self.market.status == TRADING or self.rules.looks_after_call:\n",
        "            if self.market.status == TRADING:\n",
    ),
    Mutant(
        "what waits for its working order is refused in an auction", "8.3", "following.py",
        "        if market.status == TRADING or not accounts.rules.puts_lists_off:\n",
        "        if market.status == TRADING or accounts.rules.puts_lists_off:\n",
    ),
    Mutant(
        "a stop that was passed lies dormant", "8.3", "triggers.py",
        "        if meets(is_rising, stop, price):\n            self._lift(place)\n            self._fire(",
        "        if stop == price:\n            self._lift(place)\n            self._fire(",
    ),
    Mutant(
        "what is left over waits a microsecond", "7.11", "following.py",
        "        if not self.accounts.rules.leaves_over_at_once:\n            due_us += 1\n",
        "        if due_us != 0:\n            due_us += 1\n",
    ),
    Mutant(
        "lists that were put off are forgotten by a snapshot", "7.11, T5", "accounts_state.py",
        "        if lists.word(slot, STAGE) == PUT_OFF:\n",
        "        if lists.word(slot, STAGE) == LIST_ID and list_id == NONE:\n",
    ),
    Mutant(
        "a list that was put off waits on when it is over", "7.11", "accounts.py",
        "        if lists.word(list_slot, PLACE) != NONE:\n",
        "        if lists.word(list_slot, PLACE) > 0:\n",
    ),
    Mutant(
        "of lists that were put off the youngest begins first", "7.11", "put_off.py",
        "        return self.lists.word(left, LIST_ID) < self.lists.word(right, LIST_ID)\n",
        "        return self.lists.word(left, LIST_ID) > self.lists.word(right, LIST_ID)\n",
    ),
    Mutant(
        "a deadline may lie anywhere", "1.5", "trading.py",
        "        if self.rules.bounds_deadlines and deadline_us - self.results.time_us > DEADLINE_AHEAD_US_MAX:\n",
        "        if self.rules.bounds_deadlines and deadline_us - self.results.time_us > 2 * DEADLINE_AHEAD_US_MAX:\n",
    ),
    Mutant(
        "an id is forgotten before its deadline", "5", "rulesets.py",
        "        self.remembered_us_max = DEADLINE_AHEAD_US_MAX if is_fourth",
        "        self.remembered_us_max = REMEMBERED_US_MAX // 1_000 if is_fourth",
    ),
    Mutant(
        "a repeat is over with its date", "4.8", "placing.py",
        "        if rules.knows_repeats_first:\n            earliest = 0\n",
        "        if rules.knows_repeats_first:\n            earliest = time_us\n",
    ),
    Mutant(
        "a change of one term makes up for one of another", "5", "trading.py",
        "        if self.rules.mixes_terms:\n            return terms_mixed(order, place_in_list)\n",
        "",
    ),
    Mutant(
        "the prices of a pair that buys may be either way round", "8.1", "joint_orders.py",
        "        return stop_loss < profit if one.side == SELL else stop_loss > profit\n",
        "        return stop_loss < profit if one.side == SELL else stop_loss != profit\n",
    ),
    Mutant(
        "an iceberg shows as little as it likes", "4.11", "filters.py",
        "            is_missed = bounds.missed(order.display_quantity, market.quantity_lots_min, ",
        "            is_missed = bounds.missed(order.display_quantity, 1, ",
    ),
    Mutant(
        "a nearest value that another bound refuses is named", "4", "messages.py",
        "        if not least <= self.nearest <= most:\n            self.nearest = NONE\n",
        "        if self.nearest > most:\n            self.nearest = NONE\n",
    ),
)  # fmt: skip

RULESET_5 = (
    Mutant(
        "a take-profit trails the way it waited", "7.9", "triggers.py",
        "    if rules.trails_by_side:\n        return order.side == BUY\n",
        "",
    ),
    Mutant(
        "what turns round forgets it in a snapshot", "7.9, T5", "triggers_state.py",
        "            if triggers.turns_round(place):\n                bips = -bips\n",
        "",
    ),
    Mutant(
        "the highest price of an auction is not looked at", "7.10", "auction.py",
        "            if self.highest != looked:\n",
        "            if self.highest < looked:\n",
    ),
    Mutant(
        "what waited for its turn in a list weighs nothing in quote", "4.17, 8.3", "following.py",
        "            order.best_price = self.floor.best_ask(market.number)\n",
        "            order.best_price = 0\n",
    ),
    Mutant(
        "terms that no order may have make a repeat", "5", "trading.py",
        "        if self.rules.compares_whole_terms and not are_terms_of_some_order(order):\n",
        "        if not self.rules.compares_whole_terms and not are_terms_of_some_order(order):\n",
    ),
)  # fmt: skip

RULESETS = (*RULESET_3, *RULESET_4, *RULESET_5)
