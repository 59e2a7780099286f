"""Scripts over HTTP: what is in force, what was, how callers used it; versions published and rolled back by order."""

from __future__ import annotations

from contextlib import suppress

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import Changed, rows
from ccswitch.desk.bodies import NewVersion, Promotion, Rollback, UsageQuery
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined, Wrong
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports
from ccswitch.desk.script_answers import (
    ReleaseRow,
    ScriptAnswer,
    ScriptList,
    Usage,
    VersionRow,
    Versions,
    VersionText,
    VersionUse,
)
from ccswitch.errors import Problem, StoreError
from ccswitch.floor.boards.scripts import ScriptBoard, script_board, script_boards
from ccswitch.floor.versions import source_of
from ccswitch.ivr.script import script_hash
from ccswitch.model.ids import ScriptHash
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.orders import PublishScript, RollBackScript

REFUSED = "The script was refused"


class Scripts:
    """/scripts and /scripts/{script}."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records, self._scripts = ports.floor, ports.records, ports.scripts

    @DOCUMENT.validate(resp=answers(ScriptList, READING), tags=["scripts"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the scripts: which version is in force, who published it, how many calls are in which."""
        demand(req.context.holder, Right.LOOK)
        resp.media = ScriptList(now=self._floor.now(), scripts=script_boards(self._floor.state()))

    @DOCUMENT.validate(resp=answers(ScriptAnswer, READING), tags=["scripts"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, script: str) -> None:
        """Show one script with the text that is in force."""
        demand(req.context.holder, Right.LOOK)
        board = self._board(script)
        resp.media = ScriptAnswer(
            now=self._floor.now(),
            script=board,
            text=self._text(script, board.versions.hash),
            canary_text=self._text(script, board.versions.canary),
        )

    @DOCUMENT.validate(resp=answers(Versions, READING), tags=["scripts"])
    def on_get_versions(self, req: falcon.Request, resp: falcon.Response, script: str) -> None:
        """List the versions that were ever released, and when which was in force."""
        demand(req.context.holder, Right.LOOK)
        board = self._board(script)
        found, released = self._scripts.versions(script), self._scripts.releases(script)
        resp.media = Versions(script=board, versions=rows(VersionRow, found), releases=rows(ReleaseRow, released))

    @DOCUMENT.validate(resp=answers(VersionText, READING), tags=["scripts"])
    def on_get_version(self, req: falcon.Request, resp: falcon.Response, script: str, version: str) -> None:
        """Show the text of one version; the beginning of its hash is enough."""
        demand(req.context.holder, Right.LOOK)
        source = self._version(script, version)
        resp.media = VersionText(script=script, version=source.hash, text=source.text)

    @DOCUMENT.validate(query=UsageQuery, resp=answers(Usage, READING), tags=["scripts"])
    def on_get_usage(self, req: falcon.Request, resp: falcon.Response, script: str) -> None:
        """Show how callers used a script, version by version."""
        demand(req.context.holder, Right.LOOK)
        query: UsageQuery = req.context.query
        found = self._scripts.usage(script, query.since, query.until, query.version or "")
        if not found:
            self._board(script)
        resp.media = Usage(script=script, versions=rows(VersionUse, found))

    # ---- orders

    @DOCUMENT.validate(json=NewVersion, resp=answers(Changed, CHANGING), tags=["scripts"])
    def on_post_publish(self, req: falcon.Request, resp: falcon.Response, script: str) -> None:
        """Publish a version, for all new calls or as a canary for a share of them. Calls go on in their own."""
        demand(req.context.holder, Right.SCRIPTS)
        body: NewVersion = req.context.json
        source = ScriptSource(name=script, hash=script_hash(body.text), text=body.text)
        author = req.context.holder.name
        if wrong := self._scripts.problems(source):
            self._refuse(author, source, body, list(wrong))
        order = PublishScript(order=order_id(), author=author, source=source, comment=body.comment, share=body.share)
        resp.media = place(self._floor, order)

    @DOCUMENT.validate(json=Promotion, resp=answers(Changed, CHANGING), tags=["scripts"])
    def on_post_promote(self, req: falcon.Request, resp: falcon.Response, script: str) -> None:
        """Let the canary take all new calls."""
        demand(req.context.holder, Right.SCRIPTS)
        canary = self._board(script).versions.canary
        source = source_of(self._floor.state(), script, canary) if canary else None
        if source is None:
            why = f"script {script} has no canary"
            raise Declined(falcon.HTTP_409, "The order was refused", why, "publish it with a share first")
        order = PublishScript(
            order=order_id(), author=req.context.holder.name, source=source, comment=req.context.json.comment
        )
        resp.media = place(self._floor, order)

    @DOCUMENT.validate(json=Rollback, resp=answers(Changed, CHANGING), tags=["scripts"])
    def on_post_rollback(self, req: falcon.Request, resp: falcon.Response, script: str) -> None:
        """End the canary; without one put the version before in force again, or the one that is named."""
        demand(req.context.holder, Right.SCRIPTS)
        body: Rollback = req.context.json
        to = self._version(script, body.to) if body.to else None
        if to is not None:
            self._scripts.problems(to)  # read in a thread; the floor says what is wrong
        order = RollBackScript(
            order=order_id(), author=req.context.holder.name, script=script, to=to, comment=body.comment
        )
        resp.media = place(self._floor, order)

    # ---- parts

    def _board(self, script: str) -> ScriptBoard:
        board = script_board(self._floor.state(), script)
        if board is None:
            raise Declined(falcon.HTTP_404, "No such script", f"no script named {script!r}", "`ccswitch ivr list`")
        return board

    def _text(self, script: str, version: ScriptHash) -> str:
        source = source_of(self._floor.state(), script, version)
        return source.text if source else ""

    def _version(self, script: str, beginning: str) -> ScriptSource:
        """The one version that begins so; what is in force needs no database."""
        for version in self._floor.state().scripts:
            if version == beginning and (source := source_of(self._floor.state(), script, version)):
                return source
        found = self._scripts.find(script, beginning)
        if len(found) == 1:
            return found[0]
        why = f"several versions of {script} begin with" if found else f"no released version of {script} begins with"
        status = falcon.HTTP_409 if found else falcon.HTTP_404
        raise Declined(status, "No such version", f"{why} {beginning!r}", f"`ccswitch ivr versions {script}`")

    def _refuse(self, author: str, source: ScriptSource, body: NewVersion, wrong: list[Problem]) -> None:
        """Every reason with its place; the audit trail has it too."""
        why = "; ".join(map(str, wrong))
        what = {"script": source.name, "version": source.hash, "comment": body.comment, "share": body.share}
        with suppress(StoreError):  # a database that is away does not make a script right
            self._records.audit(author=author, kind="PublishScript", what=what, accepted=False, said=why)
        problems = [Wrong(where=f"{one.file}:{one.line}:{one.column}", what=one.what) for one in wrong]
        raise Declined(falcon.HTTP_422, REFUSED, why, "the version in force stays", problems=problems)
