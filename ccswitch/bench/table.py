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
        meaning="How long one event can hold up the next. A call takes about 14 decisions.",
        where="ccswitch.bench.decide:run",
        within=240,
    ),
    Bench(
        name="match",
        what="who answers whom with skills in 100 queues, beside a scan of everybody",
        meaning="How long a caller and an agent who fits him wait for each other when many of both are there.",
        where="ccswitch.bench.match:run",
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
        meaning="How fast SQL catches up after the database was away. A call makes about 28 rows; calls wait for none.",
        where="ccswitch.bench.ledger:run",
    ),
    Bench(
        name="offer",
        what="from the event that makes an offer possible to the offer on the wire",
        meaning="How long a caller waits although an agent is free: all of it that is the controller's.",
        where="ccswitch.bench.offer:run",
        within=180,
    ),
    Bench(
        name="lookups",
        what="500 callers in menus whose keys lead to look-ups of 300 ms",
        meaning="What a call's look-up costs the others: no call's step is held up by another's question.",
        where="ccswitch.bench.lookups:run",
        within=240,
    ),
    Bench(
        name="ivr",
        what="scripts read, and their steps walked",
        meaning="A published script is read between calls; a step is what happens between two prompts.",
        where="ccswitch.bench.ivr:run",
    ),
    Bench(
        name="hub",
        what="gaps in the controller's attention",
        meaning="A gap is how long every caller and agent waits for the one thing that the controller is busy with.",
        where="ccswitch.bench.hub_gap:run",
        within=180,
    ),
    Bench(
        name="memory",
        what="memory of a live call",
        meaning="What a hundred callers more need on the controller's host.",
        where="ccswitch.bench.memory:run",
        within=240,
    ),
    Bench(
        name="day",
        what="a day of 100,000 calls in virtual time",
        meaning="How long `ccswitch simulate` takes for a day; it plays replications on all cores.",
        where="ccswitch.bench.day:run",
        within=180,
    ),
    Bench(
        name="invite",
        what="from the enqueue to the INVITE at an idle agent's phone, beside mod_callcenter",
        meaning="How soon the agent's phone rings: what a caller notices. mod_callcenter looks every 100 ms.",
        where="ccswitch.bench.invite:run",
        within=400,
    ),
    Bench(
        name="cpu",
        what="processor time of a call, beside FreeSWITCH's own",
        meaning="How much of the host ccswitch adds to what FreeSWITCH takes anyway.",
        where="ccswitch.bench.cpu:run",
        within=180,
    ),
)
