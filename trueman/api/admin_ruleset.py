"""/v1/admin/ruleset: by which rules the exchange decides, and the one way to newer ones.

A switch is a command in the log: what stands before it is decided by the older rules for ever, also when it is
replayed. There is no way back, so the door is strict: only the next ruleset, and only one that this build knows.
"""

from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from trueman.api.admin_acts import act
from trueman.api.asked import Asked, Asker
from trueman.core.commands import SwitchRuleset
from trueman.core.rulesets import NEWEST_RULESET
from trueman.errors import BadInput

TAGS: Final = ["Administration"]


class Ruleset(msgspec.Struct, forbid_unknown_fields=True):
    ruleset: int


class RulesetShown(msgspec.Struct):
    current: int
    newest: int
    """That the API's build knows. Every engine must run a build that knows it before the switch."""


@get("/v1/admin/ruleset", summary="The rules in force", tags=TAGS)
async def show_ruleset(asked: Asked, admin_reader: Asker) -> RulesetShown:
    await asked.state.live.caught_up()
    return RulesetShown(await asked.state.ruleset(), NEWEST_RULESET)


@post("/v1/admin/ruleset", status_code=200, summary="Switch to the next rules, for good", tags=TAGS)
async def switch_ruleset(data: JSONBody[Ruleset], asked: Asked, admin: Asker) -> RulesetShown:
    await asked.state.live.caught_up()
    current = await asked.state.ruleset()
    if data.ruleset > NEWEST_RULESET:
        raise BadInput("ruleset", f"This build knows rulesets up to {NEWEST_RULESET}; start a newer one first.")
    if data.ruleset != current + 1:
        told = f"the next is {current + 1}" if current < NEWEST_RULESET else "there is no newer one"
        raise BadInput("ruleset", f"The ruleset in force is {current}, {told}; a switch goes one up and never back.")
    await act(asked, admin, SwitchRuleset(0, data.ruleset), f"ruleset {data.ruleset}")
    return RulesetShown(await asked.state.ruleset(), NEWEST_RULESET)


HANDLERS: Final[list[Any]] = [show_ruleset, switch_ruleset]
