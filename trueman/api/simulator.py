"""/v1/simulator: the switch that administrators turn and everybody may look at. The simulator itself asks for it."""

from typing import Any, Final, Literal

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody

from trueman.api.asked import Asked, Asker
from trueman.api.http import Request
from trueman.errors import BadInput
from trueman.infra.database import audit, simulator_control
from trueman.wire.simulation import Options, Status


class Start(msgspec.Struct, forbid_unknown_fields=True):
    options: Options = msgspec.field(default_factory=Options)


class Simulator(msgspec.Struct, rename="camel"):
    desired: Literal["running", "stopped"]
    options: Options
    status: Status | None
    status_time: int | None
    """When the simulator last said how it does; null when it never did."""


@get("/v1/simulator", summary="What the simulator does", tags=["Simulator"])
async def show(asked: Asked, reader: Asker) -> Simulator:
    return await _shown(asked)


@post("/v1/simulator/start", status_code=200, summary="Start the simulator", tags=["Simulator"])
async def start(data: JSONBody[Start], asked: Asked, admin: Asker) -> Simulator:
    registry = asked.state.live.registry
    unknown = [symbol for symbol in data.options.markets if symbol not in registry.market_of_symbol]
    if unknown:
        raise BadInput("markets", f"There is no market {unknown[0][:20]!r}.")
    options = msgspec.to_builtins(data.options)
    await audit.record(asked.state.database, asked.state.clock_us(), admin.account, "StartSimulator", options)
    await simulator_control.start(asked.state.database, options)
    return await _shown(asked)


@post("/v1/simulator/stop", status_code=200, summary="Stop the simulator", tags=["Simulator"])
async def stop(asked: Asked, admin: Asker) -> Simulator:
    await audit.record(asked.state.database, asked.state.clock_us(), admin.account, "StopSimulator", {})
    await simulator_control.stop(asked.state.database)
    return await _shown(asked)


@put("/v1/simulator/status", status_code=204, summary="For the simulator: say how it does", tags=["Simulator"])
async def report(data: JSONBody[Status], asked: Asked, admin: Asker) -> None:
    await simulator_control.report(asked.state.database, msgspec.to_builtins(data), asked.state.clock_us())


async def _shown(asked: Request) -> Simulator:
    control = await simulator_control.read(asked.state.database)
    desired: Literal["running", "stopped"] = "running" if control.desired == "running" else "stopped"
    status_ms = None if control.status_us is None else control.status_us // 1_000
    options = msgspec.convert(control.options, Options)
    status = None if control.status is None else msgspec.convert(control.status, Status)
    return Simulator(desired, options, status, status_ms)


HANDLERS: Final[list[Any]] = [show, start, stop, report]
