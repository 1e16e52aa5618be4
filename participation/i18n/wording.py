"""Hints about wording (ことばの気づき): what could be said more plainly, where, and how instead.

A hint never hinders anybody: it is shown beside the text and may be passed over. The rules are data
(rules/*.toml) with their sources; the functions are pure and fast enough to run while somebody types.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Literal

from participation.i18n import furigana
from participation.i18n.dates import first_year_of

RULES = Path(__file__).with_name("rules")
#: More hints than these are of no use to anybody.
MOST = 60

Level = Literal["easy", "child"]

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_ERA = re.compile(r"(令和|平成|昭和)(元|[0-9０-９]{1,2})年(度?)")
_VAGUE = re.compile(r"(?<=[一-龠ぁ-んァ-ヶー）」])(?:等|など)(?!身|級|高線|分|し|価|式)")
_KANJI_RUN = re.compile(f"[{furigana.KANJI}]+")
_BRACKETS = "（("


@dataclass(frozen=True)
class Hint:
    """Something that could be said more plainly: where it stands, why, and what to write instead."""

    kind: str
    title: str
    #: The words in the text, and where they begin and end.
    words: str
    start: int
    end: int
    #: In which sentence, counted from 1.
    sentence: int
    advice: str
    source: str


@dataclass(frozen=True)
class _Sentence:
    """A sentence with its place in the text."""

    number: int
    start: int
    text: str


def official_hints(text: str) -> list[Hint]:
    """Return what in a reply (区の考え方) sounds like an office, or promises without saying when and who."""
    rules = _official()
    sentences = _sentences(text)
    found = [*_long(sentences, rules.most, rules.source), *_promises(sentences, rules)]
    found += _vague(sentences, rules)
    for kind in (rules.hedges, rules.humble, rules.hard_words):
        found += _listed(sentences, kind)
    found += _matched(sentences, rules.negations)
    found += _matched(sentences, rules.passive)
    found += _abbreviations(text, sentences, rules)
    return _sorted(found)


def plain_hints(text: str, level: Level) -> list[Hint]:
    """Return what in a plain version (やさしい日本語版・こども版) a reader may stumble over."""
    rules = _plain()
    bare, places = _without_readings(text)
    sentences = _sentences(bare)
    found = [*_long(sentences, rules.most[level], rules.source), *_listed(sentences, rules.words)]
    for kind in (rules.negations, rules.honorific, rules.passive, rules.vague):
        found += _matched(sentences, kind)
    found += _eras(sentences, rules.source)
    moved = [
        Hint(
            each.kind,
            each.title,
            each.words,
            places[each.start],
            places[max(each.end - 1, each.start)] + 1,
            each.sentence,
            each.advice,
            each.source,
        )
        for each in found
    ]
    return _sorted([*moved, *_without_furigana(text, rules, level)])


# ── single kinds of hints ───────────────────────────────────────────────────────────────────────


def _sentences(text: str) -> list[_Sentence]:
    numbers = count(1)
    return [
        _Sentence(next(numbers), found.start(), found.group())
        for found in _SENTENCE.finditer(text)
        if found.group().strip("　 。")
    ]


def _long(sentences: Iterable[_Sentence], most: int, source: str) -> Iterator[Hint]:
    for each in sentences:
        length = len(each.text.strip())
        if length > most:
            yield Hint(
                "long",
                "長い文",
                _shortened(each.text.strip()),
                each.start,
                each.start + len(each.text),
                each.number,
                f"{length}文字あります。{most}文字までを目安に、二つの文に分けます。",
                source,
            )


def _promises(sentences: Iterable[_Sentence], rules: _Official) -> Iterator[Hint]:
    for each in sentences:
        for found in rules.promise.finditer(each.text):
            missing = [
                name
                for name, known in (("いつ", rules.when), ("どこの課が", rules.who))
                if not known.search(each.text)
            ]
            if missing:
                yield _hint(
                    "promise",
                    rules.promise_title,
                    each,
                    found,
                    f"「{'」「'.join(missing)}」が書いてありません。決まっていなければ、いつ決めるかを書きます。",
                    rules.promise_source,
                )


def _vague(sentences: list[_Sentence], rules: _Official) -> Iterator[Hint]:
    found = [(each, list(_VAGUE.finditer(each.text))) for each in sentences]
    total = sum(len(places) for _, places in found)
    for each, places in found:
        if len(places) >= rules.vague_in_sentence or (places and total >= rules.vague_in_text):
            yield _hint(
                "vague",
                "「等」「など」の多い文",
                each,
                places[0],
                f"「等」「など」が、この文に{len(places)}つ、全体に{total}あります。大事なものを書き出し、ほかは取ります。",
                rules.source,
            )


def _listed(sentences: Iterable[_Sentence], rules: _Listed) -> Iterator[Hint]:
    for each in sentences:
        for found in rules.pattern.finditer(each.text):
            instead = rules.instead.get(found.group())
            if instead is None:  # A name, or a part of another word.
                continue
            advice = instead if instead.endswith("書きます") else f"「{instead}」と書けないか考えます"
            yield _hint(rules.kind, rules.title, each, found, f"{advice}。", rules.source)


def _matched(sentences: Iterable[_Sentence], rules: _Matched) -> Iterator[Hint]:
    for each in sentences:
        for found in rules.pattern.finditer(each.text):
            yield _hint(rules.kind, rules.title, each, found, rules.advice, rules.source)


def _abbreviations(text: str, sentences: Iterable[_Sentence], rules: _Official) -> Iterator[Hint]:
    seen: set[str] = set()
    for each in sentences:
        for found in rules.abbreviation.finditer(each.text):
            word = found.group()
            if word in seen or word in rules.known:
                continue
            seen.add(word)
            start = each.start + found.start()
            is_explained = text[start - 1 : start] in tuple(_BRACKETS) or (
                text[start + len(word) : start + len(word) + 1] in tuple(_BRACKETS)
            )
            if not is_explained:
                meaning = rules.meanings.get(word.translate(_HALF_WIDTH))
                advice = (
                    f"「{meaning}」と書けないか考えます。"
                    if meaning
                    else "はじめに出るところで、意味を書き添えます。"
                )
                yield _hint("abbreviation", rules.abbreviation_title, each, found, advice, rules.source)


def _eras(sentences: Iterable[_Sentence], source: str) -> Iterator[Hint]:
    for each in sentences:
        for found in _ERA.finditer(each.text):
            era, number, fiscal = found.groups()
            year = first_year_of(era) + (0 if number == "元" else int(number.translate(_HALF_WIDTH)) - 1)
            yield _hint("era", "元号の年", each, found, f"「{year}年{fiscal}」と、西暦で書きます。", source)


def _without_furigana(text: str, rules: _Plain, level: Level) -> Iterator[Hint]:
    """Each word once: a reading that was given is remembered by the reader."""
    known = rules.kanji[level]
    seen = {words for words, reading in furigana.pieces(text) if reading}
    position, sentence = 0, 1
    for words, reading, length in _measured(text):
        if not reading:
            for found in _KANJI_RUN.finditer(words):
                run = found.group()
                if run in seen or all(each in known for each in run):
                    continue
                seen.add(run)
                start = position + found.start()
                told = _with_readings(run, rules)
                advice = (
                    f"「{told}」と、ふりがなを付けます。"
                    if told
                    else f"「｜{run}《読み》」の形で、ふりがなを付けます。"
                )
                number = sentence + len(_END.findall(words[: found.start()]))
                yield Hint(
                    "furigana",
                    "ふりがなのない漢字",
                    run,
                    start,
                    start + len(run),
                    number,
                    advice,
                    rules.kanji_source,
                )
        sentence += len(_END.findall(words))
        position += length


_END = re.compile(r"[。！？!?\n]+")


def _measured(text: str) -> Iterator[tuple[str, str, int]]:
    """Return (words, reading, how long they are as typed)."""
    rest = text
    for words, reading in furigana.pieces(text):
        if reading:
            bar = 1 if rest.startswith("｜") else 0
            length = bar + len(words) + len(reading) + 2
        else:
            length = len(words)
        rest = rest[length:]
        yield words, reading, length


def _without_readings(text: str) -> tuple[str, list[int]]:
    """Return the text without its readings, and for every character of it its place as typed."""
    bare: list[str] = []
    places: list[int] = []
    position = 0
    for words, reading, length in _measured(text):
        start = position + (1 if reading and text.startswith("｜", position) else 0)
        bare.append(words)
        places += range(start, start + len(words))
        position += length
    return "".join(bare), places


def _with_readings(run: str, rules: _Plain) -> str:
    """Return kanji with their readings where they are known: ｜区民《くみん》; empty if they are not."""
    reading = rules.readings.get(run)
    if reading:
        return f"｜{run}《{reading}》"
    for place in range(len(run) - 1, 0, -1):
        first, rest = rules.readings.get(run[:place]), rules.readings.get(run[place:])
        if first and rest:
            return f"｜{run}《{first}{rest}》"
    return ""


def _hint(kind: str, title: str, sentence: _Sentence, found: re.Match[str], advice: str, source: str) -> Hint:
    return Hint(
        kind,
        title,
        found.group(),
        sentence.start + found.start(),
        sentence.start + found.end(),
        sentence.number,
        advice,
        source,
    )


def _sorted(found: Iterable[Hint]) -> list[Hint]:
    """By place; of hints of one kind about the same words only the longest."""
    kept: list[Hint] = []
    for each in sorted(found, key=lambda hint: (hint.start, -hint.end)):
        inside = (other for other in kept if other.kind == each.kind and other.kind != "long")
        if not any(other.start <= each.start and each.end <= other.end for other in inside):
            kept.append(each)
    return kept[:MOST]


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:24]}…{text[-12:]}"


_HALF_WIDTH = {
    **{ord("０") + each: ord("0") + each for each in range(10)},
    **{ord("Ａ") + each: ord("A") + each for each in range(26)},
    **{ord("ａ") + each: ord("a") + each for each in range(26)},
}


# ── the rules ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Listed:
    """Words with what to write instead; the pattern also takes the names in which they are no fault."""

    kind: str
    title: str
    pattern: re.Pattern[str]
    instead: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class _Matched:
    """Turns of phrase with one piece of advice."""

    kind: str
    title: str
    pattern: re.Pattern[str]
    advice: str
    source: str


@dataclass(frozen=True)
class _Official:
    """The rules for a reply."""

    most: int
    vague_in_sentence: int
    vague_in_text: int
    source: str
    promise: re.Pattern[str]
    promise_title: str
    promise_source: str
    when: re.Pattern[str]
    who: re.Pattern[str]
    hedges: _Listed
    humble: _Listed
    hard_words: _Listed
    negations: _Matched
    passive: _Matched
    abbreviation: re.Pattern[str]
    abbreviation_title: str
    known: frozenset[str]
    meanings: Mapping[str, str]


@dataclass(frozen=True)
class _Plain:
    """The rules for a plain version."""

    most: Mapping[Level, int]
    source: str
    kanji: Mapping[Level, frozenset[str]]
    kanji_source: str
    readings: Mapping[str, str]
    words: _Listed
    negations: _Matched
    honorific: _Matched
    passive: _Matched
    vague: _Matched


@cache
def _official() -> _Official:
    rules = _read("official")
    limits, promise, short = rules["limits"], rules["promise"], rules["abbreviations"]
    negations, humble = rules["negations"], rules["humble"]
    return _Official(
        most=limits["sentence"],
        vague_in_sentence=limits["vague_in_sentence"],
        vague_in_text=limits["vague_in_text"],
        source=limits["source"],
        promise=_one_of(map(re.escape, promise["verbs"])),
        promise_title=promise["title"],
        promise_source=promise["source"],
        when=_one_of(promise["when"]),
        who=_one_of(promise["who"]),
        hedges=_listed_words("hedge", rules["hedges"]),
        humble=_listed_words("humble", humble),
        hard_words=_listed_words("hard", rules["hard_words"]),
        negations=_Matched(
            "negation",
            negations["title"],
            _one_of(negations["patterns"]),
            negations["advice"],
            negations["source"],
        ),
        passive=_Matched(
            "passive",
            "だれがするのか分からない文",
            _one_of(humble["passive"]),
            humble["passive_advice"],
            humble["source"],
        ),
        abbreviation=re.compile(short["pattern"]),
        abbreviation_title=short["title"],
        known=frozenset(short["known"]),
        meanings=short["meanings"],
    )


@cache
def _plain() -> _Plain:
    rules = _read("plain")
    source, limits, kanji, phrases = (rules[key] for key in ("source", "limits", "kanji", "phrases"))

    def known(most: int) -> frozenset[str]:
        return frozenset("".join(kanji[f"grade{each}"] for each in range(1, most + 1)))

    def matched(kind: str, title: str, key: str, advice: str) -> _Matched:
        return _Matched(kind, title, _one_of(phrases[key]), advice, source)

    return _Plain(
        most={"easy": limits["easy"], "child": limits["child"]},
        source=source,
        kanji={"easy": known(limits["easy_grade"]), "child": known(limits["child_grade"])},
        kanji_source=kanji["source"],
        readings=dict(kanji["readings"]),
        words=_listed_words(
            "hard", {"title": "むずかしいことば", "words": phrases["words"], "source": source}
        ),
        negations=matched(
            "negation", "二重の否定", "negations", "打ち消しを重ねず、「〜します」「〜できます」と書きます。"
        ),
        honorific=matched("humble", "敬語", "honorific", "敬語を使わず、「です」「ます」だけで書きます。"),
        passive=matched(
            "passive", "受け身の文", "passive", "だれがするのかを主語にして、「〜します」と書きます。"
        ),
        vague=matched(
            "vague", "「等」「など」", "vague", "大事なものをすべて書き出し、「等」「など」は取ります。"
        ),
    )


def _listed_words(kind: str, rules: Mapping[str, Any]) -> _Listed:
    instead = dict(rules["words"])
    longest_first = sorted([*instead, *rules.get("except", ())], key=len, reverse=True)
    return _Listed(kind, rules["title"], _one_of(map(re.escape, longest_first)), instead, rules["source"])


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((RULES / f"{name}.toml").read_text("utf-8"))
