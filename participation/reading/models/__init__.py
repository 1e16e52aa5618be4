"""The tables of reading."""

from participation.reading.models.coverage import PopulationTable
from participation.reading.models.finding import IndexedOpinion, OpinionPair, PublishedAnswer, Uncovered

__all__ = ["IndexedOpinion", "OpinionPair", "PopulationTable", "PublishedAnswer", "Uncovered"]
