"""The amendments of a consultation by place (新旧対照表・見え消し): as a page, and as one paper for every kind of file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from participation.consultations.models import Consultation
from participation.foundation.db import db
from participation.i18n.dates import local_day
from participation.papers.paper import Column, Grid, Heading, Marked, Paper, Part, Row, Sheet, Words
from participation.plans.domain.amending import amended, misfits
from participation.plans.models import Plan, PlanVersion
from participation.plans.queries import version_name
from participation.replies.domain import OPERATION_NAMES, edit_of
from participation.replies.models import Amendment, AmendmentApplication
from participation.replies.queries.published import PublicAmendment, list_amendments

TITLE = "意見を受けた計画の修正（新旧対照表）"
COMPARISON = (
    Column("No.", 8),
    Column("計画の場所", 18),
    Column("修正", 8),
    Column("今の文", 33),
    Column("新しい文", 33),
)
SHEET = (
    Column("No.", 8, is_number=True),
    Column("論点", 24),
    Column("計画の場所", 30),
    Column("修正", 8),
    Column("消す言葉", 32),
    Column("加える言葉", 32),
    Column("今の文", 48),
    Column("新しい文", 48),
    Column("計画に入った版", 20),
    Column("公表日", 12),
    Column("ページ", 22),
)
HOW_TO_READ = "消す言葉に取消線を、加える言葉に下線を引いています。"


@dataclass(frozen=True)
class AmendedPlace:
    """A place of the plan with all amendments of it (修正する場所)."""

    place: str
    path: str
    amendments: tuple[PublicAmendment, ...]
    #: The whole text with everything taken out and put in; None where two amendments touch or the text moved on.
    parts: tuple[tuple[str, str], ...] | None
    old: str
    new: str


@dataclass(frozen=True)
class AmendmentsPage:
    """What the opinions of a consultation change in the plans, place by place."""

    consultation: Consultation
    places: tuple[AmendedPlace, ...]
    #: Amendment → in which version of its plan it stands: (name, address).
    applied: dict[str, tuple[str, str]]

    @property
    def count(self) -> int:
        """How many amendments there are."""
        return sum(len(each.amendments) for each in self.places)


def get_amendments(consultation: Consultation) -> AmendmentsPage:
    """Return the published amendments of a consultation, in the order of the points. Two queries."""
    by_place: dict[int, list[PublicAmendment]] = defaultdict(list)
    for each in list_amendments(consultation.id):
        by_place[each.text.subject_id].append(each)
    return AmendmentsPage(
        consultation,
        tuple(_place(each) for each in by_place.values()),
        _applied([each.text.public_id for found in by_place.values() for each in found]),
    )


def _place(amendments: list[PublicAmendment]) -> AmendedPlace:
    first = amendments[0]
    text = first.text.present_text
    edits = [edit_of(each.text, f"No.{each.point_number}") for each in amendments]
    is_one_text = all(each.text.present_text == text for each in amendments)
    if not is_one_text or misfits(text, edits):
        return AmendedPlace(first.text.place, first.place_path, tuple(amendments), None, "", "")
    done = amended(text, edits)
    return AmendedPlace(first.text.place, first.place_path, tuple(amendments), done.parts, done.old, done.new)


def _applied(public_ids: list[str]) -> dict[str, tuple[str, str]]:
    rows = db.session.execute(
        select(Amendment.public_id, PlanVersion, Plan.slug)
        .join(AmendmentApplication, AmendmentApplication.amendment_id == Amendment.id)
        .join(Plan, Plan.id == AmendmentApplication.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == AmendmentApplication.version_number),
        )
        .where(Amendment.public_id.in_(public_ids), PlanVersion.number <= Plan.current_number)
    )
    return {
        key: (
            f"第{version.number}版 {version_name(version)}",
            f"/plans/{slug}/versions/{version.number - 1}...{version.number}"
            if version.number > 1
            else f"/plans/{slug}",
        )
        for key, version, slug in rows
    }


def amendment_paper(page: AmendmentsPage, *, issuer: str, site: str) -> Paper:
    """Return the paper of the amendments: 新旧対照表, then the marked-up text of each place."""
    consultation = page.consultation
    return Paper(
        title=TITLE,
        over=consultation.title,
        issuer=issuer,
        address=f"{site}/consultations/{consultation.code}/amendments",
        name=f"{consultation.code}-新旧対照表",
        parts=partial(_parts, page),
        sheets=(
            Sheet("新旧対照表", SHEET, partial(_sheet_rows, page)),
            Sheet(
                "見え消し", (Column("計画の場所", 30), Column("見え消し", 90)), partial(_marked_rows, page)
            ),
        ),
    )


def _parts(page: AmendmentsPage) -> Iterator[Part]:
    if not page.places:
        yield Words("意見を受けた計画の修正は、ありません。")
        return
    yield Words(f"寄せられた意見を受けて、計画の文章を{page.count:,}件、直します。")
    yield Words(HOW_TO_READ, is_note=True)
    yield Heading("新旧対照表")
    yield Grid("", COMPARISON, partial(_comparison_rows, page))
    yield Heading("修正を入れた文章（見え消し）")
    for each in page.places:
        yield Heading(each.place, 3)
        yield Grid(each.place, (Column("見え消し", 100),), partial(_marked_rows_of, each))


def _comparison_rows(page: AmendmentsPage) -> Iterator[Row]:
    for place in page.places:
        for each in place.amendments:
            parts = each.text.parts()
            kept = tuple(part for part in parts if part[0] != "remove")
            yield Row(
                (
                    f"No.{each.point_number}",
                    each.text.place,
                    OPERATION_NAMES[each.text.operation],
                    Marked(tuple(part for part in parts if part[0] != "add")),
                    Marked(kept) if kept else "（削除）",
                ),
                anchor=f"a-{each.text.public_id}",
            )


def _marked_rows_of(place: AmendedPlace) -> Iterator[Row]:
    if place.parts is not None:
        yield Row((Marked(place.parts),))
        return
    for each in place.amendments:
        yield Row((Marked(tuple(each.text.parts())),))


def _marked_rows(page: AmendmentsPage) -> Iterator[Row]:
    for place in page.places:
        for row in _marked_rows_of(place):
            yield Row((place.place, *row.cells))


def _sheet_rows(page: AmendmentsPage) -> Iterator[Row]:
    for place in page.places:
        for each in place.amendments:
            parts = each.text.parts()
            yield Row(
                (
                    each.point_number,
                    each.point_title,
                    each.text.place,
                    OPERATION_NAMES[each.text.operation],
                    "".join(words for kind, words in parts if kind == "remove"),
                    "".join(words for kind, words in parts if kind == "add"),
                    each.text.present_text,
                    each.text.new_text() or "（削除）",
                    page.applied.get(each.text.public_id, ("", ""))[0],
                    local_day(each.published_at).isoformat(),
                    f"/points/{each.point_public_id}",
                )
            )
