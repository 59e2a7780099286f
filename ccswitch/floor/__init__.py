"""The brain: `State`, `decide`, `apply`, `next_due`, and pure queries. No socket, file, clock or random source."""
