"""What each outcome changes in State: one small function an outcome, in the table of its topic's file.

The topics are those of `model/outcomes/`; `apply.py` puts their tables together. What several topics do alike stands in
`lines.py` and `moves.py`.
"""
