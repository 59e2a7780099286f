"""The language of scripts as JSON Schema, for editors: what the readers of steps ask for is what may stand there.

Each kind of step is read from nothing by fields that note what is asked (`Noting`), so that a new kind, or a new key of
one, is in the schema without a word here. What one key has to do with another only the readers know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ccswitch.ivr.expressions import Condition
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.saying import ITEMS, PROMPTS_LIMIT
from ccswitch.ivr.step import END, Step, Way
from ccswitch.ivr.steps import STEPS
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import Findings, Place
from ccswitch.reading.kinds import Schema
from ccswitch.reading.yaml_nodes import Node, Table, Text

SCALAR = ["string", "number", "boolean"]  # as YAML 1.2 reads it; to ccswitch all of them are text
ANY_TEXT: Schema = {"type": SCALAR}
NAMED_TEXTS: Schema = {"type": "object", "additionalProperties": ANY_TEXT, "minProperties": 1}
WAY: Schema = {"type": SCALAR, "description": f"the name of a step, or {END}"}


def json_schema() -> Schema:
    """A whole script."""
    steps = {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [_step(kind) for kind in STEPS]}}
    parameter = {"anyOf": [{"type": "string"}, NAMED_TEXTS | {"maxProperties": 1}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An IVR script of ccswitch",
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "if given, the same as the file's"},
            "description": {"type": SCALAR},
            "start": WAY | {"description": "the step that callers begin with; if left out, the first"},
            "languages": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "parameters": {"type": "array", "items": parameter, "minItems": 1},
            "steps": steps,
        },
        "required": ["steps"],
        "additionalProperties": False,
    }


def _step(kind: type[Step]) -> Schema:
    """One kind. It is read twice, for what it asks may hang on a yes or no (`record`)."""
    told = [_noted(kind, answer) for answer in (True, False)]
    properties: dict[str, Schema] = {}
    for one in told:
        for key, schema in one.properties.items():
            properties[key] = properties.get(key) or schema
    required = sorted({kind.WORD, *kind.DESCRIBED}.union(told[0].required & told[1].required))
    about = (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    described = properties | dict(kind.DESCRIBED)
    return _table(described, required) | {"title": kind.WORD, "description": about}


def _noted(kind: type[Step], answer: bool) -> Noting:
    noting = Noting(kind.WORD, answer)
    kind.read(noting)
    return noting


def _table(properties: dict[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


class Noting(Fields):
    """Fields of a table that is not there: they note what is asked, and what it must be like."""

    def __init__(self, where: str, answer: bool) -> None:
        """`answer`: to every yes or no."""
        super().__init__(Table(Place(), {}), where, Findings(""))
        self.properties: dict[str, Schema] = {}
        self.required: set[str] = set()
        self._answer = answer

    def report(self, at: Place, what: str, mend: str = "") -> None:
        """Everything is missing here."""

    def has(self, key: str) -> bool:
        """As if it were, so that its reader asks on."""
        return True

    def node(self, key: str) -> Node | None:
        """Somebody looks for himself: anything may be there."""
        self.properties.setdefault(key, {})
        return None

    def _note(self, key: str, schema: Schema, *, required: bool = False) -> None:
        self.properties[key] = schema
        if required:
            self.required.add(key)

    def text(self, key: str, form: re.Pattern[str], needs: str, default: str | None = None) -> str:
        """A text of a form."""
        schema: Schema = {"type": SCALAR, "description": needs}
        if r"\w" not in form.pattern and not form.flags & re.DOTALL:  # editors' \w knows only Latin letters
            schema["pattern"] = f"^(?:{form.pattern})$"
        self._note(key, schema | ({} if not default else {"default": default}), required=default is None)
        return default or ""

    def words(
        self, key: str, form: re.Pattern[str], most: int, example: str, *, required: bool = True
    ) -> tuple[str, ...]:
        """One or several."""
        several = {"type": "array", "items": ANY_TEXT, "minItems": 1, "maxItems": most}
        self._note(key, {"anyOf": [ANY_TEXT, several]}, required=required)
        return ()

    def unwanted(self, key: str, why: str) -> None:
        """Not there."""

    def bare(self, key: str) -> None:
        """No value."""
        self._note(key, {"enum": [None, ""]}, required=True)

    def seconds(self, key: str, default: Seconds, least: Seconds, most: Seconds) -> Seconds:
        """A number between the limits, or one with its unit."""
        super().seconds(key, default, least, most)
        about = f"a time from {least:g}s to {most:g}s, as 5s or 500ms"
        self.properties[key] |= {"minimum": least, "maximum": most, "description": about, "default": f"{default:g}s"}
        return default

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A number between the limits."""
        super().whole(key, default, least, most)
        self.properties[key] |= {"minimum": least, "maximum": most, "default": default}
        return default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Both, one after the other."""
        super().flag(key, default=default)
        return self._answer

    def condition(self, key: str, example: str) -> Condition:
        """A text."""
        self._note(key, {"type": SCALAR, "description": f"a condition, as {example}"}, required=True)
        return Condition("")

    def pairs(self, key: str, example: str, *, required: bool = True) -> list[tuple[Text, Text]]:
        """Names with texts."""
        self._note(key, NAMED_TEXTS, required=False)
        return []

    def way(self, key: str) -> Way | None:
        """A step."""
        self._note(key, WAY)
        return None

    def onward(self, key: str) -> Way:
        """A step that must be named."""
        self._note(key, WAY, required=True)
        return Way(END)

    def table(self, key: str) -> Fields | None:
        """A table with keys of its own: it is asked through fields that note into it."""
        inner = Noting(key, self._answer)
        self._note(key, _table(inner.properties))
        return inner

    def prompts(self, key: str, *, required: bool = True, words: bool = False) -> tuple[Prompt, ...]:
        """One prompt or several."""
        one = [{"type": "string", "minLength": 1}, *_items(), *([NAMED_TEXTS] if words else [])]
        several = {"type": "array", "items": {"anyOf": one}, "minItems": 1, "maxItems": PROMPTS_LIMIT}
        self._note(key, {"anyOf": [*one, several]}, required=required)
        return ()


def _items() -> list[Schema]:
    """The tables that a prompt can be."""
    found = []
    for word, read in ITEMS.items():
        noting = Noting(word, answer=True)
        read(noting, word)
        said: Schema = {"say": {"anyOf": [ANY_TEXT, NAMED_TEXTS]}} if "say" in noting.properties else {}
        found.append(_table(noting.properties | said, [word]))
    return found
