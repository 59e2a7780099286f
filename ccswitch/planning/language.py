"""The language of a scenario file, as one table: `SCENARIO`. What is read (`scenario_file.py`) and the JSON Schema that
editors use both come from it. What the words mean to a caller and an agent stands in `scenario.py` and in
docs/simulate.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ccswitch.acd.rule_text import rule
from ccswitch.acd.strategies import FIRST_QUEUE, ONE_ORDER, STRATEGIES
from ccswitch.model.skills import requirement, skill
from ccswitch.planning import notation
from ccswitch.planning.notation import DURATION, INSTANT, LONGEST, RATE, SHARE, SPAN
from ccswitch.reading.kinds import Cases, Field, Kind, ListOf, Named, Record, Scalar, Schema, Spot, Taken
from ccswitch.reading.yaml_nodes import Node, Text

KIND = "scenario"
NAMES = re.compile(r"[^\W_][\w .-]{0,62}\w|[^\W_]")  # of types and groups; "after lunch" is one
QUEUE_NAMES = re.compile(r"\w[\w.-]{0,63}")  # as configuration and scripts name queues
RATES_LIMIT = 5_000
VALUES_LIMIT = 20_000  # of an empirical law within the file; a CSV file may have more
GROUPS_LIMIT = 500
AGENTS_LIMIT = 10_000
MOST = 999_999_999  # of a plain number

# What people may write `like: base.yaml` over, key by key; everything else is replaced as a whole.
OVERRIDDEN = ("types", "queues", "groups")


# ---- scalars -------------------------------------------------------------------------------------------------


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _amount(pattern: str, least: float, most: float) -> Schema:
    """A plain number within bounds, or text; what a text's number and unit come to only the reader knows."""
    return {"anyOf": [{"type": "number", "minimum": least, "maximum": most}, _text(pattern)]}


def _above(parse: Callable[[str], float], least: float, why: str) -> Callable[[str], float]:
    def checked(text: str) -> float:
        """The value of the text. ValueError, with `why`, when it is below `least`."""
        value = parse(text)
        if value < least:
            raise ValueError(why)
        return value

    return checked


def _whole(least: int, most: int) -> Scalar:
    def parse(text: str) -> int:
        """The whole number of the text. ValueError when it is out of bounds."""
        value = notation.whole(text)
        if not least <= value <= most:
            raise ValueError(f"write between {least} and {most}")
        return value

    bounds = {"type": "integer", "minimum": least, "maximum": most}
    quoted = {"type": "string", "pattern": f"^{notation.WHOLE}$"}
    return Scalar(f"a whole number from {least} to {most}", parse, {"anyOf": [bounds, quoted]})


def _title(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise ValueError("write one line of at most 200 characters")
    return text


def _said_by(reads: Callable[[str], object]) -> Callable[[str], str]:
    def checked(text: str) -> str:
        """The text, when it can be read. ValueError, with what is wrong, when it cannot."""
        reads(text)
        return text

    return checked


def _free_text(text: str) -> str:
    if len(text) > 2000:
        raise ValueError("write at most 2,000 characters")
    return text


def _name(text: str) -> str:
    if NAMES.fullmatch(text) is None:
        raise ValueError
    return text


def _file_name(text: str) -> str:
    if len(text) > 300 or not text.isprintable():
        raise ValueError("write the name of a file, counted from this one")
    return text


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a name of the tz database, as Asia/Shanghai or UTC") from None


duration = Scalar("a duration, as 20s, 5 min or 1h30m", notation.duration, _amount(DURATION, 0, LONGEST))
some_time = Scalar(
    "a duration of at least a second, as 5 min",
    _above(notation.duration, 1.0, "write at least 1s"),
    _amount(DURATION, 1, LONGEST),
)
queue_rule = Scalar("a rule, as `after 20s: billing >= 3`", _said_by(rule), {"type": "string", "maxLength": 400})


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        """One of the words. Raises ValueError."""
        if text not in words:
            raise ValueError(f"there is {', '.join(words)}")
        return text

    return read


required_skills = Scalar(
    "a requirement, as `lang.zh >= 5`", _said_by(requirement), {"type": "string", "maxLength": 300}
)
strategy = Scalar("a strategy", _one_of(tuple(STRATEGIES)), {"enum": list(STRATEGIES)})
takes = Scalar("which caller", _one_of((ONE_ORDER, FIRST_QUEUE)), {"enum": [ONE_ORDER, FIRST_QUEUE]})
a_skill = Scalar("a skill with its level, as billing=7", _said_by(skill), {"type": "string", "maxLength": 80})
rate = Scalar("calls per time, as 4.2/min or 300/h", notation.rate, _text(RATE))
share = Scalar("a probability, as 3% or 0.03", notation.share, _amount(SHARE, 0, 1))
positive = Scalar(
    "a number above 0",
    _above(notation.number, 1e-6, "write more than 0"),
    _amount(notation.NUMBER, 1e-6, MOST),
)
number = Scalar("a number that is not negative", notation.number, _amount(notation.NUMBER, 0, MOST))
instant = Scalar("a date, as 2026-11-23 or 2026-11-23 09:00", notation.instant, _text(INSTANT))
span = Scalar("a time of day, as 09:00-18:00 or Mon-Fri 09:00-18:00", notation.span, _text(SPAN))
spans = ListOf(span, most=200)
file_name = Scalar("the name of a file, counted from this one", _file_name, {"type": "string", "maxLength": 300})
free_text = Scalar("a text", _free_text, {"type": "string", "maxLength": 2000})
title = Scalar("a line of text", _title, {"type": ["string", "number"], "maxLength": 200})
name = Scalar("a name", _name, {"type": ["string", "number"]})
zone = Scalar("a time zone, as Asia/Shanghai", _zone, {"type": "string"})


# ---- laws and rates ------------------------------------------------------------------------------------------

MEAN = Field(some_time, "The mean.", required=True)
SD = Field(duration, "The standard deviation of the duration itself, not of its logarithm.", required=True)

law = Cases(
    "law",
    {
        "deterministic": Record({"mean": Field(duration, "Always so long.", required=True)}),
        "exponential": Record({"mean": MEAN}),
        "lognormal": Record({"mean": MEAN, "sd": SD}),
        "gamma": Record({"mean": MEAN, "sd": SD}),
        "uniform": Record(
            {
                "low": Field(duration, "The shortest.", required=True),
                "high": Field(duration, "The longest.", required=True),
            }
        ),
        "empirical": Record(
            {
                "values": Field(
                    ListOf(duration, most=VALUES_LIMIT, alone=False), "Durations, each as likely as the others."
                ),
                "file": Field(file_name, "A CSV file with one duration in each line, instead of `values`."),
                "column": Field(free_text, "Which column of the file; the first when it is left out."),
            }
        ),
    },
    needs="a law, as {law: exponential, mean: 3 min}, or one duration for ever the same",
    short=("deterministic", "mean"),
)


class Patience(Kind):
    """A law, or `never`: the caller waits for ever."""

    needs = "a law, as {law: exponential, mean: 2 min}, or never"

    def read(self, node: Node, spot: Spot) -> Any:
        """The law, or the word."""
        return "never" if isinstance(node, Text) and node.value == "never" else law.read(node, spot)

    def schema(self) -> Schema:
        """The law, or the word."""
        return {"anyOf": [{"const": "never"}, law.schema()]}


class Arrivals(Kind):
    """One rate, or a table with `rate`, `rates` or `counts`."""

    needs = "a rate, as 4.2/min, or a table with rate, rates or counts"
    table = Record(
        {
            "rate": Field(rate, "One rate that never changes."),
            "rates": Field(ListOf(rate, most=RATES_LIMIT), "One rate for each stretch of `every`, then again."),
            "counts": Field(
                ListOf(number, most=RATES_LIMIT), "Calls expected in each stretch of `every`, instead of rates."
            ),
            "every": Field(some_time, "How long each of `rates` or `counts` holds.", 1800.0, "30 min"),
            "busyness": Field(
                number, "How much whole days differ: standard deviation of a factor of mean 1 on all rates.", 0.0, 0
            ),
        }
    )

    def read(self, node: Node, spot: Spot) -> Taken | None:
        """The table; a rate alone is `{rate: …}`."""
        if isinstance(node, Text):
            alone = rate.read(node, spot)
            return None if alone is None else self._alone(node, alone)
        return self.table.read(node, spot)

    def _alone(self, node: Text, value: float) -> Taken:
        defaults = {key: known.default for key, known in self.table.fields.items()}
        return Taken(node.at, defaults | {"rate": value}, {"rate": node.at})

    def schema(self) -> Schema:
        """The rate, or the table with exactly one of the three."""
        one = [{"required": [key]} for key in ("rate", "rates", "counts")]
        return {"anyOf": [rate.schema(), self.table.schema() | {"oneOf": one}]}


# ---- the tables ----------------------------------------------------------------------------------------------

REDIAL = Record(
    {
        "probability": Field(share, "How likely the caller is to try again.", required=True),
        "delay": Field(law, "How long he waits before he does.", required=True),
        "most": Field(_whole(1, 50), "How often at most.", 3, 3),
    }
)

TYPE = Record(
    {
        "queue": Field(name, "The queue in which these callers wait.", required=True),
        "priority": Field(_whole(0, 1000), "Higher is answered first.", 0, 0),
        "weight": Field(
            positive, "The share of the common stream (top-level `arrivals`), against other types.", 1.0, 1
        ),
        "arrivals": Field(Arrivals(), "A stream of their own."),
        "service": Field(law, "From answer to hang-up.", required=True),
        "wrapup": Field(law, "After-call work; otherwise the queue's."),
        "patience": Field(Patience(), "How long they wait before they hang up; otherwise for ever."),
        "redial": Field(REDIAL, "Whether who gave up or found the trunks busy calls again."),
    }
)

QUEUE = Record(
    {
        "target": Field(duration, "The answer-within time that the service level counts.", 30.0, "30s"),
        "short_abandon": Field(duration, "Who hangs up sooner is a short abandon.", 5.0, "5s"),
        "wrapup": Field(duration, "After-call work.", 10.0, "10s"),
        "ring_timeout": Field(some_time, "How long an agent's phone rings.", 20.0, "20s"),
        "skills": Field(required_skills, "What is required of whoever answers, as lang.zh >= 5.", ""),
        "strategy": Field(strategy, "Which of the agents who fit is rung.", "longest_idle", "longest_idle"),
        "rules": Field(
            ListOf(queue_rule, most=50),
            "What happens to whoever waits, as `after 20s: add queue care`; who is sent out of the queues is gone.",
            (),
        ),
    }
)

GROUP = Record(
    {
        "count": Field(_whole(0, AGENTS_LIMIT), "So many agents alike.", required=True),
        "queues": Field(ListOf(name, most=200), "The queues that they serve.", required=True),
        "skills": Field(ListOf(a_skill, most=100), "What they can do, as billing=7.", ()),
        "takes": Field(
            takes,
            "Which caller, when one of them is free: the first of all, or the first of the first queue that has any.",
            ONE_ORDER,
            ONE_ORDER,
        ),
        "schedule": Field(spans, "When they are at work; otherwise all the time.", ()),
        "breaks": Field(spans, "When they are on break; a call in hand is finished first.", ()),
        "ring": Field(law, "Until the phone is picked up; otherwise at once."),
        "rona": Field(share, "How likely an offer is left to ring out.", 0.0, 0),
        "back_after": Field(duration, "Whom RONA put on break is ready again after so long.", 60.0, "1 min"),
        "pace": Field(positive, "Talk and wrap-up times are multiplied by it.", 1.0, 1),
    }
)

HORIZON = Record(
    {
        "length": Field(some_time, "Of the run; in steady state of each batch.", required=True),
        "warmup": Field(duration, "Steady state: what comes first and does not count.", 0.0, 0),
        "batches": Field(
            _whole(0, 10_000), "Steady state: how many batches. Without it, a day from an empty floor.", 0
        ),
    }
)

SCENARIO = Record(
    {
        "name": Field(title, "As reports call it; otherwise the file's name."),
        "description": Field(free_text, "For whoever reads the file.", ""),
        "like": Field(file_name, "Another scenario that this one changes: what stands here goes before what is there."),
        "settings": Field(file_name, "A configuration (ccswitch.toml) whose queues, agents and floor rules are taken."),
        "time_zone": Field(zone, "Of `start`, schedules and hours.", ZoneInfo("UTC"), "UTC"),
        "start": Field(instant, "When the run begins.", notation.instant("2024-01-01"), "2024-01-01"),
        "horizon": Field(HORIZON, "How long: a day, or steady state.", required=True),
        "arrivals": Field(Arrivals(), "The common stream, shared out among types by weight."),
        "trace": Field(file_name, "A CSV file of calls: arrival, type, service, patience."),
        "types": Field(Named(TYPE, NAMES, 200), "Who calls.", required=True),
        "queues": Field(Named(QUEUE, QUEUE_NAMES, 200), "The queues with their rules; required without `settings`."),
        "groups": Field(Named(GROUP, NAMES, GROUPS_LIMIT), "Who answers; required without `settings`."),
        "trunks": Field(_whole(1, 1_000_000), "Calls that can be there at once, waiting and talking; otherwise any."),
        "places": Field(_whole(1, 1_000_000), "Callers who can wait at once, in all queues together; otherwise any."),
        "hours": Field(spans, "When callers are let in; otherwise always.", ()),
        "interval": Field(some_time, "Slices for history.", 1800.0, "30 min"),
        "rona_limit": Field(
            _whole(1, 100), "An agent who lets so many offers ring out in a row is put on break.", None
        ),
        "rest_after_refusal": Field(duration, "No offers for so long after one that rang out.", None),
        "guard": Field(duration, "Nobody is offered a call for so long after he says ready, and after wrap-up.", None),
        "seed": Field(_whole(0, 999_999_999), "Another number, other callers.", 1, 1),
        "replications": Field(
            _whole(1, 10_000), "How many runs; otherwise 20 of a day, 1 in steady state (batches are the sample)."
        ),
    },
    needs="a scenario",
)


def json_schema() -> Schema:
    """The language as JSON Schema, for editors. What one key has to do with another only the reader knows."""
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario for ccswitch simulate",
    }
    schema = SCENARIO.schema()
    sections = schema["properties"]
    # a variant takes what it lacks from its base, so only a scenario that is like no other must be whole
    whole = {name: {"additionalProperties": _required(sections[name]["additionalProperties"])} for name in OVERRIDDEN}
    alone = {"required": schema.pop("required"), "properties": whole}
    return about | schema | {"if": {"not": {"required": ["like"]}}, "then": alone}


def _required(item: Schema) -> Schema:
    """Takes the list of required keys out of `item`."""
    return {"required": item.pop("required", [])}
