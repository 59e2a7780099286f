"""Kinds of steps, one by one: what is read, what is refused, what a caller meets."""

from __future__ import annotations

from ccswitch.ivr.acts import Collect, Play, Queue, TakeMessage
from ccswitch.ivr.around import given
from ccswitch.ivr.heard import Done, Failed, Keys, Silence, Wrong
from ccswitch.ivr.interpreter import begin, resume
from ccswitch.ivr.notes import RecordTalks, Scored, Tagged
from ccswitch.ivr.rehearsal import rehearse
from tests.ivr.scripts import script, told

TAG = "steps: {a: {tag: [vip, refund, vip], then: b}, b: {queue: support}}"
RECORD = "steps: {a: {record: yes, notice: n.wav, then: b}, b: {queue: support}}"
SURVEY = "steps: {a: {survey: q.wav, question: mood, scores: 1-3, tries: 2, then: end, otherwise: end}}"
VOICEMAIL = """\
steps:
  a: {voicemail: help, play: hi.wav, then: b, otherwise: c}
  b: {hangup: }
  c: {hangup: USER_BUSY}
"""


class TestTag:
    def test_the_call_is_marked_and_goes_on(self) -> None:
        move = begin(script(TAG))
        [passed] = move.passed
        assert passed.notes == (Tagged(("vip", "refund")),)
        assert passed.result == "vip, refund"
        assert move.act == Queue(queue="support")

    def test_what_is_no_tag_is_refused_with_its_place(self) -> None:
        assert "1:24: tag step 'a': `tag` cannot be 'no good'" in told("steps: {a: {tag: [ok , no good], then: end}}")
        assert "`tag` needs a word, or a list of them" in told("steps: {a: {tag: , then: end}}")
        assert "`tag` has 11 words" in told(f"steps: {{a: {{tag: [{', '.join('abcdefghijk')}], then: end}}}}")


class TestRecord:
    def test_the_notice_comes_first(self) -> None:
        move = begin(script(RECORD))
        assert move.act == Play(files=("n.wav",))
        assert resume(script(RECORD), move.cursor, Done()).notes == (RecordTalks(on=True),)

    def test_who_did_not_hear_it_is_not_recorded(self) -> None:
        move = begin(script(RECORD))
        assert resume(script(RECORD), move.cursor, Failed("no such file")).notes == ()

    def test_it_may_be_forbidden_without_a_word(self) -> None:
        move = begin(script("steps: {a: {record: no, then: b}, b: {queue: support}}"))
        assert move.passed[0].notes == (RecordTalks(on=False),)

    def test_recording_in_secret_is_refused(self) -> None:
        assert "`notice` needs a prompt" in told("steps: {a: {record: yes, then: end}}")
        refused = told("steps: {a: {record: no, notice: n.wav, then: end}}")
        assert "`notice` has no meaning here (nothing is recorded" in refused


class TestSurvey:
    def test_a_score_is_noted(self) -> None:
        asked = script(SURVEY)
        move = begin(asked)
        assert isinstance(move.act, Collect)
        assert (move.act.pattern, move.act.most) == ("^(?:[1-3])$", 1)
        assert resume(asked, move.cursor, Keys("2")).notes == (Scored("mood", 2),)

    def test_a_wrong_key_and_silence_are_two_tries(self) -> None:
        asked = script(SURVEY)
        again = resume(asked, begin(asked).cursor, Wrong("9"))
        assert isinstance(again.act, Collect)
        assert resume(asked, again.cursor, Silence()).notes == ()

    def test_scores_are_a_span(self) -> None:
        assert "`scores` is 5-1 (the smaller first)" in told(SURVEY.replace("1-3", "5-1"))
        assert "`question` needs a name" in told(SURVEY.replace("question: mood, ", ""))


class TestVoicemail:
    def test_greeting_beep_and_message_are_one_step(self) -> None:
        asked = script(VOICEMAIL)
        greeted = begin(asked)
        assert greeted.act == Play(files=("hi.wav", "tone_stream://%(500,0,1000)"))
        taken = resume(asked, greeted.cursor, Done())
        assert (taken.step, taken.act) == ("a", TakeMessage(box="help", longest=180.0, silence=5.0))
        assert resume(asked, taken.cursor, Done()).step == "b"
        assert resume(asked, taken.cursor, Failed("no message was left")).step == "c"

    def test_a_greeting_that_cannot_be_played_costs_no_message(self) -> None:
        asked = script(VOICEMAIL)
        assert isinstance(resume(asked, begin(asked).cursor, Failed("no such file")).act, TakeMessage)

    def test_it_is_rehearsed(self) -> None:
        assert str(rehearse(script(VOICEMAIL), []).outcome) == "hangup NORMAL_CLEARING"
        assert str(rehearse(script(VOICEMAIL), ["fail"]).outcome) == "hangup USER_BUSY"


class TestCollect:
    CARD = "steps: {a: {collect: c.wav, digits: 11, checksum: luhn, into: card, tries: 2, then: b, otherwise: end}, "
    CARD += "b: {queue: support}}"

    def test_a_number_with_a_wrong_check_digit_is_a_wrong_one(self) -> None:
        asked = script(self.CARD)
        again = resume(asked, begin(asked).cursor, Keys("79927398710"))
        assert isinstance(again.act, Collect)
        assert resume(asked, again.cursor, Keys("79927398713")).act == Queue(queue="support")

    def test_a_masked_one_is_checked_where_it_is(self) -> None:
        masked = script(self.CARD.replace("into:", "masked: yes, into:"))
        act = begin(masked).act
        assert isinstance(act, Collect)
        assert (act.masked, act.checksum) == (True, "luhn")
        assert str(rehearse(masked, ["79927398713"]).outcome) == "queue support"
        assert str(rehearse(masked, ["79927398710", "79927398710"]).outcome) == "hangup NORMAL_CLEARING"

    def test_other_checksums_are_not_known(self) -> None:
        assert "`checksum` cannot be 'mod97'" in told(self.CARD.replace("luhn", "mod97"))

    def test_a_prompt_may_have_to_be_heard(self) -> None:
        for kind in (
            "{menu: m.wav, keys: {1: end}, barge_in: no, otherwise: end}",
            self.CARD[11:].split(", b:")[0].replace("then: b", "then: end"),
        ):
            act = begin(script("steps: {a: " + kind.replace("luhn", "luhn, barge_in: no") + "}")).act
            assert isinstance(act, Collect)
            assert not act.barge_in


class TestQueue:
    ANNOUNCED = (
        "steps: {a: {queue: help, announce_wait: w.wav, announce_from: 1m, then: end, otherwise: b}, b: {hangup: }}"
    )

    def test_a_long_wait_is_announced_before_it_begins(self) -> None:
        long = given([("queue.help.expected_wait", "90")])
        move = begin(script(self.ANNOUNCED), long)
        assert move.act == Play(files=("w.wav",))
        for heard in (Done(), Failed("no such file")):
            assert resume(script(self.ANNOUNCED), move.cursor, heard, long).act == Queue(queue="help")

    def test_a_short_or_unknown_one_is_not(self) -> None:
        assert begin(script(self.ANNOUNCED)).act == Queue(queue="help")
        assert begin(script(self.ANNOUNCED), given([("queue.help.expected_wait", "59")])).act == Queue(queue="help")

    def test_a_queue_that_cannot_have_him_is_a_failure_all_the_same(self) -> None:
        assert rehearse(script(self.ANNOUNCED), ["fail", "fail"]).steps[-1] == "b"
