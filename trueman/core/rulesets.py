"""Which rules are in force: every difference between the rulesets, by the name of what it does.

Both sides of the exchange ask here and nowhere compare numbers of rulesets. A log that was written under older rules
is replayed under them, for ever; docs/reference/rules.md says what each difference comes to.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.units import ACTIVATIONS_MAX, ACTIVATIONS_MAX_3, DEADLINE_AHEAD_US_MAX, REMEMBERED_US_MAX

FIRST_RULESET: Final = 2
"""The oldest that this build still decides by. Numbers are never used again."""
NEWEST_RULESET: Final = 5
RULESET_MAX: Final = 1_000
"""No number above it is ever a ruleset."""


class UnknownRuleset(ValueError):
    """The state or the log asks for rules that this build does not have: another build is needed."""


@final
class Rules:
    """What the exchange does by its ruleset. Each is false before the ruleset that brought it."""

    def __init__(self, ruleset: i64) -> None:
        self.ruleset: i64 = FIRST_RULESET
        self.bounds_each_account: bool = False
        """One account alone cannot take all trailing and all good-till-date orders that the exchange has room for."""
        self.names_more_bounds: bool = False
        """Also refusals for a trailing delta, an amend, a trailing or a timed order too many name what was missed."""
        self.weighs_orders_in_quote: bool = False
        """The position filter counts an order in quote by what it could buy."""
        self.asks_position_again: bool = False
        """The position filter is asked when a pending order begins."""
        self.judges_replacement_first: bool = False
        """Of a cancel-replace the order is judged before anything is cancelled."""
        self.names_lists: bool = False
        """A list is known by its own client id while it is open."""
        self.amends_lists: bool = False
        self.keeps_stops_above_zero: bool = False
        self.uncrosses_once: bool = False
        """An auction names one price; what self-trade prevention leaves crossed meets in pairs."""
        self.looks_after_call: bool = False
        """The prices before an auction was called set off what waits for them; it goes on when the market trades."""
        self.puts_lists_off: bool = False
        """What waits for its working order begins when its market trades, not while an auction goes on."""
        self.fires_what_was_passed: bool = False
        """A stop that the price passed while its order waited fires when the order begins; before, it was refused."""
        self.leaves_over_at_once: bool = False
        """Triggered orders that one command left over go before the next command, not a microsecond later."""
        self.knows_repeats_first: bool = False
        """A repeat of a good-till-date order is known also after its date, which is judged later."""
        self.mixes_terms: bool = False
        """Orders with terms are remembered so that a change of one term cannot make up for one of another."""
        self.bounds_deadlines: bool = False
        """A deadline lies no further ahead than what was asked is remembered."""
        self.orders_pairs: bool = False
        """The prices of a pair must lie on the right side of each other."""
        self.bounds_slices: bool = False
        """An iceberg shows no less than an order may have."""
        self.names_what_passes: bool = False
        """The nearest value that a filter names passes the market's other bounds too, or there is none."""
        self.weighs_pending_in_quote: bool = False
        self.compares_whole_terms: bool = False
        """Terms that no order may have are those of no remembered order, whatever is left of them in 62 bits."""
        self.trails_by_side: bool = False
        """What trails the price sells below its height and buys above its low, whatever it waits for before."""
        self.looks_at_extremes: bool = False
        """Also the lowest and the highest price of an auction set off what waits for them."""
        self.activations_max: i64 = ACTIVATIONS_MAX
        """Triggered orders that one command lets go on."""
        self.remembered_us_max: i64 = REMEMBERED_US_MAX
        """A deadline keeps a client id remembered no longer than this."""
        self.switch(ruleset)

    def switch(self, ruleset: i64) -> None:
        if not is_known(ruleset):
            raise UnknownRuleset(
                f"ruleset {ruleset} is asked for, and this build knows {FIRST_RULESET} to {NEWEST_RULESET}: "
                "start the build that knows it"
            )
        self.ruleset = ruleset
        is_third = ruleset >= 3
        self.bounds_each_account = is_third
        self.names_more_bounds = is_third
        self.weighs_orders_in_quote = is_third
        self.asks_position_again = is_third
        self.judges_replacement_first = is_third
        self.names_lists = is_third
        self.amends_lists = is_third
        self.keeps_stops_above_zero = is_third
        self.uncrosses_once = is_third
        is_fourth = ruleset >= 4
        self.looks_after_call = is_fourth
        self.puts_lists_off = is_fourth
        self.fires_what_was_passed = is_fourth
        self.leaves_over_at_once = is_fourth
        self.knows_repeats_first = is_fourth
        self.mixes_terms = is_fourth
        self.bounds_deadlines = is_fourth
        self.orders_pairs = is_fourth
        self.bounds_slices = is_fourth
        self.names_what_passes = is_fourth
        is_fifth = ruleset >= 5
        self.weighs_pending_in_quote = is_fifth
        self.compares_whole_terms = is_fifth
        self.trails_by_side = is_fifth
        self.looks_at_extremes = is_fifth
        self.activations_max = ACTIVATIONS_MAX_3 if is_third else ACTIVATIONS_MAX
        self.remembered_us_max = DEADLINE_AHEAD_US_MAX if is_fourth else REMEMBERED_US_MAX


def is_known(ruleset: i64) -> bool:
    return FIRST_RULESET <= ruleset <= NEWEST_RULESET
