"""How fast it is, measured on this machine: each figure with its unit, method, number of samples, and a peer beside it
in the same run where there is one. Machines are noisy; ratios are less so.

| file | what |
|---|---|
| `figure.py` | what a bench gives: figures, promises, or why it was left out |
| `table.py` | every bench |
| `run.py` | runs them one after the other, whatever becomes of each |
| `report.py`, `machine.py`, `page.py` | figures and machine as one document; as tables; as docs/performance.md |
| `measuring.py` | percentiles, processor time, memory |
| `calls.py` | a floor of any size with the life of real calls on it, in memory |
| `stage/` | what benches play on: controller, simulated and real FreeSWITCH, wire clock, PostgreSQL, each a process |
| the rest | one bench a file |
"""
