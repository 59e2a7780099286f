"""What FreeSWITCH may be told: checks of names and values, and escapes by its own parsers, the other way round.

Everything here either gives back text that arrives exactly as it was given, or refuses it (`UnsafeString`). Commands
are built of it in `strings.py`, where the three rules stand.
"""

from __future__ import annotations

import re
import unicodedata

from ccswitch.errors import UnsafeString

# ---- checks -------------------------------------------------------------------------------------------------------

_LEG = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_EXTENSION = re.compile(r"[A-Za-z0-9_.*#+][A-Za-z0-9_.*#+-]{0,63}")
_CAUSE = re.compile(r"[A-Z0-9_]{1,48}")
EVENT = re.compile(r"[A-Z_]{1,48}")
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
TARGET = re.compile(r"[A-Za-z0-9][A-Za-z0-9@:;=.+_~*#/\[\]-]{0,255}")
OUTSIDE_NUMBER = re.compile(r"\+?[0-9*#]{2,32}")
SIP_USER = re.compile(r"[A-Za-z0-9_.*#+~-]{1,64}")
SIP_HOST = re.compile(
    r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?(?:;transport=(?:udp|tcp|tls|ws|wss))?"
)
RECORDING = re.compile(r"/[A-Za-z0-9_./@=+-]{1,250}")
WORD = re.compile(r"[!-~]{1,4096}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# switch_string_var_check_const: `$`, any number of backslashes, `{`
_EXPANDS = re.compile(r"\$\\*\{")


def checked(pattern: re.Pattern[str], text: str, what: str) -> str:
    """`text`, if all of it fits; `what` names in the error what it should be."""
    if not pattern.fullmatch(text):
        raise UnsafeString(f"{text[:80]!r} is not {what}")
    return text


def leg_id(text: str) -> str:
    """A channel uuid, the switch's or ours: letters, digits, `_`, `.`, `-`, at most 80."""
    return checked(_LEG, text, "a leg id (letters, digits, '_', '.', '-', at most 80)")


def name(text: str) -> str:
    """The name of a queue, context, gateway, profile, application, group: letters, digits, `_`, `.`, `-`."""
    return checked(_NAME, text, "a name (letters, digits, '_', '.', '-', at most 64)")


def variable_name(text: str) -> str:
    """The name of a channel or global variable. `_body` and indexed names mean something else to the switch."""
    if text == "_body":
        raise UnsafeString("'_body' cannot be a variable")
    return checked(_VARIABLE, text, "a variable name")


def extension(text: str) -> str:
    """What a dialplan is asked for: digits, letters, `*`, `#`, `+`; not a leading `-`, which is an option."""
    return checked(_EXTENSION, text, "an extension (digits, letters, '*', '#', '+')")


def cause(text: str) -> str:
    """A hang-up cause by its FreeSWITCH name, such as NORMAL_CLEARING."""
    return checked(_CAUSE, text, "a hang-up cause")


def one_line(text: str) -> str:
    """`text` unchanged, if it stays on one line, has no control characters but tabs, and is sayable in UTF-8."""
    if _CONTROL.search(text):
        raise UnsafeString(f"CR, LF, NUL or another control character in {text[:80]!r}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnsafeString(f"half a character (a lone surrogate) in {text[:80]!r}") from None
    return text


def value(text: str) -> str:
    """A variable's value: one line that FreeSWITCH stores and hands back as it is, and never expands."""
    one_line(text)
    if _EXPANDS.search(text):
        raise UnsafeString(f"{text[:80]!r} would be expanded by the switch: '${{' has no place in a value")
    if text.startswith("ARRAY::"):
        raise UnsafeString(f"{text[:80]!r} would be read as a list")
    return text


# ---- text of people and callers -----------------------------------------------------------------------------------

_UNSHOWABLE = re.compile(r'["\\<>{}\[\]|$%^`;=_:]|[\ufeff\ufffd]')
_NUMBER_NOISE = re.compile(r"[^0-9A-Za-z*#+]")


def display_text(text: str, limit: int = 60) -> str:
    """`text` fit to be shown on a phone: printable, one line, at most `limit` characters; never refused.

    Dropped for a space: control and formatting characters, half surrogates, and `" \\ < > { } [ ] | $ % ^ ` ; = _ :`,
    which would end a SIP display name, a list of variables or a dial string (FreeSWITCH even decodes `%0A` in one).
    """
    shown = _UNSHOWABLE.sub(" ", text[: limit * 8])
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in shown)
    return " ".join(shown.split())[:limit].rstrip()


def display_number(text: str, limit: int = 32) -> str:
    """A number fit for `origination_caller_id_number`: digits, letters, `*`, `#`, `+`; the rest is dropped."""
    return _NUMBER_NOISE.sub("", text[: limit * 8])[:limit]


# ---- FreeSWITCH's parsers, the other way round --------------------------------------------------------------------


def separated(text: str, delimiter: str) -> str:
    """`text` so that one pass of `switch_separate_string(…, delimiter)` gives it back (switch_utils.c).

    The pass undoes a backslash before a quote, a backslash, the delimiter and n, r, t, s; any other stays with its
    letter. Blanks go as `\\s` and tabs as `\\t`: at either end they would be cut off, inside they may be the delimiter.
    """
    special = "\\\\'\"nrts \t" + re.escape(delimiter)
    text = re.sub(rf"\\(?=[{special}]|\Z)|'", lambda match: "\\" + match[0], text)
    if delimiter != " ":
        text = text.replace(delimiter, "\\" + delimiter)
    return text.replace(" ", "\\s").replace("\t", "\\t")


def unexpanded(text: str) -> str:
    """`text` so that one pass of `switch_channel_expand_variables` gives it back (switch_channel.c).

    The pass does nothing to text without `${` and without `\\\\`, `\\n`, `\\s`, `\\t`, `\\'`; else it undoes `\\$` and
    `\\\\`, drops `\\'` and halves `$$`.
    """
    if not _EXPANDS.search(text) and not re.search(r"\\[\\nst']", text):
        return text
    return text.replace("\\", "\\\\").replace("$", "\\$")


def argument(text: str) -> str:
    """The argument of an application for `sendmsg`: what the application will get is `text`."""
    one_line(text)
    if text[:1] == " ":
        raise UnsafeString(f"the argument {text[:80]!r} begins with a blank, which the switch cuts off")
    if text[:1] == "%" and "[" in text[1:3]:
        raise UnsafeString(f"the argument {text[:80]!r} would be read as variables (%[…])")
    if text.startswith("ARRAY::"):
        raise UnsafeString(f"{text[:80]!r} would be read as a list")
    return unexpanded(text)


def split_words(*words: str) -> str:
    """Words that an application or api splits at blanks; an empty one is written as two quotes."""
    return " ".join(separated(word, " ") if word else "''" for word in words)
