"""The form with which staff put in how many people live in the ward (人口の表)."""

from __future__ import annotations

from collections.abc import Sequence

from participation.reading.domain.population import PopulationFile, read_population
from participation.surveys.forms.weighting import PopulationTableForm


class PopulationForm(PopulationTableForm):
    """A file of the population, or its text."""

    def read(self, places: Sequence[str]) -> PopulationFile:
        """Return what is written; raises Refused."""
        return read_population(self.written(), places)
