"""Speech: words become sound files that the switch can play, and no call waits for another's.

A request that says something passes the `Gate` on its way to the switch. There a `Speaker` finds files for its words:
recorded, rendered before, or rendered now by an `Engine`, a program of its own.
"""
