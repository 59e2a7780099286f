"""What is kept in SQL: tables, the ledger that turns outcomes into rows, and the questions people ask of them.

| file | what |
|---|---|
| `tables.py` | every table |
| `book.py`, `folds/` | outcomes → rows, in memory, by topic |
| `narrative.py` | outcomes and inputs as sentences |
| `ledger.py` | a batch of decisions → one transaction |
| `feeder.py` | the journal → the ledger, for ever |
| `store.py` | the database: engine, threads, errors |
| `migrate.py`, `migrations/` | the schema over time |
| `queries.py` | calls, traces, explanations, figures |
| `tokens.py`, `agents.py`, `audit.py` | who may, whose phone, who did what |
"""
