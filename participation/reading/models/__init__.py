"""The tables of reading."""

from participation.reading.models.coverage import PopulationTable

__all__ = ["PopulationTable"]
