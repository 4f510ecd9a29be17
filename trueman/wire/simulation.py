"""What a simulation is asked to be, and what it reports of itself: the bodies of /v1/simulator."""

from typing import Annotated, Final

import msgspec

SEED_MAX: Final = 2**53
TRADERS_MAX: Final = 10_000
ORDERS_PER_SECOND_MAX: Final = 1_000_000
MARKETS_MAX: Final = 100
COUNT_MAX: Final = 2**53
TEXT_CHARS_MAX: Final = 1_000

Seed = Annotated[int, msgspec.Meta(ge=0, le=SEED_MAX)]
Traders = Annotated[int, msgspec.Meta(ge=0, le=TRADERS_MAX)]
OrdersPerSecond = Annotated[float, msgspec.Meta(gt=0, le=ORDERS_PER_SECOND_MAX)]
Markets = Annotated[tuple[str, ...], msgspec.Meta(max_length=MARKETS_MAX)]
Count = Annotated[int, msgspec.Meta(ge=0, le=COUNT_MAX)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    seed: Seed = 42
    traders: Traders = 4
    """Noise traders in each market, beside its market maker."""
    orders_per_second: OrdersPerSecond = 1.5
    """What the noise traders of one market send together."""
    markets: Markets = ()
    """Symbols; empty means every market that trades."""


class Status(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Counters since the start of this run."""

    running: bool = False
    seconds: Count = 0
    markets: tuple[str, ...] = ()
    traders: Count = 0
    orders: Count = 0
    cancels: Count = 0
    refusals: Count = 0
    faucets: Count = 0
    last_refusal: Annotated[str, msgspec.Meta(max_length=TEXT_CHARS_MAX)] = ""
