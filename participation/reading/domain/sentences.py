"""Cutting texts into sentences (文): at full stops, line breaks, and the marks of lists."""

from __future__ import annotations

import re

#: Of a longer text, only so many sentences are looked at.
MOST_SENTENCES = 200
#: What is longer is cut at a comma near the middle of what may stand together.
LONGEST = 300

_ENDS = re.compile(r"[^。．！？!?\n\r]*[。．！？!?]+[」』）)]*|[^。．！？!?\n\r]+")
_MARKS = re.compile(r"^[\s　・●○◯■□◆◇※＊*▪•‐\-–—―>＞]+|^[(（]?[0-9０-９①-⑳]{1,3}[)）.．、:：]\s*")


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, without the marks before them; what has no letter is none."""
    found = []
    for match in _ENDS.finditer(text):
        for part in _cut(match.group()):
            sentence = _MARKS.sub("", part).strip(" 　\t")
            if any(character.isalnum() for character in sentence):
                found.append(sentence)
        if len(found) > MOST_SENTENCES:
            break
    return found


def _cut(sentence: str) -> list[str]:
    parts = []
    while len(sentence) > LONGEST:
        comma = sentence.rfind("、", LONGEST // 2, LONGEST)
        end = comma + 1 if comma > 0 else LONGEST
        parts.append(sentence[:end])
        sentence = sentence[end:]
    return [*parts, sentence]
