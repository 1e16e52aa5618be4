"""The result as one set of data, and the six kinds of files made from it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from itertools import count

import openpyxl
import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.consultations.domain import COUNT_NAMES, PublicationMode
from participation.contributions.domain import RedactionReason, Visibility, places_of
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import NotFound
from participation.moderation import commands as moderation
from participation.moderation.models import GuidelineClause
from participation.opinions import commands as opinions
from participation.opinions.domain import Submitter
from participation.papers import printed
from participation.papers.files import Form, write
from participation.plans.models import PlanNode
from participation.replies import commands
from participation.replies.domain import AmendmentDraft, NoPointReason, Operation
from participation.replies.queries import report as reports
from participation.replies.queries.report import NothingPublished, get_report
from participation.replies.queries.result_paper import NO_OPINIONS, NO_POINTS, NO_VOTES, WHOLE, result_paper
from participation.subjects.models import Subject
from tests.support.builders.consultations import a_subject, an_open_consultation, close
from tests.support.builders.opinions import (
    a_paper_submission,
    a_submission,
    an_opinion,
    opinions_of,
    words_of,
)
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    an_editor,
    approved,
    published,
    the_schemes,
)
from tests.support.people import a_member_of_staff, actor_of

_numbers = count(1)


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


def paper_of(consultation, **how):
    return result_paper(get_report(consultation.code, **how), issuer="目黒区", site="https://example.jp")


def text_of(paper, form, folder):
    """All words of a file. Of a PDF, the words that it is set from."""
    if form is Form.PDF:
        data = json.loads("".join(printed._json(paper, Counter())))
        return json.dumps(data, ensure_ascii=False).replace("\u200b", "")
    path = folder / f"{next(_numbers)}.{form}"
    write(paper, form, path)
    if form in (Form.DOCX, Form.XLSX):
        with zipfile.ZipFile(path) as parts:
            return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    return path.read_text("utf-8-sig")


def texts(consultation, folder, **how):
    paper = paper_of(consultation, **how)
    return {form: text_of(paper, form, folder) for form in Form}


def screened(opinion):
    with transaction():
        opinions.screen_opinions([opinion], by=system("tests"))
    return opinion


def a_verbatim_result():
    """A result word for word; its opinions carry words that no other text has."""
    consultation = an_open_consultation(publication=PublicationMode.VERBATIM)
    kept, hidden, withdrawn, held = (
        screened(an_opinion(to=consultation, said=f"{name}の意見の本文です。"))
        for name in ("見える人", "隠した人", "取り下げた人", "保留の人")
    )
    with transaction():
        opinions.withdraw_opinion(withdrawn, "電話で頼まれたため", by=system("tests"))
    point = a_point([kept, hidden, held], summary="まとめた要旨です。")
    published(point)
    assert words_of(held).visibility is Visibility.PUBLISHED
    with transaction():
        rule = db.session.scalars(select(GuidelineClause).order_by(GuidelineClause.id)).first()
        moderation.hide(words_of(hidden), rule, "電話番号が書かれているためです。", by=system("tests"))
        moderation.hold(words_of(held), "確かめるため", by=system("tests"))
    return consultation


@pytest.mark.parametrize("form", list(Form))
def test_what_is_hidden_held_or_taken_back_is_in_no_file(form, tmp_path):
    text = text_of(paper_of(a_verbatim_result()), form, tmp_path)
    for name in ("隠した人", "取り下げた人", "保留の人"):
        assert name not in text
    assert "まとめた要旨です。" in text
    if form is not Form.CSV:  # A CSV file is one table: that of the replies.
        assert "見える人の意見の本文です。" in text


def test_covered_words_are_in_no_file_and_the_reason_stands_beside_them(tmp_path):
    consultation = an_open_consultation(publication=PublicationMode.VERBATIM)
    text = "鬼灯ヶ原むぎさんの家の前が暗いです。"
    opinion = screened(an_opinion(to=consultation, said=text))
    published(a_point([opinion]))
    first, second = (actor_of(a_member_of_staff(Role.SCREENER)) for _ in range(2))
    with transaction():
        said = words_of(opinion)
        places = places_of("鬼灯ヶ原むぎ", text, RedactionReason.THIRD_PARTY)
        moderation.propose_redaction(said, {said.revision: list(places)}, said.revision, by=first)
        moderation.confirm_redaction(said, by=second)
    found = texts(consultation, tmp_path)
    assert all("鬼灯ヶ原" not in words for words in found.values())
    for form in set(Form) - {Form.CSV}:
        assert "■■■■■■さんの家の前" in found[form], form
        assert "第三者の権利利益" in found[form], form


def test_a_preview_shows_no_opinion_that_is_not_public_either(tmp_path):
    consultation = a_verbatim_result()
    for text in texts(consultation, tmp_path, is_preview=True).values():
        assert "隠した人" not in text
        assert "取り下げた人" not in text
        assert "公表前" in text


def test_no_file_names_who_submitted(tmp_path):
    consultation = an_open_consultation(publication=PublicationMode.VERBATIM, needs_identity=True)
    submission = a_submission(
        ["住所の要る意見です。"], to=consultation, submitter=Submitter(name="目黒架空", address="架空町1-2-3")
    )
    (opinion,) = opinions_of(submission)
    published(a_point([screened(opinion)]))
    said = words_of(opinion)
    for text in texts(consultation, tmp_path).values():
        for secret in ("目黒架空", "架空町", submission.receipt_number, submission.submitter_key):
            assert secret not in text
        if said.shown_name:
            assert said.shown_name not in text


def test_opinions_stand_word_for_word_only_where_the_consultation_says_so(tmp_path):
    consultation = an_open_consultation(publication=PublicationMode.SUMMARY)
    opinion = screened(an_opinion(to=consultation, said="一字一句そのままの意見です。"))
    published(a_point([opinion]))
    with transaction():
        said = db.session.get_one(Contribution, opinion.contribution_id)
        said.visibility = Visibility.PUBLISHED
    assert all("一字一句" not in text for text in texts(consultation, tmp_path).values())


def test_the_four_counts_have_their_names_in_every_file_that_is_read(tmp_path):
    consultation = an_open_consultation()
    three = opinions_of(a_submission(["一つ目の意見。", "二つ目の意見。", "同じ文の意見。"], to=consultation))
    same = opinions_of(a_submission(["同じ文の意見。"], to=consultation))
    published(a_point([*three, *same]))
    report = get_report(consultation.code)
    assert (report.tally.people, report.tally.submissions) == (2, 2)
    assert (report.tally.opinions, report.tally.distinct_texts) == (4, 3)
    found = texts(consultation, tmp_path)
    for form in set(Form) - {Form.CSV}:
        for words in (
            "提出者（人・団体）",
            "2人",
            "2通",
            "4件",
            "文面の種類",
            "3種類",
            NO_VOTES[:20],
        ):
            assert words in found[form], (form, words)


def test_that_no_opinion_came_is_a_result_and_not_a_table_of_zeros(tmp_path):
    consultation = close(an_open_consultation())
    with pytest.raises(NothingPublished, match="まだ何も公表していません"):
        get_report(consultation.code)
    with transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    found = texts(consultation, tmp_path)
    for form in set(Form) - {Form.CSV}:
        assert NO_OPINIONS in found[form], form
    assert len(found[Form.CSV].splitlines()) == 1


def test_a_consultation_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        get_report("nai")


def test_the_legend_names_every_kind_of_answer_with_its_sign_also_unused_ones():
    consultation = an_open_consultation(disposition_scheme="nerima6")
    a_draft(a_point([an_opinion(to=consultation)]), disposition=None)
    legend = get_report(consultation.code, is_preview=True).legend
    assert [line.symbol for line in legend] == ["◎", "○", "□", "△", "※", "―"]
    assert {line.points for line in legend} == {0}


def test_an_interim_result_says_how_many_points_are_still_considered(tmp_path):
    consultation = an_open_consultation()
    approved(a_point([an_opinion(to=consultation)]))
    a_point([an_opinion(to=consultation)])
    with transaction():
        commands.publish_results(
            consultation.code, is_interim=True, note="先に公表します。", by=an_approver()
        )
    text = text_of(paper_of(consultation), Form.TXT, tmp_path)
    assert "中間公表です。まだ検討している論点が1あります。" in text
    assert "先に公表します。" in text
    assert not get_report(consultation.code).is_final


def test_opinions_without_a_point_are_counted_with_their_reason(tmp_path):
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)]))
    thanks = an_opinion(to=consultation, said="いつもありがとうございます。")
    with transaction():
        commands.mark_without_point([thanks.public_id], NoPointReason.IMPRESSION, "", by=system("tests"))
    assert "論点に入らない意見（感想・応援）：1件" in text_of(paper_of(consultation), Form.TXT, tmp_path)


def test_one_place_of_the_plan_can_be_chosen_by_its_code_and_an_unknown_one_is_answered_with_the_known():
    nodes = db.session.scalars(
        select(PlanNode).where(PlanNode.code.in_(("MP-2-2-2", "MP-1-1-1"))).order_by(PlanNode.code)
    ).all()
    first, second = (db.session.get_one(Subject, node.subject_id) for node in nodes)
    consultation = an_open_consultation(about=[first, second])
    for subject, title in ((first, "平和の論点"), (second, "情報の論点")):
        published(a_point([an_opinion(to=consultation, about=subject)], title=title))
    whole = get_report(consultation.code)
    assert [heading.code for heading in whole.headings] == ["MP-1-1-1", "MP-2-2-2"]
    part = get_report(consultation.code, viewpoint="MP-2-2-2")
    assert [reply.title for reply in part.replies()] == ["情報の論点"]
    assert get_report(consultation.code, viewpoint=second.public_id).only == part.only
    with pytest.raises(NothingPublished, match=r"「X-9」の結果はありません.*MP-1-1-1（"):
        get_report(consultation.code, viewpoint="X-9")


def test_amendments_stand_as_old_and_new_side_by_side(tmp_path):
    node = db.session.scalars(
        select(PlanNode).where(PlanNode.code.startswith("MP-2-2-2"), PlanNode.text != "", PlanNode.standing)
    ).first()
    subject = db.session.get_one(Subject, node.subject_id)
    consultation = an_open_consultation(about=[subject])
    point = a_point([an_opinion(to=consultation, about=subject)])
    with transaction():
        commands.record_amendment(
            point.public_id,
            AmendmentDraft(subject.public_id, Operation.REPLACE, node.text[:4], "新しい言葉"),
            by=an_editor(),
        )
    published(point)
    found = texts(consultation, tmp_path)
    assert f"［削除：{node.text[:4]}］" in found[Form.TXT]
    assert "［追加：新しい言葉］" in found[Form.TXT]
    assert "<ins>新しい言葉</ins>" in found[Form.HTML]
    assert "<w:strike/>" in found[Form.DOCX]
    assert f"旧「{node.text[:4]}」 新「新しい言葉」" in found[Form.CSV]
    for text in found.values():
        assert "新しい言葉" in text


def test_a_reply_that_was_taken_back_is_in_no_file(tmp_path):
    consultation = an_open_consultation()
    kept, gone = (a_point([an_opinion(to=consultation)], title=title) for title in ("残る論点", "消える論点"))
    published(kept)
    published(gone)
    with transaction():
        commands.withdraw_reply(gone.public_id, "誤りのため。", by=an_approver())
    for text in texts(consultation, tmp_path).values():
        assert "残る論点" in text
        assert "消える論点" not in text


def test_a_preview_has_every_point_with_how_far_it_is(tmp_path):
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)], title="公表した論点"))
    approved(a_point([an_opinion(to=consultation)], title="決裁した論点"))
    a_draft(a_point([an_opinion(to=consultation)], title="下書きの論点"), "下書きの考え方です。")
    a_point([an_opinion(to=consultation)], title="手つかずの論点")
    public, before = (
        text_of(paper_of(consultation, is_preview=each), Form.TXT, tmp_path) for each in (False, True)
    )
    assert "下書きの考え方です。" not in public
    for words in (
        "公表した論点",
        "［決裁済み］",
        "下書きの考え方です。",
        "［未着手］",
        "（まだ書かれていません）",
        "【公表前】",
    ):
        assert words in before
        assert words == "公表した論点" or words not in public


def test_long_results_are_read_by_the_hundreds_and_lose_nothing(monkeypatch):
    monkeypatch.setattr(reports, "READ_AT_ONCE", 2)
    monkeypatch.setattr("participation.replies.queries.published.READ_AT_ONCE", 2)
    consultation = an_open_consultation(publication=PublicationMode.VERBATIM, about=[a_subject()])
    for number in range(5):
        published(a_point([screened(an_opinion(to=consultation, said=f"意見{number}です。"))]))
    report = get_report(consultation.code)
    assert [reply.number for reply in report.replies()] == [1, 2, 3, 4, 5]
    assert [line.body for line in report.originals()] == [f"意見{number}です。" for number in range(5)]
    assert [line.points for line in report.originals()] == [(1,), (2,), (3,), (4,), (5,)]


def test_the_same_result_has_the_same_seal_and_a_new_reply_another():
    consultation = an_open_consultation()
    published(a_point([an_opinion(to=consultation)]))
    first = paper_of(consultation).seal()
    assert paper_of(consultation).seal() == first
    published(a_point([an_opinion(to=consultation)]))
    assert paper_of(consultation).seal() != first


def counted(app, consultation):
    told = app.test_cli_runner().invoke(args=["opinions", "counts", consultation.code, "--json"])
    return json.loads(told.output)


def table(words):
    return list(csv.DictReader(io.StringIO(words)))


def sheets(path):
    """The sheets of an Excel file: name → rows."""
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True)
        return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}


def test_the_four_counts_are_those_of_the_shell_in_all_six_forms(app, tmp_path):
    consultation = an_open_consultation(publication=PublicationMode.SUMMARY)
    for said in (["木を残して。", "道を広く。"], ["木を残して。"], ["道は今のままで。"]):
        a_submission(said, to=consultation)
    a_paper_submission(["木を残して。"], to=consultation, organisation_name="ひろばの会")
    published(a_point([an_opinion(said="草を刈って。", to=consultation)]))
    published(a_point([an_opinion(said="池を深く。", to=consultation)]))
    praise = an_opinion(said="応援します。", to=consultation)
    with transaction():
        commands.mark_without_point(
            [praise.public_id],
            NoPointReason.IMPRESSION,
            by=system("tests"),
        )
    told = counted(app, consultation)
    assert told == {"submitters": 7, "submissions": 7, "opinions": 8, "distinct_texts": 6}

    paper = paper_of(consultation)
    found = texts(consultation, tmp_path)
    write(paper, Form.XLSX, tmp_path / "result.xlsx")
    book = sheets(tmp_path / "result.xlsx")
    words = ("6人・1団体", "7通", "8件", "6種類")
    assert [dict(book["概要"])[label] for label in COUNT_NAMES.values()] == list(words)
    in_csv = table(found[Form.CSV])
    in_excel = [
        dict(zip(book["意見と区の考え方"][0], row, strict=True)) for row in book["意見と区の考え方"][1:]
    ]
    assert len(in_csv) == len(in_excel) == 2
    for row in (*in_csv, *in_excel):
        assert [int(row[column.title]) for column in WHOLE] == [7, 6, 1, *list(told.values())[1:]]
    for form in (Form.TXT, Form.HTML, Form.DOCX, Form.PDF):
        plain = re.sub(r"<[^>]+>|[\"\[\],\s]", "", found[form])
        for label, says in zip(COUNT_NAMES.values(), words, strict=True):
            assert re.search(f"{label}：?{says}", plain), (form, label)
    page = app.test_client().get(f"/consultations/{consultation.code}/results").get_data(as_text=True)
    plain = re.sub(r"<[^>]+>|\s", "", page)
    for label, number, note in zip(
        COUNT_NAMES.values(), told.values(), ("6人・1団体", "", "", ""), strict=True
    ):
        assert re.search(f"{label}{number}|{number}[通件種類]*{label}", plain)
        assert note in plain


def test_the_table_of_a_result_without_points_tells_the_counts_all_the_same(app, tmp_path):
    consultation = an_open_consultation()
    praise = an_opinion(said="応援します。", to=consultation)
    with transaction():
        commands.mark_without_point(
            [praise.public_id],
            NoPointReason.IMPRESSION,
            by=system("tests"),
        )
    close(consultation)
    with transaction():
        commands.publish_results(consultation.code, is_interim=False, by=an_approver())
    rows = table(texts(consultation, tmp_path)[Form.CSV])
    assert [row["意見の要旨"] for row in rows] == [NO_POINTS]
    assert [rows[0][column.title] for column in WHOLE] == ["1", "1", "0", "1", "1", "1"]
    assert rows[0]["件数"] == ""
