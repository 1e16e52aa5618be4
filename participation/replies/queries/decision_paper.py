"""What is enclosed with a proposal for a decision (起案): 起案文, 新旧対照表, the opinions, the result to come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from participation.contributions.domain import VISIBILITY_NAMES, Visibility, covered_note
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.foundation.db import db
from participation.i18n.dates import date_ja
from participation.opinions.domain import CHANNEL_NAMES, OpinionStage
from participation.opinions.models import Opinion, Submission
from participation.papers.files import Form
from participation.papers.package import Enclosed
from participation.papers.paper import Column, Facts, Grid, Paper, Part, Row, Sheet, Words
from participation.papers.paper import Heading as Title
from participation.replies.domain import STATUS_NAMES, STEP_NAMES
from participation.replies.models import (
    ApprovalRun,
    ApprovalStep,
    OpinionWithoutPoint,
    Point,
    PointOpinion,
    WardReply,
)
from participation.replies.queries import machine
from participation.replies.queries.published import PublishedReply
from participation.replies.queries.readiness import counts_as_said
from participation.replies.queries.report import Report
from participation.replies.queries.result_paper import (
    AMENDMENTS,
    amendment_in_words,
    amendment_rows,
    result_paper,
)

MARK = "起案"
INTERNAL = "この文書は庁内の決裁のためのものです。外に出さないでください。"
POINTS = (
    Column("No.", 7),
    Column("論点と意見の要旨", 33),
    Column("区の考え方", 34),
    Column("対応区分", 12),
    Column("計画の修正", 14),
)
OPINIONS = (
    Column("番号", 8, is_number=True),
    Column("意見", 60),
    Column("届いた日", 12),
    Column("提出方法", 12),
    Column("論点", 14),
    Column("備考", 20),
)
ROUTES = (Column("No.", 7), Column("経路", 20), Column("順番", 73))


def decision_package(report: Report, *, issuer: str, site: str) -> list[Enclosed]:
    """Return everything that is enclosed with a proposal, in its order."""
    address = f"{site}/consultations/{report.consultation.code}"
    files = [Enclosed(_proposal(report, issuer, address), Form.DOCX, "01_起案文", "起案の本文")]
    if report.amendments():
        files.append(
            Enclosed(
                _amendments(report, issuer, address), Form.DOCX, "02_新旧対照表", "計画の修正の新旧対照表"
            )
        )
    files += [
        Enclosed(
            _opinions(report, issuer, address),
            Form.CSV,
            "03_意見の一覧",
            "意見の一覧（氏名・住所・連絡先は入っていません）",
        ),
        Enclosed(
            result_paper(report, issuer=issuer, site=site),
            Form.PDF,
            "04_公表する結果（公表前）",
            "公表したときの姿",
        ),
    ]
    return files


# ── 起案文 ──────────────────────────────────────────────────────────────────────────────────────


def _proposal(report: Report, issuer: str, address: str) -> Paper:
    return Paper(
        title=f"「{report.consultation.title}」に寄せられた意見の概要と区の考え方について（案）",
        over="起案文",
        issuer=issuer,
        address=address,
        name=f"起案文_{report.consultation.code}",
        parts=partial(_proposal_parts, report),
        sheets=(Sheet("論点の一覧", POINTS, partial(_point_rows, report)),),
        mark=MARK,
    )


def _proposal_parts(report: Report) -> Iterator[Part]:
    yield Words(INTERNAL, is_note=True)
    yield Facts("件名など", tuple(_facts(report)))
    yield Title("目的")
    yield Words(
        f"「{report.consultation.title}」について寄せられた意見の概要と、それに対する区の考え方を決め、公表する。"
        + ("あわせて、意見を受けて計画の案を修正する。" if report.amendments() else "")
    )
    yield Title("寄せられた意見の数")
    tally = report.tally
    yield Facts(
        "4つの数え方",
        (
            ("提出した人と団体", f"{tally.people:,}人・{tally.organisations:,}団体"),
            ("提出", f"{tally.submissions:,}通"),
            ("意見", f"{tally.opinions:,}件"),
            ("同じ文を1つに数えた意見", f"{tally.distinct_texts:,}件"),
        ),
    )
    if report.legend:
        yield Title("対応区分ごとの数")
        yield Facts(
            "対応区分",
            tuple(
                (f"{each.symbol} {each.label}", f"{each.points:,}論点・{each.opinions:,}件")
                for each in report.legend
            ),
        )
    yield Title("論点の一覧")
    if report.headings:
        yield Grid("", POINTS, partial(_point_rows, report))
        if begun := _begun_by_machine(report):
            yield Words(
                f"{machine.MARK}書き始め、職員が確かめて直した区の考え方：{'、'.join(begun)}", is_note=True
            )
    else:
        yield Words("論点はありません。")
    yield Title("決裁の経路")
    yield Grid("", ROUTES, partial(_route_rows, report))
    yield Title("添付")
    enclosed = ["新旧対照表"] if report.amendments() else []
    yield Words("\n".join(f"・{each}" for each in [*enclosed, "意見の一覧", "公表する結果（公表前の版）"]))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    period = report.procedure.open_period
    yield "件名", f"「{report.consultation.title}」に寄せられた意見の概要と区の考え方について"
    yield "手続", report.procedure.kind_name
    if period is not None:
        yield "募集期間", period.in_words()
    if report.section_name:
        yield "起案する課", report.section_name
    yield "作成した日", date_ja(clock.today())
    waiting = f"（決裁が済んでいない論点 {report.waiting_count:,}）" if report.waiting_count else ""
    yield "論点", f"{sum(1 for _ in report.replies()):,}{waiting}"


def _point_rows(report: Report) -> Iterator[Row]:
    for each in report.replies():
        yield Row(
            (
                f"No.{each.number}",
                f"【{each.title}】\n{each.summary}\n（{each.count.in_words()}）",
                _reply(each),
                "\n".join(filter(None, (each.disposition_text, f"［{STATUS_NAMES[each.status]}］"))),
                "\n".join(amendment_in_words(amendment) for amendment in each.amendments) or "なし",
            )
        )


def _begun_by_machine(report: Report) -> list[str]:
    """Return the points whose reply was begun from what a machine proposed, as No.3."""
    begun = machine.points_begun(select(Point.id).where(Point.consultation_id == report.consultation.id))
    return [f"No.{each.number}" for each in report.replies() if each.id in begun]


def _reply(reply: PublishedReply) -> str:
    section = f"\n（{reply.section_name}）" if reply.section_name else ""
    return (reply.reply_text or "（まだ書かれていません）") + section


def _route_rows(report: Report) -> Iterator[Row]:
    """The way of the version that waits or was decided on last, step by step."""
    found = db.session.execute(
        select(Point.number, ApprovalRun, ApprovalStep)
        .join(WardReply, WardReply.point_id == Point.id)
        .join(ApprovalRun, ApprovalRun.reply_id == WardReply.id)
        .join(ApprovalStep, ApprovalStep.run_id == ApprovalRun.id)
        .where(
            Point.consultation_id == report.consultation.id,
            Point.merged_into_id.is_(None),
            ApprovalRun.version_number == WardReply.latest_number,
        )
        .order_by(Point.number, ApprovalRun.id.desc(), ApprovalStep.position, ApprovalStep.id)
    ).all()
    newest: dict[int, int] = {}
    lines: dict[int, tuple[str, list[str]]] = {}
    for number, run, step in found:
        if newest.setdefault(number, run.id) != run.id:
            continue
        done = f"（{date_ja(step.decided_at)}）" if step.decided_at is not None else ""
        lines.setdefault(number, (run.route_name, []))[1].append(
            f"{step.position}. {STEP_NAMES[step.kind]}：{step.seat}{done}"
        )
    for number, (name, steps) in lines.items():
        yield Row((f"No.{number}", name, "\n".join(steps)))
    if not lines:
        yield Row(("", "まだ決裁に回っていません", ""))


# ── 新旧対照表 ──────────────────────────────────────────────────────────────────────────────────


def _amendments(report: Report, issuer: str, address: str) -> Paper:
    return Paper(
        title="新旧対照表（案）",
        over=report.consultation.title,
        issuer=issuer,
        address=address,
        name=f"新旧対照表_{report.consultation.code}",
        parts=partial(_amendment_parts, report),
        sheets=(Sheet("新旧対照表", AMENDMENTS, partial(amendment_rows, report)),),
        mark=MARK,
    )


def _amendment_parts(report: Report) -> Iterator[Part]:
    yield Words("消す言葉に取消線を、加える言葉に下線を引いています。", is_note=True)
    yield Title("意見を受けた計画の修正")
    yield Grid("", AMENDMENTS, partial(amendment_rows, report))


# ── 意見の一覧 ──────────────────────────────────────────────────────────────────────────────────


def _opinions(report: Report, issuer: str, address: str) -> Paper:
    sheet = Sheet("意見の一覧", OPINIONS, partial(_opinion_rows, report))
    return Paper(
        title="意見の一覧",
        over=report.consultation.title,
        issuer=issuer,
        address=address,
        name=f"意見の一覧_{report.consultation.code}",
        parts=lambda: iter((Grid("", OPINIONS, sheet.rows),)),
        sheets=(sheet,),
        mark=MARK,
    )


READ_AT_ONCE = 500


def _opinion_rows(report: Report) -> Iterator[Row]:
    """Every opinion that counts, by number; words that nobody screened, or that were held, may name people."""
    last = 0
    while True:
        found = db.session.execute(
            select(
                Opinion.id,
                Opinion.number,
                Opinion.stage,
                Contribution.body,
                Contribution.visibility,
                Contribution.covered_for,
                Submission.received_at,
                Submission.channel,
                OpinionWithoutPoint.id.label("without"),
            )
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .join(Submission, Submission.id == Opinion.submission_id)
            .outerjoin(OpinionWithoutPoint, OpinionWithoutPoint.opinion_id == Opinion.id)
            .where(Opinion.consultation_id == report.consultation.id, Opinion.number > last, counts_as_said())
            .order_by(Opinion.number)
            .limit(READ_AT_ONCE)
        ).all()
        points = _points_of([row.id for row in found])
        for row in found:
            may_stand = _may_stand(row.visibility, row.stage)
            yield Row(
                (
                    row.number,
                    row.body if may_stand else "",
                    row.received_at.astimezone(clock.JST).date().isoformat(),
                    CHANNEL_NAMES[row.channel],
                    "、".join(f"No.{number}" for number in points.get(row.id, ()))
                    or ("論点なし" if row.without is not None else ""),
                    covered_note(row.covered_for)
                    if may_stand
                    else f"{_why_not(row.visibility)}、本文を載せていません",
                )
            )
        if len(found) < READ_AT_ONCE:
            return
        last = found[-1].number


def _may_stand(visibility: Visibility, stage: OpinionStage) -> bool:
    """Whether the words may stand in a paper for the office: public, or read by whoever screens."""
    is_read = stage is not OpinionStage.RECEIVED
    return visibility is Visibility.PUBLISHED or (visibility is Visibility.RECEIVED and is_read)


def _why_not(visibility: Visibility) -> str:
    if visibility is Visibility.RECEIVED:
        return "確認が済んでいないため"
    return f"「{VISIBILITY_NAMES[visibility]}」のため"


def _points_of(opinion_ids: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for opinion_id, number in db.session.execute(
        select(PointOpinion.opinion_id, Point.number)
        .join(Point, Point.id == PointOpinion.point_id)
        .where(PointOpinion.opinion_id.in_(opinion_ids), Point.merged_into_id.is_(None))
        .order_by(Point.number)
    ):
        found.setdefault(opinion_id, []).append(number)
    return found
