"""The XML dialplan."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.errors import ConfigError
from ccswitch.simulator.dialplan import Caller, Dialplan, Step, load


def hunt(plan: Dialplan, context: str = "public", **fields: str) -> tuple[list[Step], list[Step]]:
    """The steps found, and what ran inline."""
    inline: list[Step] = []

    def run(name: str, data: str) -> None:
        inline.append((name, data))
        if name == "set":
            key, _, value = data.partition("=")
            fields[key] = value

    caller = Caller(
        field=lambda name: fields.get(name, ""),
        expand=lambda text: text.replace("${x}", fields.get("x", "")),
        run_inline=run,
    )
    return plan.hunt(context, caller), inline


def extension(inside: str, **attributes: str) -> str:
    about = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f'<extension name="e" {about}>{inside}</extension>'


def plan(*extensions: str) -> Dialplan:
    return load(f'<include><context name="public">{"".join(extensions)}</context></include>')


LOG = '<action application="log" data="{}"/>'


def test_the_first_extension_that_matches_is_taken_and_captures_are_put_in() -> None:
    steps, _ = hunt(
        plan(
            extension('<condition field="destination_number" expression="^8"><action application="a"/></condition>'),
            extension(
                '<condition field="destination_number" expression="^7(..)$">'
                '<action application="transfer" data="$1 XML x"/></condition>'
            ),
            extension(f"<condition>{LOG.format('later')}</condition>"),
        ),
        destination_number="799",
    )
    assert steps == [("transfer", "99 XML x")]


def test_continue_goes_on_to_the_next() -> None:
    steps, _ = hunt(
        plan(
            extension(f"<condition>{LOG.format('1')}</condition>", **{"continue": "true"}),
            extension(f"<condition>{LOG.format('2')}</condition>"),
            extension(f"<condition>{LOG.format('3')}</condition>"),
        )
    )
    assert [data for _, data in steps] == ["1", "2"]


@pytest.mark.parametrize(
    ("stop", "taken"),
    [("on-false", ["no1"]), ("on-true", ["no1", "yes2"]), ("never", ["no1", "yes2"]), ("always", ["no1"])],
)
def test_break(stop: str, taken: list[str]) -> None:
    anti = '<anti-action application="log" data="no1"/>'
    first = f'<condition field="x" expression="^1$" break="{stop}">{LOG.format("yes1")}{anti}</condition>'
    steps, _ = hunt(plan(extension(first + f"<condition>{LOG.format('yes2')}</condition>")), x="2")
    assert [data for _, data in steps] == taken


def test_an_anti_action_counts_as_a_match() -> None:
    first = '<condition field="x" expression="^1$"><anti-action application="log" data="no"/></condition>'
    steps, _ = hunt(plan(extension(first), extension(f"<condition>{LOG.format('next')}</condition>")), x="2")
    assert [data for _, data in steps] == ["no"]


def test_inline_actions_run_while_hunting_and_are_seen_by_later_conditions() -> None:
    steps, inline = hunt(
        plan(
            extension(
                '<condition><action application="set" data="x=1" inline="true"/></condition>', **{"continue": "true"}
            ),
            extension(f'<condition field="${{x}}" expression="^1$">{LOG.format("seen")}</condition>'),
        )
    )
    assert inline == [("set", "x=1")]
    assert [data for _, data in steps] == ["seen"]


def test_nested_conditions() -> None:
    inner = f'<condition field="y" expression="^1$">{LOG.format("inner")}</condition>'
    both = plan(extension(f'<condition field="x" expression="^1$">{LOG.format("outer")}{inner}</condition>'))
    assert [data for _, data in hunt(both, x="1", y="1")[0]] == ["outer", "inner"]
    assert [data for _, data in hunt(both, x="1", y="2")[0]] == ["outer"]
    assert hunt(both, x="2", y="1")[0] == []


@pytest.mark.parametrize(("rule", "found"), [("any", True), ("all", False), ("xor", True)])
def test_several_expressions_in_one_condition(rule: str, found: bool) -> None:
    regexes = '<regex field="x" expression="^1$"/><regex field="x" expression="^2$"/>'
    steps, _ = hunt(plan(extension(f'<condition regex="{rule}">{regexes}{LOG.format("hit")}</condition>')), x="2")
    assert bool(steps) is found


def test_an_unknown_context_finds_nothing() -> None:
    assert hunt(plan(extension(f"<condition>{LOG.format('x')}</condition>")), context="elsewhere")[0] == []


def test_a_folder_of_files_and_an_include_without_context(tmp_path: Path) -> None:
    # Given a file with a context and one that is made to be included into `public`
    (tmp_path / "a.xml").write_text('<include><context name="x">' + extension("<condition/>") + "</context></include>")
    (tmp_path / "b.xml").write_text(f"<include>{extension('<condition/>')}</include>")
    # When the folder is read
    found = load(tmp_path)
    # Then both are there
    assert sorted(found.contexts) == ["public", "x"]


def test_broken_files_are_all_named(tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("<include>\n<oops></include>")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert [Path(problem.file).name for problem in caught.value.problems] == ["a.xml", "b.xml"]
    assert caught.value.problems[0].line == 2
