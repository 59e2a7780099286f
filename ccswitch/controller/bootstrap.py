"""The only wiring: every part of a running controller is made and joined here.

Started: the right to decide, recovery, engine, nodes, desk. Stopped the other way round, without touching a call: the
nodes get a last beat with patience for a successor, the engine works off what came in, snapshot and journal are closed
and the right is free; only then the records catch up. A controller that another has superseded is abandoned instead:
it writes and says nothing more.
"""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from random import Random

import gevent
from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds, SystemClock
from ccswitch.controller import config as configuration
from ccswitch.controller import desk_ports, drafts, metrics, outcome_log
from ccswitch.controller.config import Config, NodeSettings, floor_settings
from ccswitch.controller.customer_lookup import CustomerLookup
from ccswitch.controller.drafts import DraftWatch, newest
from ccswitch.controller.engine import Engine
from ccswitch.controller.hub import HubWatch, beside
from ccswitch.controller.journal_reader import JournalReader
from ccswitch.controller.mishaps import Mishaps
from ccswitch.controller.news import News
from ccswitch.controller.recent import Recent
from ccswitch.controller.recovery import Recovered, recover
from ccswitch.controller.releases import ReleaseFinder
from ccswitch.controller.snapshot_keeper import SnapshotKeeper
from ccswitch.controller.speaking import speaker_for, texts_of
from ccswitch.controller.standby import Standby, Takeover, authority_for, journal_for
from ccswitch.desk.app import make_app
from ccswitch.desk.ports import Ports
from ccswitch.desk.server import Server
from ccswitch.desk.standby import make_standby_app
from ccswitch.errors import CcswitchError, ConfigError, StoreError, Superseded
from ccswitch.floor.versions import kept, script_of
from ccswitch.lookups.definition import BUILT_IN
from ccswitch.lookups.lookups import Lookups
from ccswitch.model.decision import Decision
from ccswitch.model.facts import NodeDown, SettingsLoaded
from ccswitch.model.ids import AgentId, NodeName
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.outcomes import ScriptReleased
from ccswitch.model.requests import LookUp, Request
from ccswitch.records import agents as agent_records
from ccswitch.records.feeder import Feeder
from ccswitch.records.ledger import Ledger
from ccswitch.records.pruner import Pruner
from ccswitch.records.recordings import RecordingPruner, keeping
from ccswitch.records.store import Store, open_store
from ccswitch.speech.gate import Gate
from ccswitch.switch.node import Account, Node, NodeAddress
from ccswitch.switch.nodes import Nodes

log = logging.getLogger(__name__)

LOCK_WITHIN: Seconds = 30.0  # the controller before us may still be stopping
RECORDS_WITHIN: Seconds = 2.0  # at a stop, for SQL to catch up; what is left is fed by the next start
ASK_RECORDS_WITHIN: Seconds = 0.5  # at a start; calls wait for it
GAP_ALLOWED: Seconds = 0.05  # architecture rule 10
# How long a thread that works for SQL may keep the interpreter from the hub, which asks for it dozens of times a
# decision (5 ms by default).
THREAD_TURN: Seconds = 0.001
AT_START_ONLY = (
    "nodes",
    "store",
    "journal",
    "live",
    "desk",
    "speech",
    "voices",
    "log",
)  # parts of Config that a reload leaves as they are


class Controller:
    """A running controller: `start`, `reload`, `stop`. `listeners` hear every decision after it was applied."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
        listeners: Iterable[Callable[[Decision], None]] = (),
        takeover: Takeover | None = None,
        desk: Server | None = None,
    ) -> None:
        """`takeover`: what a standby has ready; `desk`: where it answered until now. Nothing runs before `start`.

        Built from the journal outwards: first what the engine needs, then the engine, then what needs it. Nodes and
        gate stand on both sides, as they carry its requests and bring its facts: they are made first, and look for
        the engine when there is a fact.
        """
        self.config = config
        begin = takeover or _alone(config, clock or SystemClock())
        self.authority, self.journal = begin.authority, begin.journal
        self.clock = clock or SystemClock(not_before=self.journal.opened_at)
        self._make_records()
        self._make_nodes(random or Random())
        self._make_engine(begin.recovered, listeners)
        self._make_informants(new_journal=begin.recovered.n == 0)
        self._make_keepers()
        self._make_desk(desk)

    # ---- building, in this order

    def _make_records(self) -> None:
        """SQL, and what writes the journal's decisions into it. The engine numbers on from what is there."""
        self.store: Store = open_store(self.config.store.url)
        self.ledger = Ledger(self.store)
        self.recent = Recent(JournalReader(self.journal))
        self.feeder = Feeder(self.recent, self.ledger)

    def _make_nodes(self, random: Random) -> None:
        """FreeSWITCH, and the gate before it, in which a request waits until its words are sound."""
        config = self.config
        self.nodes = Nodes(self._node(node, random) for node in config.nodes)
        self.gate = Gate(speaker_for(config), self._send, lambda fact: self.engine.submit(fact), config.speech.limit)

    def _make_engine(self, recovered: Recovered, listeners: Iterable[Callable[[Decision], None]]) -> None:
        """The single writer of State, and all who hear its decisions; `listeners` hear them last."""
        self.news = News(self.authority.live, recovered.state)
        self.mishaps = Mishaps(self.clock)
        self.outcomes = outcome_log.GatheredLog()
        self.engine = Engine(
            recovered.state,
            n=max(recovered.n, _last_recorded(self.ledger)),
            journal=self.journal,
            carry=self._carry,
            clock=self.clock,
            listeners=(
                self.outcomes,
                self.news,
                self.mishaps,
                self.recent,
                lambda decision: self.feeder.wake(),
                self._speak_of_releases,
                *listeners,
            ),
        )

    def _make_informants(self, *, new_journal: bool) -> None:
        """What tells the engine of the world beside the switch: published scripts, saved files, answered look-ups."""
        config = self.config
        self.releases = ReleaseFinder(self.store, self.engine.submit, asks=new_journal)
        self.drafts = DraftWatch(lambda: self.config.folder(self.config.ivr.dir), self._drafts_changed)
        self.lookups = Lookups(
            config.lookups,
            config.lookup_headers,
            on_fact=self.engine.submit,
            digits=self.nodes.secret,
            built_in={BUILT_IN: CustomerLookup(self.store, config.customers.region, self.clock)},
            clock=self.clock,
        )

    def _make_keepers(self) -> None:
        """What keeps disks small, each by its own retention: the journal, old rows, recordings on the nodes."""
        self.keeper = SnapshotKeeper(
            self.journal,
            self.engine,
            self.feeder,
            authority=self.authority,
            news=self.news,
            clock=self.clock,
            retention=self.config.journal.retention,
        )
        self.pruner = Pruner(self.store, self.clock, self.config.store.trace_retention)
        self.recording_pruner = RecordingPruner(
            self.store, self.nodes, self.clock, rules=lambda: keeping(self.engine.state.settings)
        )

    def _make_desk(self, desk: Server | None) -> None:
        """Last, as it shows all of the above: the API, health, `/metrics`."""
        self.hub = HubWatch(self.clock)
        figures = metrics.Figures(
            self.engine, self.journal, self.feeder, self.nodes, self.hub, self.authority, self.gate
        )
        self._app = make_app(self._ports(), metrics.registry(figures))
        self.desk = desk or Server(self._app, self.config.desk.host, self.config.desk.port)

    # ---- life

    def start(self) -> None:
        """Begin to work; returns at once. Live calls of the run before are adopted as soon as their node answers."""
        self.authority.start()
        self.news.start()
        self.releases.start()
        known = self.engine.state.settings.scripts
        self._take_settings(drafts.standing_in(self.config, self._published(), known))
        for node in list(self.engine.state.nodes.values()):
            if node.connected:
                self.engine.submit(NodeDown(node=node.node, why="the controller was started again"))
        self.hub.start()
        self.engine.start()
        self.feeder.start()
        self.pruner.start()
        self.recording_pruner.start()
        self.nodes.start()
        self.desk.serve(self._app)
        self.desk.start()
        if self.config.ivr.watch:
            self.drafts.start()
        self.keeper.start()
        log.info("serving: decision %d, %d live calls", self.engine.n, len(self.engine.state.calls))

    def reload(self, config: Config) -> None:
        """Take new settings for whatever begins from now on. What is named in AT_START_ONLY needs a restart. Raises
        ConfigError, and changes nothing, when a script is wrong of which no version was published."""
        changed = [part for part in AT_START_ONLY if getattr(config, part) != getattr(self.config, part)]
        if changed:
            log.warning("%s changed in the files: that takes effect at the next start", ", ".join(changed))
        drafts.check(config, self._published())
        self._take_settings(config)
        self.lookups.take(config.lookups, config.lookup_headers)

    def _published(self) -> set[str]:
        """The scripts of which a version stands, whatever their files say."""
        return {*self.engine.state.releases, *self.releases.found}

    def _drafts_changed(self) -> None:
        """A script's file was saved (`[ivr] watch`)."""
        config = beside(newest, self.config)
        if config.scripts != self.config.scripts:
            self._take_settings(config)
            log.info("scripts were read: what was never published is in force now, the rest is a draft")

    def stop(self) -> None:
        """Leave all calls to a successor, or to the watchdogs when none comes within `handover_grace`."""
        self.desk.stop()
        self.drafts.stop()
        self.releases.stop()
        self.gate.stop()
        self.nodes.stop(hand_over=self.config.handover_grace)
        self.engine.stop()
        self.outcomes.flush()
        self.lookups.stop()
        self.keeper.stop()
        self.keeper.take()
        self.journal.close()
        self.news.stop()
        self.authority.stop()  # callers wait for the successor: he goes on while the records catch up
        self.feeder.wait_for(self.engine.n, RECORDS_WITHIN)
        self.feeder.stop()
        self.pruner.stop()
        self.recording_pruner.stop()
        self.store.close()
        self.hub.stop()

    def abandon(self) -> None:
        """Another controller has taken over: end, without a word to the nodes and without a line in the journal."""
        self.engine.halt()
        self.outcomes.flush()
        self.drafts.stop()
        self.releases.stop()
        self.gate.stop()
        self.lookups.stop()
        self.journal.abandon()
        self.nodes.drop()
        self.desk.stop()
        self.keeper.stop()
        self.news.stop()
        self.authority.stop()
        self.feeder.stop(timeout=0.5)
        self.pruner.stop(timeout=0.5)
        self.recording_pruner.stop(timeout=0.5)
        self.store.close()
        self.hub.stop()

    # ---- parts

    def _take_settings(self, config: Config) -> None:
        """Hand the settings in once their scripts, and those of live calls, are read: parsing would hold the hub."""
        self.config = config
        settings = floor_settings(config)
        self._prepare(settings.scripts)
        state = self.engine.state
        released = {name: kept(state, name, release.versions.hash) for name, release in state.releases.items()}
        for problem in drafts.misfits(config, {name: script for name, script in released.items() if script}):
            log.warning("what is published and the files do not fit: %s", problem)
        self.engine.submit(SettingsLoaded(settings=settings))

    def _prepare(self, news: Iterable[ScriptSource]) -> None:
        """Have scripts read, and what they say anyway rendered, before a call needs it."""
        scripts = [*news, *self.engine.state.scripts.values()]
        beside(_read_ahead, scripts)
        self.gate.speaker.prepare(texts_of(scripts))

    def _speak_of_releases(self, decision: Decision) -> None:
        """A listener of the engine: scripts that are published speak new texts."""
        for outcome in decision.outcomes:
            if isinstance(outcome, ScriptReleased) and outcome.sources:
                gevent.spawn(self._prepare, outcome.sources)

    def _node(self, node: NodeSettings, random: Random) -> Node:
        address = NodeAddress(
            name=NodeName(node.name),
            host=node.host,
            port=node.port,
            password=node.password,
            sip_domain=node.sip_domain,
            sip_profile=node.sip_profile,
            gateway=node.gateway,
        )
        return Node(
            address,
            on_fact=lambda fact: self.engine.submit(fact),
            accounts=self._accounts,
            alive=lambda: self.authority.allows() and self.engine.alive(),
            claim=self.authority,
            clock=self.clock,
            random=random,
        )

    def _carry(self, request: Request) -> None:
        self.authority.check()
        if isinstance(request, LookUp):
            self.lookups.carry(request)
        else:
            self.gate.carry(request)

    def _send(self, request: Request) -> None:
        """Behind the gate, perhaps seconds later."""
        self.authority.check()
        if not isinstance(request, LookUp):
            self.nodes.carry(request)

    def _accounts(self, agent: str | None) -> Iterable[Account]:
        if agent is None:
            secrets = agent_records.phone_secrets(self.store)
        else:
            secret = agent_records.phone_secret(self.store, AgentId(agent))
            secrets = [secret] if secret else []
        return [Account(user=secret.sip_user, a1=secret.a1_hash) for secret in secrets]

    def _ports(self) -> Ports:
        realm = self.config.nodes[0].sip_domain if self.config.nodes else ""
        return Ports(
            floor=desk_ports.FloorPort(self.engine),
            records=desk_ports.RecordsPort(self.store, self.engine, self.clock, lambda: self.config.customers.region),
            scripts=desk_ports.ScriptsPort(self.store, self.engine),
            phones=desk_ports.PhonesPort(realm),
            health=desk_ports.HealthPort(*self._reasons(), warnings=self._warnings),
        )

    def _reasons(self) -> list[Callable[[], str]]:
        return [
            self._links_feel,
            self._journal_feels,
            self._records_feel,
            self._engine_feels,
            self._hub_feels,
        ]

    def _links_feel(self) -> str:
        away = [name for name, node in self.nodes.by_name.items() if not node.link.connected]
        return f"no link to {', '.join(away)}: is FreeSWITCH up? `ccswitch doctor` says more" if away else ""

    def _journal_feels(self) -> str:
        return f"journal: {self.journal.trouble}: free the disk" if self.journal.trouble else ""

    def _records_feel(self) -> str:
        if not self.feeder.last_error:
            return ""
        return f"records are {self.feeder.lag} decisions behind: {self.feeder.last_error}"

    def _warnings(self) -> list[str]:
        trouble = self.authority.trouble or self.news.trouble
        told = [f"{trouble}: calls go on, but a standby on another host cannot take over now"] if trouble else []
        return [*self.mishaps.warnings(), *self.lookups.warnings(), *told]

    def _engine_feels(self) -> str:
        return "" if self.engine.alive() else "the engine does not come round: see the log"

    def _hub_feels(self) -> str:
        gap = self.hub.worst(10)
        return f"the hub was blocked for {gap * 1000:.0f} ms in the last 10 s" if gap > 5 * GAP_ALLOWED else ""


def _alone(config: Config, clock: Clock) -> Takeover:
    """What a controller without a standby begins with, once the one before it has gone."""
    authority = authority_for(config, clock)
    authority.take(LOCK_WITHIN)
    journal = journal_for(config, authority)
    journal.open()
    return Takeover(authority=authority, journal=journal, recovered=beside(recover, journal))


def _read_ahead(scripts: Iterable[ScriptSource]) -> None:
    """Have every script parsed before a call needs it. One of another release may be unreadable; floor/ bears that."""
    for source in scripts:
        try:
            script_of(source)
        except ConfigError as error:
            log.warning("a script that is in use cannot be read by this release:\n%s", error)


def _last_recorded(ledger: Ledger) -> int:
    """Where the records stand. They can be ahead of the journal when it was deleted, or lost its last milliseconds in
    a power cut: what they have must not be numbered again. A database that does not answer at once is not waited for.
    """
    try:
        return int(gevent.with_timeout(ASK_RECORDS_WITHIN, ledger.position))
    except (StoreError, gevent.Timeout) as away:
        log.warning("the records cannot be asked where they stand: %s", away)
        return 0


def serve(config_path: Path | str) -> None:
    """Run a controller until SIGTERM or SIGINT. SIGHUP reads the files again. Raises ConfigError, JournalError.

    Raises Superseded when another controller took over from us.
    """
    _run(Path(config_path), lambda config, stopping: Controller(config))


def stand_by(config_path: Path | str) -> None:
    """Be ready until no other controller is active, then run as one; otherwise as `serve`."""
    _run(Path(config_path), _when_it_is_our_turn)


def _run(path: Path, make: Callable[[Config, Flag], Controller | None]) -> None:
    config = beside(partial(configuration.load, path, drafts=True))
    outcome_log.configure(config.log.level, config.log.format)
    for warning in config.warnings:
        log.warning("%s", warning)
    stopping, rereading = Flag(), Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    gevent.signal_handler(signal.SIGHUP, rereading.set)
    sys.setswitchinterval(THREAD_TURN)
    gc.freeze()  # what imports leave is kept anyway: a collection while State is read would look through all of it
    controller = make(config, stopping)
    if controller is None:
        return
    controller.start()
    gc.freeze()  # what a start leaves is never garbage: to look through it again would hold the hub each time
    watcher = gevent.spawn(_reread, rereading, path, controller)
    gevent.wait([stopping, controller.authority.lost], count=1)
    watcher.kill()
    if controller.authority.lost.is_set():
        controller.abandon()
        raise Superseded(f"{controller.authority.why}; this one ends, and may stand by when it is started again")
    log.info("stopping: calls are left to the successor")
    controller.stop()


def _when_it_is_our_turn(config: Config, stopping: Flag) -> Controller | None:
    """A controller, once no other is active; None when we are told to stop before. Its desk answers meanwhile."""
    waiting = Standby(config, SystemClock())
    desk = Server(make_standby_app(waiting), config.desk.host, config.desk.port)
    desk.start()
    takeover: Takeover | None = None
    try:
        takeover = waiting.wait(stopping)
    finally:
        if takeover is None:
            desk.stop()
    return Controller(config, takeover=takeover, desk=desk) if takeover else None


def _reread(wanted: Flag, path: Path, controller: Controller) -> None:
    while True:
        wanted.wait()
        wanted.clear()
        try:
            controller.reload(beside(partial(configuration.load, path, drafts=True)))
            log.info("the files were read again")
        except CcswitchError as error:
            log.error("the files are wrong, nothing was changed:\n%s", error)
