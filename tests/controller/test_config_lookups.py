"""Look-ups in the site's file, and scripts that use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.controller import config
from ccswitch.errors import ConfigError

NODE = '[[node]]\nname = "pbx1"\n[[queue]]\nname = "sales"\n'
LOOKUP = """[[lookup]]
name = "account"
url = "https://crm.example.com/accounts/{account}"
method = "POST"
parameters = ["account", "pin"]
headers = ["Authorization: Bearer ${CRM_TOKEN}"]
"""
SCRIPT = """steps:
  account: {{collect: a, digits: 4, into: account, then: pin, otherwise: wait}}
  pin: {{collect: p, digits: 4, masked: yes, into: pin, then: ask, otherwise: wait}}
  ask: {{lookup: {name}, with: {{{given}}}, then: wait, otherwise: wait}}
  wait: {{queue: sales}}
"""
RIGHT = """account: "{{ account }}", pin: "{{ pin }}\""""
TOKEN = {"CRM_TOKEN": "t0ken-4711"}


def load(folder: Path, text: str = LOOKUP, script: str = "", environ: dict[str, str] | None = None) -> config.Config:
    (folder / "conf").mkdir(exist_ok=True)
    (folder / "ivr_scripts").mkdir(exist_ok=True)
    if script:
        (folder / "ivr_scripts" / "main.yaml").write_text(script)
    (folder / "conf" / "ccswitch.toml").write_text(NODE + text)
    return config.load(folder / "conf" / "ccswitch.toml", TOKEN if environ is None else environ)


def wrong(folder: Path, text: str = LOOKUP, script: str = "", environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(folder, text, script, environ)
    return [str(problem).removeprefix(f"{folder}/") for problem in raised.value.problems]


def test_a_look_up_is_read_and_its_secret_shown_nowhere(tmp_path: Path) -> None:
    read = load(tmp_path, script=SCRIPT.format(name="account", given=RIGHT))
    (one,) = read.lookups
    assert (one.name, one.method, one.in_body) == ("account", "POST", ("pin",))
    assert read.lookup_headers == {"account": {"Authorization": "Bearer t0ken-4711"}}
    # The brain knows its name and its limit, and of the secret nobody
    floor = config.floor_settings(read)
    assert [(known.name, known.limit) for known in floor.lookups] == [("account", 8.0), ("customer", 10.0)]
    assert "t0ken" not in repr(read) + repr(floor)


def test_a_secret_that_is_not_set_or_cannot_be_sent(tmp_path: Path) -> None:
    said = "conf/ccswitch.toml:10:1: CRM_TOKEN {} (set it for the controller, as in a unit's file)"
    assert wrong(tmp_path, environ={}) == [said.format("is not in the environment")]
    told = wrong(tmp_path, environ={"CRM_TOKEN": "x\nX-Evil: 1"})
    assert told == [said.format("has characters that no header can have")]


@pytest.mark.parametrize(
    ("line", "by", "what"),
    [
        ("url", 'url = "ftp://x"', "write http://HOST/PATH"),
        ("url", 'url = "https://crm/{acount}"', "{acount} is no parameter"),
        ("method", 'method = "PUT"', "method = 'PUT'"),
        ("method", 'method = "GET"', "pin is not in the url, and a GET has no body"),
        ("parameters", 'parameters = ["account", "PIN"]', "small letters, digits and _"),
        ("headers", 'headers = ["nonsense"]', "as Authorization: Bearer ${CRM_TOKEN}"),
        ("name", 'name = "customer"', "ccswitch's own records"),
        ("name", 'name = "a.b"', "letters, digits, _ and - only"),
        ("name", 'name = "account"\nretries = 9', "from 0 to 5"),
        ("name", 'name = "account"\nca = "/nowhere.pem"', "No such file"),
        ("name", 'name = "account"\nca = "a\\u0000b"', "null byte"),
        ("name", 'name = "account"\ntimout = 9', "did you mean 'timeout'"),
        ("name", 'name = "account"\ntimeout = 9', "one try takes up to 9 s"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, line: str, by: str, what: str) -> None:
    text = "".join(f"{by}\n" if one.startswith(line) else f"{one}\n" for one in LOOKUP.splitlines())
    told = wrong(tmp_path, text)
    assert any(what in one for one in told), told
    assert all(one.startswith("conf/ccswitch.toml:") for one in told)


def test_two_of_one_name(tmp_path: Path) -> None:
    assert any("lookup 'account' is already on line 6" in one for one in wrong(tmp_path, LOOKUP + LOOKUP))


@pytest.mark.parametrize(
    ("name", "given", "what"),
    [
        ("acount", RIGHT, "there is no look-up 'acount' (did you mean 'account'?)"),
        ("account", 'account: 1, pni: "{{ pin }}"', "look-up account takes no 'pni' (did you mean 'pin'?)"),
        ("account", 'account: "{{ account }}"', "look-up account needs 'pin'"),
        ("account", 'account: "{{ pin }}", pin: 1', "would show the masked 'account' to others"),
        ("customer", 'key: "{{ pin }}"', "look-up customer would show the masked 'key' to others"),
        ("customer", "id: 1", "look-up customer takes no 'id'"),
    ],
)
def test_scripts_that_use_it_wrongly(tmp_path: Path, name: str, given: str, what: str) -> None:
    told = wrong(tmp_path, script=SCRIPT.format(name=name, given=given))
    assert any(one.startswith("ivr_scripts/main.yaml:4:3: ") and what in one for one in told), told


def test_customer_needs_no_definition(tmp_path: Path) -> None:
    load(tmp_path, script=SCRIPT.format(name="customer", given='key: "{{ account }}"'))
