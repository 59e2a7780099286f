"""Every table of the records.

Times are seconds since the epoch, UTC, as double precision; durations are seconds (docs/decisions/records.md says
why). Whatever lasts has `started`, `ended` (null while it lasts) and `duration` (computed by the database). Rows
that no id of their own names are named by the outcome that began them: decision `n`, place `i` in it.

`info["owner"]` is the column by which the ledger finds the open rows that an outcome is about. A row of a table whose
`info["written"]` is `once` stays as it was first written.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(128)  # ids that we or the switch gave
NAME = String(128)  # names that people gave in the configuration
WORD = String(32)  # one of a fixed set of words
NUMBER = String(64)  # phone numbers
SENTENCE = String(500)  # reasons; longer ones are cut


def _word(name: str, kind: String, **more: Any) -> Column[Any]:
    """A text that is never null: empty when there is none."""
    return Column(name, kind, nullable=False, server_default="", **more)


def _lasting() -> tuple[Column[Any], ...]:
    """When it began, when it ended, how long it took."""
    return (
        Column("started", Double, nullable=False),
        Column("ended", Double),
        Column("duration", Double, Computed("ended - started", persisted=True)),
    )


def _begun_by() -> tuple[Column[Any], ...]:
    """The outcome that began it: the journal's `n`, and the outcome's place in that decision."""
    return (
        Column("n", BigInteger, primary_key=True, autoincrement=False),
        Column("i", Integer, primary_key=True, autoincrement=False),
    )


CALLS = Table(
    "calls",
    METADATA,
    Column("call_id", ID, primary_key=True),
    *_lasting(),
    _word("node", NAME),
    _word("entry", NAME),
    _word("campaign", NAME),  # by whose number he came, or for which he was called
    _word("came_from", SENTENCE),  # the site that sent him, and his call there, as north/3f0a…
    _word("caller_number", NUMBER),
    _word("caller_name", NAME),
    _word("called_number", NUMBER),
    Column("origin", WORD, nullable=False, server_default="inbound"),  # CallOrigin
    _word("queue", NAME),  # the last one he waited in
    _word("agent", NAME),  # the last one he talked with
    Column("wayout", Double),  # when the dialplan's last resort had him
    Column("result", WORD),  # CallResult; null while it lasts
    _word(
        "unrecorded", SENTENCE
    ),  # why its recording is missing or not whole; empty when none was wanted or all is well
    _word("cause", NAME),
    _word("why", SENTENCE),
    Index("ix_calls_started", "started", "call_id"),
    Index("ix_calls_caller_number", "caller_number", "started"),
    info={"owner": "call_id"},
)

LEGS = Table(
    "legs",
    METADATA,
    Column("leg_id", ID, primary_key=True),
    _word("call_id", ID, index=True),
    *_lasting(),
    Column("connected", Double),
    _word("role", WORD),  # LegRole
    _word("number", NAME),
    _word("agent", NAME),
    _word("cause", NAME),
    _word("nailed", ID),  # the nailed-up leg that was lent to the call under this name; empty: it was the call's own
    info={"owner": "call_id"},
)

QUEUE_VISITS = Table(
    "queue_visits",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    *_lasting(),
    _word("queue", NAME),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("since", Double),  # when the wait began; earlier than `started` after a move
    _word("why", SENTENCE),
    Column("waited", Double),
    Column("result", WORD),  # VisitResult; null while he waits
    _word("left_to", NAME),  # where he went, as `queue:care`; empty: nowhere, or to an agent
    _word("end_why", SENTENCE),  # what sent him there
    _word("agent", NAME),
    Column("target", Double),  # the queue's rules when he came; null in rows of a release that did not keep them
    Column("short_abandon", Double),
    Column("estimated", Double),  # of his wait in this queue, when he joined; null where nothing could be said
    Index("ix_queue_visits_started", "started", "queue"),
    info={"owner": "call_id"},
)

OFFERS = Table(
    "offers",
    METADATA,
    Column("offer_id", ID, primary_key=True),
    _word("call_id", ID, index=True),
    *_lasting(),
    _word("agent", NAME),
    _word("queue", NAME),
    _word("leg_id", ID),
    Column("rang", Double),
    Column("answered", Double),
    Column("deadline", Double),
    _word("why", SENTENCE),  # why this agent
    Column("result", WORD),  # OfferResult; null while it is out
    _word("cause", NAME),
    _word("end_why", SENTENCE),
    Index("ix_offers_agent", "agent", "started"),
    info={"owner": "call_id"},
)

TALKS = Table(
    "talks",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    *_lasting(),
    _word("agent", NAME),
    _word("leg_id", ID),
    _word("queue", NAME),
    Column("waited", Double),
    Column("held", Double, nullable=False, server_default="0"),  # seconds on hold, part of the duration
    Column("held_since", Double),  # null when not on hold
    _word("recording", String(1000)),  # where it was written, though it may be deleted since
    Column("recording_deleted_at", Double),  # its time was over
    _word("ended_by", NAME),
    Index("ix_talks_started", "started", "queue"),
    Index(
        "ix_talks_recorded",
        "ended",
        sqlite_where=text("recording <> '' AND recording_deleted_at IS NULL"),
        postgresql_where=text("recording <> '' AND recording_deleted_at IS NULL"),
    ),
    Index("ix_talks_agent", "agent", "started"),
    info={"owner": "call_id"},
)

# Calls whose recordings are deleted by nobody, however long ago they were.
KEPT_CALLS = Table(
    "kept_calls",
    METADATA,
    Column("call_id", ID, primary_key=True),
    Column("at", Double, nullable=False),
    _word("author", NAME),
    _word("why", SENTENCE),
    info={"owner": "call_id"},
)

TRANSFERS = Table(
    "transfers",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    Column("at", Double, nullable=False),
    _word("agent", NAME),  # of the talk that he was sent on from
    _word("queue", NAME),  # that the talk came from
    _word("target", SENTENCE),  # as queue:sales (model/targets.py)
    _word("author", NAME),  # of the order; the agent himself when his phone did it
    Column("attended", Boolean, nullable=False, server_default=false()),  # he asked there first
    Index("ix_transfers_at", "at", "queue"),
)

RECORDING_PAUSES = Table(
    "recording_pauses",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    *_lasting(),
    _word("agent", NAME),
    _word("author", NAME),
    info={"owner": "call_id"},
)

GUESTS = Table(
    "guests",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    *_lasting(),  # from the first ring on; a row for each mode that he was in
    Column("joined", Double),  # when he began to hear
    _word("leg_id", ID),
    _word("agent", NAME),  # who he is, empty of an outside number
    _word("number", NUMBER),
    _word("mode", WORD),  # GuestMode
    _word("talks_with", NAME),  # the agent whose talk it was
    _word("author", NAME),
    _word("result", WORD),  # GuestResult; empty while he is there
    _word("why", SENTENCE),
    Index("ix_guests_agent", "agent", "started"),
    info={"owner": "call_id"},
)

STEPS = Table(
    "steps",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    *_lasting(),  # of a queue step: until the script goes on or the call ends, the talk included
    _word("script", NAME),
    _word("script_hash", NAME),  # the version; each sub-script's own
    _word("step", NAME),
    _word("kind", WORD),
    Column("serial", Integer, nullable=False, server_default="0"),  # of its application; 0 when it needs none
    Column("try_number", Integer, nullable=False, server_default="1"),  # of a menu or a collection, from 1
    _word("keys", NUMBER),  # never masked ones
    _word("result", SENTENCE),  # one word of a step that took time, the reason of one that took none
    _word("why", SENTENCE),  # what was wrong
    _word("led_to", NAME),  # the step that followed; `end`; empty when none did
    Index("ix_steps_script", "script", "started"),
    info={"owner": "call_id"},
)

SCRIPT_VERSIONS = Table(
    "script_versions",
    METADATA,
    Column("script", NAME, primary_key=True),
    Column("hash", NAME, primary_key=True),
    Column("at", Double, nullable=False),  # when it was first released
    _word("author", NAME),  # of its first release; empty of one that came from a file
    _word("comment", SENTENCE),
    Column("text", Text, nullable=False, server_default=""),
    info={"written": "once"},
)

RELEASES = Table(
    "releases",
    METADATA,
    *_begun_by(),
    Column("at", Double, nullable=False),
    _word("script", NAME),
    _word("kind", WORD),  # ReleaseKind
    _word("hash", NAME),  # in force for all calls that do not take the canary
    _word("canary", NAME),
    Column("share", Double, nullable=False, server_default="0"),  # of the calls that take the canary
    _word("before", NAME),  # what a rollback brings back
    _word("author", NAME),
    _word("comment", SENTENCE),
    Index("ix_releases_script", "script", "n"),
)

CALL_TAGS = Table(
    "call_tags",
    METADATA,
    Column("call_id", ID, primary_key=True),
    Column("tag", NAME, primary_key=True, index=True),
    Column("at", Double, nullable=False),
    info={"owner": "call_id"},
)

SURVEY_ANSWERS = Table(
    "survey_answers",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    Column("at", Double, nullable=False),
    _word("question", NAME),
    Column("score", Integer, nullable=False),
    _word("agent", NAME),  # of the talk before it
    _word("queue", NAME),
    Index("ix_survey_answers_question", "question", "at"),
)

MESSAGES = Table(
    "messages",
    METADATA,
    Column("message_id", ID, primary_key=True),
    _word("call_id", ID, index=True),
    *_lasting(),  # while it was recorded
    _word("box", NAME),  # the queue whose agents it is for
    _word("caller_number", NUMBER),
    _word("caller_name", NAME),
    _word("node", NAME),
    _word("path", String(1000)),  # on the node
    Column("result", WORD),  # MessageResult; null while it is recorded
    _word("why", SENTENCE),
    Index("ix_messages_box", "box", "started"),
    info={"owner": "call_id"},
)

# Promises to call a customer back. `due` is when it stands, or stood last, in line.
CALLBACKS = Table(
    "callbacks",
    METADATA,
    Column("promise_id", ID, primary_key=True),
    *_lasting(),
    _word("made_in", ID),  # the call; empty when a person of the house promised it
    _word("queue", NAME),
    _word("number", NUMBER),
    _word("caller_name", NAME),
    _word("author", NAME),
    Column("since", Double, nullable=False),  # the place in line that it keeps
    Column("due", Double, nullable=False),
    Column("expires", Double, nullable=False),
    Column("in_time", Double),  # until then it is kept in time; null: made by a release that did not say
    Column("attempts", Integer, nullable=False, server_default="0"),  # of reaching the customer
    _word("last_call", ID),
    _word("last_attempt", WORD),  # AttemptResult
    Column("result", WORD),  # CallbackResult; null while it stands
    _word("why", SENTENCE),
    _word("end_why", SENTENCE),
    Index("ix_callbacks_queue_started", "queue", "started"),
    Index("ix_callbacks_number", "number"),
    info={"owner": "promise_id"},
)

MESSAGES_DONE = Table(
    "messages_done",
    METADATA,
    Column("message_id", ID, primary_key=True),
    Column("at", Double, nullable=False),
    _word("author", NAME),
    info={"owner": "message_id"},
)

AGENT_SPANS = Table(
    "agent_spans",
    METADATA,
    *_begun_by(),
    _word("agent", NAME),
    *_lasting(),
    _word("status", WORD),  # AgentStatus: what he says
    _word("reason", NAME),
    _word("state", WORD),  # AgentState: what he does
    _word("call_id", ID),
    Index("ix_agent_spans_agent", "agent", "started"),
    Index("ix_agent_spans_started", "started"),
    Index(
        "ix_agent_spans_open",
        "agent",
        sqlite_where=text("ended IS NULL"),
        postgresql_where=text("ended IS NULL"),
    ),
    info={"owner": "agent"},
)

NAILED_LEGS = Table(
    "nailed_legs",  # agents' legs that stand between calls, from the first ring on
    METADATA,
    Column("leg_id", ID, primary_key=True),
    _word("agent", NAME),
    *_lasting(),
    Column("connected", Double),  # when it stood; null: never
    _word("node", NAME),
    _word("number", NAME),  # of his phone
    _word("cause", NAME),
    _word("why", SENTENCE),
    Index("ix_nailed_legs_agent_started", "agent", "started"),
    Index(
        "ix_nailed_legs_open",
        "agent",
        sqlite_where=text("ended IS NULL"),
        postgresql_where=text("ended IS NULL"),
    ),
    info={"owner": "agent"},
)

TRACE = Table(
    "trace",
    METADATA,
    *_begun_by(),
    _word("call_id", ID, index=True),
    Column("at", Double, nullable=False),
    _word("kind", NAME),  # the outcome's name
    _word("text", SENTENCE),
    _word("given", SENTENCE),  # the input that led to it
    Column("data", Text, nullable=False, server_default="{}"),  # the outcome as JSON
)

AGENTS = Table(
    "agents",
    METADATA,
    Column("agent", NAME, primary_key=True),
    _word("sip_user", NAME, unique=True),
    _word("realm", NAME),
    _word("a1_hash", NAME),  # MD5(user:realm:password), what SIP digest needs
    Column("changed", Double, nullable=False),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the token, hex
    _word("name", NAME),
    _word("role", WORD),
    Column("created", Double, nullable=False),
    Column("revoked", Double),
)

CUSTOMERS = Table(
    "customers",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _word("name", NAME, index=True),
    _word("level", WORD),
    _word("language", WORD),
    Column("created", Double, nullable=False),
    Column("changed", Double, nullable=False),
    Column("contacted", Double),  # when he was last known to be in contact
)

CUSTOMER_PHONES = Table(
    "customer_phones",
    METADATA,
    Column("number", NUMBER, primary_key=True),  # E.164
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    info={"written": "once"},
)

CUSTOMER_KEYS = Table(
    "customer_keys",
    METADATA,
    Column("key", ID, primary_key=True),  # his id in another system
    Column("customer_id", BigInteger, nullable=False, index=True),
)

CUSTOMER_TAGS = Table(
    "customer_tags",
    METADATA,
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", NAME, primary_key=True, index=True),
    info={"written": "once"},
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Double, nullable=False, index=True),
    _word("author", NAME),
    _word("kind", NAME),  # what was wanted: an order's name, or `token add` and the like
    Column("what", Text, nullable=False, server_default=""),  # its particulars, as JSON
    Column("accepted", Boolean, nullable=False),
    _word("said", SENTENCE),  # what changed, or why not
    Column("n", BigInteger),  # the decision, when it was one
)

LEDGER_POSITION = Table(
    "ledger_position",
    METADATA,
    Column("name", WORD, primary_key=True),
    Column("n", BigInteger, nullable=False),  # the last decision in these tables
    Column("at", Double, nullable=False),
)

LASTING: tuple[Table, ...] = (
    CALLS,
    LEGS,
    QUEUE_VISITS,
    OFFERS,
    TALKS,
    RECORDING_PAUSES,
    GUESTS,
    STEPS,
    MESSAGES,
    CALLBACKS,
    AGENT_SPANS,
    NAILED_LEGS,
)
