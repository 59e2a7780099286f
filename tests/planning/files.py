"""Scenario files of a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ccswitch.errors import ConfigError
from ccswitch.model.nouns import FloorSettings
from ccswitch.planning.scenario_file import Loaded, load

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((CHECKOUT / "conf" / "scenarios").glob("*.yaml"))
QUEUEING = sorted((CHECKOUT / "tests" / "scenarios" / "queueing").glob("*.yaml"))

SMALL = """\
horizon: {length: 1h}
types:
  calls: {queue: main, arrivals: 60/h, service: {law: exponential, mean: 3 min}}
queues:
  main: {}
groups:
  all: {count: 4, queues: main}
"""


def no_rules(path: Path) -> FloorSettings:
    """For scenarios that name no configuration."""
    raise AssertionError(f"nobody named {path}")


def read(folder: Path, text: str, rules_of: Any = no_rules) -> Loaded:
    """The scenario `text` as a file in `folder`."""
    file = folder / "s.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, rules_of)


def wrong(folder: Path, text: str, rules_of: Any = no_rules) -> list[str]:
    """What is wrong with it: `line:column: what (how to mend)`, other files with their name."""
    try:
        read(folder, text, rules_of)
    except ConfigError as error:
        return [str(problem).replace(f"{folder}/", "").removeprefix("s.yaml:") for problem in error.problems]
    return []


class Yaml12(yaml.SafeLoader):
    """Reads scalars as YAML 1.2's core schema does, and as editors that know JSON Schema do."""


Yaml12.yaml_implicit_resolvers = {}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
Yaml12.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("[-+]?[0-9]+$"), list("-+0123456789"))
Yaml12.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))
Yaml12.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("$"), [""])


def document(text: str) -> Any:
    """The plain document, as a JSON Schema sees it."""
    return yaml.load(text, Loader=Yaml12)
