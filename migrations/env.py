"""Alembic runs this. `ccswitch.records.migrate` hands it the connection; there is no ini file and no URL here.

A new revision: change `ccswitch/records/tables.py`, then `python -m ccswitch.records.migrate "what changed"`.
"""

from alembic import context

from ccswitch.records.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
    transactional_ddl=True,  # the store begins its transactions itself, so SQLite too takes back half a migration
)
with context.begin_transaction():
    context.run_migrations()
