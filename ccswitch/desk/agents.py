"""Agents over HTTP: look, take on, log in and out, ready, break."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import AgentAnswer, AgentExplanation, AgentKept, AgentList, Changed
from ccswitch.desk.bodies import (
    Break,
    ConnectionChange,
    DevicesChange,
    Dial,
    Following,
    LegChange,
    NewAgent,
    Nothing,
    QueuesChange,
    SkillsChange,
    Wrapup,
)
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined, Wrong
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports
from ccswitch.floor.boards.agents import agent_board, agent_boards
from ccswitch.floor.explaining import explain_agent
from ccswitch.model.agent_changes import BETWEEN, CONNECTION, DEVICES, IN, OUT, QUEUE, RING, SKILL
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Agent, AgentChange
from ccswitch.model.orders import (
    AddAgent,
    ChangeAgent,
    DialOut,
    EndWrapup,
    ExtendWrapup,
    FollowFiles,
    LogIn,
    LogOut,
    MakeReady,
    NailUp,
    Order,
    TakeBreak,
)
from ccswitch.model.skills import WrongSkill, skill

# Without what is misread on the phone: 0 O 1 l I.
ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 20


class Agents:
    """/agents, /agents/{agent} and what an agent says of himself."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records, self._phones = ports.floor, ports.records, ports.phones

    # ---- looking

    @DOCUMENT.validate(resp=answers(AgentList, READING), tags=["agents"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the agents: what they say, what they do, and whether they take the next call."""
        demand(req.context.holder, Right.LOOK)
        now = self._floor.now()
        resp.media = AgentList(now=now, agents=agent_boards(self._floor.state(), now))

    @DOCUMENT.validate(resp=answers(AgentAnswer, READING), tags=["agents"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Show one agent."""
        demand(req.context.holder, Right.LOOK, agent)
        now, state = self._floor.now(), self._floor.state()
        live = state.agents.get(AgentId(agent))
        if live is None:
            raise Declined(falcon.HTTP_404, "No such agent", f"no agent named {agent!r}", "`ccswitch agent list`")
        resp.media = AgentAnswer(now=now, agent=agent_board(state, live, now))

    @DOCUMENT.validate(resp=answers(AgentExplanation, READING), tags=["agents"])
    def on_get_explain(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Explain an agent: which waiting callers he could take, and why he does not take the others."""
        demand(req.context.holder, Right.LOOK, agent)
        because = explain_agent(self._floor.state(), agent, self._floor.now())
        if not because:
            raise Declined(falcon.HTTP_404, "No such agent", f"no agent named {agent!r}", "`ccswitch agent list`")
        resp.media = AgentExplanation(agent=agent, because=list(because))

    # ---- taking on

    @DOCUMENT.validate(json=NewAgent, resp=answers(AgentKept, CHANGING), tags=["agents"])
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Take an agent on, or change him. Takes effect on every node at once, SIP password included.

        The password goes into the database before the order goes to the brain, so that no node is told of an account
        that has none. An order that is refused then leaves a password for an agent who is as he was before.
        """
        demand(req.context.holder, Right.STAFF)
        wanted: NewAgent = req.context.json
        sip_user = self._sip_user(wanted)
        self._refuse_what_the_floor_would(wanted, sip_user)
        author = req.context.holder.name
        made = self._keep_password(wanted, sip_user, author=author) if sip_user else self._drop_password(wanted, author)
        queues = tuple(QueueName(queue) for queue in wanted.queues)
        agent = Agent(
            agent=AgentId(wanted.agent),
            name=wanted.name,
            phone=wanted.phone.strip(),
            queues=queues,
            skills=tuple(wanted.skills),
        )
        order = AddAgent(order=order_id(), author=req.context.holder.name, agent=agent)
        try:
            changed = place(self._floor, order)
        except Declined as declined:
            declined.mend += "; a password was made that nobody saw: ask for a new one" if made else ""
            raise
        resp.cache_control = ["no-store"]
        resp.media = AgentKept(**changed.model_dump(), sip_user=sip_user or "", password=made)

    def _sip_user(self, wanted: NewAgent) -> str | None:
        """The account at which his phone registers, None without one."""
        if not wanted.phone:
            return None
        sip_user = self._parsed(wanted.phone, "phone")
        if sip_user is None and (wanted.password or wanted.new_password):
            why = f"{wanted.phone} does not register with us, so it has no password here"
            raise Declined(falcon.HTTP_409, "No SIP account", why, "leave the password out")
        return sip_user

    def _refuse_what_the_floor_would(self, wanted: NewAgent, sip_user: str | None) -> None:
        """Before a password is changed: an account is one agent's, and a queue that is not there is a mistake."""
        state = self._floor.state()
        for text in wanted.skills:
            try:
                skill(text)
            except WrongSkill as error:
                problem = Wrong(where="skills", what=str(error))
                raise Declined(
                    falcon.HTTP_422, "A skill is not valid", str(error), "as billing=7", problems=[problem]
                ) from error
        unknown = sorted(set(wanted.queues) - {queue.name for queue in state.settings.queues})
        if unknown:
            known = ", ".join(queue.name for queue in state.settings.queues) or "none"
            why = f"no such queue: {', '.join(unknown)}"
            raise Declined(falcon.HTTP_409, "The order was refused", why, f"queues are: {known}")
        for other in state.agents.values():
            if sip_user and other.agent.agent != wanted.agent and self._account_of(other.agent.phone) == sip_user:
                why = f"phone {wanted.phone} is {other.agent.agent}'s"
                raise Declined(falcon.HTTP_409, "The order was refused", why, "give him a phone of his own")

    def _account_of(self, phone: str) -> str | None:
        try:
            return self._phones.sip_user(phone) if phone else None
        except ValueError:  # as the files had it; `config check` tells
            return None

    def _keep_password(self, wanted: NewAgent, sip_user: str, *, author: str) -> str:
        """Keep the password that was given, or made when there is none yet. Returns the one that was made."""
        kept = self._records.sip_user(wanted.agent) == sip_user
        if wanted.password is None and not wanted.new_password and kept:
            return ""
        made = "" if wanted.password else "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))
        secret = self._phones.secret(sip_user, wanted.password or made)
        self._records.put_agent_secret(wanted.agent, sip_user=sip_user, realm=secret.realm, a1_hash=secret.a1_hash)
        said = "password made" if made else "password set"
        what = {"agent": wanted.agent, "sip_user": sip_user}
        self._records.audit(author=author, kind="sip password", what=what, accepted=True, said=said)
        return made

    def _drop_password(self, wanted: NewAgent, author: str) -> str:
        """The account of a phone that he had before must not register any longer."""
        kept = self._records.sip_user(wanted.agent)
        if kept is not None:
            self._records.drop_agent_secret(wanted.agent)
            what = {"agent": wanted.agent, "sip_user": kept}
            self._records.audit(author=author, kind="sip password", what=what, accepted=True, said="account dropped")
        return ""

    # ---- what he says

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_login(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Log an agent in: he is there but not ready yet."""
        resp.media = self._said(req, LogIn, agent)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_logout(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Log an agent out; a talk that is on goes on."""
        resp.media = self._said(req, LogOut, agent)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_ready(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Make an agent ready for calls; his wrap-up ends."""
        resp.media = self._said(req, MakeReady, agent)

    @DOCUMENT.validate(json=Break, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_break(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Put an agent on break; a call that rings at his phone is offered elsewhere."""
        resp.media = self._said(req, TakeBreak, agent, reason=req.context.json.reason)

    def _said(self, req: falcon.Request, order: Callable[..., Order], agent: str, **more: Any) -> Changed:
        """What the agent says of himself, by himself or by who may say it for him."""
        demand(req.context.holder, Right.STATUS, agent)
        return place(self._floor, order(order=order_id(), author=req.context.holder.name, agent=AgentId(agent), **more))

    @DOCUMENT.validate(json=Dial, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_dial(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Ring an agent's own phone, then an outside number that the rules allow, and join them."""
        wanted: Dial = req.context.json
        resp.media = self._said(req, DialOut, agent, number=wanted.number, queue=QueueName(wanted.queue))

    # ---- his work after a call

    @DOCUMENT.validate(json=Wrapup, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_wrapup(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """End an agent's wrap-up (he is what he said before), or extend it within the house's bound."""
        wanted: Wrapup = req.context.json
        if wanted.change == "end":
            resp.media = self._said(req, EndWrapup, agent)
        else:
            resp.media = self._said(req, ExtendWrapup, agent, by=wanted.by)

    # ---- what supervisors change of him

    @DOCUMENT.validate(json=SkillsChange, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_skills(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Change an agent's skills; the files' other fields stay in force, and so do their changes of them."""
        wanted: SkillsChange = req.context.json
        levels = [AgentChange(field=f"{SKILL}{name}", value=str(level)) for name, level in wanted.set.items()]
        lost = [AgentChange(field=f"{SKILL}{name}", value=OUT) for name in wanted.drop]
        resp.media = self._change(req, agent, (*levels, *lost), wanted.until)

    @DOCUMENT.validate(json=QueuesChange, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_queues(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Change which queues an agent serves; callers who wait there feel it at once."""
        wanted: QueuesChange = req.context.json
        new = [AgentChange(field=f"{QUEUE}{name}", value=IN) for name in wanted.add]
        gone = [AgentChange(field=f"{QUEUE}{name}", value=OUT) for name in wanted.drop]
        resp.media = self._change(req, agent, (*new, *gone), wanted.until)

    @DOCUMENT.validate(json=DevicesChange, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_devices(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Change which devices ring besides an agent's phone, and how; the next call rings them."""
        wanted: DevicesChange = req.context.json
        changes = []
        if wanted.phones is not None:
            for phone in wanted.phones:
                self._parsed(phone, "phones")
            changes.append(AgentChange(field=DEVICES, value=BETWEEN.join(dict.fromkeys(wanted.phones))))
        if wanted.ring is not None:
            changes.append(AgentChange(field=RING, value=wanted.ring))
        resp.media = self._change(req, agent, tuple(changes), wanted.until)

    def _parsed(self, phone: str, where: str) -> str | None:
        """The account of a phone, None for one elsewhere; what is no phone is declined."""
        try:
            return self._phones.sip_user(phone)
        except ValueError as error:
            problem = Wrong(where=where, what=str(error))
            raise Declined(falcon.HTTP_422, "The phone is not valid", str(error), problems=[problem]) from error

    @DOCUMENT.validate(json=ConnectionChange, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_connection(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Change how an agent's phone is reached: on demand, or nailed up."""
        wanted: ConnectionChange = req.context.json
        change = AgentChange(field=CONNECTION, value=wanted.connection)
        resp.media = self._change(req, agent, (change,), wanted.until)

    @DOCUMENT.validate(json=LegChange, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_leg(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """Ring an agent's phone for his nailed-up leg, or hang that leg up."""
        resp.media = self._said(req, NailUp, agent, up=req.context.json.up)

    def _change(self, req: falcon.Request, agent: str, changes: tuple[AgentChange, ...], until: float) -> Changed:
        demand(req.context.holder, Right.STAFF)
        author = req.context.holder.name
        order = ChangeAgent(order=order_id(), author=author, agent=AgentId(agent), changes=changes, until=until)
        return place(self._floor, order)

    @DOCUMENT.validate(json=Following, resp=answers(Changed, CHANGING), tags=["agents"])
    def on_post_follow(self, req: falcon.Request, resp: falcon.Response, agent: str) -> None:
        """What was changed of an agent is as in the files again: the named fields, or all."""
        demand(req.context.holder, Right.STAFF)
        author, fields = req.context.holder.name, tuple(req.context.json.fields)
        resp.media = place(
            self._floor, FollowFiles(order=order_id(), author=author, agent=AgentId(agent), fields=fields)
        )
