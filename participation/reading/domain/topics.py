"""Topics (話題) of many texts: sentences, masked, as vectors, grouped; with labels and quotations.

1. Texts are cut into sentences; what looks like personal data is covered with ■ first.
2. A sentence is a vector, half of its runs of two and three characters, as far as they carry meaning
   (`vectors`), and half of what a sentence encoder makes of it (`meaning`); without one, of its runs.
3. Sentences are grouped finely by k-means, the fine groups merged into topics (Ward); how many topics
   there are is the number at which groups stand best apart.
4. A text belongs to the topic of most of its words; whatever fits nowhere is 「その他」, never dropped.
5. Labels are compound nouns that a topic has and its siblings have not; a summary is sentences as they
   stand, unlike each other, a dissenting one among them.

The same texts and seed give the same answer, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from participation.contributions.domain import cover, covering_of, find_personal_data
from participation.foundation.one_thread import one_thread
from participation.opinions.domain.wording import Stance, stance_of
from participation.reading.domain.grouping import Grouped, group, stability_of, sums_of
from participation.reading.domain.meaning import MOST_ENCODED, Reader, by_meaning, by_words
from participation.reading.domain.runs import OTHER, READING_STEPS, STEPS, method_of
from participation.reading.domain.sentences import MOST_SENTENCES, is_courtesy, sentences_of
from participation.reading.domain.terms import contrasts, nouns_of
from participation.reading.domain.texts import Text

SENTENCES_SHOWN = 5
#: Fewer texts make no topics.
LEAST_TEXTS = 6
#: A subtopic has at least so many texts.
LEAST_IN_SUBTOPIC = 4
#: How much a quotation may be like another one already chosen: the higher the less.
_UNLIKE = 0.5
#: How much a term of the label speaks for a sentence.
_NAMED = 0.12


@dataclass(frozen=True)
class Quotation:
    """A sentence as it stands in a text (抜き書き), personal data covered."""

    id: str
    words: str


@dataclass
class Topic:
    """Texts about one thing."""

    label: str
    terms: tuple[str, ...]
    #: Ids, those nearest to the middle first.
    members: list[str]
    sentences: list[Quotation]
    is_other: bool = False
    children: list[Topic] = field(default_factory=list)
    #: The middle of its members on a drawing of all topics.
    place: tuple[float, float] = (0.0, 0.0)
    #: How many of its texts speak for and against, by single words: a hint.
    stances: dict[str, int] = field(default_factory=dict)
    #: The sentences of its texts that are about it, and the middle of them.
    own: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    centre: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), repr=False)


@dataclass(frozen=True)
class Topics:
    """All topics of some texts."""

    topics: list[Topic]
    #: How well the groups are found again from half of the sentences: 1 the same, 0 by chance.
    stability: float | None
    #: The share of texts that are in a topic other than 「その他」.
    coverage: float
    #: id → where the text stands on the drawing.
    places: dict[str, tuple[float, float]]
    seed: int
    warnings: tuple[str, ...] = ()
    #: How they were found.
    method: str = method_of(None)


@dataclass(frozen=True, eq=False)
class Sentences:
    """The sentences of some texts: words, the text of each, vectors, how much each counts."""

    words: list[str]
    owner: NDArray[np.int64]
    vectors: NDArray[np.float64]
    weights: NDArray[np.float64]
    #: A sentence less like the middle of its topic than this fits nowhere.
    fits: float
    encoder: str | None


#: Told how far it is: steps done, and what comes next.
Tell = Callable[[int, str], None]


@one_thread()
def find_topics(
    texts: Sequence[Text],
    *,
    seed: int = 0,
    tell: Tell = lambda _done, _words: None,
    reader: Reader = by_meaning,
) -> Topics:
    """Sort texts into topics."""
    tell(0, "文に分けて、読み取っています。")
    cut, warnings = cut_texts(texts, reader)
    method = method_of(cut.encoder)
    readable = len(set(cut.owner[cut.vectors.any(axis=1)].tolist()))
    if readable < LEAST_TEXTS:
        return Topics(
            [_other(texts, cut, range(len(texts)))] if texts else [],
            None,
            0.0,
            {each.id: (0.0, 0.0) for each in texts},
            seed,
            (*warnings, _why_not(len(texts), readable)),
            method,
        )
    if readable < len(texts):
        unread = len(texts) - readable
        warnings.append(f"意味の分かる言葉が見つからない意見が{unread:,}件あり、「その他」に入れました。")
    tell(READING_STEPS, "似た文を集めています。")
    grouped = group(cut.vectors, cut.weights, len(texts), seed, cut.fits)
    tell(READING_STEPS + 1, "話題に名前を付け、抜き書きを選んでいます。")
    members = _members(cut, grouped, len(texts))
    topics = [
        _topic(texts, cut, grouped, number, members[number])
        for number in range(grouped.count)
        if members[number]
    ]
    topics.sort(key=lambda each: (-len(each.members), each.members[0]))
    _label_apart(topics, cut, len(texts))
    for topic in topics:
        for each in (topic, *topic.children):
            each.sentences = _quotations(texts, cut, each)[: SENTENCES_SHOWN if each is topic else 2]
    rest = members[-1]
    if rest:
        topics.append(_other(texts, cut, rest))
    tell(READING_STEPS + 2, "図の上の場所を決めています。")
    places = _places(cut, len(texts))
    for topic in topics:
        at = {each.id: place for place, each in enumerate(texts)}
        spots = np.array([places[at[name]] for name in topic.members])
        topic.place = (round(float(spots[:, 0].mean()), 4), round(float(spots[:, 1].mean()), 4))
    tell(READING_STEPS + 3, "分け方が確かかどうか、半分の文で分け直しています。")
    stability = stability_of(cut.vectors, cut.weights, grouped, seed)
    tell(STEPS, "できました。")
    return Topics(
        topics,
        stability,
        1 - len(rest) / len(texts),
        {
            each.id: (round(float(x), 4), round(float(y), 4))
            for each, (x, y) in zip(texts, places, strict=True)
        },
        seed,
        tuple(warnings),
        method,
    )


def _why_not(count: int, readable: int) -> str:
    if not count:
        return "文がありません。"
    if count < LEAST_TEXTS:
        return "文が少ないため、話題に分けていません。"
    if readable:
        return f"話題の分かる言葉のある文が{readable:,}件だけなので、話題に分けていません。"
    return "どの文も同じ言葉でできているか、話題の分かる言葉がないため、話題に分けていません。"


@one_thread()
def summary_of(texts: Sequence[Text]) -> Topic:
    """Return terms and quotations for texts that people put together."""
    # Somebody waits for a page: no encoder is loaded for it.
    cut, _ = cut_texts(texts, by_words)
    own = np.arange(len(cut.words), dtype=np.int64)
    centre = cut.vectors.mean(axis=0) if len(own) else np.zeros(cut.vectors.shape[1])
    topic = Topic("", (), [each.id for each in texts], [], own=own, centre=centre)
    counts = _counted([nouns_of(each) for each in cut.words], own)
    topic.terms = tuple(term for term, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:5])
    topic.stances = _stances(texts, range(len(texts)))
    topic.sentences = _quotations(texts, cut, topic) if len(own) else []
    return topic


def hash_of_result(found: Topics) -> str:
    """Return the hash of which texts are together: the same sorting has the same."""
    groups = sorted(
        "\n".join(
            [",".join(sorted(topic.members)), *sorted(",".join(sorted(c.members)) for c in topic.children)]
        )
        for topic in found.topics
    )
    return sha256("\n\n".join(groups).encode("utf-8", "surrogatepass")).hexdigest()


def as_data(found: Topics) -> dict[str, Any]:
    """Return topics as plain data: what `--json` writes."""
    return {
        "topics": [_as_data(each) for each in found.topics],
        "stability": None if found.stability is None else round(found.stability, 3),
        "coverage": round(found.coverage, 4),
        "method": {"name": found.method, "seed": found.seed},
        "warnings": list(found.warnings),
    }


def _as_data(topic: Topic) -> dict[str, Any]:
    data: dict[str, Any] = {
        "label": topic.label,
        "members": topic.members,
        "sentences": [{"id": each.id, "text": each.words} for each in topic.sentences],
        "terms": list(topic.terms),
        "is_other": topic.is_other,
        "stances": topic.stances,
        "x": topic.place[0],
        "y": topic.place[1],
    }
    if topic.children:
        data["topics"] = [_as_data(each) for each in topic.children]
    return data


# ── Sentences ───────────────────────────────────────────────────────────────────────────────


def cut_texts(texts: Sequence[Text], reader: Reader) -> tuple[Sentences, list[str]]:
    """Return the sentences of texts, personal data covered, as vectors; and what was odd."""
    words: list[str] = []
    owner: list[int] = []
    shortened = 0
    for place, each in enumerate(texts):
        masked = cover(each.words, [covering_of(passage) for passage in find_personal_data(each.words)])
        sentences = sentences_of(masked)
        shortened += len(sentences) > MOST_SENTENCES
        for sentence in sentences[:MOST_SENTENCES]:
            words.append(sentence)
            owner.append(place)
    warnings = []
    if shortened:
        warnings.append(
            f"とても長い文が{shortened:,}件あります。はじめの{MOST_SENTENCES}文だけで話題を決めています。"
        )
    placed = reader(["" if is_courtesy(each) else each for each in words], owner)
    if placed.different > MOST_ENCODED:
        warnings.append(
            f"ちがう文が{placed.different:,}あります。意味はうち{MOST_ENCODED:,}文から読み取り、"
            "残りの文は言葉から推しはかりました。"
        )
    # A long sentence says more than a short one, but not as many times as it is longer.
    weights = np.sqrt(np.minimum([len(each) for each in words], 120)) if words else np.zeros(0)
    return (
        Sentences(
            words, np.array(owner, dtype=np.int64), placed.vectors, weights, placed.fits, placed.encoder
        ),
        warnings,
    )


def _members(cut: Sentences, grouped: Grouped, count: int) -> list[list[int]]:
    """Return the places of texts in each topic, the nearest first; last those that fit nowhere."""
    score = np.zeros((count, grouped.count))
    fits = grouped.labels >= 0
    # How near a sentence is to its topic counts as much as how long it is.
    near = np.maximum(grouped.nearness, 0.0) * cut.weights
    np.add.at(score, (cut.owner[fits], grouped.labels[fits]), near[fits])
    best = score.argmax(axis=1)
    is_somewhere = score[np.arange(count), best] > 0
    strength = score[np.arange(count), best] / np.maximum(score.sum(axis=1), 1e-12) * score.max(axis=1)
    members: list[list[int]] = []
    for number in range(grouped.count):
        inside = np.flatnonzero(is_somewhere & (best == number))
        members.append(inside[np.argsort(-strength[inside], kind="stable")].tolist())
    members.append(np.flatnonzero(~is_somewhere).tolist())
    return members


# ── What is said of a topic ─────────────────────────────────────────────────────────────────


def _topic(texts: Sequence[Text], cut: Sentences, grouped: Grouped, number: int, inside: list[int]) -> Topic:
    belongs = np.zeros(len(texts), dtype=bool)
    belongs[inside] = True
    own = np.flatnonzero((grouped.labels == number) & belongs[cut.owner])
    topic = Topic(
        label="",
        terms=(),
        members=[texts[place].id for place in inside],
        sentences=[],
        stances=_stances(texts, inside),
        own=own,
        centre=grouped.centres[number],
    )
    fine = grouped.fine[own]
    finely = np.unique(fine)
    # A text belongs to the subtopic of most of its sentences here, as it does to its topic.
    counts = np.zeros((len(texts), len(finely)))
    np.add.at(counts, (cut.owner[own], np.searchsorted(finely, fine)), cut.weights[own])
    best = counts.argmax(axis=1)
    for at, each in enumerate(finely):
        some = [place for place in inside if counts[place, at] > 0 and best[place] == at]
        if len(some) >= LEAST_IN_SUBTOPIC and len(finely) > 1:
            sentences = own[fine == each]
            middle = cut.vectors[sentences].mean(axis=0)
            topic.children.append(
                Topic("", (), [texts[place].id for place in some], [], own=sentences, centre=middle)
            )
    topic.children.sort(key=lambda child: (-len(child.members), child.members[0]))
    return topic


def _label_apart(topics: list[Topic], cut: Sentences, texts: int) -> None:
    """Name topics by what they have and their siblings have not; no two are named alike."""
    nouns = [nouns_of(each) for each in cut.words]
    shares = _shares(nouns, cut.owner.tolist(), texts)
    taken: set[str] = {OTHER}
    for topic, terms in zip(
        topics, contrasts([_counted(nouns, each.own) for each in topics], shares), strict=True
    ):
        topic.terms = tuple(terms)
        topic.label = _label(terms, taken, [cut.words[at] for at in topic.own.tolist()])
        below: set[str] = {topic.label}
        counts = [_counted(nouns, child.own) for child in topic.children]
        for child, its_terms in zip(topic.children, contrasts(counts, shares), strict=True):
            child.terms = tuple(its_terms)
            child.label = _label(its_terms, below, [cut.words[at] for at in child.own.tolist()])


def _label(terms: Sequence[str], taken: set[str], sentences: Sequence[str]) -> str:
    """Return a short name that no other topic has: two or three terms, or else the first words of a sentence."""
    for count in (3, 4, 5, 2, 1):
        label = "・".join(terms[:count])
        if len(terms) >= min(count, 1) and label and label not in taken:
            taken.add(label)
            return label
    first = sentences[0] if sentences else ""
    first = first[:20] + "…" if len(first) > 20 else first
    name = f"「{first}」など" if len(set(sentences)) > 1 else f"「{first}」"
    label, number = name, 2
    while label in taken:
        label, number = f"{name}（{number}）", number + 1
    taken.add(label)
    return label


def _counted(nouns: Sequence[Counter[str]], some: NDArray[np.int64]) -> Counter[str]:
    """Return in how many of these sentences each noun stands."""
    counts: Counter[str] = Counter()
    for each in some.tolist():
        counts.update(nouns[each].keys())
    return counts


def _shares(nouns: Sequence[Counter[str]], owner: Sequence[int], texts: int) -> dict[str, float]:
    """Return the share of texts in which each noun stands."""
    seen: dict[str, set[int]] = {}
    for terms, place in zip(nouns, owner, strict=True):
        for term in terms:
            seen.setdefault(term, set()).add(place)
    return {term: len(places) / texts for term, places in seen.items()}


def _quotations(texts: Sequence[Text], cut: Sentences, topic: Topic) -> list[Quotation]:
    """Return sentences that speak for the topic, unlike each other, each of another text, dissent among them."""
    usable = np.array(
        [each for each in topic.own.tolist() if 8 <= len(cut.words[each]) <= 120], dtype=np.int64
    )
    if not len(usable):
        usable = topic.own
    named = np.array([sum(term in cut.words[each] for term in topic.terms) for each in usable.tolist()])
    nearness = cut.vectors[usable] @ topic.centre + _NAMED * np.minimum(named, 2)
    order = np.argsort(-nearness, kind="stable")[:200]
    pool, near = usable[order], nearness[order]
    likeness = cut.vectors[pool] @ cut.vectors[pool].T
    owners = cut.owner[pool].tolist()
    chosen: list[int] = []
    while len(chosen) < min(SENTENCES_SHOWN, len(pool)):
        worth = near - (_UNLIKE * likeness[:, chosen].max(axis=1) if chosen else 0.0)
        told = {owners[each] for each in chosen}
        said = {cut.words[pool[each]] for each in chosen}
        free = [
            each
            for each in range(len(pool))
            if owners[each] not in told and cut.words[pool[each]] not in said
        ]
        if not free:
            break
        chosen.append(max(free, key=lambda each: (round(float(worth[each]), 9), -each)))
    picked = [int(pool[each]) for each in chosen]
    _let_dissent_speak(cut, picked, pool)
    return [Quotation(texts[int(cut.owner[each])].id, cut.words[each]) for each in picked]


def _let_dissent_speak(cut: Sentences, picked: list[int], pool: NDArray[np.int64]) -> None:
    """Where all quoted sentences lean one way and somebody leans the other, the last one gives way."""
    stances = [stance_of(cut.words[each]) for each in picked]
    heard = {stance for stance in stances if stance is not None}
    if len(heard) != 1 or len(picked) < 2:
        return
    other = Stance.AGAINST if Stance.FOR in heard else Stance.FOR
    told = {int(cut.owner[each]) for each in picked[:-1]}
    for each in pool.tolist():
        if int(cut.owner[each]) not in told and stance_of(cut.words[each]) is other:
            picked[-1] = each
            return


def _stances(texts: Sequence[Text], inside: Sequence[int]) -> dict[str, int]:
    counts = Counter(stance_of(texts[place].words) for place in inside)
    return {"for": counts[Stance.FOR], "against": counts[Stance.AGAINST]}


def _other(texts: Sequence[Text], cut: Sentences, places: Sequence[int]) -> Topic:
    """Everything that fits nowhere, with sentences of it: off-topic words are shown, not hidden."""
    inside = set(places)
    quoted: list[Quotation] = []
    for sentence, owner in zip(cut.words, cut.owner.tolist(), strict=True):
        if len(quoted) == SENTENCES_SHOWN:
            break
        if owner in inside and all(sentence != each.words for each in quoted):
            quoted.append(Quotation(texts[owner].id, sentence))
            inside.discard(owner)
    return Topic(OTHER, (), [texts[place].id for place in places], quoted, is_other=True)


def _places(cut: Sentences, count: int) -> NDArray[np.float64]:
    """Return where each text stands on a drawing: the two strongest directions of all vectors."""
    middle = sums_of(cut.vectors * cut.weights[:, None], cut.owner, count)
    lengths = np.linalg.norm(middle, axis=1, keepdims=True)
    middle = middle / np.maximum(lengths, 1e-12)
    centred = (middle - middle.mean(axis=0)) * (lengths > 0)
    if centred.shape[1] < 2:  # All that carries meaning is one word.
        return np.column_stack([centred[:, 0], np.zeros(count)])
    _, directions = np.linalg.eigh(centred.T @ centred)
    strongest = directions[:, ::-1][:, :2]
    signs = np.where((strongest**3).sum(axis=0) < 0, -1.0, 1.0)
    return np.asarray(centred @ (strongest * signs))
