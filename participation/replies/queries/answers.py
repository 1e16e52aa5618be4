"""The ward's answer in the words of a letter (知らせる文): the point, the reply, what it changes in the plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from participation.contributions.events import ContributionAnswered
from participation.foundation.db import db
from participation.organisations.models import Section
from participation.replies.domain import NO_POINT_NAMES, OPERATION_NAMES, AmendmentText, amendment_from
from participation.replies.models import Disposition, OpinionWithoutPoint, Point, ReplyVersion, WardReply


@dataclass(frozen=True)
class Answer:
    """The published reply to a point in the words of a letter, and its plain versions where there are some."""

    path: str
    text: str = ""
    #: Readings stand as ｜漢字《かんじ》.
    easy: str = ""
    child: str = ""

    def to_author_of(self, contribution_id: int, *, is_correction: bool = False) -> ContributionAnswered:
        """Return the news for whoever said it: the formal words, and the plain ones where there are some."""
        return ContributionAnswered(
            contribution_id,
            self.path,
            self.text,
            is_correction=is_correction,
            easy=self.easy,
            child=self.child,
        )


def answer_in_words(point: Point) -> str:
    """Return the published reply to a point as a letter quotes it. One query; empty: nothing is published."""
    return answer_of(point).text


def answer_of(point: Point) -> Answer:
    """Return what a letter says of the published reply to a point. One query; empty: nothing is published."""
    path = f"/points/{point.public_id}"
    same_as, same_reply, same_version = aliased(Point), aliased(WardReply), aliased(ReplyVersion)
    row = db.session.execute(
        select(
            ReplyVersion,
            Disposition.symbol,
            Disposition.label,
            Section.name.label("section"),
            same_as.number.label("same_number"),
            same_version.body.label("same_body"),
            func.coalesce(func.nullif(ReplyVersion.easy, ""), same_version.easy, "").label("easy"),
            func.coalesce(func.nullif(ReplyVersion.child, ""), same_version.child, "").label("child"),
        )
        .join(
            WardReply,
            (WardReply.id == ReplyVersion.reply_id) & (WardReply.published_number == ReplyVersion.number),
        )
        .join(Point, Point.id == WardReply.point_id)
        .outerjoin(Disposition, Disposition.id == ReplyVersion.disposition_id)
        .outerjoin(Section, Section.id == Point.section_id)
        .outerjoin(same_as, same_as.id == ReplyVersion.same_as_point_id)
        .outerjoin(same_reply, same_reply.point_id == same_as.id)
        .outerjoin(
            same_version,
            (same_version.reply_id == same_reply.id) & (same_version.number == same_reply.published_number),
        )
        .where(WardReply.point_id == point.id)
    ).one_or_none()
    if row is None:
        return Answer(path)
    version: ReplyVersion = row.ReplyVersion
    head = [f"No.{point.number}「{version.title}」"]
    head += [f"対応区分：{row.symbol} {row.label}"] if row.label else []
    head += [f"担当：{row.section}"] if row.section else []
    said = [row.same_body] if row.same_number is not None and row.same_body else []
    said += [part for part in (version.body, version.supplement) if part]
    parts = ["\n".join(head), "区の考え方：\n" + "\n\n".join(said)]
    if version.amendments:
        told = "\n\n".join(_amendment(amendment_from(stored)) for stored in version.amendments)
        parts.append(f"計画の修正：\n{told}")
    return Answer(path, "\n\n".join(parts), row.easy, row.child)


def _amendment(amendment: AmendmentText) -> str:
    """The place, the words around, before and after."""
    lead, deleted, inserted, tail = amendment.around()
    old = f"{lead}{deleted}{tail}"
    new = f"{lead}{inserted}{tail}"
    return f"{amendment.place}［{OPERATION_NAMES[amendment.operation]}］\n　今の文：{old}\n　新しい文：{new}"


def why_without_point(opinion_ids: Collection[int]) -> dict[int, str]:
    """Return opinion → what its author is told where it belongs to no point. One query."""
    reasons = dict(
        db.session.execute(
            select(OpinionWithoutPoint.opinion_id, OpinionWithoutPoint.reason).where(
                OpinionWithoutPoint.opinion_id.in_(list(opinion_ids))
            )
        ).all()
    )
    return {
        each: "職員が読みました。論点には入れていません"
        + (f"（理由：{NO_POINT_NAMES[reasons[each]]}）。" if each in reasons else "。")
        + "ほかの意見への区の考え方は、結果のページで読めます。"
        for each in opinion_ids
    }
