"""/v1/admin/chain-deposits: what the watcher of a chain reports, credited once, and only when it is final.

A deposit is known by its place: chain, transaction, index. Nobody can spend it before it has as many confirmations as
the operator asks for; a chain that takes it back before that has brought nothing.
"""

from typing import Any, Final

import msgspec
from litestar import post
from litestar.params import JSONBody

from trueman.api.admin_acts import note
from trueman.api.asked import Asked, Asker
from trueman.api.http import Request
from trueman.api.wallet import wanted_amount
from trueman.core.units import USER_ACCOUNT_MAX, USER_ACCOUNT_MIN
from trueman.errors import BadInput, Conflict
from trueman.infra.operations import DEPOSIT, DONE
from trueman.infra.operations import Asked as Wanted

SEEN: Final = "seen"
FINAL: Final = "final"
REVERSED: Final = "reversed"
NAME_CHARS_MAX: Final = 128
PLACE_MAX: Final = 2**31 - 1
_REPORT: Final = """
    INSERT INTO chain_deposits AS known (chain, txid, place, account, asset, amount, confirmations, state, seen_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (chain, txid, place) DO UPDATE SET confirmations = $7,
       state = CASE WHEN known.state = 'final' THEN 'final' ELSE $8 END
    WHERE (known.account, known.asset, known.amount) = ($4, $5, $6)
    RETURNING state"""


class ChainDeposit(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    chain: str
    txid: str
    index: int
    account: int
    asset: str
    amount: str
    confirmations: int
    orphaned: bool = False
    """The chain has taken it back."""


class ChainDepositShown(msgspec.Struct, rename="camel"):
    state: str
    """`seen`: not spendable yet. `final`: credited. `reversed`: the chain took it back before that."""


@post("/v1/admin/chain-deposits", status_code=200, summary="Report what a chain brings", tags=["Administration"])
async def report(data: JSONBody[ChainDeposit], asked: Asked, admin: Asker) -> ChainDepositShown:
    """As often as you like, at every new block: it is credited once, when it has enough confirmations."""
    _require_sane(data)
    asset, amount = wanted_amount(asked, data.asset, data.amount)
    wanted = Wanted(DEPOSIT, data.account, asset.number, amount, client_id=f"{data.chain} {data.txid} {data.index}")
    state = await _written_down(asked, data, wanted)
    if state is None:
        raise Conflict("This place of the chain was reported with another account, asset or amount.", field="txid")
    if state == FINAL and data.orphaned:
        raise Conflict("It was final and is credited; what the chain took back since is for an operator to settle.")
    if state == FINAL:
        await note(asked, admin, "chain deposit", f"account {data.account}", wanted._asdict())
        operation = await asked.state.wallet.perform(wanted)
        if operation.state != DONE:
            raise Conflict("The exchange did not take the deposit; see the audit log.")
    return ChainDepositShown(state)


async def _written_down(asked: Request, data: ChainDeposit, wanted: Wanted) -> str | None:
    """How this place stands now; final stays final. None when it is known as another deposit, which does not change."""
    enough = data.confirmations >= asked.state.settings.deposit_confirmations
    state = REVERSED if data.orphaned else FINAL if enough else SEEN
    values = (wanted.account, wanted.asset, wanted.amount, data.confirmations, state, asked.state.clock_us())
    row = await asked.state.database.fetchrow(_REPORT, data.chain, data.txid, data.index, *values)
    return None if row is None else str(row["state"])


def _require_sane(data: ChainDeposit) -> None:
    for field, text in (("chain", data.chain), ("txid", data.txid)):
        if not (1 <= len(text) <= NAME_CHARS_MAX and text.isascii() and text.isprintable() and " " not in text):
            raise BadInput(field, f"{field} has 1 to {NAME_CHARS_MAX} printable ASCII characters and no blanks.")
    for field, number in (("index", data.index), ("confirmations", data.confirmations)):
        if not 0 <= number <= PLACE_MAX:
            raise BadInput(field, f"{field} can be 0 to {PLACE_MAX}.")
    if not USER_ACCOUNT_MIN <= data.account <= USER_ACCOUNT_MAX:
        raise BadInput("account", f"An account of a user is {USER_ACCOUNT_MIN} to {USER_ACCOUNT_MAX}.")


HANDLERS: Final[list[Any]] = [report]
