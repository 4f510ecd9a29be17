"""The client ids that the exchange remembers of an account, and what a repeat is (section 5)."""

from tests.reference.naive_money import NaiveMoney
from tests.reference.naive_rules import Asked
from tests.reference.naive_state import NaiveOrder, Remembered
from trueman.core import units as u


def likeness(asked: Asked, list_type: int = 0, position: int = 0) -> object:
    """What two orders have in common when one repeats the other: all but `tag` and `deadline_us`."""
    return type(asked), asked._replace(tag=0, deadline_us=0), list_type, position


class NaiveClientIds(NaiveMoney):
    def remembered_order(self, account: int, client_id: str) -> Remembered | None:
        return self.remembered.get(account, {}).get(client_id)

    def remember(self, asked: Asked, like: object, order: NaiveOrder) -> None:
        """The order has just been accepted."""
        longest = u.DEADLINE_AHEAD_US_MAX if self.ruleset >= 4 else u.REMEMBERED_US_MAX
        kept = min(asked.deadline_us, self.time_us + longest) if asked.deadline_us > 0 else 0
        mine, queue = self.remembered.setdefault(order.account, {}), self.queues.setdefault(order.account, [])
        mine[order.client_id] = Remembered(like, order.order_id, self.number, kept)
        queue.append(order.client_id)
        while len(queue) > 10 * u.REMEMBERED_MAX or (
            len(queue) > u.REMEMBERED_MAX and mine[queue[0]].keep_until < self.time_us
        ):
            oldest = queue.pop(0)
            mine[oldest].is_queued = False
            if not mine[oldest].is_open:
                del mine[oldest]
