"""What people type: cleaned once at the door, folded only for comparing, never rewritten."""

from __future__ import annotations

import re
import unicodedata

import jaconv

from participation.foundation.errors import Refused

#: Half of a character that never came as a pair, and characters that only one computer can read.
_SURROGATE = re.compile("[\ud800-\udfff]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
#: Characters that reverse or hide text: refused in names, kept in bodies (emoji and 異体字 need some of them).
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]")
_SPACES = re.compile(r"\s+")
#: A line break after a Japanese mark is no space when the lines become one.
_BREAK_AFTER_MARK = re.compile(r"(?<=[。、！？…」』）])\s*\n\s*")


def clean(text: str) -> str:
    """Return `text` with newlines as \\n and invisible control characters gone.

    Raises Refused for text that cannot be stored on every machine: broken characters (lone
    surrogates) and private-use characters (外字), for which a person is asked to choose another.
    """
    if _SURROGATE.search(text):
        raise Refused("読み取れない文字が含まれています。入力し直してください。")
    found = _PRIVATE_USE.search(text)
    if found:
        raise Refused(
            f"ほかの人の画面では表示できない文字（外字）が{found.start() + 1}文字目にあります。別の字かひらがなにしてください。"
        )
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """Return `text` cleaned for one line (titles, names): no newlines, no hidden direction marks."""
    return _SPACES.sub(" ", _HIDDEN.sub("", clean(text))).strip()


def fold(text: str) -> str:
    """Return `text` for comparing and searching: NFKC, lower case, katakana as hiragana, single spaces."""
    folded = jaconv.kata2hira(unicodedata.normalize("NFKC", text).casefold())
    return _SPACES.sub(" ", str(folded)).strip()


def excerpt(text: str, length: int = 60) -> str:
    """Return the beginning of `text` on one line, at most `length` characters, with … if cut."""
    line = _SPACES.sub(" ", _BREAK_AFTER_MARK.sub("", text)).strip()
    return line if len(line) <= length else line[: length - 1] + "…"


def character_count(text: str) -> int:
    """Return how many characters a person would count, line breaks included.

    Combining marks, variation selectors and joined emoji count as part of the character before
    them, the same as `Intl.Segmenter` counts them in the browser for ordinary text.
    """
    count, joined = 0, False
    for character in text:
        if character == "\u200d":
            joined = True
            continue
        extends = (
            unicodedata.combining(character) != 0
            or 0xFE00 <= ord(character) <= 0xFE0F
            or 0xE0100 <= ord(character) <= 0xE01EF
            or 0x1F3FB <= ord(character) <= 0x1F3FF
        )
        if not extends and not joined:
            count += 1
        joined = False
    return count
