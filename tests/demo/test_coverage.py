"""The population of the demo: invented, and said to be."""

from __future__ import annotations

from participation.demo import reading
from participation.places.queries import list_areas
from participation.reading.domain.population import read_population


def test_the_population_fits_the_ward_and_says_that_it_is_invented(app):
    text = (reading.CONTENT / "population.csv").read_text(encoding="utf-8")
    read = read_population(text, [area.name for area in list_areas()])
    assert read.errors == ()
    assert "架空" in read.population.source
    assert len(read.population.by_both) == 5 * 8
