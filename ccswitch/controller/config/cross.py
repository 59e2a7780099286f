"""What is wrong, or better changed, although each value by itself is right."""

from __future__ import annotations

import ipaddress
import re

from ccswitch.acd.strategies import ORDERED
from ccswitch.controller.config.settings import (
    DEFAULT_PASSWORD,
    Config,
)
from ccswitch.controller.config.values import phone, sip_user
from ccswitch.controller.config_source import Reader
from ccswitch.errors import Problem
from ccswitch.ivr.script import Script
from ccswitch.model.nouns import OF_THE_HOUSE
from ccswitch.reading.findings import did_you_mean, shown
from ccswitch.switch.phone_address import PhoneKind, parse_phone


def cross_check(config: Config, scripts: set[str], reader: Reader) -> None:
    """Report what of `config` does not fit together; `scripts` are the names of those that exist."""
    _unique(reader, "node", "name", [node.name for node in config.nodes])
    _unique(reader, "queue", "name", [queue.name for queue in config.queues])
    _unique(reader, "agent", "id", [agent.agent for agent in config.agents])
    _unique(reader, "mark", "name", [mark.name for mark in config.marks])
    _unique(reader, "entry", "name", [entry.name for entry in config.entries])
    _unique(reader, "site", "name", [site.name for site in config.sites])
    _unique(reader, "reason", "name", [reason.name for reason in config.reasons])
    if not config.nodes and not reader.findings:
        reader.report((), "no FreeSWITCH to drive", 'add [[node]] with name = "pbx1"')
    _one_domain(config, reader)
    _agents(config, reader)
    _orders(config, reader)
    _reasons(config, reader)
    _entries(config, scripts, reader)
    _codes(config, reader)
    _last_resort(config, reader)
    _speech(config, reader)


def _unique(reader: Reader, table: str, key: str, names: list[str]) -> None:
    first: dict[str, int] = {}
    for n, name in enumerate(names):
        if name and first.setdefault(name, n) != n:
            line = reader.place((table, first[name], key)).line
            reader.report((table, n, key), f"{table} {shown(name)} is already on line {line}", "give it another name")


def _one_domain(config: Config, reader: Reader) -> None:
    for n, node in enumerate(config.nodes):
        if node.sip_domain != config.nodes[0].sip_domain:
            mend = "agents' passwords are kept as hashes over one domain: give all nodes the same"
            reader.report(
                ("node", n, "sip_domain"), f"{node.sip_domain} here, {config.nodes[0].sip_domain} above", mend
            )


def _agents(config: Config, reader: Reader) -> None:
    queues, gateways = [queue.name for queue in config.queues], {node.gateway for node in config.nodes}
    for n, agent in enumerate(config.agents):
        for queue in agent.queues:
            if queue not in queues:
                mend = did_you_mean(queue, queues) or f'add [[queue]] with name = "{queue}"'
                reader.report(("agent", n, "queues"), f"there is no queue {shown(queue)}", mend)
        if agent.phones and not agent.phone:
            reader.report(("agent", n, "phones"), "further phones, and no first one", 'add phone = "…"')
        for key, written in [("phone", agent.phone), *(("phones", one) for one in agent.phones)]:
            _dialled(reader, n, key, written, gateways)


def _dialled(reader: Reader, n: int, key: str, written: str, gateways: set[str]) -> None:
    """A phone that no node could dial."""
    if phone(written) or not written:
        return
    address = parse_phone(written)
    if address.kind is PhoneKind.USER and (wrong := sip_user(address.number)):
        reader.report(("agent", n, key), f"{key} = {shown(written)}", wrong)
    if address.kind is PhoneKind.TRUNK and gateways == {""}:
        reader.report(("agent", n, key), "no node has a gateway to dial it", 'add gateway = "…" to [[node]]')


def _orders(config: Config, reader: Reader) -> None:
    """Who is named in a queue's order exists and serves it, and the order is asked for."""
    agents = {agent.agent: agent for agent in config.agents}
    for n, queue in enumerate(config.queues):
        for name in queue.order:
            if name not in agents:
                mend = did_you_mean(name, list(agents)) or f'add [[agent]] with id = "{name}"'
                reader.report(("queue", n, "order"), f"there is no agent {shown(name)}", mend)
            elif queue.name not in agents[name].queues:
                what = f"agent {shown(name)} does not serve {queue.name}"
                reader.report(("queue", n, "order"), what, f'add "{queue.name}" to his queues')
        if queue.strategy == ORDERED and not queue.order:
            reader.report(("queue", n, "strategy"), "there is no order to go by", 'add order = ["…"], agents\' ids')


def _reasons(config: Config, reader: Reader) -> None:
    """A queue whose unanswered offers lead to a break names a reason that there is."""
    known = [*OF_THE_HOUSE, *(reason.name for reason in config.reasons)]
    for n, queue in enumerate(config.queues):
        if queue.rona_reason and queue.rona_reason not in known:
            mend = did_you_mean(queue.rona_reason, known) or f'add [[reason]] with name = "{queue.rona_reason}"'
            reader.report(("queue", n, "rona_reason"), f"there is no reason {shown(queue.rona_reason)}", mend)


def _entries(config: Config, scripts: set[str], reader: Reader) -> None:
    queues = [queue.name for queue in config.queues]
    taken: dict[str, str] = {}
    for n, entry in enumerate(config.entries):
        if entry.agent and not any(agent.agent == entry.agent for agent in config.agents):
            mend = (
                did_you_mean(entry.agent, [agent.agent for agent in config.agents])
                or f'add [[agent]] with id = "{entry.agent}"'
            )
            reader.report(("entry", n, "agent"), f"there is no agent {shown(entry.agent)}", mend)
        if bool(entry.script) == bool(entry.queue) and not (entry.agent and not entry.script):
            what = "both script and queue" if entry.script else "neither script nor queue"
            reader.report(("entry", n), f"entry {shown(entry.name)} has {what}", "name one of them")
        if entry.queue and entry.queue not in queues:
            mend = did_you_mean(entry.queue, queues) or f'add [[queue]] with name = "{entry.queue}"'
            reader.report(("entry", n, "queue"), f"there is no queue {shown(entry.queue)}", mend)
        if entry.script and entry.script not in scripts:
            mend = did_you_mean(entry.script, sorted(scripts)) or f"write {config.ivr.dir}/{entry.script}.yaml"
            reader.report(("entry", n, "script"), f"there is no script {shown(entry.script)}", mend)
        if not entry.dids:
            mend = 'add dids = ["…"], the numbers that callers dial'
            reader.report(("entry", n, "dids"), f"entry {shown(entry.name)} has no number", mend)
        for did in entry.dids:
            if taken.setdefault(did, entry.name) != entry.name or entry.dids.count(did) > 1:
                reader.report(("entry", n, "dids"), f"{did} leads to {shown(taken[did])} already", "take one away")


def _codes(config: Config, reader: Reader) -> None:
    """No two codes are the same, none is an emergency number, and the digits behind a break's lead to no other code."""
    codes = config.codes
    taken: dict[str, str] = dict.fromkeys(config.dialling.emergency, "an emergency number")
    for name in ("login", "logout", "ready", "end_wrapup", "extend_wrapup", "on_break"):
        code = getattr(codes, name)
        if code and taken.setdefault(code, f"the code for {name}") != f"the code for {name}":
            reader.report(("feature_codes", name), f"{code} is {taken[code]} already", "take another one")
    for one in codes.reasons:
        longer = codes.on_break + one.partition("=")[0]
        if codes.on_break and longer in taken:
            what = f"{codes.on_break} and the number of {shown(one)} are {taken[longer]} already"
            reader.report(("feature_codes", "reasons"), what, "take another number")


def check_parameters(config: Config, scripts: list[Script], reader: Reader) -> None:
    """A script that an entry names begins with nothing but the call."""
    needed = {script.name: [one.name for one in script.parameters if one.default is None] for script in scripts}
    for n, entry in enumerate(config.entries):
        if names := needed.get(entry.script):
            what = f"script {shown(entry.script)} needs {', '.join(names)}: it is for other scripts to run"
            reader.report(("entry", n, "script"), what, "name one that runs it")


def _last_resort(config: Config, reader: Reader) -> None:
    if config.last_resort.kind != "number":
        return
    if not config.last_resort.number:
        reader.report(("last_resort", "kind"), "the last resort is a number, but which?", 'add number = "…"')
    for n, node in enumerate(config.nodes):
        if not node.gateway:
            mend = 'add gateway = "…", or take another kind of last resort'
            reader.report(("node", n), f"node {shown(node.name)} has no gateway for the last resort", mend)


def _speech(config: Config, reader: Reader) -> None:
    _unique(reader, "voice", "language", [voice.language for voice in config.voices])
    command = config.speech.command
    if config.speech.engine == "command" and not any("{out}" in argument for argument in command):
        mend = 'as command = ["say-it", "{language}", "{text_file}", "{out}"]'
        reader.report(("speech", "command"), "a command that writes no {out}" if command else "which command?", mend)
    if config.speech.engine != "command" and command:
        reader.report(("speech", "command"), "this command is not used", 'write engine = "command", or take it away')


# ---- what works but should not stay -------------------------------------------------------------------------


def warnings(config: Config, reader: Reader) -> list[Problem]:
    """What works and is taken, but should not stay so."""

    def warn(path: tuple[str | int, ...], what: str, mend: str) -> Problem:
        """A problem at the place of `path` in the file."""
        at = reader.place(path)
        return Problem(str(config.file), at.line, at.column, what, mend)

    found = [
        warn(("node", n), f"node {node.name} has FreeSWITCH's own ESL password, over the network", "choose another")
        for n, node in enumerate(config.nodes)
        if node.password == DEFAULT_PASSWORD and not is_loopback(node.host)
    ]
    patterns: list[tuple[str, str]] = []
    for n, entry in enumerate(config.entries):
        for did in entry.dids:
            for pattern, owner in patterns:
                if owner != entry.name and not did.startswith("^") and re.search(pattern, did):
                    found.append(
                        warn(("entry", n, "dids"), f"{did} goes to {owner} by {pattern}", "put this one first")
                    )
        patterns += [(did, entry.name) for did in entry.dids if did.startswith("^")]
    return found


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "localhost.localdomain", "ip6-localhost")
