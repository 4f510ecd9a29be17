"""What an operator sees of the streams."""

from typing import Final

from prometheus_client import Counter, Gauge

CONNECTIONS: Final = Gauge("trueman_ws_connections", "Open stream connections")
SLOW: Final = Gauge("trueman_ws_slow_connections", "Connections that get only the newest of replaceable events")
STREAMS: Final = Gauge("trueman_ws_streams", "Streams with a subscriber")
OFFSET: Final = Gauge("trueman_ws_offset", "The number of the newest result in the views")
MESSAGES: Final = Counter("trueman_ws_messages", "Events sent, counted once for every subscriber")
DROPPED: Final = Counter("trueman_ws_dropped", "Connections closed because they read too slowly")
