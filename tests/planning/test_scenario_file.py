"""Scenario files: what they mean, and everything that can be wrong with them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.controller.config_rules import rules
from ccswitch.errors import ConfigError
from ccswitch.planning.scenario import Duration, Law, Rates, Span
from ccswitch.planning.scenario_file import load
from ccswitch.planning.spells import spells
from tests.planning.files import CHECKOUT, EXAMPLES, QUEUEING, SMALL, no_rules, read, wrong
from tests.searching import examples


@pytest.mark.parametrize("file", [*EXAMPLES, *QUEUEING], ids=lambda file: file.name)
def test_every_shipped_scenario_is_right_and_raises_no_doubt(file: Path) -> None:
    assert load(file, no_rules).warnings == ()


def test_a_small_scenario(tmp_path: Path) -> None:
    scenario = read(tmp_path, SMALL).scenario
    assert (scenario.name, scenario.horizon.length, scenario.replications) == ("s", 3600, 20)
    assert scenario.types[0].arrivals == Rates(rates=(1 / 60,))
    assert scenario.types[0].service == Duration(law=Law.EXPONENTIAL, mean=180)
    assert (scenario.types[0].patience, scenario.types[0].wrapup, scenario.types[0].redial) == (None, None, None)
    assert (scenario.queues[0].wrapup, scenario.queues[0].target, scenario.queues[0].ring_timeout) == (10, 30, 20)
    assert (scenario.groups[0].count, scenario.groups[0].queues) == (4, ("main",))


def test_time_is_the_sites(tmp_path: Path) -> None:
    # Given a Monday morning in Shanghai
    text = SMALL + "time_zone: Asia/Shanghai\nstart: 2026-11-23 08:30\nhours: [Mon 09:00-12:00, 13:00-18:00]\n"
    scenario = read(tmp_path, text).scenario
    # Then instants are the world's, spans are the wall's
    zone = ZoneInfo("Asia/Shanghai")
    assert scenario.start == datetime(2026, 11, 23, 8, 30, tzinfo=zone).timestamp()
    assert scenario.midnight == datetime(2026, 11, 23, tzinfo=zone).timestamp()
    assert scenario.weekday == 0
    assert scenario.hours == (
        Span(begins=32400, ends=43200, days=frozenset({0})),
        Span(begins=46800, ends=64800),
    )


def test_schedules_follow_the_wall_after_the_morning_of_a_clock_change(tmp_path: Path) -> None:
    # Given a Sunday whose clock went from two to three in the morning, and a run that begins at eight
    text = SMALL.replace("count: 4", "count: 4, schedule: 09:00-17:00").replace("1h}", "10h}")
    scenario = read(tmp_path, text + "time_zone: Europe/Berlin\nstart: 2026-03-29 08:00\n").scenario
    # Then nine o'clock is an hour after the start
    begins, ends = next(spells(scenario.groups[0].schedule, scenario))
    assert (begins - scenario.start, ends - scenario.start) == (3600.0, 9 * 3600.0)


def test_yamls_traps_are_none(tmp_path: Path) -> None:
    # Given names and times that other readers take for true, for seconds in base 60 and for octal numbers
    text = SMALL.replace("main", "on").replace("all:", "no:").replace("count: 4", "count: 010, breaks: 9:00-9:30")
    scenario = read(tmp_path, text).scenario
    assert (scenario.queues[0].name, scenario.groups[0].name, scenario.groups[0].count) == ("on", "no", 10)
    assert scenario.groups[0].breaks == (Span(begins=32400, ends=34200),)
    # And what cannot be meant is refused, not guessed
    assert wrong(tmp_path, SMALL.replace("3 min", "1:30")) == [
        "3:74: types.calls.service.mean: this cannot be '1:30' (write a duration of at least a second, as 5 min)"
    ]


def test_counts_are_rates(tmp_path: Path) -> None:
    text = SMALL.replace("60/h", "{every: 30 min, counts: [0, 18, 36], busyness: 0.1}")
    assert read(tmp_path, text).scenario.types[0].arrivals == Rates(
        rates=(0.0, 0.01, 0.02), every=1800, busyness_sd=0.1
    )


def test_everything_wrong_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    # Given a scenario with a mistake of every sort
    text = """\
horizon: {length: 1 hour}
trunk: 30
types:
  calls:
    queue: mian
    arrivals: 60
    service: {law: gama, mean: 3 min}
  others: {queue: main, arrivals: {rates: [1/h], counts: [1]}, service: {law: uniform, low: 5s, high: 1s}}
queues:
  main: {target: soon}
groups:
  all: {count: 4, queues: [main, sales], rona: 300%, schedule: Mo-Fr 09:00-18:00}
"""
    # Then each is told: where, in which part, what, and how to mend it
    assert wrong(tmp_path, text) == [
        "1:19: horizon.length: this cannot be '1 hour' (write a duration of at least a second, as 5 min)",
        "2:1: there is no 'trunk' here (did you mean 'trunks'?)",
        "5:12: types.calls.queue: there is no queue 'mian' (did you mean 'main'?)",
        "6:15: types.calls.arrivals: this cannot be '60' (say per what: 60/h or 60/min)",
        "7:20: types.calls.service.law: there is no 'gama' (did you mean 'gamma'?)",
        "8:35: types.others.arrivals: rates, counts together (write one of rate, rates and counts)",
        "8:73: types.others.service: `low` is above `high` (write the shorter one as low)",
        "10:18: queues.main.target: this cannot be 'soon' (write a duration, as 20s, 5 min or 1h30m)",
        "12:19: groups.all.queues: there is no queue 'sales' (there is main)",
        "12:48: groups.all.rona: this cannot be '300%' (write between 0 and 1, or between 0% and 100%)",
        "12:64: groups.all.schedule: this cannot be 'Mo-Fr 09:00-18:00' "
        "(write a time of day, as 09:00-18:00 or Mon-Fri 09:00-18:00)",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no scenario in this file"),
        ("- a", "there is no scenario in this file"),
        ("a: [", "not YAML"),
        ("horizon: {}", "horizon: 'length' is missing"),
        ("horizon: 5", "horizon: this is no table"),
        (SMALL + "settings: [a]", "settings: a list or a table"),
        (SMALL + "time_zone: Peking", "time_zone: this cannot be 'Peking'"),
        (SMALL + "time_zone: ../../etc/passwd", "time_zone: this cannot be"),
        (SMALL + 'name: "\\e[31mred"', "write one line of at most 200 characters"),
        (SMALL + "start: 9999-12-31 23:59", "write a date, as 2026-11-23 or 2026-11-23 09:00"),
        (SMALL + "start: 2026-02-30", "there is no such day or time"),
        (SMALL + "replications: 0", "write between 1 and 10000"),
        (SMALL + "horizon: 1", "'horizon' is written twice"),
        (SMALL.replace("service: {", "service: &x {"), "scenarios have no anchors"),
        (SMALL.replace("exponential", "gamma, sd: 0"), "no spread at all"),
        (SMALL.replace("60/h", "{rate: 60/h, every: 1h}"), "`every` belongs to rates or counts"),
        (SMALL.replace("{law: exponential, mean: 3 min}", "{law: empirical}"), "needs `values` or `file`"),
        (SMALL.replace("{law: exponential, mean: 3 min}", "{law: empirical, values: [], file: a}"), "needs `values`"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert says in "\n".join(wrong(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "none.yaml", no_rules)
    (tmp_path / "latin.yaml").write_bytes("name: Größe".encode("latin-1"))
    with pytest.raises(ConfigError, match="this is not UTF-8"):
        load(tmp_path / "latin.yaml", no_rules)


# ---- a scenario that is like another -------------------------------------------------------------------------


def test_a_variant_changes_what_it_names(tmp_path: Path) -> None:
    # Given a day, and a variant with more agents, another law and one group more
    (tmp_path / "base.yaml").write_text(SMALL.replace("count: 4", "count: 4, rona: 3%"))
    variant = (
        "like: base.yaml\ntypes: {calls: {service: 2 min}}\ngroups: {all: {count: 6}, late: {count: 1, queues: main}}\n"
    )
    scenario = read(tmp_path, variant).scenario
    # Then what it names is its own, and the rest is the day's
    assert [(group.name, group.count, group.rona) for group in scenario.groups] == [("all", 6, 0.03), ("late", 1, 0.0)]
    assert scenario.types[0].service == Duration(law=Law.DETERMINISTIC, mean=120)
    assert scenario.types[0].arrivals == Rates(rates=(1 / 60,))


def test_what_is_wrong_in_the_base_is_told_with_the_bases_name(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(SMALL.replace("3 min", "3 mn"))
    assert wrong(tmp_path, "like: base.yaml\ngroups: {all: {cuont: 6}}\n") == [
        "2:16: groups.all: there is no 'cuont' here (did you mean 'count'?)",
        "base.yaml:3:74: types.calls.service.mean: this cannot be '3 mn' "
        "(write a duration of at least a second, as 5 min)",
    ]


def test_a_circle_and_a_base_that_is_not_there(tmp_path: Path) -> None:
    assert "leads back here" in wrong(tmp_path, "like: s.yaml\n")[0]
    assert "none.yaml:1:1: there is no such file" in wrong(tmp_path, "like: none.yaml\n")[0]
    assert "like: this is no file" in wrong(tmp_path, "like: [a]\n")[0]


# ---- rules from a configuration ------------------------------------------------------------------------------


def test_queues_and_agents_of_a_configuration_with_what_the_scenario_says_instead(tmp_path: Path) -> None:
    # Given the shipped configuration: two queues, one agent who serves both
    text = f"settings: {CHECKOUT / 'conf' / 'ccswitch.toml'}\nrona_limit: 3\nqueues: {{sales: {{target: 15s}}}}\n" + (
        SMALL.split("queues:\n")[0].replace("queue: main", "queue: sales")
    )
    scenario = read(tmp_path, text, rules).scenario
    # Then they are played, with the scenario's own target and limit
    assert [(queue.name, queue.target, queue.ring_timeout) for queue in scenario.queues] == [
        ("sales", 15.0, 20.0),
        ("support", 30.0, 20.0),
    ]
    assert [(group.name, group.count, group.queues) for group in scenario.groups] == [
        ("sales+support", 1, ("sales", "support"))
    ]
    assert (scenario.rona_limit, scenario.rest_after_refusal, scenario.guard) == (3, 10.0, 0.0)
    guarded = read(tmp_path, f"guard: 5s\n{text}", rules).scenario
    assert guarded.guard == 5.0


def test_what_is_wrong_in_the_configuration_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[[queue]]\nname = "main"\ntarget = "soon"\n')
    found = wrong(tmp_path, "settings: c.toml\n" + SMALL.replace("60/h", "60"), rules)
    assert [line.split(": ")[0] for line in found] == ["4:34", "c.toml:3:1"]


# ---- nothing but ConfigError ---------------------------------------------------------------------------------

WORDS = st.one_of(
    st.sampled_from(("horizon", "length", "types", "queues", "groups", "arrivals", "service", "law", "mean", "values")),
    st.sampled_from(
        ("count", "queue", "like", "1h", "60/h", "3", "-1", "gamma", "empirical", "never", "trace", "a.csv")
    ),
)
VALUES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=25
)


@settings(max_examples=examples(15), deadline=None)
@given(st.dictionaries(WORDS, VALUES, max_size=6))
def test_whatever_stands_there_is_a_scenario_or_told_as_wrong(
    tmp_path_factory: pytest.TempPathFactory, data: object
) -> None:

    folder = tmp_path_factory.mktemp("any")
    try:
        read(folder, json.dumps(data))
    except ConfigError as error:
        assert error.problems
