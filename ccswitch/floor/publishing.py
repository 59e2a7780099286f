"""Versions of scripts by order: published for all new calls or a share of them, promoted, rolled back.

What is refused changes nothing: the version that was in force stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ccswitch.acd.circles import Written, circle_told, circles
from ccswitch.acd.rule_text import rules
from ccswitch.errors import ConfigError, Problem
from ccswitch.floor.decided import Decided
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.floor.versions import kept, now_in_force, script_of, source_of
from ccswitch.ivr.lint import unknown_calendars, unknown_queues, wrong_lookups
from ccswitch.ivr.script import Script, script_hash
from ccswitch.ivr.steps.queue import QueueStep
from ccswitch.ivr.together import check_together, sure_queues
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import ScriptHash, Seconds
from ccswitch.model.nouns import InForce, Queue, Release, ReleaseKind, ScriptSource
from ccswitch.reading.findings import shown

_NAME = re.compile(r"\w[\w.-]{0,63}")
NEVER = "was never published: its file is in force"


def publish_script(state: State, order: d.PublishScript, now: Seconds) -> Decided:
    """A version for all new calls, or as a canary for a share of them."""
    source, standing = order.source, now_in_force(state, order.source.name)
    wrong = why_not(state, source) or _no_share(order.share) or _nothing_new(state, order, standing)
    if wrong:
        return refuse(order, wrong)
    release = state.releases.get(source.name)
    before = release.before if release else ScriptHash("")
    version = ScriptHash(source.hash)
    if order.share < 1 and standing:
        versions, kind = InForce(hash=standing.hash, canary=version, share=order.share), ReleaseKind.CANARY
        what = f"version {version} takes {order.share:.3g} of the new calls, {standing.hash} the others"
    else:
        promoted = standing is not None and standing.canary == version
        versions, kind = InForce(hash=version), ReleaseKind.PROMOTED if promoted else ReleaseKind.PUBLISHED
        before = standing.hash if standing and standing.hash != version else before
        what = f"version {version} takes all new calls" + (f", in the place of {before}" if before else "")
    return _release(state, order, source.name, versions, before, kind, what, now, brings=(source,))


def roll_back_script(state: State, order: d.RollBackScript, now: Seconds) -> Decided:
    """The canary ends; or an earlier version is in force again."""
    release, standing = state.releases.get(order.script), now_in_force(state, order.script)
    if release is None or standing is None:
        known = standing is not None
        why = f"script {order.script} {NEVER}" if known else f"no script named {order.script!r}"
        return refuse(order, why, missing=not known)
    if order.to is not None:
        return _roll_back_to(state, order, order.to, release, now)
    kind = ReleaseKind.ROLLED_BACK
    if standing.canary:
        what = f"the canary {standing.canary} has ended, version {standing.hash} takes all new calls"
        return _release(state, order, order.script, InForce(hash=standing.hash), release.before, kind, what, now)
    source = source_of(state, order.script, release.before)
    if source is None:
        return refuse(order, f"no version before {standing.hash} is known: name one (`ccswitch ivr versions`)")
    if wrong := why_not(state, source):
        return refuse(order, wrong)
    what = f"version {release.before} takes all new calls again, in the place of {standing.hash}"
    return _release(state, order, order.script, InForce(hash=release.before), ScriptHash(""), kind, what, now)


def releases_found(state: State, fact: f.ReleasesFound, now: Seconds) -> Decided:
    """What the records know and the floor does not: its journal is new. What the floor knows is newer."""
    texts = {ScriptHash(source.hash): source for source in fact.sources}
    found: list[o.Outcome] = []
    for release in fact.releases:
        needed = [v for v in (release.versions.hash, release.versions.canary, release.before) if v]
        if release.script not in state.releases and all(version in texts for version in needed):
            sources = tuple(texts[version] for version in needed)
            found.append(o.ScriptReleased(release=release, kind=ReleaseKind.FOUND, sources=sources))
    return Decided(found, [])


def problems(state: State, source: ScriptSource) -> list[Problem]:
    """Everything that speaks against this version being in force now, each with its place."""
    if _NAME.fullmatch(source.name) is None:  # it came in an address or an order; a file's has been looked at
        what = f"a script cannot be called {shown(source.name)}"
        return [Problem("the script", 1, 1, what, "letters, digits, _ . - only, at most 64")]
    try:
        script = script_of(source)
    except ConfigError as error:
        return list(error.problems)
    others = {name: kept(state, name, versions.hash) for name, versions in state.editions[state.edition].items()}
    site = {name: known for name, known in others.items() if known} | {script.name: script}
    queues = [queue.name for queue in state.settings.queues]
    calendars = [calendar.name for calendar in state.settings.almanac.calendars]
    found = [*unknown_queues(script, queues), *wrong_lookups(script, state.settings.lookups)]
    found += unknown_calendars(script, calendars)
    found += check_together(site.values())
    before = [known for known in others.values() if known]
    new = round_for_ever(state.settings.queues, site.values(), before)
    found += [Problem(script.file, *_queue_step(script), *circle_told(circle)) for circle in new]
    return [*found, *_for_entries(state, script)]


def round_for_ever(queues: Iterable[Queue], site: Iterable[Script], before: Iterable[Script]) -> list[list[str]]:
    """The circles of the queues' rules and the scripts of a site which are not there with those of `before`."""
    written = [Written(queue.name, "", rule) for queue in queues for rule in rules(queue.rules)]
    known = [circle for _, circle in circles(written, sure_queues(before))]
    return [circle for _, circle in circles(written, sure_queues(site)) if circle not in known]


def _queue_step(script: Script) -> tuple[int, int]:
    places = [step.at for step in script.steps.values() if isinstance(step, QueueStep)]
    return (places[0].line, places[0].column) if places else (1, 1)


def _for_entries(state: State, script: Script) -> list[Problem]:
    """A script that an entry leads to begins with nothing but the call."""
    needed = ", ".join(one.name for one in script.parameters if one.default is None)
    entries = ", ".join(entry.name for entry in state.settings.entries if entry.script == script.name)
    what = f"it needs {needed}, and entry {entries} leads to it"
    return [Problem(script.file, 1, 1, what, "give the parameters defaults")] if needed and entries else []


def why_not(state: State, source: ScriptSource) -> str:
    """Why this version cannot be in force, every reason; empty when it can."""
    if script_hash(source.text) != source.hash:
        return f"the text of {source.name} is not that of version {source.hash}"
    return "; ".join(map(str, problems(state, source)))


def _no_share(share: float) -> str:
    return "" if 0 < share <= 1 else f"a share is above 0 and at most 1, not {share:g}"


def _nothing_new(state: State, order: d.PublishScript, standing: InForce | None) -> str:
    """Why the order would change nothing, or cannot be meant."""
    version, script = ScriptHash(order.source.hash), order.source.name
    if order.share < 1 and standing is None:
        return f"nothing is in force of {script} for the other calls: publish it for all"
    if order.share < 1 and standing and version == standing.hash:
        return f"version {version} of {script} is in force for all calls already"
    wanted = InForce(hash=version)
    if order.share < 1 and standing:
        wanted = InForce(hash=standing.hash, canary=version, share=order.share)
    published = script in state.releases
    return f"version {version} of {script} is in force so already" if published and wanted == standing else ""


def _roll_back_to(state: State, order: d.RollBackScript, to: ScriptSource, release: Release, now: Seconds) -> Decided:
    standing, version = release.versions, ScriptHash(to.hash)
    if to.name != order.script:
        return refuse(order, f"{to.hash} is a version of {to.name}, not of {order.script}")
    if wrong := why_not(state, to):
        return refuse(order, wrong)
    if standing == InForce(hash=version):
        return refuse(order, f"version {version} of {order.script} is in force already")
    before = standing.hash if standing.hash != version else release.before
    what = f"version {version} takes all new calls, in the place of {standing.hash}"
    kind = ReleaseKind.ROLLED_BACK
    return _release(state, order, order.script, InForce(hash=version), before, kind, what, now, brings=(to,))


def _release(
    state: State,
    order: d.PublishScript | d.RollBackScript,
    script: str,
    versions: InForce,
    before: ScriptHash,
    kind: ReleaseKind,
    what: str,
    now: Seconds,
    *,
    brings: tuple[ScriptSource, ...] = (),
) -> Decided:
    release = Release(
        script=script, versions=versions, before=before, author=order.author, comment=order.comment, since=now
    )
    sources = brings
    if script not in state.releases and (from_files := now_in_force(state, script)):
        old = source_of(state, script, from_files.hash)  # the records have never seen the files' version
        sources = (*brings, old) if old and old not in brings else brings
    released = o.ScriptReleased(release=release, kind=kind, sources=sources)
    return Decided([released, accepted(order, f"script {script}: {what}")], [])
