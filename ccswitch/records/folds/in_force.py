"""Rows of what is in force: the versions of scripts and their releases."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import ReleaseKind
from ccswitch.records.book import At, Book
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import RELEASES, SCRIPT_VERSIONS


def _script_released(book: Book, at: At, outcome: o.ScriptReleased) -> None:
    if outcome.kind is ReleaseKind.FOUND:  # here
        return
    release = outcome.release
    new = {release.versions.canary or release.versions.hash}
    for source in outcome.sources:
        by = {"author": release.author, "comment": release.comment} if source.hash in new else {}
        book.add(SCRIPT_VERSIONS, script=release.script, hash=source.hash, at=at.t, text=source.text, **by)
    book.add(
        RELEASES,
        n=at.n,
        i=at.i,
        at=at.t,
        script=release.script,
        kind=outcome.kind.value,
        hash=release.versions.hash,
        canary=release.versions.canary,
        share=release.versions.share,
        before=release.before,
        author=release.author,
        comment=release.comment,
    )


FOLDS: Folds = {
    o.ScriptReleased: _script_released,
}
