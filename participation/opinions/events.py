"""Facts announced about opinions."""

from __future__ import annotations

from dataclasses import dataclass

from participation.access.actors import Actor
from participation.opinions.domain import OpinionStage


@dataclass(frozen=True)
class OpinionsSubmitted:
    """A submission was received, with all its opinions."""

    submission_id: int


@dataclass(frozen=True)
class OpinionWithdrawn:
    """Its author took an opinion back."""

    opinion_id: int


@dataclass(frozen=True)
class OpinionAdvanced:
    """The ward's work on an opinion came to another stage."""

    opinion_id: int
    stage: OpinionStage


@dataclass(frozen=True)
class OpinionMerged:
    """Staff put the words of an opinion into another one of the same letter; the first no longer stands."""

    opinion_id: int
    into_id: int


@dataclass(frozen=True)
class OriginalDivided:
    """Staff divided a text into opinions, or divided it anew."""

    original_id: int


@dataclass(frozen=True)
class AnswerProposed:
    """Somebody read what a machine proposes as the ward's answer to opinions, and takes it up to write on from it.

    `point`, `draft`: public ids of the point that they answer and of the proposal.
    """

    point: str
    draft: str
    words: str
    by: Actor
