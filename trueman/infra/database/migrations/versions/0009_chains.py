"""A chain has one name and a transaction one spelling; a deposit that was refused is tried again until it is credited.

Where two rows differ in the spelling alone both were credited: the later ones keep their spelling, by which nobody
finds them any more, and an operator finds them: chain <> lower(chain).
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ONE_SPELLING = """
CREATE TEMPORARY TABLE spelled ON COMMIT DROP AS
SELECT * FROM (
    SELECT old.*, row_number() OVER (PARTITION BY new_chain, new_txid, place ORDER BY state <> 'final', seen_us) AS turn
    FROM (SELECT chain, txid, place, account, state, seen_us, lower(chain) AS new_chain,
                 CASE WHEN txid ~ '^(0[xX])?[0-9a-fA-F]+$' THEN regexp_replace(lower(txid), '^0x', '') ELSE txid END
                 AS new_txid FROM chain_deposits) AS old
) AS turned WHERE turn = 1 AND (chain, txid) <> (new_chain, new_txid)"""
NAMES = """
UPDATE wallet_operations SET client_id = concat_ws(' ', spelled.new_chain, spelled.new_txid, spelled.place) FROM spelled
WHERE wallet_operations.account = spelled.account
  AND client_id = concat_ws(' ', spelled.chain, spelled.txid, spelled.place)"""
PLACES = """
UPDATE chain_deposits SET chain = new_chain, txid = new_txid FROM spelled
WHERE (chain_deposits.chain, chain_deposits.txid, chain_deposits.place)
    = (spelled.chain, spelled.txid, spelled.place)"""
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
    for statement in (ONE_SPELLING, NAMES, PLACES, CREDITED, REFUSED):
        op.execute(statement)
