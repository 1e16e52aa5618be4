"""The wave before: weighted by age and district at once, published by two people, compared with the next."""

from __future__ import annotations

from flask import Flask

from participation.surveys import queries
from participation.surveys.domain.publications import PublicationKind


def test_its_figures_were_prepared_by_one_and_published_by_another(demo_ward: Flask) -> None:
    survey = queries.find_by_code("joho-1")
    run = queries.find_current_run(survey)
    assert run is not None
    assert (run.variables, run.weighted > 220) == (("年代×地区",), True)
    assert {margin.source for margin in queries.margins_of(run)} == {"見本のための架空の人口"}
    for kind in PublicationKind:
        (published,) = queries.list_published(survey, kind)
        assert published.prepared_by_id != published.decided_by_id
    (weighted,) = queries.list_published(survey, PublicationKind.WEIGHTED)
    assert "問2" in weighted.content["questions"][0]["title"]
    assert "問1" in weighted.content["refused"][0][0], "beside its table it would give too much away"
    (tables,) = queries.list_published(survey, PublicationKind.TABLES)
    assert len(tables.content["tables"]) == 1
    (comparison,) = queries.list_published(survey, PublicationKind.COMPARISON)
    assert [each["answered"] > 100 for each in comparison.content["askings"]] == [True, True]
