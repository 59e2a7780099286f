"""What the desk needs of floor, records and switch, tied together: world rooms do not know each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ccswitch.clock import Clock, Seconds
from ccswitch.controller.copied import from_a_copy
from ccswitch.controller.engine import Answer, Engine
from ccswitch.controller.hub import beside
from ccswitch.desk import ports
from ccswitch.errors import ConfigError, Problem
from ccswitch.floor.preview import foresee
from ccswitch.floor.publishing import problems
from ccswitch.floor.state import State
from ccswitch.floor.versions import script_of
from ccswitch.kpi.summary import figures
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.orders import Order
from ccswitch.records import agent_days, agents, audit, promises, queries, queue_days, recordings, scripts, tokens
from ccswitch.records import customers as customer_records
from ccswitch.records.narrative import sentence
from ccswitch.records.store import Store
from ccswitch.records.usage import usage
from ccswitch.switch.directory import a1_hash
from ccswitch.switch.phone_address import PhoneKind, parse_phone

Row = Mapping[str, Any]


class FloorPort:
    """The engine, as the desk may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self) -> State:
        """The live State, to read."""
        return self._engine.state

    def now(self) -> Seconds:
        """The engine's clock."""
        return self._engine.clock.now()

    def ask(self, order: Order) -> Answer:
        """Have an order decided."""
        return self._engine.ask(order)

    def preview(self, order: Order) -> ports.Foreseen:
        """What the order would do: played on a copy of the process, so that State is as it was and the hub goes on."""
        state, now = self._engine.state, self.now()
        said = json.loads(from_a_copy(lambda: json.dumps(_foreseen(state, order, now)).encode()))
        return ports.Foreseen(
            accepted=said["accepted"],
            what=said["what"],
            missing=said["missing"],
            follows=[(CallId(call), what) for call, what in said["follows"]],
        )


MOST_TOLD = 2000  # of what follows
_NOT_TOLD = (o.LegOpened, o.LegClosed, o.MusicStarted, o.MusicStopped, o.DeadlinePassed, o.AgentRested, o.OrderAccepted)


def _foreseen(state: State, order: Order, now: Seconds) -> dict[str, Any]:
    """Runs in the copy."""
    outcomes = foresee(state, order, now)
    answer = next(one for one in outcomes if isinstance(one, o.OrderAccepted | o.OrderRefused))
    told = [one for one in outcomes if not isinstance(one, _NOT_TOLD)][:MOST_TOLD]
    return {
        "accepted": isinstance(answer, o.OrderAccepted),
        "what": answer.what if isinstance(answer, o.OrderAccepted) else answer.why,
        "missing": isinstance(answer, o.OrderRefused) and answer.missing,
        "follows": [(getattr(one, "call", ""), sentence(one)) for one in told],
    }


class RecordsPort:
    """The store, as the desk may use it."""

    def __init__(self, store: Store, engine: Engine, clock: Clock, region: Callable[[], str] = str) -> None:
        """`region`: the country of numbers that name none."""
        self._store, self._engine, self._clock, self._region = store, engine, clock, region

    def token_holder(self, token: str) -> tokens.Token | None:
        """Whose token it is."""
        return tokens.verify_token(self._store, token)

    def calls(self, wanted: ports.CallsWanted, *, limit: int, after: ports.After | None) -> queries.Page:
        """The newest calls first."""
        chosen = queries.CallFilter(
            queue=wanted.queue,
            agent=wanted.agent,
            result=wanted.result,
            number=wanted.number,
            since=wanted.since,
            until=wanted.until,
        )
        return queries.recent_calls(self._store, chosen, limit=limit, after=after)

    def call(self, call: CallId) -> queries.CallRecord | None:
        """Everything about one call."""
        return queries.call_record(self._store, call)

    def past_promises(self, limit: int) -> Sequence[Row]:
        """Promises that are over."""
        return promises.past_promises(self._store, limit=limit)

    def promise(self, promise: CallId) -> promises.PromiseRecord | None:
        """Everything about one promise."""
        return promises.promise_record(self._store, promise)

    def trace(self, call: CallId) -> Sequence[Row]:
        """The service trace."""
        return queries.call_trace(self._store, call)

    def explain(self, call: CallId) -> Sequence[Row]:
        """Why it went as it did."""
        return queries.explain_call(self._store, call)

    def kpi(self, since: Seconds) -> Mapping[str, Mapping[str, float | None]]:
        """The figures of every queue from `since` until now."""
        rules = self._engine.state.settings.queues
        summary = queries.summary(self._store, rules, since=since, until=self._clock.now())
        return {queue: figures(tally) for queue, tally in summary.queues.items()}

    def agent_days(self, since: Seconds, until: Seconds) -> Sequence[Row]:
        """How each agent's time went."""
        return agent_days.agent_days(self._store, since=since, until=until)

    def sent_on(self, since: Seconds, until: Seconds) -> Sequence[Row]:
        """Why callers left queues."""
        return queue_days.sent_on(self._store, since=since, until=until)

    def balances(self, since: Seconds, until: Seconds) -> Sequence[Row]:
        """How evenly calls fell on agents."""
        agents_now = [live.agent for live in self._engine.state.agents.values()]
        return queue_days.balances(self._store, agents_now, since=since, until=until)

    def sip_user(self, agent: str) -> str | None:
        """The SIP account kept for this agent."""
        secret = agents.phone_secret(self._store, AgentId(agent))
        return secret.sip_user if secret else None

    def put_agent_secret(self, agent: str, *, sip_user: str, realm: str, a1_hash: str) -> None:
        """Keep an agent's SIP account."""
        secret = agents.PhoneSecret(agent=AgentId(agent), sip_user=sip_user, a1_hash=a1_hash, realm=realm)
        agents.put_phone_secret(self._store, secret, now=self._clock.now())

    def drop_agent_secret(self, agent: str) -> None:
        """Forget an agent's SIP account."""
        agents.remove_phone_secret(self._store, AgentId(agent))

    def customers(self, wanted: str) -> Sequence[customer_records.Customer]:
        """Customers by a number, an id in another system, or a part of the name."""
        return customer_records.find(self._store, wanted, self._region())

    def customer(self, customer: int) -> customer_records.Customer | None:
        """One customer."""
        return customer_records.get(self._store, customer)

    def tag_customer(
        self, customer: int, *, add: Sequence[str], remove: Sequence[str]
    ) -> customer_records.Customer | None:
        """The customer with his tags changed."""
        return customer_records.tag(self._store, customer, add, remove, self._clock.now())

    def hold_recordings(self, call: CallId, *, author: str, why: str) -> bool:
        """Let no rule delete a call's recordings."""
        return recordings.hold(self._store, call, author=author, why=why, now=self._clock.now())

    def release_recordings(self, call: CallId) -> bool:
        """Let the rules have them again."""
        return recordings.release(self._store, call)

    def recordings_held(self, call: CallId) -> Row | None:
        """Who holds them."""
        return recordings.held(self._store, call)

    def audited(self, wanted: ports.AuditWanted, *, limit: int, before: int | None) -> Sequence[Row]:
        """Who did what."""
        chosen = audit.AuditFilter(
            author=wanted.author, kind=wanted.kind, about=wanted.about, since=wanted.since, until=wanted.until
        )
        found = audit.recent_audit(self._store, chosen, limit=limit, before_id=before)
        return [row | {"what": json.loads(row["what"] or "{}")} for row in found]

    def audit(self, *, author: str, kind: str, what: Row, accepted: bool, said: str) -> None:
        """Note who did what, when it was no order."""
        now = self._clock.now()
        audit.note(self._store, author=author, kind=kind, what=dict(what), accepted=accepted, said=said, now=now)


class ScriptsPort:
    """Versions of scripts, for the desk: what is wrong with one, which there were, how they were used."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store, self._engine = store, engine

    def problems(self, source: ScriptSource) -> Sequence[Problem]:
        """Everything that is wrong with a version; read in a thread, of which the floor then knows the result."""
        try:
            beside(script_of, source)
        except ConfigError as error:
            return error.problems
        return problems(self._engine.state, source)

    def versions(self, script: str) -> Sequence[Row]:
        """The newest first."""
        return scripts.versions_of(self._store, script)

    def releases(self, script: str) -> Sequence[Row]:
        """The newest first."""
        return scripts.releases_of(self._store, script)

    def find(self, script: str, beginning: str) -> Sequence[ScriptSource]:
        """Those whose hash begins so."""
        return scripts.find_versions(self._store, script, beginning)

    def usage(self, script: str, since: Seconds | None, until: Seconds | None, version: str) -> Sequence[Row]:
        """How callers used each version."""
        found = usage(self._store, script, since=since, until=until, version=version)
        return [asdict(one) for one in found]


class PhonesPort:
    """What the switch room knows of phones. `realm` is the SIP domain at which agents' phones register."""

    def __init__(self, realm: str) -> None:
        self._realm = realm

    def sip_user(self, phone: str) -> str | None:
        """The account under which this phone registers with us; None for a phone elsewhere."""
        address = parse_phone(phone)
        return address.number if address.kind is PhoneKind.USER else None

    def secret(self, sip_user: str, password: str) -> ports.SipSecret:
        """What is kept instead of the password."""
        return ports.SipSecret(realm=self._realm, a1_hash=a1_hash(sip_user, self._realm, password))


class HealthPort:
    """Asks each part how it feels; `warnings` are what the floor met lately."""

    def __init__(self, *reasons: Callable[[], str], warnings: Callable[[], Sequence[str]] = list) -> None:
        self._reasons = reasons
        self._warnings = warnings

    def reasons(self) -> Sequence[str]:
        """What is wrong now, each with how to mend it."""
        return [text for reason in self._reasons if (text := reason())]

    def warnings(self) -> Sequence[str]:
        """What went wrong lately on a node, each with how to mend it."""
        return self._warnings()
