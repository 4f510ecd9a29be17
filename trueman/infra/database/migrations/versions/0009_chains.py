"""A chain has one name and a transaction one spelling; a deposit that was refused is tried again until it is credited.

Of rows that differ in the spelling alone one keeps the place: the one that was credited, or else the one that will be.
The others are put aside as `DOUBLE <chain>`, where nobody finds or credits them any more, and an operator does: what of
them was credited was credited twice. A chain that is declared as `exact` keeps its transactions as they are spelled.
"""

import sqlalchemy as sa
from alembic import op

from trueman.infra.chains import EXACT, chains_of
from trueman.infra.settings import Settings

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ONE_SPELLING = """
CREATE TEMPORARY TABLE spelled ON COMMIT DROP AS
SELECT *, row_number() OVER (
    PARTITION BY new_chain, new_txid, place
    ORDER BY CASE outcome WHEN 'done' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, state <> 'final', seen_us, chain, txid
) AS turn
FROM (
    SELECT came.chain, came.txid, came.place, came.account, came.state, came.seen_us, lower(came.chain) AS new_chain,
           CASE WHEN came.txid ~ '^(0[xX])?[0-9a-fA-F]+$' AND lower(came.chain) <> ALL (:exact)
                THEN regexp_replace(lower(came.txid), '^0x', '') ELSE came.txid END AS new_txid,
           coalesce(listed.state, '') AS outcome
    FROM chain_deposits AS came LEFT JOIN wallet_operations AS listed
      ON listed.account = came.account AND listed.client_id = concat_ws(' ', came.chain, came.txid, came.place)
) AS told"""
RENAMED = """
UPDATE wallet_operations SET client_id = {name} FROM spelled
WHERE wallet_operations.account = spelled.account AND {which}
  AND client_id = concat_ws(' ', spelled.chain, spelled.txid, spelled.place)"""
MOVED = """
UPDATE chain_deposits SET {change} FROM spelled
WHERE {which} AND (chain_deposits.chain, chain_deposits.txid, chain_deposits.place)
    = (spelled.chain, spelled.txid, spelled.place)"""
DOUBLE = "turn > 1"
KEPT = "turn = 1 AND (spelled.chain, spelled.txid) <> (new_chain, new_txid)"
ASIDE = """chain = 'DOUBLE ' || spelled.chain,
    state = CASE WHEN spelled.state = 'final' AND outcome <> 'done' THEN 'reversed' ELSE spelled.state END"""
DOUBLE_NAMES = RENAMED.format(name="'DOUBLE ' || client_id", which=DOUBLE)
DOUBLES = MOVED.format(change=ASIDE, which=DOUBLE)
NAMES = RENAMED.format(name="concat_ws(' ', new_chain, new_txid, spelled.place)", which=KEPT)
PLACES = MOVED.format(change="chain = new_chain, txid = new_txid", which=KEPT)
CAME = """
UPDATE chain_deposits AS came SET {change} FROM wallet_operations AS listed
WHERE came.state = 'final' AND listed.account = came.account AND listed.state = '{state}'
  AND listed.client_id = concat_ws(' ', came.chain, came.txid, came.place)"""
CREDITED = CAME.format(change="state = 'credited'", state="done")
REFUSED = CAME.format(change="attempt = 1, reason = listed.reason", state="refused")


def upgrade() -> None:
    table = "chain_deposits"
    for name, kind in (("attempt", sa.Integer), ("reason", sa.Integer), ("retry_us", sa.BigInteger)):
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default="0"))
    op.drop_constraint("chain_deposits_state_known", table)
    op.create_check_constraint("state_known", table, "state IN ('seen', 'final', 'credited', 'reversed')")
    op.create_index("chain_deposits_waiting", table, ["retry_us"], postgresql_where=sa.text("state = 'final'"))
    exact = [chain.name for chain in chains_of(Settings().chains).values() if chain.form == EXACT]
    op.execute(sa.text(ONE_SPELLING).bindparams(sa.bindparam("exact", exact, sa.ARRAY(sa.Text))))
    for statement in (DOUBLE_NAMES, DOUBLES, NAMES, PLACES, CREDITED, REFUSED):
        op.execute(statement)
