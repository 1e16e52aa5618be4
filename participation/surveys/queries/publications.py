"""What staff publish of the figures beyond the single questions (集計の公表): what may be, what was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.people.models import Person
from participation.surveys.domain.comparison import Asking, Comparison, compare
from participation.surveys.domain.crosstabs import NOBODY
from participation.surveys.domain.disclosure import LEAST_PEOPLE
from participation.surveys.domain.intervals import Interval, wilson
from participation.surveys.domain.linked import Laid, WeightedShares, prove
from participation.surveys.domain.publications import (
    CHANGED_SINCE,
    MOST_TABLES,
    MOST_TABLES_IN_ALL,
    PublicationKind,
)
from participation.surveys.domain.releases import ReleaseStatus
from participation.surveys.domain.variables import ORIGIN_KEY, Variable
from participation.surveys.models import Response, Survey, SurveyPublication, WeightingRun
from participation.surveys.queries.comparison import list_askings, list_comparable
from participation.surveys.queries.crosstabs import find_variable, list_variables, show_crosstabs
from participation.surveys.queries.finding import SurveyPage
from participation.surveys.queries.public_tables import (
    CHOICE,
    Crowd,
    Wanted,
    lay_tables,
    read_laid,
)
from participation.surveys.queries.results import is_public
from participation.surveys.queries.weighting import find_current_run, margins_of

#: Weighted shares in public have one place after the point, in percent.
STEP = 0.001
NO_PUBLIC_QUESTION = "公表できる設問がありません。結果を公開している設問だけを公表できます。"
NOT_WEIGHTED = "このアンケートには、まだ重みが付いていません。"
WEIGHTED_DIFFERENTLY = "前に公表した結果と違う重みが付いています。2通りの重みの結果から、少ない人の答えが分かるおそれがあるため、公表できません。"
NOTHING_TO_COMPARE = "比べる相手がありません。"
GIVES_AWAY_TABLES = "公表した表と合わせると、5人に満たない数が分からないことを確かめられません。"


@dataclass(frozen=True)
class Prepared:
    """What would be published, and of which answers it is."""

    kind: PublicationKind
    content: dict[str, Any]
    basis: dict[str, Any]
    seen_before: int


@dataclass(frozen=True)
class PublicationRow:
    """A publication in the list."""

    public_id: str
    kind: PublicationKind
    status: ReleaseStatus
    content: dict[str, Any]
    note: str
    prepared_at: datetime
    prepared_by: str
    prepared_by_id: int | None
    decided_at: datetime | None
    decided_by: str


def list_seen(survey: Survey) -> list[SurveyPublication]:
    """Return everything that ever was in public, the first one first: what was seen cannot be called back."""
    return list(
        db.session.scalars(
            select(SurveyPublication)
            .where(SurveyPublication.survey_id == survey.id, SurveyPublication.published_at.is_not(None))
            .order_by(SurveyPublication.published_at, SurveyPublication.id)
        )
    )


def list_published(survey: Survey, kind: PublicationKind | None = None) -> list[SurveyPublication]:
    """Return what is in public now, the first one first."""
    wanted = select(SurveyPublication).where(
        SurveyPublication.survey_id == survey.id, SurveyPublication.status == ReleaseStatus.PUBLISHED
    )
    if kind is not None:
        wanted = wanted.where(SurveyPublication.kind == kind)
    return list(db.session.scalars(wanted.order_by(SurveyPublication.published_at, SurveyPublication.id)))


def list_published_kinds(survey: Survey) -> set[PublicationKind]:
    """Return of which kinds something is in public."""
    return set(
        db.session.scalars(
            select(SurveyPublication.kind)
            .where(
                SurveyPublication.survey_id == survey.id, SurveyPublication.status == ReleaseStatus.PUBLISHED
            )
            .distinct()
        )
    )


def list_publications(survey: Survey) -> list[PublicationRow]:
    """Return the publications of a survey for staff, the newest first."""
    maker, decider = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(SurveyPublication, maker.nickname, decider.nickname)
        .outerjoin(maker, maker.id == SurveyPublication.prepared_by_id)
        .outerjoin(decider, decider.id == SurveyPublication.decided_by_id)
        .where(SurveyPublication.survey_id == survey.id)
        .order_by(SurveyPublication.id.desc())
        .limit(20)
    )
    return [
        PublicationRow(
            each.public_id,
            each.kind,
            each.status,
            each.content,
            each.note,
            each.prepared_at,
            by or "システム",
            each.prepared_by_id,
            each.decided_at,
            decided or "",
        )
        for each, by, decided in rows
    ]


def get_publication(survey: Survey, public_id: str) -> SurveyPublication:
    """Return a publication of this survey; raises NotFound."""
    found = db.session.scalars(
        select(SurveyPublication).where(
            SurveyPublication.survey_id == survey.id, SurveyPublication.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


# ── Of whom ─────────────────────────────────────────────────────────────────────────────────


def basis_of(survey: Survey, seen: Sequence[SurveyPublication]) -> dict[str, Any]:
    """Return of which answers the next publication is: those of the first one, if they still are the same."""
    first = next((each.basis for each in seen if each.kind is not PublicationKind.COMPARISON), None)
    wanted = select(func.max(Response.id), func.count(), func.max(Response.changed_at)).where(
        Response.survey_id == survey.id
    )
    if first is not None:
        wanted = wanted.where(Response.id <= first["last"])
    last, count, changed_at = db.session.execute(wanted).one()
    if first is None:
        return {"last": last or 0, "count": count, "changed": changed_at.isoformat() if changed_at else ""}
    if count != first["count"] or (changed_at.isoformat() if changed_at else "") != first["changed"]:
        raise Refused(CHANGED_SINCE)
    return first


def _proved(seen: Iterable[SurveyPublication]) -> int:
    """Return beside how many publications something is proved; comparisons say nothing new."""
    return sum(each.kind is not PublicationKind.COMPARISON for each in seen)


def _crowd(page: SurveyPage, seen: Sequence[SurveyPublication], basis: dict[str, Any]) -> Crowd:
    variables = list_variables(page, for_public=True)
    crowd = Crowd(page.survey, variables, basis["last"])
    weighted = next((each for each in seen if each.kind is PublicationKind.WEIGHTED), None)
    if weighted is not None:
        crowd.run_id, crowd.weighted_by = weighted.content["run_id"], tuple(weighted.content["by"])
    return crowd


def _tables_in(publications: Iterable[SurveyPublication]) -> list[dict[str, Any]]:
    return [
        table
        for each in publications
        if each.kind is PublicationKind.TABLES
        for table in each.content["tables"]
    ]


def _shares_in(crowd: Crowd, seen: Iterable[SurveyPublication]) -> list[WeightedShares]:
    return [
        _shares(crowd, question, each.content["by"])
        for each in seen
        if each.kind is PublicationKind.WEIGHTED
        for question in each.content["questions"]
    ]


def _shares(crowd: Crowd, question: dict[str, Any], by: Sequence[str]) -> WeightedShares:
    """Return what the weighted shares of a question say of who answered what."""
    key = question["key"]
    side = crowd.side(key) if not question["several"] else None
    if side is None or side.is_merged:
        # Not to be said by the places of the public tables: the question is never answered anew.
        keys = {key, *(f"{key}{CHOICE}{code}" for code, *_ in question["rows"])}
        return WeightedShares(key, frozenset(by) | keys, {})
    between = {
        side.place((code,)): (share - STEP / 2, share + STEP / 2) for code, _, _, share in question["rows"]
    }
    return WeightedShares(key, frozenset(by), between)


# ── Preparing ───────────────────────────────────────────────────────────────────────────────


def list_table_choices(page: SurveyPage) -> tuple[list[Variable], list[Variable], list[Variable]]:
    """Return what may stand in rows, in columns, and what tables may be filtered by."""
    rows = [each for each in list_variables(page, for_public=True) if each.axis.categories]
    plain = [each for each in rows if not each.axis.several]
    return rows, plain, [each for each in plain if each.is_attribute]


def prepare_tables(page: SurveyPage, rows: Sequence[str], columns: Sequence[str], only: str = "") -> Prepared:
    """Lay out every row against every column; what is not safe beside the others is left out and named."""
    seen = list_seen(page.survey)
    basis = basis_of(page.survey, seen)
    crowd = _crowd(page, seen, basis)
    before = _tables_in(seen)
    known = {(each["rows"], each["columns"], each["only"]) for each in before}
    wanted = [
        Wanted(row, column, only)
        for column in columns
        for row in rows
        if len({row, column, only}) == 3 and (row, column, only) not in known
    ]
    for key in (*columns, *([only] if only else [])):
        if find_variable(crowd.variables, key).axis.several:
            raise Refused("列としぼりこみには、答えが一つに決まる設問を選んでください。", field="columns")
    if not wanted:
        raise Refused("行と列に、まだ公表していない、別々の設問を選んでください。", field="rows")
    if len(wanted) > MOST_TABLES or len(before) + len(wanted) > MOST_TABLES_IN_ALL:
        raise Refused(
            f"一度に{MOST_TABLES}表まで、1つのアンケートで{MOST_TABLES_IN_ALL}表までにしてください（今は{len(wanted)}表）。",
            field="rows",
        )
    tables, refused = lay_tables(crowd, wanted, read_laid(crowd, before), _shares_in(crowd, seen))
    if not tables:
        raise Refused(f"選んだ組み合わせは、どれも公表できません。{refused[0][1]}", field="rows")
    return Prepared(PublicationKind.TABLES, {"tables": tables, "refused": refused}, basis, _proved(seen))


def prepare_weighted(page: SurveyPage) -> Prepared:
    """Lay the weighted shares of every public question beside the plain ones."""
    survey = page.survey
    run = find_current_run(survey)
    if run is None:
        raise Refused(NOT_WEIGHTED)
    seen = list_seen(survey)
    basis = basis_of(survey, seen)
    if any(each.kind is PublicationKind.WEIGHTED for each in seen):
        raise Refused(WEIGHTED_DIFFERENTLY)
    crowd = _crowd(page, seen, basis)
    by = sorted(match["key"] for match in run.matches.values())
    if any(key not in {each.key for each in crowd.variables} for key in by):
        raise Refused("重みに使った設問の結果が公開されていないため、公表できません。")
    crowd.run_id, crowd.weighted_by = run.id, by
    tables = read_laid(crowd, _tables_in(seen))
    questions: list[dict[str, Any]] = []
    refused: list[list[str]] = []
    shares: list[WeightedShares] = []
    for variable in crowd.variables:
        question = _weighted_question(crowd, variable, run) if _may_be_weighted(variable) else None
        if question is None:
            continue
        added = _shares(crowd, question, by)
        if _stay_safe(crowd, tables, [*shares, added], added, is_first=not shares):
            shares.append(added)
            questions.append(question)
        else:
            refused.append([variable.title, GIVES_AWAY_TABLES])
    if not questions:
        raise Refused(refused[0][1] if refused else NO_PUBLIC_QUESTION)
    content = {
        "run_id": run.id,
        "run": run.public_id,
        "by": by,
        **_of_run(run),
        "questions": questions,
        "refused": refused,
    }
    return Prepared(PublicationKind.WEIGHTED, content, basis, _proved(seen))


def _may_be_weighted(variable: Variable) -> bool:
    return variable.question is not None and variable.key != ORIGIN_KEY


def _stay_safe(
    crowd: Crowd,
    tables: Sequence[Laid],
    shares: Sequence[WeightedShares],
    added: WeightedShares,
    *,
    is_first: bool,
) -> bool:
    touched = {added.key, *added.by}
    return not any(
        prove(table, [each for each in tables if each is not table], crowd.people, shares).left
        for table in tables
        if is_first or touched & set(table.keys)
    )


def _weighted_question(crowd: Crowd, variable: Variable, run: WeightingRun) -> dict[str, Any] | None:
    plain, weighted = show_crosstabs(crowd.survey, variable, None, run_id=run.id, up_to=crowd.up_to)
    if weighted is None or min(plain.whole.n, weighted.whole.n) < LEAST_PEOPLE:
        return None
    rows = []
    for category in variable.axis.categories:
        count = plain.tally.rows.get(category.code, NOBODY).n
        share = weighted.row_share(category.code)
        rows.append([category.code, category.label, count, round(share.share, 3) if share else 0.0])
    return {
        "key": variable.key,
        "title": variable.title,
        "several": variable.axis.several,
        "answered": plain.whole.n,
        "rows": rows,
    }


def _of_run(run: WeightingRun) -> dict[str, Any]:
    return {
        "weighted": run.weighted,
        "left_out": run.left_out,
        "effective": round(run.effective, 1),
        "trimmed": run.trimmed,
        "smallest": round(run.smallest, 3),
        "largest": round(run.largest, 3),
        "least": run.parameters.get("least"),
        "most": run.parameters.get("most"),
        "margins": [[each.variable, each.source, each.as_of.isoformat()] for each in margins_of(run)],
        "made_at": run.made_at.isoformat(),
    }


def prepare_comparison(page: SurveyPage, code: str, *, issuer: str) -> Prepared:
    """Lay out one question in all surveys in which it was asked and its figures are public."""
    question = next((each for each in list_comparable(page) if each.code == code), None)
    if question is None:
        raise NotFound
    if not is_public(page, question):
        raise Refused("この設問の結果は公開していないため、比べも公表できません。", field="question")
    askings = list_askings(page, question, issuer=issuer, for_public=True)
    if len(askings) < 2:
        raise Refused(
            f"{NOTHING_TO_COMPARE}ほかの回の結果が公開されていて、{LEAST_PEOPLE}人以上が答えているときに公表できます。",
            field="question",
        )
    content = {
        "question": code,
        "title": question.text,
        "refused": [],
        "askings": [
            {
                "source": each.source,
                "when": each.when,
                "key": each.key,
                "text": each.text,
                "is_random_sample": each.is_random_sample,
                "answered": each.answered,
                "choices": dict(each.choices),
            }
            for each in askings
        ],
    }
    return Prepared(PublicationKind.COMPARISON, content, basis_of(page.survey, ()), 0)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────


def comparison_in(content: dict[str, Any]) -> Comparison:
    """Return a comparison as it was approved."""
    return compare([Asking(**each) for each in content["askings"]])


@dataclass(frozen=True)
class WeightedRow:
    """One answer with and without weights."""

    label: str
    count: int
    plain: float
    interval: Interval | None
    weighted: float
    weighted_interval: Interval | None


@dataclass(frozen=True)
class WeightedFigures:
    """One question with and without weights, as it was approved."""

    title: str
    several: bool
    answered: int
    rows: tuple[WeightedRow, ...]


def weighted_in(content: dict[str, Any]) -> list[WeightedFigures]:
    """Return the weighted figures as they were approved.

    The intervals are by the design effect of all weights: that of a question alone would say who answered it.
    """
    worth = content["effective"] / content["weighted"]
    found = []
    for each in content["questions"]:
        answered = each["answered"]
        rows = []
        for _, label, count, share in each["rows"]:
            effective = answered * worth
            rows.append(
                WeightedRow(
                    label,
                    count,
                    count / answered,
                    wilson(count, answered),
                    share,
                    wilson(share * effective, effective),
                )
            )
        found.append(WeightedFigures(each["title"], each["several"], answered, tuple(rows)))
    return found


def tables_in(publications: Iterable[SurveyPublication]) -> list[dict[str, Any]]:
    """Return the tables of publications, in the order in which they were approved."""
    return _tables_in(publications)
