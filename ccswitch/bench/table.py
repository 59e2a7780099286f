"""Every bench, in the order in which they run."""

from __future__ import annotations

from ccswitch.bench.figure import Bench

BENCHES: tuple[Bench, ...] = (
    Bench(
        name="events",
        what="events of FreeSWITCH decoded, beside greenswitch's parser",
        meaning="How much of a core the reading of events takes. A call brings about 35 of them.",
        where="ccswitch.bench.events:run",
    ),
    Bench(
        name="decide",
        what="one decision of the floor, by its size",
        meaning="How long one event can hold up the next. A call takes about 17 decisions.",
        where="ccswitch.bench.decide:run",
        within=240,
    ),
    Bench(
        name="journal",
        what="decisions kept on the disk",
        meaning="A decision is in the kernel's hands before its commands go out; appending must cost next to nothing.",
        where="ccswitch.bench.journal:run",
    ),
    Bench(
        name="ledger",
        what="rows of the records written to SQL",
        meaning="How fast SQL catches up after the database was away. A call makes about 30 rows; calls wait for none.",
        where="ccswitch.bench.ledger:run",
    ),
)
