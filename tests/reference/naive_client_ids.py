"""The client ids that the exchange remembers of an account, and what a repeat is (section 5)."""

from tests.reference.naive_money import NaiveMoney
from tests.reference.naive_rules import Asked
from tests.reference.naive_state import Likeness, NaiveOrder, Remembered
from trueman.core import commands as ask
from trueman.core import units as u

NO_TERMS = {"stop_price": 0, "trailing_bips": 0, "display_quantity": 0, "expire_us": 0}


def likeness(asked: Asked, list_type: int = 0, position: int = 0) -> Likeness:
    return Likeness(asked._replace(tag=0, deadline_us=0), list_type, position)


def numbers(like: Likeness) -> list[int]:
    """The terms and the place, as rule 5 counts them."""
    asked, place = like.asked, 3 * like.list_type + like.position
    terms = [getattr(asked, name) for name in NO_TERMS] if isinstance(asked, ask.PlaceOrderWithTerms) else [0] * 4
    return [*terms, place]


def in_one_number(given: list[int]) -> int:
    one = given[0]
    for other in given[1:]:
        one = (one * 1_000_003 + other) % 2**62
    return one if any(given) else 0


def is_repeat(known: Remembered, like: Likeness, ruleset: int) -> bool:
    """Rule 5."""
    old, new = known.likeness.asked, like.asked
    if isinstance(old, ask.PlaceOrderWithTerms) and isinstance(new, ask.PlaceOrderWithTerms):
        old, new = old._replace(**NO_TERMS), new._replace(**NO_TERMS)
    if type(old) is not type(new) or old != new:
        return False
    given, wanted = numbers(like), numbers(known.likeness)
    if ruleset >= 5 and not all(0 <= number < 2**62 for number in given):
        return False
    if known.ruleset < 4:
        return in_one_number(given) == in_one_number(wanted)
    return [number % 2**62 for number in given] == wanted


class NaiveClientIds(NaiveMoney):
    def remembered_order(self, account: int, client_id: str) -> Remembered | None:
        return self.remembered.get(account, {}).get(client_id)

    def remember(self, asked: Asked, like: Likeness, order: NaiveOrder) -> None:
        """The order has just been accepted."""
        longest = u.DEADLINE_AHEAD_US_MAX if self.ruleset >= 4 else u.REMEMBERED_US_MAX
        kept = min(asked.deadline_us, self.time_us + longest) if asked.deadline_us > 0 else 0
        mine, queue = self.remembered.setdefault(order.account, {}), self.queues.setdefault(order.account, [])
        mine[order.client_id] = Remembered(like, self.ruleset, order.order_id, self.number, kept)
        queue.append(order.client_id)
        while len(queue) > 10 * u.REMEMBERED_MAX or (
            len(queue) > u.REMEMBERED_MAX and mine[queue[0]].keep_until < self.time_us
        ):
            oldest = queue.pop(0)
            mine[oldest].is_queued = False
            if not mine[oldest].is_open:
                del mine[oldest]
