"""The tables of reading."""

from participation.reading.models.coverage import PopulationTable
from participation.reading.models.drafting import MachineDraft, MachineDraftOpinion
from participation.reading.models.finding import (
    IndexedOpinion,
    OpinionPair,
    PublishedAnswer,
    TopicWatch,
    Uncovered,
)
from participation.reading.models.topics import Topic, TopicLabel, TopicMember, TopicRun, TopicSentence

__all__ = [
    "IndexedOpinion",
    "MachineDraft",
    "MachineDraftOpinion",
    "OpinionPair",
    "PopulationTable",
    "PublishedAnswer",
    "Topic",
    "TopicLabel",
    "TopicMember",
    "TopicRun",
    "TopicSentence",
    "TopicWatch",
    "Uncovered",
]
