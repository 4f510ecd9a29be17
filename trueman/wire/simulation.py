"""What a simulation is asked to be, and what it reports of itself: the bodies of /v1/simulator."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    seed: int = 42
    traders: int = 4
    """Noise traders in each market, beside its market maker."""
    orders_per_second: float = 1.5
    """What the noise traders of one market send together."""
    markets: tuple[str, ...] = ()
    """Symbols; empty means every market that trades."""


class Status(msgspec.Struct, rename="camel"):
    """Counters since the start of this run."""

    running: bool = False
    seconds: int = 0
    markets: tuple[str, ...] = ()
    traders: int = 0
    orders: int = 0
    cancels: int = 0
    refusals: int = 0
    faucets: int = 0
    last_refusal: str = ""
