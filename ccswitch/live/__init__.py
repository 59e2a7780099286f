"""What two controllers share beside the journal: who is active, his last State, and what is new.

`ports.py` says what is needed, `over_redis.py` has it in Redis, `memory.py` in this process. Nothing here is needed
for a call: without Redis the active controller goes on, and a standby on the same disk sees the journal.
"""
