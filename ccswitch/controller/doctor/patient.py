"""A node under examination, and how its answers are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

from ccswitch.clock import Clock
from ccswitch.controller.config import Config, NodeSettings
from ccswitch.ivr.parse import parse_script
from ccswitch.switch import dialplan


@dataclass(frozen=True, slots=True)
class Patient:
    """A node under examination: `api(*words)` gives the switch's answer, empty for -ERR; raises SwitchError."""

    config: Config
    node: NodeSettings
    api: Callable[..., str]
    clock: Clock


def rendered_contexts(patient: Patient) -> dict[str, ElementTree.Element]:
    """The contexts of our dialplan as the configuration would have them now, by name."""
    files = dialplan.render(patient.config.site(patient.node))
    trees = [ElementTree.fromstring(text) for path, text in files.items() if path.startswith("dialplan/")]
    return {context.get("name", ""): context for tree in trees for context in tree.iter("context")}


def configuration_of(patient: Patient, name: str) -> str:
    """One of FreeSWITCH's configuration files as it has read it."""
    return patient.api("xml_locate", "configuration", "configuration", "name", name)


def params_of(patient: Patient, profile: str) -> dict[str, str]:
    """The settings of a SIP profile as the files have them, with variables expanded."""
    tree = tree_of(configuration_of(patient, "sofia.conf"))
    found = tree.find(f"profiles/profile[@name='{profile}']/settings") if tree is not None else None
    return {} if found is None else {param.get("name", ""): param.get("value", "") for param in found}


def tree_of(text: str) -> ElementTree.Element | None:
    """An answer of the switch as XML; None when it is none."""
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None


def essence(tree: ElementTree.Element | None) -> list[tuple[str, dict[str, str]]]:
    """What a context does, without its blanks and comments."""
    return [] if tree is None else [(element.tag, element.attrib) for element in tree.iter() if element is not tree]


def prompts_of(config: Config) -> set[str]:
    """Files that scripts and the last resort play: what names a format of FreeSWITCH's own (`x://`) is none."""
    played = {config.last_resort.announcement}
    for source in config.scripts:
        script = parse_script(source.text, f"{source.name}.yaml", name=source.name)
        for step in script.steps.values():
            played |= {str(prompt) for prompt in step.prompts() if prompt.FILE}
    return {file for file in played if "://" not in file and file}


def is_sayable(path: str) -> bool:
    """Whether a path can be asked for in an api command."""
    return re.fullmatch(r"[^\s'\"\\]+", path) is not None


def number(text: str) -> float:
    """A whole number in an answer of the switch, 0 when there is none."""
    return float(text) if re.fullmatch(r"\d{1,15}", text) else 0.0
