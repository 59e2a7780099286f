"""What supervisors and agents are served over HTTP: in this release the control API that the command line needs.

| file | what |
|---|---|
| `app.py` | the application: every path in one table |
| `ports.py` | what the desk needs of the rest of the house, as protocols |
| `access.py` | bearer tokens and what each role may |
| `bodies.py` | what is taken in: JSON limits and strict models |
| `document.py` | the document of the API |
| `answers.py`, `call_answers.py`, `script_answers.py` | what is given out, as models |
| `errors.py` | every error as JSON that says what, why and how to mend it |
| `orders.py` | a change as an order, and its answer |
| `nodes.py`, `queues.py`, `agents.py`, `calls.py`, `scripts.py`, `watching.py` | one noun each |
| `server.py` | the listening socket |
"""
