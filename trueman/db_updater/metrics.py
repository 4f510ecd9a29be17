"""What an operator sees of the updater."""

from typing import Final

from prometheus_client import Counter, Gauge

LAG_COMMANDS: Final = Gauge("trueman_updater_lag_commands", "Commands in the event log that the tables do not have yet")
LAG_SECONDS: Final = Gauge(
    "trueman_updater_lag_seconds", "Age of the newest command in the tables, 0 when none is missing"
)
OFFSET: Final = Gauge("trueman_updater_offset", "The number of the newest command in the tables")
EVENTS: Final = Counter("trueman_updater_events", "Events written")
BATCHES: Final = Counter("trueman_updater_batches", "Transactions committed")
WAITS: Final = Counter("trueman_updater_waits", "Times the updater waited for a neighbour that was away", ["neighbour"])
