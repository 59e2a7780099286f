"""The brain: `State`, `decide`, `apply`, `next_due`, and what people may see of it (`boards/`, `explaining.py`).

No socket, file, clock or random source.
"""
