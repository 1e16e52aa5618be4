"""The figures, for everybody: question by question, and two questions against each other."""

from __future__ import annotations

from typing import Any

from flask import current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.csv_text import BOM, as_text
from participation.foundation.errors import NotFound
from participation.papers.files import Form
from participation.surveys import queries
from participation.surveys.domain.disclosure import WITHHELD_WORDS
from participation.surveys.domain.publications import PublicationKind
from participation.surveys.models import SurveyRelease
from participation.surveys.queries import SurveyPage
from participation.surveys.views.pages import bp
from participation.web import page_cache
from participation.web.access import public
from participation.web.csv_files import csv_response
from participation.web.downloads import download_header
from participation.web.page_cache import cached_for_guests
from participation.web.paper_files import public_paper


@bp.get("/surveys/<public_id>/results")
@public
@cached_for_guests
def results(public_id: str) -> ResponseReturnValue:
    """The figures, for everybody, when the survey says so."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    page_cache.expires(page.changes_at)
    is_shown = page.has_public_results or any(queries.is_public(page, each) for each in page.questions)
    number = request.args.get("page", 1, type=int)
    return render_template(
        "surveys/results.html",
        page=page,
        results=queries.show_results(page, number=number) if is_shown else None,
        origins=queries.count_origins(page.survey) if is_shown else [],
        release=queries.find_published_release(page.survey),
        published=queries.list_published_kinds(page.survey),
    )


@bp.get("/surveys/<public_id>/crosstab")
@public
@cached_for_guests
def crosstab(public_id: str) -> ResponseReturnValue:
    """Two questions against each other, as staff published them: without giving single people away."""
    page = _public_page(public_id)
    page_cache.expires(page.changes_at)
    tables = _tables(page)
    number = request.args.get("table", 1 if tables else 0, type=int)
    part = request.args.get("part", type=int)
    if tables and not 1 <= number <= len(tables):
        raise NotFound
    table = queries.public_table(tables[number - 1]) if tables else None
    if table is not None and part is not None:
        if not 0 <= part < len(table.parts):
            raise NotFound("しぼりこみの区分が見つかりません。")
        table = queries.public_table(tables[number - 1], part)
    return render_template(
        "surveys/crosstab.html",
        page=page,
        titles=[(str(place), each["title"]) for place, each in enumerate(tables, 1)],
        number=str(number),
        table=table,
        who=queries.who_answered(page.survey),
        withheld_words=WITHHELD_WORDS,
    )


@bp.get("/surveys/<public_id>/crosstab.csv")
@public
def crosstab_csv(public_id: str) -> ResponseReturnValue:
    """All published tables as CSV, one line for each number."""
    lines = queries.table_lines(_tables(_public_page(public_id)))
    header = ["表", "しぼりこみ", "行", "列", "人数", "列の人数のうちの割合（%）"]
    return csv_response(f"かけ合わせの表-{public_id}.csv", as_text(header, lines))


@bp.get("/surveys/<public_id>/weighted")
@public
@cached_for_guests
def weighted(public_id: str) -> ResponseReturnValue:
    """The figures with weights and without side by side, where staff published them."""
    page = _public_page(public_id)
    page_cache.expires(page.changes_at)
    found = queries.list_published(page.survey, PublicationKind.WEIGHTED)
    if not found:
        raise NotFound("重みを付けた結果は公表していません。")
    content = found[-1].content
    return render_template(
        "surveys/weighted.html",
        page=page,
        content=content,
        questions=queries.weighted_in(content),
        who=queries.who_answered(page.survey),
    )


@bp.get("/surveys/<public_id>/comparisons")
@public
@cached_for_guests
def comparisons(public_id: str) -> ResponseReturnValue:
    """The same question in other waves and other wards, where staff published it."""
    page = _public_page(public_id)
    page_cache.expires(page.changes_at)
    found = queries.list_published(page.survey, PublicationKind.COMPARISON)
    if not found:
        raise NotFound("ほかの回・ほかの区との比べは公表していません。")
    number = request.args.get("number", 1, type=int)
    if not 1 <= number <= len(found):
        raise NotFound
    return render_template(
        "surveys/comparisons.html",
        page=page,
        titles=[(str(place), each.content["title"]) for place, each in enumerate(found, 1)],
        number=str(number),
        comparison=queries.comparison_in(found[number - 1].content),
    )


@bp.get("/surveys/<public_id>/results.<any(pdf, html, csv):form>")
@public
def results_file(public_id: str, form: str) -> ResponseReturnValue:
    """The figures as a paper with how to read them, or as a table."""
    page = _public_page(public_id)
    address = url_for(".results", public_id=public_id, _external=True)
    issuer = current_app.config["SITE"]["ward"]
    return public_paper(
        lambda: queries.report_paper(page, issuer=issuer, address=address),
        Form(form),
        key=("survey", public_id, page.state),
    )


@bp.get("/surveys/<public_id>/results.json")
@public
def results_json(public_id: str) -> ResponseReturnValue:
    """The figures as data, for other wards to compare the same question."""
    page = _public_page(public_id)
    address = url_for(".results", public_id=public_id, _external=True)
    return jsonify(
        queries.published_figures(page, issuer=current_app.config["SITE"]["ward"], address=address)
    )


@bp.get("/surveys/<public_id>/open-data.csv")
@public
def open_data(public_id: str) -> ResponseReturnValue:
    """The answers line by line, as two people looked at them before."""
    release = _released(public_id)
    text = BOM + "".join(queries.list_release_text(release.id))
    response = make_response(text.encode())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = download_header(f"公開データ-{public_id}", "csv")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(release.sha256)
    return response.make_conditional(request.environ)


@bp.get("/surveys/<public_id>/open-data-columns.csv")
@public
def open_data_columns(public_id: str) -> ResponseReturnValue:
    """What the columns and codes of the open data mean."""
    rows = []
    for name, title, labels in _released(public_id).columns:
        rows.append([name, title, "", ""])
        rows += [[name, title, code, label] for code, label in labels.items()]
    return csv_response(f"公開データの説明-{public_id}.csv", as_text(["列", "内容", "値", "値の意味"], rows))


def _released(public_id: str) -> SurveyRelease:
    release = queries.find_published_release(queries.get_public_survey(public_id))
    if release is None:
        raise NotFound("このアンケートの公開データはありません。")
    return release


def _public_page(public_id: str) -> SurveyPage:
    page = queries.show_survey(queries.get_public_survey(public_id))
    if not page.has_public_results:
        raise NotFound("このアンケートの結果は公開していません。")
    return page


def _tables(page: SurveyPage) -> list[dict[str, Any]]:
    return queries.tables_in(queries.list_published(page.survey, PublicationKind.TABLES))
