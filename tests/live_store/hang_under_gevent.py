"""Ask a Redis that is gone, or that hangs, in a process that gevent has patched, as production is.

`python -m tests.live_store.hang_under_gevent URL` prints JSON: how long each of three asked calls took, and the
longest time between two ticks of a greenlet that ticks every 5 ms meanwhile.
"""

from __future__ import annotations

import gevent.monkey

gevent.monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402

from ccswitch.errors import LiveStoreError  # noqa: E402
from ccswitch.live.over_redis import redis_store  # noqa: E402
from ccswitch.live.ports import Decided, KeptSnapshot, Owner  # noqa: E402


def main(url: str) -> dict[str, object]:
    """What is measured against the store at `url` while it hangs: seconds, and what each request says."""
    store = redis_store(url)
    gap = 0.0

    def tick() -> None:
        """Measure the longest time in which the hub ran nobody."""
        nonlocal gap
        last = time.perf_counter()
        while True:
            gevent.sleep(0.005)
            now = time.perf_counter()
            gap, last = max(gap, now - last), now

    def ask(what: str) -> tuple[str, float]:
        """What a request says in the end, and after how many seconds."""
        began = time.perf_counter()
        try:
            asked[what]()
        except LiveStoreError as error:
            return str(error), time.perf_counter() - began
        return "", time.perf_counter() - began

    asked = {
        "lease": lambda: store.lease.take(Owner(name="a", token=1), lasts=5.0),
        "snapshot": lambda: store.snapshots.put(KeptSnapshot(1, 1, b"x" * 1_000_000)),
        "notice": lambda: store.notices.publish(Decided(1)),
        "subscription": lambda: store.notices.subscribe(),
    }
    ticker = gevent.spawn(tick)
    asking = [gevent.spawn(ask, what) for what in asked]
    gevent.joinall(asking, timeout=60)
    ticker.kill()
    return {"gap": gap, "answers": {what: greenlet.value for what, greenlet in zip(asked, asking, strict=True)}}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
