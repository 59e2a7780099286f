"""FreeSWITCH's own parsers in Python, line by line after its C sources, so that tests can read back what we send.

Each function names the C function it follows. Variables are never looked up: whoever gets one expanded has failed.
"""

from __future__ import annotations


class Expanded(AssertionError):
    """The switch would have looked up a variable or run an api function."""


def read_packet(wire: bytes) -> list[dict[str, str]]:
    """mod_event_socket.c, read_packet: the commands in a stream, each with its headers."""
    commands: list[dict[str, str]] = []
    block = b""
    for position in range(len(wire)):
        block += wire[position : position + 1]
        if block[:1] in b"\r\n":
            block = b""
        elif block.endswith((b"\n\n", b"\n\r\n")):
            first, *lines = block.decode().replace("\r", "\n").strip("\n").split("\n")
            headers = {"command": first}
            for line in lines:
                name, _, value = line.partition(":")
                headers[name.lower()] = value.lstrip(" ")
            commands.append(headers)
            block = b""
    assert block == b"", f"the switch still waits for the end of {block!r}"
    return commands


def strip_whitespace(text: str) -> str:
    """switch_utils.c, switch_strip_whitespace: what switch_api_execute does to an argument."""
    return text.strip("\r\n\t \x0b")


def cleanup_separated_string(text: str, delimiter: str) -> str:
    """switch_utils.c, cleanup_separated_string; `delimiter` is empty for blanks."""
    unescaped = {"n": "\n", "r": "\r", "t": "\t", "s": " "}
    text = text.lstrip(" ")
    out: list[str] = []
    end = None
    quoted = False
    at = 0
    while at < len(text):
        char, following = text[at], text[at + 1 : at + 2]
        if char == "\\" and following and (following in "'\"\\" or following == delimiter or following in unescaped):
            literal = following in "'\"\\" or following == delimiter
            out.append(following if literal else unescaped[following])
            end = len(out)
            at += 2
            continue
        if char == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
            if quoted:
                end = len(out)
        else:
            out.append(char)
            if char != " " or quoted:
                end = len(out)
        at += 1
    return "".join(out if end is None else out[:end])


def separate_string(text: str, delimiter: str, most: int = 1024) -> list[str]:
    """switch_utils.c, switch_separate_string with its two halves for blanks and for other delimiters."""
    if text[:2] == "^^" and len(text) > 3:
        text, delimiter = text[3:], text[2]
    parts: list[str] = []
    at = 0
    while at < len(text) and len(parts) < most:
        start = at
        quoted = False
        if delimiter == " ":
            while text[at : at + 1] == " ":
                at += 1
        cut = None
        if len(parts) + 1 == most:  # the C loop ends as soon as the last place is taken: the rest is one part
            at = len(text)
        while at < len(text):
            char = text[at]
            if char == "\\":
                at += 1
            elif char == "'" and (delimiter == " " or quoted or "'" in text[at + 1 :]):
                quoted = not quoted
            elif char == delimiter and not quoted:
                cut = at
                at += 1
                break
            at += 1
        parts.append(text[start : len(text) if cut is None else cut])
        if delimiter == " ":
            while text[at : at + 1] == " ":
                at += 1
    return [cleanup_separated_string(part, "" if delimiter == " " else delimiter) for part in parts]


def brackets(text: str) -> tuple[dict[str, str], str]:
    """switch_event.c, switch_event_create_brackets for one `{…}`: the variables, and what follows them."""
    assert text.startswith("{")
    depth, end = 1, 0
    while depth:
        end += 1
        assert end < len(text), "the bracket is never closed"
        depth += (text[end] == "{") - (text[end] == "}")
    assert not text[end + 1 :].lstrip(" ").startswith("{")
    inside, delimiter = text[1:end], ","
    if inside.startswith("^^"):
        inside, delimiter = inside[3:], inside[2]
    found: dict[str, str] = {}
    for pair in separate_string(inside, delimiter):
        halves = separate_string(pair, "=", 2)
        if len(halves) == 2:
            assert not halves[1].startswith("ARRAY::")
            found[halves[0]] = halves[1]
    return found, text[end + 1 :]


def originate(argument: str) -> tuple[dict[str, str], str, list[str]]:
    """mod_commands.c, originate_function, then switch_ivr_originate.c: variables, dial string, the other words."""
    words = separate_string(strip_whitespace(argument), " ", 10)
    dialled = words[0]
    assert ":_:" not in dialled, "enterprise originate would divide it"
    assert "origination_nested_vars=true" not in dialled.lower()
    variables, rest = brackets(dialled) if dialled.startswith("{") else ({}, dialled)
    for text in variables.values():
        assert not holds_variable(text), "switch_channel_set_variable refuses it"
    alternatives = separate_string(rest.strip(" "), "|")
    assert len(alternatives) == 1
    peers = separate_string(alternatives[0], ",")
    assert len(peers) == 1
    return variables, peers[0], words[1:]


def holds_variable(text: str) -> bool:
    """switch_utils.h, switch_string_var_check_const."""
    dollar = False
    for char in text:
        if char == "$":
            dollar = True
        elif dollar:
            if char == "{":
                return True
            if char != "\\":
                dollar = False
    return False


def holds_escapes(text: str) -> bool:
    """switch_utils.h, switch_string_has_escaped_data."""
    at = text.find("\\")
    while at >= 0 and text[at : at + 1] == "\\":
        at += 1
        if text[at : at + 1] in ("\\", "n", "s", "t", "'"):
            return True
        at = text.find("\\", at)
    return False


def expand_variables(text: str) -> str:
    """switch_channel.c, switch_channel_expand_variables_check, as far as it goes without a variable."""
    if not holds_variable(text) and not holds_escapes(text):
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        literal = False
        if text[at] == "\\":
            following = text[at + 1 : at + 2]
            if following == "$":
                literal = True
                at += 2 if text[at + 2 : at + 3] == "$" else 1
            elif following == "'":
                at += 2
                continue
            elif following == "\\":
                out.append("\\")
                at += 2
                continue
        if text[at] == "$" and not literal:
            if text[at + 1 : at + 2] == "$":
                at += 1
            if text[at + 1 : at + 2] == "{":
                raise Expanded(text)
        out.append(text[at])
        at += 1
    return "".join(out)


def application_argument(header: str) -> str:
    """switch_core_session.c, switch_core_session_exec: what the application gets."""
    expanded = expand_variables(header)
    assert not (expanded[:1] == "%" and "[" in expanded[1:3]), "read as variables of one execution"
    return expanded
