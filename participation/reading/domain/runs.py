"""What staff ask a reading for, what the machine hands over, and what a page is limited to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from participation.reading.domain.texts import Text

#: Says which computing made a run: changed with whatever changes results.
WORDS, GROUPS = "characters-2-3 svd100", "k-means, ward; 2026-11.3"
MEANING = "pca100, 1:1, 2026-11.1"
#: What the opinions that fit nowhere are called.
OTHER = "その他"
#: So many steps a sorting has, each about as long, for telling how far it is; the first of them read the sentences.
STEPS, READING_STEPS = 10, 5
MAX_LABEL, MAX_NOTE = 60, 2000
#: A sample for comparing people and machine.
SAMPLE_SIZES = (30, 50, 100)


def method_of(encoder: str | None) -> str:
    """Return how a run was made; without an encoder it is the same as before there was one."""
    return "; ".join([WORDS, f"{encoder} {MEANING}", GROUPS] if encoder else [WORDS, GROUPS])


class TopicsStatus(StrEnum):
    """Whether staff stand by the topics of a run (話題分けの状態)."""

    DRAFT = "draft"
    SIGNED_OFF = "signed_off"


TOPICS_STATUS_NAMES = {TopicsStatus.DRAFT: "未確定", TopicsStatus.SIGNED_OFF: "確定"}


class Submitter(StrEnum):
    """Who submitted, as a filter (提出者の別)."""

    PERSON = "person"
    ORGANISATION = "organisation"


SUBMITTER_NAMES = {Submitter.PERSON: "個人", Submitter.ORGANISATION: "団体"}


def hash_of(texts: list[Text]) -> str:
    """Return the hash of what was read: the same texts in whatever order have the same."""
    found = sha256()
    for each in sorted(texts, key=lambda text: text.id):
        for part in (each.id, each.words):
            raw = part.encode("utf-8", "surrogatepass")
            found.update(len(raw).to_bytes(8, "big") + raw)
    return found.hexdigest()


@dataclass(frozen=True)
class Settled:
    """A text that has its place already: in which topic (None: その他), and where on the drawing."""

    text: Text
    topic: int | None
    place: tuple[float, float]


@dataclass(frozen=True)
class Joined:
    """Where a new text belongs."""

    id: str
    topic: int | None
    place: tuple[float, float]


@dataclass(frozen=True)
class TopicFilter:
    """Which of the opinions of a run somebody wants to see; kept in the address."""

    place: str = ""
    consultation: str = ""
    channel: str = ""
    from_on: date | None = None
    to_on: date | None = None
    age: str = ""
    area: str = ""
    submitter: str = ""
    standing: str = ""

    @property
    def is_about_people(self) -> bool:
        """Whether it asks what somebody is: then small numbers are not shown."""
        return bool(self.age or self.area or self.submitter or self.standing)

    def as_query(self) -> dict[str, str]:
        """Return the filter as the address carries it; empty conditions are left out."""
        query = {
            "place": self.place,
            "consultation": self.consultation,
            "channel": self.channel,
            "from_on": self.from_on.isoformat() if self.from_on else "",
            "to_on": self.to_on.isoformat() if self.to_on else "",
            "age": self.age,
            "area": self.area,
            "submitter": self.submitter,
            "standing": self.standing,
        }
        return {name: value for name, value in query.items() if value}


def stability_in_words(stability: float | None) -> str:
    """Return what a stability figure means."""
    if stability is None:
        return "意見が少ないため、安定度は計算していません。"
    if stability >= 0.7:
        return "半分の文で分け直しても、ほぼ同じ話題になります。"
    if stability >= 0.4:
        return "半分の文で分け直すと、話題の境目がいくらか動きます。境目の意見は、読んで確かめてください。"
    return "半分の文で分け直すと、分け方が大きく変わります。目安として読み、手で直してから使ってください。"
