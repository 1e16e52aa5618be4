"""Differences between two texts (新旧の違い), word by word as a Japanese reader sees words."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "add", "remove"], str]
#: Beyond this many words on a side, whole sentences are compared instead of words.
_MANY = 2500


def difference(old: str, new: str) -> list[Part]:
    """The new text with what was added and removed, in reading order."""
    if old == new:
        return [("same", new)] if new else []
    before, after = words(old), words(new)
    if len(before) > _MANY or len(after) > _MANY:
        before, after = sentences(old), sentences(new)
        if len(before) > _MANY or len(after) > _MANY:
            return [part for part in (("remove", old), ("add", new)) if part[1]]
    parts: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(after[c:d])))
            continue
        if a < b:
            parts.append(("remove", "".join(before[a:b])))
        if c < d:
            parts.append(("add", "".join(after[c:d])))
    return _calm(parts)


def words(text: str) -> list[str]:
    """Cut a text where the kind of letter changes: 計画|の|推進|に|努|め|ま|す|。"""
    found: list[str] = []
    kind = ""
    for sign in text:
        its = _kind(sign)
        if found and its == kind and its in "漢カA" and len(found[-1]) < 12:
            found[-1] += sign
        else:
            found.append(sign)
        kind = its
    return found


def _kind(sign: str) -> str:
    if "\u3041" <= sign <= "\u309f":
        return "ひ"
    if "\u30a0" <= sign <= "\u30ff":
        return "カ"
    if "\u4e00" <= sign <= "\u9fff" or sign == "々":
        return "漢"
    if sign.isalnum():
        return "A"
    return "。"


def sentences(text: str) -> list[str]:
    """Cut a text after every full stop and line end."""
    found = [""]
    for sign in text:
        found[-1] += sign
        if sign in "。\n":
            found.append("")
    return [each for each in found if each]


def _calm(parts: list[Part]) -> list[Part]:
    """One or two equal letters between two changes only confuse: they become part of both."""
    calm: list[Part] = []
    removed = added = ""
    for place, (kind, words_) in enumerate(parts):
        tiny = kind == "same" and len(words_) <= 1 and 0 < place < len(parts) - 1 and (removed or added)
        if kind == "same" and not tiny:
            calm.extend(_both(removed, added))
            removed = added = ""
            calm.append((kind, words_))
        else:
            if kind in ("remove", "same"):
                removed += words_
            if kind in ("add", "same"):
                added += words_
    calm.extend(_both(removed, added))
    return calm


def _both(removed: str, added: str) -> list[Part]:
    found: list[Part] = []
    if removed:
        found.append(("remove", removed))
    if added:
        found.append(("add", added))
    return found
