"""What an operator sees of the updater."""

from typing import Final

from prometheus_client import Counter, Gauge

OFFSET: Final = Gauge("trueman_updater_offset", "The number of the newest command in the tables")
EVENTS: Final = Counter("trueman_updater_events", "Events written")
BATCHES: Final = Counter("trueman_updater_batches", "Transactions committed")
WAITS: Final = Counter("trueman_updater_waits", "Times the updater waited for a neighbour that was away", ["neighbour"])
