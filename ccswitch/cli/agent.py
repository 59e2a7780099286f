"""`ccswitch agent list | show | add | login | logout | ready | break`; changes: `agent_changes.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from ccswitch.cli import agent_changes, agent_report, options
from ccswitch.cli.agent_changes import the_agent
from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.ordering import tell
from ccswitch.cli.sheets import Cell, Sheet, card, show
from ccswitch.cli.times import at, since, span

STATUS_STYLES = {"ready": "green", "break": "yellow", "offline": "dim"}
STATE_STYLES = {
    "calling": "bold",
    "offered": "cyan",
    "ringing": "cyan",
    "talking": "bold",
    "holding": "bold yellow",
    "wrapup": "yellow",
}
COLUMNS = ("agent", "name", "status", "state", ">for", "caller", "phone", "queues", "note")


@click.group
def agent() -> None:
    """Agents: who is there, and what they do."""


# ---- looking


@agent.command("list")
@options.view
def list_(desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """List the agents: what they say, what they do, and whether they take the next call."""
    show(lambda: desk.get("agents"), draw_agents, as_json=as_json, watch=watch, frames=frames, desk=desk)


@agent.command("show")
@the_agent
@options.view
def show_(agent: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Show one agent."""
    show(lambda: desk.get("agents", agent), draw_agent, as_json=as_json, watch=watch, frames=frames, desk=desk)


@agent.command
@the_agent
@options.view
def explain(agent: str, desk: Desk, as_json: bool, watch: bool, frames: int | None) -> None:
    """Explain an agent: which waiting callers he could take, and why he does not take the others."""
    show(
        lambda: desk.get("agents", agent, "explain"), draw_explanation, as_json=as_json, watch=watch, frames=frames,
        desk=desk,
    )  # fmt: skip


def draw_explanation(document: Doc) -> list[Sheet]:
    """A sentence a line."""
    return [Sheet(title=document["agent"], columns=("now",), rows=[[line] for line in document["because"]])]


def draw_agents(document: Doc) -> list[Sheet]:
    """A line for each agent."""
    rows = agent_rows(document["agents"], document["now"])
    return [Sheet(columns=COLUMNS, rows=rows, empty="no agent; take one on with `ccswitch agent add`")]


def agent_rows(agents: Sequence[Mapping[str, Any]], now: float) -> list[list[str | Cell]]:
    """A line for each agent, in the order of COLUMNS."""
    return [
        [
            agent["agent"],
            agent["name"],
            Cell(_status(agent), STATUS_STYLES[agent["status"]]),
            Cell(agent["state"], STATE_STYLES.get(agent["state"], "dim")),
            span(now - max(agent["state_since"], agent["status_since"] if agent["state"] == "idle" else 0.0)),
            agent["caller_number"],
            agent["phone"],
            " ".join(agent["queues"]),
            Cell(agent["note"], "green" if agent["free"] else "dim"),
        ]
        for agent in agents
    ]


def _status(agent: Mapping[str, Any]) -> str:
    why = agent["label"] or agent["reason"]
    return f"{agent['status']} ({why})" if why else str(agent["status"])


def draw_agent(document: Doc) -> list[Sheet]:
    """One agent, a line for each thing."""
    found, now = document["agent"], document["now"]
    rows = (
        ("name", found["name"]),
        ("phone", found["phone"] or Cell("none", "red")),
        ("other devices", ", ".join(found["devices"][1:])),
        ("queues", ", ".join(found["queues"]) or Cell("none", "red")),
        ("skills", ", ".join(found.get("skills", ()))),
        ("status", Cell(_status(found), STATUS_STYLES[found["status"]])),
        ("since", since(found["status_since"], now)),
        ("state", Cell(found["state"], STATE_STYLES.get(found["state"], ""))),
        ("for", since(found["state_since"], now)),
        ("caller", found["caller_number"]),
        ("call", found["call"]),
        ("messages", str(found["messages"] or "")),
        ("break until", at(found["break_until"], now)),
        ("wrap-up until", at(found["wrapup_until"], now)),
        ("rests until", at(found["rest_until"], now)),
        ("next call", Cell(found["note"], "green" if found["free"] else "")),
    )
    sheets = [card(found["agent"], *rows)]
    if found["changes"]:
        changed = [
            [one["field"], one["value"] or "none", one["author"], since(one["since"], now), at(one["until"], now)]
            for one in found["changes"]
        ]
        sheets.append(Sheet(columns=("by order", "is", "said", "since", "until"), rows=changed))
    return sheets


# ---- changing


@agent.command
@click.argument("agent")
@click.option("--phone", default="", help="1001, 1001@example.com, sip:1001@192.0.2.7:5060 or trunk:NAME/13800138000.")
@click.option("--name", default="", help="As people call him.")
@click.option("--queue", "queues", multiple=True, shell_complete=options.queue_names, help="Repeat for more.")
@click.option("--skill", "skills", multiple=True, help="As billing=7, from 1 to 10; repeat for more.")
@click.option("--password", help="Of the SIP account; - asks for it. Otherwise the one kept stays, or one is made.")
@click.option("--new-password", is_flag=True, help="Make a new one, even if one is kept.")
@options.as_json
@options.desk
def add(
    agent: str,
    phone: str,
    name: str,
    queues: tuple[str, ...],
    skills: tuple[str, ...],
    password: str | None,
    new_password: bool,
    as_json: bool,
    desk: Desk,
) -> None:
    """Take an agent on, or change one: what is left out is emptied, except the password.

    It takes effect on every node at once. A password that was made is shown this once.
    """
    if password and new_password:
        raise click.UsageError("--password and --new-password: choose one")
    if password == "-":
        password = click.prompt("SIP password", hide_input=True, err=True)
    body = {
        "agent": agent,
        "phone": phone,
        "name": name,
        "queues": list(queues),
        "skills": list(skills),
        "new_password": new_password,
    }
    document = desk.post("agents", **body, **({"password": password} if password else {}))
    tell(document, as_json)
    if document["password"] and not as_json:
        click.echo(f"SIP user {document['sip_user']}, password (shown this once): {document['password']}")


@agent.command
@the_agent
@options.change
def login(agent: str, desk: Desk, as_json: bool) -> None:
    """Log an agent in: he is there, but not ready yet."""
    tell(desk.post("agents", agent, "login"), as_json)


@agent.command
@the_agent
@options.change
def logout(agent: str, desk: Desk, as_json: bool) -> None:
    """Log an agent out; a talk that is on goes on."""
    tell(desk.post("agents", agent, "logout"), as_json)


@agent.command
@the_agent
@options.change
def ready(agent: str, desk: Desk, as_json: bool) -> None:
    """Make an agent ready for calls; his wrap-up ends."""
    tell(desk.post("agents", agent, "ready"), as_json)


@agent.command("break")
@the_agent
@click.option("--reason", default="", help="As lunch; where reasons are defined, one of those.")
@options.change
def break_(agent: str, reason: str, desk: Desk, as_json: bool) -> None:
    """Put an agent on break; a call that rings at his phone is offered elsewhere."""
    tell(desk.post("agents", agent, "break", reason=reason), as_json)


@agent.command
@the_agent
@click.argument("number")
@click.option("--queue", default="", shell_complete=options.queue_names, help="Whose number the outside sees.")
@options.change
def dial(agent: str, number: str, queue: str, desk: Desk, as_json: bool) -> None:
    """Ring an agent's own phone, then an outside NUMBER that [dialling] allows, and join them."""
    tell(desk.post("agents", agent, "dial", number=number, queue=queue), as_json)


for _one in (
    agent_report.report,
    agent_changes.skill,
    agent_changes.queue,
    agent_changes.devices,
    agent_changes.connection,
    agent_changes.leg,
    agent_changes.follow,
    agent_changes.wrapup,
):
    agent.add_command(_one)
