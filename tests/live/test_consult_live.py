"""A consultation on a real FreeSWITCH: who hears whom in each phase, told by the tone that each one says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.sounds import need
from tests.live.talk_stage import CALLER, LI, MUSIC, NAMES, VOICES, WANG, TalkStage, talk_stage
from tests.live.tone_phone import TonePhone, strength, strongest
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.freeswitch_stage import FreeSwitchStage

pytestmark = pytest.mark.live

TO_WANG = f"agent:{NAMES['wang']}"
NEVER = 0.002  # of full scale: what is not meant for somebody's ears
IN_NO_FILE = 0.01  # where tones begin and end, a stretch of 50 ms has something of every frequency


@pytest.fixture
def site(tmp_path: Path, freeswitch: Callable[[], FreeSwitchStage]) -> Iterator[TalkStage]:  # noqa: F811
    need("sox")
    yield from talk_stage(tmp_path, freeswitch)


def heard(site: TalkStage, phone: TonePhone) -> dict[float, float]:
    """How loud each voice is to a phone, of full scale, in the next 200 ms."""
    site.hears(phone)
    return {voice: round(strength(b"".join(phone.heard), voice), 4) for voice in VOICES}


def asked(site: TalkStage) -> str:
    """The caller is on hold, and Li asks Wang, who is on a break; gives the call."""
    call = site.talk()
    site.stage.api("POST", f"/agents/{NAMES['wang']}/login", {})
    site.until_heard(site.caller, LI)
    site.order(call, "consult", to=TO_WANG)
    site.until_heard(site.li, WANG)
    site.until_heard(site.wang, LI)
    site.until_heard(site.caller, MUSIC)
    return call


def test_he_asks_in_private_and_passes_the_caller_on(site: TalkStage) -> None:
    # Given a caller on hold, and Li who asks Wang
    call = asked(site)
    # Then the two hear each other, and of the caller and his music nothing; he hears neither
    ears = {name: heard(site, phone) for name, phone in (("caller", site.caller), ("li", site.li), ("wang", site.wang))}
    print(f"asked: {ears}")
    assert max(ears["caller"][LI], ears["caller"][WANG]) < NEVER < 0.05 < ears["caller"][MUSIC]
    assert max(ears["li"][CALLER], ears["li"][MUSIC]) < NEVER < 0.05 < ears["li"][WANG]
    assert max(ears["wang"][CALLER], ears["wang"][MUSIC]) < NEVER < 0.05 < ears["wang"][LI]
    assert (site.agent("li")["state"], site.agent("wang")["state"]) == ("holding", "assisting")
    assert site.board()["guests"] == [f"{NAMES['wang']} (consult)"]
    # When he passes the caller on, then Wang talks with him, and Li wraps up
    site.order(call, "complete")
    site.until_heard(site.caller, WANG)
    site.until_heard(site.wang, CALLER)
    assert site.li.dialog.ended.wait(5)
    assert site.agent("wang")["state"] == "talking"
    site.until_heard(site.caller, WANG)
    site.caller.hang_up(site.dialog)
    # And the records say who passed him to whom, and of two talks, neither of which has what was said in private
    site.stage.eventually(lambda: site.stage.rows("calls", call_id=call)[0]["result"] == "answered")
    [sent] = site.rows("transfers", 1, call_id=call)
    assert (sent["agent"], sent["target"], bool(sent["attended"])) == (NAMES["li"], TO_WANG, True)
    first, second = site.rows("talks", 2, call_id=call)
    assert [first["agent"], second["agent"]] == [NAMES["li"], NAMES["wang"]]
    said = [[strongest(Path(talk["recording"]), voice) for voice in (LI, WANG)] for talk in (first, second)]
    print(f"recorded of Li and Wang: {said}")
    assert said[0][0] > 0.05 > IN_NO_FILE > said[0][1] and said[1][1] > 0.05


def test_all_three_talk_and_then_the_agent_leaves(site: TalkStage) -> None:
    # Given a caller on hold, and Li who asks Wang
    call = asked(site)
    # When all three are to talk, then each hears the two others
    site.order(call, "conference")
    site.until_heard(site.caller, LI, WANG)
    site.until_heard(site.li, CALLER, WANG)
    site.until_heard(site.wang, CALLER, LI)
    assert site.agent("li")["state"] == "talking"
    # And when Li hangs up, the caller and Wang go on
    site.li.hang_up(site.li.dialog)
    site.until_heard(site.caller, WANG)
    site.until_heard(site.wang, CALLER)
    site.stage.eventually(lambda: site.agent("wang")["state"] == "talking")
    # And with the caller all ends
    site.caller.hang_up(site.dialog)
    site.stage.eventually(lambda: not site.stage.channels())
    [sent] = site.rows("transfers", 1, call_id=call)
    assert (sent["target"], sent["author"]) == (TO_WANG, NAMES["li"])


def test_the_agent_hangs_up_while_he_asks(site: TalkStage) -> None:
    # Given a caller on hold, and Li who asks Wang
    call = asked(site)
    # When Li hangs up, then Wang has the caller, as by a desk phone's own keys
    site.li.hang_up(site.li.dialog)
    site.until_heard(site.caller, WANG)
    site.until_heard(site.wang, CALLER)
    [sent] = site.rows("transfers", 1, call_id=call)
    assert (sent["target"], bool(sent["attended"])) == (TO_WANG, True)


def test_back_to_the_caller(site: TalkStage) -> None:
    # Given a caller on hold, and Li who asks Wang
    call = asked(site)
    # When he goes back, then Wang is let go, and the two hear each other again
    site.order(call, "back")
    assert site.wang.dialog.ended.wait(5)
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    # And he may ask again; this time Wang hangs up, and the caller stays on hold with Li
    site.order(call, "consult", to=TO_WANG)
    site.until_heard(site.li, WANG)
    site.wang.hang_up(site.wang.dialog)
    site.stage.eventually(lambda: not site.board()["guests"])
    site.until_heard(site.caller, MUSIC)
    assert site.agent("li")["state"] == "holding"
    site.order(call, "unhold")
    site.until_heard(site.caller, LI)
    site.until_heard(site.li, CALLER)
    # And when the caller hangs up while Li asks once more, all three are free
    site.order(call, "consult", to=TO_WANG)
    site.until_heard(site.li, WANG)
    site.caller.hang_up(site.dialog)
    site.stage.eventually(lambda: not site.stage.channels())
    site.stage.eventually(lambda: {site.agent(name)["state"] for name in ("li", "wang")} == {"idle"})
