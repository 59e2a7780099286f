"""The configuration of a site: `conf/ccswitch.toml` and the IVR scripts beside it.

`load` gives a `Config` or says everything that is wrong at once. What the brain sees of it is `floor_settings`, what a
FreeSWITCH node sees is `site` (rendered by `render_to`). Durations are in seconds.

| file | what |
|---|---|
| `settings.py` | what can be configured, with its defaults |
| `values.py` | what each value must be |
| `cross.py` | what is wrong, or better changed, although each value by itself is right |
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from ccswitch.controller.config.almanac import load_almanac
from ccswitch.controller.config.cross import check_parameters, cross_check, is_loopback
from ccswitch.controller.config.cross import warnings as find_warnings
from ccswitch.controller.config.lookups import check_lookups
from ccswitch.controller.config.queue_rules import check_rules
from ccswitch.controller.config.settings import (
    DEFAULT_PASSWORD,
    ESL_PASSWORD,
    HANDOVER_GRACE,
    LIVE_PASSWORD,
    LONGEST_HAND_OVER,
    LONGEST_LEASE,
    STORE_URL,
    Config,
    CustomerSettings,
    DeskSettings,
    FloorTimers,
    IvrSettings,
    JournalSettings,
    LiveSettings,
    LogSettings,
    NodeSettings,
    SpeechSettings,
    StoreSettings,
    Voice,
)
from ccswitch.controller.config.values import CHECKS, between
from ccswitch.controller.config_source import Reader
from ccswitch.errors import ConfigError, Problem
from ccswitch.ivr.lint import unknown_calendars, unknown_queues, wrong_lookups
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script
from ccswitch.ivr.together import check_together
from ccswitch.ivr.trial_file import SUFFIX as TESTS
from ccswitch.lookups.definition import Definition, headers_of, rules, secrets_in, unsendable
from ccswitch.model.ids import NodeName
from ccswitch.model.nouns import (
    Agent,
    BreakReason,
    Dialling,
    Entry,
    FeatureCodes,
    FloorSettings,
    Mark,
    OtherSite,
    Queue,
    ScriptSource,
)
from ccswitch.reading.findings import TooMany
from ccswitch.switch import dialplan
from ccswitch.switch.dialplan import LastResort

__all__ = [
    "CHECKS",
    "DEFAULT_PASSWORD",
    "ESL_PASSWORD",
    "HANDOVER_GRACE",
    "LIVE_PASSWORD",
    "LONGEST_HAND_OVER",
    "LONGEST_LEASE",
    "STORE_URL",
    "Config",
    "CustomerSettings",
    "DeskSettings",
    "FloorTimers",
    "IvrSettings",
    "JournalSettings",
    "LastResort",
    "LiveSettings",
    "LogSettings",
    "NodeSettings",
    "SpeechSettings",
    "StoreSettings",
    "Voice",
    "floor_settings",
    "is_loopback",
    "load",
    "names_of",
    "read_text",
    "render_to",
    "with_scripts",
]


def load(path: Path | str, environ: Mapping[str, str] = os.environ, *, drafts: bool = False) -> Config:
    """Read a site's configuration. Raises ConfigError with every problem of the file and of its scripts.

    `drafts`: what is wrong with scripts is told in `Config.broken` instead, as a published version may stand for each.
    """
    path = Path(path)
    reader = Reader(read_text(path, mend="name it with --config"), str(path), CHECKS)
    draft = Config(file=path)
    problems: list[Problem] = []
    about_calendars: list[Problem] = []
    try:
        draft, about_calendars = _with_almanac(replace(_read(reader, environ), file=path))
        scripts, problems = _scripts(draft)
        check_lookups(draft, reader)
        cross_check(draft, {script.name for script, _ in scripts} | names_of(problems), reader)
        check_parameters(draft, [script for script, _ in scripts], reader)
        check_rules(draft, [script for script, _ in scripts], names_of(problems), reader)
        draft = replace(draft, scripts=_right(scripts, problems), broken=tuple(problems))
    except TooMany:
        pass
    wrong = [*reader.findings.sorted(), *about_calendars, *([] if drafts else problems)]
    if wrong:
        raise ConfigError(wrong)
    return replace(draft, warnings=tuple(find_warnings(draft, reader)))


def with_scripts(config: Config) -> Config:
    """`config` with the scripts that are in the files now, as `load` with `drafts` reads them."""
    scripts, problems = _scripts(config)
    return replace(config, scripts=_right(scripts, problems), broken=tuple(problems))


def names_of(problems: Iterable[Problem]) -> set[str]:
    """The scripts in whose files these problems are."""
    return {Path(problem.file).stem for problem in problems}


def read_text(path: Path, *, mend: str) -> str:
    """What stands in the file `path`. Raises ConfigError, which says `mend` when there is no such file."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise ConfigError([Problem(str(path), 1, 1, f"cannot be read: {why}", mend)]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(str(path), 1, 1, "is not UTF-8", "save it as UTF-8")]) from error
    if len(text) > SIZE_LIMIT:
        what = f"more than {SIZE_LIMIT:,} characters"
        raise ConfigError([Problem(str(path), 1, 1, what, "name a configuration, not another file")])
    return text


def floor_settings(config: Config) -> FloorSettings:
    """What the brain sees; `hash` is the SHA-256 of all of it, first 16 hex digits."""
    settings = FloorSettings(
        hash="",
        nodes=tuple(NodeName(node.name) for node in config.nodes),
        trunks=tuple(NodeName(node.name) for node in config.nodes if node.gateway),
        queues=config.queues,
        agents=config.agents,
        marks=config.marks,
        reasons=config.reasons,
        entries=config.entries,
        sites=config.sites,
        scripts=config.scripts,
        lookups=rules(config.lookups),
        almanac=config.almanac,
        language=next((voice.language for voice in config.voices), ""),
        codes=config.codes,
        dialling=config.dialling,
        **asdict(config.floor),
    )
    content = json.dumps(asdict(settings), sort_keys=True, ensure_ascii=False)
    return replace(settings, hash=hashlib.sha256(content.encode()).hexdigest()[:16])


def render_to(config: Config, folder: Path) -> list[Path]:
    """Write what each FreeSWITCH node needs: into `folder`, or into `folder/NODE` when there are several."""
    several = len(config.nodes) > 1
    written = []
    for node in config.nodes:
        files = dialplan.render(config.site(node))
        written += dialplan.write(files, folder / node.name if several else folder)
    return written


# ---- reading ------------------------------------------------------------------------------------------------

SIZE_LIMIT = 4 * 1024 * 1024  # characters; a thousand agents take a hundred thousand
TABLES: Mapping[str, tuple[str, type]] = {  # in the file → field and type
    "store": ("store", StoreSettings),
    "journal": ("journal", JournalSettings),
    "live": ("live", LiveSettings),
    "desk": ("desk", DeskSettings),
    "floor": ("floor", FloorTimers),
    "feature_codes": ("codes", FeatureCodes),
    "dialling": ("dialling", Dialling),
    "last_resort": ("last_resort", LastResort),
    "ivr": ("ivr", IvrSettings),
    "speech": ("speech", SpeechSettings),
    "log": ("log", LogSettings),
    "customers": ("customers", CustomerSettings),
}
LISTS: Mapping[str, tuple[str, type, Mapping[str, str]]] = {  # with the keys that are written differently
    "node": ("nodes", NodeSettings, {}),
    "queue": ("queues", Queue, {}),
    "reason": ("reasons", BreakReason, {}),
    "voice": ("voices", Voice, {}),
    "agent": ("agents", Agent, {"id": "agent"}),
    "mark": ("marks", Mark, {}),
    "entry": ("entries", Entry, {}),
    "site": ("sites", OtherSite, {}),
    "lookup": ("lookups", Definition, {}),
}


def _read(reader: Reader, environ: Mapping[str, str]) -> Config:
    reader.known(reader.data, (), [*TABLES, *LISTS, "handover_grace"])
    parts: dict[str, object] = {name: reader.table(kind, key) for key, (name, kind) in TABLES.items()}
    parts |= {name: reader.tables(kind, key, aliases) for key, (name, kind, aliases) in LISTS.items()}
    grace = reader.scalar("handover_grace", HANDOVER_GRACE, between(0, LONGEST_HAND_OVER))
    config = Config(**parts, handover_grace=grace)  # type: ignore[arg-type]
    return _with_secrets(config, reader, environ)


def _with_secrets(config: Config, reader: Reader, environ: Mapping[str, str]) -> Config:
    """What the environment says instead of the file."""
    nodes = []
    for n, node in enumerate(config.nodes):
        variable = node.password_env or ESL_PASSWORD
        if node.password_env and not environ.get(variable):
            mend = "set it, or give the node a password"
            reader.report(("node", n, "password_env"), f"{variable} is not in the environment", mend)
        nodes.append(replace(node, password=environ.get(variable) or node.password))
    url = environ.get(STORE_URL)
    store = replace(config.store, url=url) if url else config.store
    password, headers = environ.get(LIVE_PASSWORD, ""), _headers(config, reader, environ)
    return replace(config, nodes=tuple(nodes), store=store, live_password=password, lookup_headers=headers)


def _headers(config: Config, reader: Reader, environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What is sent with each look-up. What the environment has there is told to nobody."""
    for n, one in enumerate(config.lookups):
        for name in secrets_in(one):
            value = environ.get(name, "")
            if not value or unsendable(value):
                what = "is not in the environment" if not value else "has characters that no header can have"
                reader.report(
                    ("lookup", n, "headers"), f"{name} {what}", "set it for the controller, as in a unit's file"
                )
    return {one.name: headers_of(one, environ) for one in config.lookups}


def _with_almanac(config: Config) -> tuple[Config, list[Problem]]:
    """The calendars, and what is wrong with their file."""
    try:
        return replace(config, almanac=load_almanac(config.folder(config.ivr.calendars))), []
    except ConfigError as error:
        return config, error.problems


Texts = list[tuple[Script, str]]  # scripts as they are read and as they are written


def _scripts(config: Config) -> tuple[Texts, list[Problem]]:
    """The scripts that can be read, and everything that is wrong with any script, or between them."""
    scripts: Texts = []
    problems: list[Problem] = []
    for file in sorted(config.folder(config.ivr.dir).glob("*.yaml")):
        if file.name.endswith(TESTS):
            continue
        try:
            text = file.read_text(encoding="utf-8")
            scripts.append((parse_script(text, str(file), name=file.stem), text))
        except ConfigError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(file), 1, 1, f"cannot be read: {error}", "save it as UTF-8"))
    read, queues = [script for script, _ in scripts], [queue.name for queue in config.queues]
    problems += [problem for script in read for problem in unknown_queues(script, queues)]
    problems += [problem for script in read for problem in wrong_lookups(script, rules(config.lookups))]
    calendars = [calendar.name for calendar in config.almanac.calendars]
    problems += [problem for script in read for problem in unknown_calendars(script, calendars)]
    problems += check_together(read, names_of(problems))
    return scripts, problems


def _right(scripts: Texts, problems: list[Problem]) -> tuple[ScriptSource, ...]:
    """Those of which nothing is wrong. An entry that names another is not wrong as well."""
    broken = names_of(problems)
    sources = (ScriptSource(name=script.name, hash=script.hash, text=text) for script, text in scripts)
    return tuple(source for source in sources if source.name not in broken)
