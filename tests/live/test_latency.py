"""Latency from the enqueue to the agent's phone, beside mod_callcenter: being written."""
