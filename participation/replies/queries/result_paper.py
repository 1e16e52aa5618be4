"""The result as a paper (意見の概要と区の考え方): what stands where, for every kind of file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from participation.consultations.domain import PUBLICATION_NAMES
from participation.i18n.dates import date_ja, datetime_ja
from participation.i18n.furigana import pieces
from participation.papers.paper import (
    Cell,
    Column,
    Facts,
    Grid,
    Marked,
    Paper,
    Part,
    Read,
    Row,
    Sheet,
    Words,
)
from participation.papers.paper import Heading as Title
from participation.replies.domain import OPERATION_NAMES, STATUS_NAMES, WORDING_NAMES, AmendmentText, Wording
from participation.replies.queries.published import Heading, PublicAmendment, PublishedReply
from participation.replies.queries.report import Report

TITLE = "意見の概要と区の考え方"
BEFORE_PUBLICATION = "公表前"
NO_VOTES = (
    "意見の数は、賛成・反対の票ではありません。区は数ではなく内容を考えて判断します。"
    "1件の意見がいくつかの論点に入ることがあるため、論点ごとの件数の合計は、寄せられた意見の数と同じになるとは限りません。"
)
NO_OPINIONS = "意見はありませんでした。"
NO_POINTS = "寄せられた意見は、感想など、考え方をお示しする論点のないものでした。"
NO_OPINIONS_YET = "まだ意見は寄せられていません。"
STILL_OPEN = "募集の途中です。これからも意見を受け付け、検討の結果をあらためて公表します。"

#: The four counts of the whole, people and organisations apart too: at the end of every row of the sheet.
#: Why in every row: a CSV file holds one table. Lines of another shape above or below it, or a second file,
#: would have to be cut off or be fetched and kept together by everybody who reads it with a program; a column
#: that says the same in each row is read by all of them, survives sorting and filtering, and can be ignored.
WHOLE = (
    Column("全体の提出者（人・団体）", 12, is_number=True),
    Column("全体の提出者（人）", 12, is_number=True),
    Column("全体の提出者（団体）", 12, is_number=True),
    Column("全体の提出（通）", 12, is_number=True),
    Column("全体の意見（件）", 12, is_number=True),
    Column("全体の文面の種類", 12, is_number=True),
)
#: The columns of the sheet and of the CSV file, in this order since the first release.
SHEET = (
    Column("No.", 6, is_number=True),
    Column("論点", 24),
    Column("意見の要旨", 48),
    Column("件数", 7, is_number=True),
    Column("人数", 7, is_number=True),
    Column("団体数", 7, is_number=True),
    Column("対応区分", 16),
    Column("区の考え方", 56),
    Column("計画の修正", 36),
    Column("計画の場所", 24),
    Column("担当課", 16),
    Column("公表日", 12),
    Column("ページ", 22),
    Column("やさしい日本語版", 48),
    Column("こども版", 48),
    *WHOLE,
)
ANSWERS = (Column("No.", 7), Column("意見の概要", 38), Column("区の考え方", 41), Column("対応区分", 14))
AMENDMENTS = (
    Column("No.", 7),
    Column("計画の場所", 20),
    Column("修正", 8),
    Column("今の文", 33),
    Column("新しい文", 32),
)
ORIGINALS = (Column("番号", 8, is_number=True), Column("意見の全文", 77), Column("論点", 15))
LEGEND = (
    Column("対応区分", 25),
    Column("意味", 45),
    Column("論点", 12, is_number=True),
    Column("意見（件）", 14, is_number=True),
)


def result_paper(report: Report, *, issuer: str, site: str) -> Paper:
    """Return the paper of a result; `issuer` is the ward's name, `site` the address before every path."""
    consultation = report.consultation
    part = f"-{report.only.title[:40]}" if report.only else ""
    mark = f"-{BEFORE_PUBLICATION}" if report.is_preview else ""
    return Paper(
        title=TITLE,
        over=consultation.title,
        issuer=issuer,
        address=f"{site}/consultations/{consultation.code}/results",
        name=f"{consultation.code}-{TITLE}{part}{mark}",
        parts=partial(_parts, report),
        sheets=(
            Sheet("意見と区の考え方", SHEET, partial(_sheet_rows, report)),
            Sheet("概要", (Column("項目", 24), Column("内容", 90)), partial(_summary_rows, report)),
            Sheet("対応区分", LEGEND, partial(_legend_rows, report)),
            Sheet("計画の修正", AMENDMENTS, partial(amendment_rows, report)),
            *(
                [Sheet("意見の全文", ORIGINALS, partial(_original_rows, report))]
                if report.shows_originals
                else []
            ),
        ),
        mark=BEFORE_PUBLICATION if report.is_preview else "",
    )


def _parts(report: Report) -> Iterator[Part]:
    yield Facts("概要", tuple(_facts(report)))
    yield Facts("寄せられた意見", tuple(_counts(report)))
    yield Words(NO_VOTES, is_note=True)
    yield from _remarks(report)
    if report.is_empty:
        yield Title(TITLE)
        yield Words(_none_came(report))
        return
    if report.legend:
        yield Title("対応区分の見かた")
        yield Grid("", LEGEND, partial(_legend_rows, report))
    yield Title(TITLE)
    if not report.headings:
        yield Words(NO_POINTS)
    for heading in report.headings:
        yield Title(heading.title, 3, f"v-{heading.public_id}")
        yield Grid("", ANSWERS, partial(_answer_rows, report, heading))
    if report.amendments():
        yield Title("意見を受けた計画の修正（新旧対照表）")
        yield Words("消す言葉に取消線を、加える言葉に下線を引いています。", is_note=True)
        yield Grid("", AMENDMENTS, partial(amendment_rows, report))
    if report.shows_originals and report.only is None:
        yield Title("意見の全文")
        yield Words("公開していない意見と、提出した人が取り下げた意見は、載せていません。", is_note=True)
        yield Grid("", ORIGINALS, partial(_original_rows, report), is_annex=True)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    consultation, period = report.consultation, report.procedure.open_period
    yield "案件", consultation.title
    yield "手続", report.procedure.kind_name
    if report.only is not None:
        yield "この文書の範囲", f"{report.only.title}（件数は、案件全体のものです）"
    if period is not None:
        yield "募集期間", period.in_words()
    if consultation.eligibility:
        yield "提出できる方", consultation.eligibility
    if report.section_name:
        yield "担当", report.section_name
    yield "意見の載せかた", PUBLICATION_NAMES[consultation.publication]
    for each in report.publications:
        yield ("中間公表の日" if each.is_interim else "公表の日"), date_ja(each.published_at)


def _counts(report: Report) -> Iterator[tuple[str, str]]:
    tally = report.tally
    if report.is_empty:
        yield "意見", _none_came(report)
        return
    for each in tally.in_four():
        yield each.label, each.words
    for reason, count in report.without_point:
        yield f"論点に入らない意見（{reason}）", f"{count:,}件"


def _none_came(report: Report) -> str:
    """Nothing, and nothing yet, are two things."""
    return NO_OPINIONS_YET if report.is_open else NO_OPINIONS


def _remarks(report: Report) -> Iterator[Part]:
    if report.is_preview:
        yield Words(
            "この文書は公表前のものです。区の考え方は、決裁の済んでいないものを含み、変わることがあります。外に出さないでください。"
        )
    elif not report.is_final:
        head = "中間公表です。" if report.publications else "検討が済んだものから公表しています。"
        yield Words(f"{head}まだ検討している論点が{report.waiting_count:,}あります。")
    if report.is_open:
        yield Words(STILL_OPEN)
    for each in report.publications:
        if each.note:
            kind = "中間公表" if each.is_interim else "公表"
            yield Words(f"{datetime_ja(each.published_at)}の{kind}：{each.note}")


def _summary_rows(report: Report) -> Iterator[Row]:
    for name, says in (*_facts(report), *_counts(report)):
        yield Row((name, says))
    yield Row(("件数について", NO_VOTES))
    for part in _remarks(report):
        if isinstance(part, Words):
            yield Row(("公表について", part.text))


def _legend_rows(report: Report) -> Iterator[Row]:
    for each in report.legend:
        yield Row((f"{each.symbol} {each.label}", each.meaning, each.points, each.opinions))


def _answer_rows(report: Report, heading: Heading) -> Iterator[Row]:
    for each in report.replies(heading):
        counted = "" if each.names_others else f"\n（{each.count.in_words()}）"
        summary = f"【{each.title}】\n{each.summary_text}{counted}"
        yield Row(
            (f"No.{each.number}", summary, _reply_in_full(each, report), _disposition(each, report)),
            anchor=f"no-{each.number}",
        )


def _reply_in_full(reply: PublishedReply, report: Report) -> Cell:
    """The reply with all that belongs to it; readings stand in the plain versions only, never in the formal text."""
    before: list[tuple[str, str]] = [(reply.reply_text or "（まだ書かれていません）", "")]
    for each in reply.wordings:
        if each is not Wording.FORMAL:
            before += [(f"\n【{WORDING_NAMES[each]}】\n", ""), *pieces(reply.text_in(each))]
    parts = [""] if len(before) > 1 else [before[0][0]]
    parts += [f"【計画の修正】{amendment_in_words(each)}" for each in reply.amendments]
    if reply.correction_note and not report.is_preview:
        parts.append(f"（訂正：{reply.correction_note}）")
    if reply.section_name:
        parts.append(f"（{reply.section_name}）")
    after = "\n".join(parts)
    return Read((*before, *([(after, "")] if after else []))) if len(before) > 1 else after


def _disposition(reply: PublishedReply, report: Report) -> str:
    if not report.is_preview:
        return reply.disposition_text
    return "\n".join(part for part in (reply.disposition_text, f"［{STATUS_NAMES[reply.status]}］") if part)


def _sheet_rows(report: Report) -> Iterator[Row]:
    """Yield a row for each point; one that tells the counts if there is none; nothing where nobody wrote."""
    whole = _whole(report)
    if not report.headings and not report.is_empty:
        nothing: list[Cell] = [None] * (len(SHEET) - len(WHOLE))
        nothing[2] = NO_POINTS
        yield Row((*nothing, *whole))
    for each in report.replies():
        yield Row(
            (
                each.number,
                each.title,
                each.summary_text,
                each.count.opinions,
                each.count.people,
                each.count.organisations,
                _disposition(each, report),
                each.reply_text,
                "\n".join(amendment_in_words(amendment) for amendment in each.amendments),
                each.about,
                each.section_name,
                BEFORE_PUBLICATION if report.is_preview else each.published_on.isoformat(),
                f"/points/{each.public_id}",
                Read(tuple(pieces(each.easy))),
                Read(tuple(pieces(each.child))),
                *whole,
            )
        )


def _whole(report: Report) -> tuple[int, ...]:
    tally = report.tally
    return (
        tally.submitters,
        tally.people,
        tally.organisations,
        tally.submissions,
        tally.opinions,
        tally.distinct_texts,
    )


def amendment_rows(report: Report) -> Iterator[Row]:
    """Yield the amendments of a result as rows: point, place, what is done, before and after (新旧対照)."""
    for each in report.amendments():
        yield Row(
            (
                f"No.{each.point_number}",
                each.text.place,
                OPERATION_NAMES[each.text.operation],
                _old(each),
                _new(each),
            )
        )


def _old(amendment: PublicAmendment) -> Marked:
    return Marked(tuple(part for part in amendment.text.parts() if part[0] != "add"))


def _new(amendment: PublicAmendment) -> Marked | str:
    kept = tuple(part for part in amendment.text.parts() if part[0] != "remove")
    return Marked(kept) if kept else "（削除）"


def _original_rows(report: Report) -> Iterator[Row]:
    for each in report.originals():
        note = f"\n（{each.covered_note}）" if each.covered_note else ""
        yield Row((each.number, each.body + note, "、".join(f"No.{number}" for number in each.points)))


def amendment_in_words(amendment: AmendmentText) -> str:
    """Return an amendment in one line: where, what kind, the old words and the new."""
    parts = [f"{amendment.place}［{OPERATION_NAMES[amendment.operation]}］"]
    if amendment.before:
        parts.append(f"旧「{amendment.before}」")
    if amendment.after:
        parts.append(f"新「{amendment.after}」")
    return " ".join(parts)
