"""Numbers of the ward's document system (決裁番号): what a file would change, before anything changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.table_files import BadTable, read_table
from participation.replies.domain import DecisionKind, DecisionNumber, LineProblem, read_decision_numbers
from participation.replies.models import Point, ReplyDecision, WardReply


@dataclass(frozen=True)
class NumberLine:
    """One line of a file beside what stands there now."""

    read: DecisionNumber
    point_public_id: str
    title: str
    present_number: str
    present_day: date | None

    @property
    def is_same(self) -> bool:
        """Whether it changes nothing."""
        return (self.present_number, self.present_day) == (self.read.number, self.read.decided_on)


@dataclass(frozen=True)
class NumbersPreview:
    """What a file of numbers would change, and what is wrong with it line by line."""

    lines: tuple[NumberLine, ...]
    problems: tuple[LineProblem, ...]

    @property
    def changes(self) -> tuple[NumberLine, ...]:
        """The lines that change something."""
        return tuple(line for line in self.lines if not line.is_same)


def read_numbers_file(content: bytes) -> tuple[list[DecisionNumber], list[LineProblem]]:
    """Read a CSV (UTF-8 or CP932), Excel file or pasted cells; what cannot be read is a problem with its line."""
    try:
        rows = list(read_table(content).rows)
    except BadTable as bad:
        return [], [LineProblem(bad.line or 0, bad.message)]
    broken = [LineProblem(row.line, row.wrong) for row in rows if row.wrong]
    found, problems = read_decision_numbers((row.line, row.cells) for row in rows if not row.wrong)
    return found, sorted([*broken, *problems], key=lambda each: each.line)


def preview_numbers(
    consultation_id: int, read: Sequence[DecisionNumber], problems: Sequence[LineProblem]
) -> NumbersPreview:
    """Hold what was read beside the decisions of a consultation. One query."""
    decided: dict[int, tuple[Point, ReplyDecision | None]] = {}
    for point, decision in db.session.execute(
        select(Point, ReplyDecision)
        .outerjoin(WardReply, WardReply.point_id == Point.id)
        .outerjoin(
            ReplyDecision,
            (ReplyDecision.reply_id == WardReply.id)
            & (ReplyDecision.kind == DecisionKind.APPROVED)
            & (
                ReplyDecision.version_number
                == func.coalesce(WardReply.approved_number, WardReply.published_number)
            ),
        )
        .where(Point.consultation_id == consultation_id, Point.merged_into_id.is_(None))
        .order_by(Point.number, ReplyDecision.id)
    ):
        decided[point.number] = (point, decision)
    lines, wrong = [], list(problems)
    for each in read:
        point_now, decision_now = decided.get(each.point, (None, None))
        if point_now is None:
            wrong.append(LineProblem(each.line, f"この案件に、No.{each.point}の論点はありません。"))
        elif decision_now is None:
            wrong.append(LineProblem(each.line, f"No.{each.point}は、まだ決裁が済んでいません。"))
        elif each.decided_on > clock.today():
            wrong.append(LineProblem(each.line, "決裁日が、これから来る日です。"))
        else:
            lines.append(
                NumberLine(
                    each,
                    point_now.public_id,
                    point_now.title,
                    decision_now.decision_number,
                    decision_now.decided_on,
                )
            )
    return NumbersPreview(tuple(lines), tuple(sorted(wrong, key=lambda problem: problem.line)))
