"""Nodes come and go; files are read."""

from __future__ import annotations

from ccswitch.floor.agent_changes import NOT_LISTED
from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.asking import ask, calls_on, legs_on
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.leaving import caller_gone
from ccswitch.floor.nailed_up import nailed_ended
from ccswitch.floor.other_calls import node_lost_them
from ccswitch.floor.staffing import take_back_offer
from ccswitch.floor.state import SURVEY_EVERY, State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import NodeName, Seconds
from ccswitch.model.nouns import AgentStatus

SURVEY_WITHIN: Seconds = 5.0  # a survey that brings nothing is asked again


def settings_loaded(state: State, fact: f.SettingsLoaded, now: Seconds) -> Decided:
    """Settings that differ from those in force are taken. An agent who is gone from them gets no more calls, and a
    caller whose queue is gone is sent elsewhere; both are the next decisions (deadlines `unlisted`, `elsewhere`)."""
    if fact.settings.hash == state.settings.hash:
        return nothing()
    listed = {agent.agent for agent in fact.settings.agents}
    gone = [live for name, live in state.agents.items() if name not in listed and not live.by_order]
    offline = together(_go_offline(state, live, now) for live in gone)
    return offline + Decided([o.SettingsTaken(settings=fact.settings)], [])


def _go_offline(state: State, agent: LiveAgent, now: Seconds) -> Decided:
    decided = take_back_offer(state, agent, AgentStatus.OFFLINE, now)
    if agent.status is not AgentStatus.OFFLINE:
        name = agent.agent.agent
        off = o.AgentStatusChanged(agent=name, status=AgentStatus.OFFLINE, reason=NOT_LISTED, author="the files")
        decided += Decided([off], [])
    return decided


def node_up(state: State, fact: f.NodeUp, now: Seconds) -> Decided:
    """The link stands. Another Core-UUID than before: that FreeSWITCH is new, and all its calls are gone."""
    known = state.nodes.get(fact.node)
    restarted = known is not None and known.core not in ("", fact.core)
    decided = Decided([o.NodeConnected(node=fact.node, core=fact.core, restarted=restarted)], [])
    if restarted:
        decided += together(_lose(state, call, now) for call in calls_on(state, fact.node))
        decided += node_lost_them(state, fact.node, "the switch restarted", now)
        lost = [one for one in state.nailed.values() if one.node == fact.node]
        decided += together(nailed_ended(state, one, f.LegEnded(leg=one.leg, cause="LOST"), now) for one in lost)
    expected = () if restarted else legs_on(state, fact.node)
    return decided + ask(fact.node, expected, now + SURVEY_WITHIN)


def node_down(state: State, fact: f.NodeDown, now: Seconds) -> Decided:
    """The link is gone. Its calls live on in the switch; nothing new is begun for them until it is back."""
    node = state.nodes.get(fact.node)
    if node is not None and not node.connected:
        return nothing()
    return Decided([o.NodeLost(node=fact.node, why=fact.why)], [])


def survey_due(state: State, subject: str, now: Seconds) -> Decided:
    """Ask the node again what it has (architecture rule 6)."""
    node = state.nodes.get(NodeName(subject))
    if node is None or not node.connected:
        return nothing()
    again = SURVEY_EVERY if node.synced else SURVEY_WITHIN
    return ask(node.node, legs_on(state, node.node), now + again)


def _lose(state: State, call: LiveCall, now: Seconds) -> Decided:
    """Every leg went down with the switch: no requests, the ends are known."""
    gone = caller_gone(state, call, "LOST", "the switch restarted", now)
    kept = [outcome for outcome in gone.outcomes if not isinstance(outcome, _CLOSING)]
    result = next(x.result for x in gone.outcomes if isinstance(x, o.CallLeaving | o.CallEnded))
    legs = [o.LegClosed(call=call.call, leg=leg, cause="LOST") for leg in call.legs]
    ended = o.CallEnded(call=call.call, result=result, cause="LOST", why="the switch restarted")
    return Decided([*kept, *legs, ended], [])


_CLOSING = o.LegClosed | o.CallLeaving | o.CallEnded
