"""Cutting texts into sentences (文): at full stops and line breaks, without the marks of lists before them.

What is quoted must be what somebody wrote: a figure keeps all of its digits, and what stands in brackets
stays with the words around it (「なぜ？」と聞かれた。 is one sentence).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

#: Of a longer text, only so many sentences are looked at.
MOST_SENTENCES = 200
#: What is longer is cut where it can be read on: after a full stop, a comma or a space.
LONGEST = 300
#: Brackets that are open for longer hold nothing together.
_HELD = 200

_OPEN = "「『（(【［〈《“"
_CLOSED = "」』）)】］〉》”"
_DIGIT = "0-9０-９"
#: ．between digits is a decimal point, ? and ! inside of an address of the web are part of it.
_STOP = re.compile(
    rf"(?:[。！？]|(?<![{_DIGIT}])．|．(?![{_DIGIT}])|[!?](?![!-~])|(?<![!-~])[!?])+"
    r"|(?<=[A-Za-z]{2})(?<!Mr|Ms|Dr|St|No|vs)(?<!Mrs|etc)[.](?=\s+[\"'(]?[A-Z])"
)
#: After a bracket with a whole sentence in it, these go on with the sentence around it.
_GOES_ON = re.compile(r"[とをがのはにもでへや、，,]|か[「、。]|って|な[どんの]|だ[とっ]|じゃ")
_MARKS = re.compile(
    rf"[\s　・●○◯■□◆◇※＊*▪•―>＞]+"
    # A minus belongs to its number.
    rf"|[‐\-–—−]+(?![{_DIGIT}])"
    # 12.5%, 3:30 and 10、000人 are no items of a list.
    rf"|[(（]?(?:[{_DIGIT}]{{1,3}}|[①-⑳])[)）.．、:：](?!\s*[{_DIGIT}])"
    rf"|[(（][{_DIGIT}]{{1,3}}[)）]"
)
#: Thanks and greetings: what many write beside what they want.
_COURTESY = re.compile(
    r"(?:いつも|どうも|どうか|本当に|ほんとうに|大変|何卒|なにとぞ|是非|ぜひ|以上|[、，\s])*"
    r"(?:(?:有り?難う|ありがとう)ございま(?:す|した)|すみません(?:でした)?|申し訳(?:あり|ござい)ません"
    r"|(?:(?:ご|御)?(?:検討|対応|配慮|考慮|確認|回答))?(?:の?(?:ほど|程))?を?、?(?:よろしく|宜しく)?"
    r"(?:お|御)?(?:願い|ねがい)(?:(?:いた|致)?します|申し?上げます|もうしあげます)"
    r"|お?(?:世話|せわ)になって(?:い|お)?ります|(?:失礼|しつれい)(?:いた|致)?しま(?:す|した)"
    r"|(?:頑張|がんば)ってください|以上(?:です|になります)?)\W*"
)
_SOFT = ("。！？!?", "、，,", " 　")


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, without the marks before them; what has no letter is none."""
    found = []
    for line in text.splitlines():
        for whole in _whole(line):
            for part in _cut(whole):
                sentence = _without_marks(part)
                if any(character.isalnum() for character in sentence):
                    found.append(sentence)
            if len(found) > MOST_SENTENCES:
                return found
    return found


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence thanks, greets or asks for attention and says nothing else."""
    return _COURTESY.fullmatch(sentence) is not None


def _whole(line: str) -> Iterator[str]:
    """Yield the sentences of a line, however long they are."""
    held = _held(line)
    start = at = 0
    while at < len(line):
        stop = _STOP.match(line, at)
        if stop is None:
            at += 1
            continue
        at = stop.end()
        closed = at
        while closed < len(line) and line[closed] in _CLOSED:
            closed += 1
        before = bisect_left(held, (stop.start(),)) - 1
        if before >= 0 and held[before][1] >= closed:
            continue
        if closed > at and _GOES_ON.match(line, closed):
            at = closed
            continue
        yield line[start:closed]
        start = at = closed
    yield line[start:]


def _held(line: str) -> list[tuple[int, int]]:
    """Return from where to where brackets hold words together: the outermost ones, in their order."""
    found: list[tuple[int, int]] = []
    waiting: deque[tuple[str, int]] = deque()
    for at, character in enumerate(line):
        while waiting and at - waiting[0][1] > _HELD:
            waiting.popleft()
        if character in _OPEN:
            waiting.append((_CLOSED[_OPEN.index(character)], at))
        elif character in _CLOSED and any(character == closing for closing, _ in waiting):
            closing, begin = waiting.pop()
            while closing != character:
                closing, begin = waiting.pop()
            while found and found[-1][0] > begin:
                found.pop()
            found.append((begin, at))
    return found


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        ends = (max(sentence.rfind(mark, LONGEST // 2, LONGEST) for mark in marks) + 1 for marks in _SOFT)
        end = next((end for end in ends if end > 0), LONGEST)
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence


def _without_marks(part: str) -> str:
    at = 0
    while (mark := _MARKS.match(part, at)) is not None:
        at = mark.end()
    return part[at:].strip(" 　\t")
