"""Readers of spoken numbers, written from grammar books and not from the code that speaks: words in, number out."""

from __future__ import annotations

SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = {name: n for n, name in enumerate(SMALL.split())}
ENGLISH |= dict(zip(TENS.split(), range(20, 100, 10), strict=True))
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

CHINESE = {character: n for n, character in enumerate("零一二三四五六七八九")} | {"两": 2, "幺": 1}
UNITS = {"十": 10, "百": 100, "千": 1000}


def read_english(text: str) -> int:
    """one thousand and twenty-three → 1023"""
    total = group = 0
    for name in text.replace("-", " ").split():
        if name in SCALES:
            total, group = total + group * SCALES[name], 0
        elif name == "hundred":
            group *= 100
        elif name != "and":
            group += ENGLISH[name]
    return total + group


def read_chinese(text: str) -> int:
    """一千零二十三 → 1023; 万亿 by what stands before 亿"""
    if "亿" in text:
        many, _, rest = text.rpartition("亿")
        return read_chinese(many) * 10**8 + read_chinese(rest)
    if "万" in text:
        many, _, rest = text.rpartition("万")
        return read_chinese(many) * 10**4 + read_chinese(rest)
    total, digit = 0, 0
    for character in text:
        if character in UNITS:
            total, digit = total + (digit or 1) * UNITS[character], 0
        else:
            digit = CHINESE[character]
    return total + digit


RECORDED = {  # what the recordings hold, after FreeSWITCH's docs/phrase/phrase_en.xml and phrase_zh_CN.xml
    "en": {f"digits/{n}.wav": name for name, n in ENGLISH.items()}
    | {f"digits/{scale}.wav": scale for scale in ("hundred", "thousand", "million")},
    "zh": {f"digits/{n}.wav": character for character, n in CHINESE.items() if character not in "两幺"}
    | {
        "digits/10.wav": "十",
        "digits/hundred.wav": "百",
        "digits/thousand.wav": "千",
        "digits/10000.wav": "万",
        "digits/100000000.wav": "亿",
        "time/2s.wav": "两",
    },
}


def heard(pieces: tuple[str, ...], language: str, between: str) -> str:
    """What a caller hears who is played recordings."""
    return between.join(RECORDED[language][piece.partition("|")[0]] for piece in pieces)
