"""What a day would do: the real floor in virtual time, with callers, agents and trunks drawn from a scenario."""
