"""Numbers of the ward's document system, and what is enclosed with a proposal."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from docx import Document
from sqlalchemy import select

from participation.access.actors import Role
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, Refused
from participation.moderation import commands as moderation
from participation.replies import commands
from participation.replies.models import ReplyDecision
from participation.replies.queries import numbers
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.office import BY
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import a_draft, a_point, an_officer, approved, the_schemes
from tests.support.people import a_member_of_staff, a_resident, a_section, log_in

FILE = "論点番号,決裁番号,決裁日\r\n1,8目企広第1号,2026/11/20\r\n2,8目企広第2号,R8.11.19\r\n3,第3号,2026-11-20\r\n9,第9号,2026-11-20\r\n"


@pytest.fixture(autouse=True)
def _schemes(app):
    the_schemes()


@pytest.fixture
def consultation(app):
    """Two points that were decided on, and one that was not."""
    consultation = an_open_consultation()
    for _ in range(2):
        approved(a_point([an_opinion(to=consultation)]))
    a_draft(a_point([an_opinion(to=consultation)]))
    return consultation


def preview(consultation, content):
    read, problems = numbers.read_numbers_file(content)
    return numbers.preview_numbers(consultation.id, read, problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_held_beside_the_decisions_before_anything_changes(consultation, encoding):
    shown = preview(consultation, FILE.encode(encoding))
    assert [(line.read.point, line.read.number) for line in shown.changes] == [
        (1, "8目企広第1号"),
        (2, "8目企広第2号"),
    ]
    assert [(each.line, each.message) for each in shown.problems] == [
        (4, "No.3は、まだ決裁が済んでいません。"),
        (5, "この案件に、No.9の論点はありません。"),
    ]
    assert {d.decision_number for d in db.session.scalars(select(ReplyDecision))} == {"", "8目企広第12号"}


def test_cells_pasted_from_a_spreadsheet_are_read_too(consultation):
    shown = preview(consultation, "No.\t文書番号\t決裁日\n1\t第1号\t令和8年11月20日\n".encode())
    assert [line.read.decided_on for line in shown.lines] == [date(2026, 11, 20)]


def test_what_is_no_table_is_a_problem_and_not_an_error(consultation):
    shown = preview(consultation, b"%PDF-1.7")
    assert shown.lines == ()
    assert "PDF" in shown.problems[0].message


def test_a_day_that_has_not_come_is_a_problem(consultation):
    shown = preview(consultation, "論点番号,決裁番号,決裁日\n1,第1号,2026-11-23\n".encode())
    assert "これから来る日" in shown.problems[0].message


def test_many_are_written_in_at_once_and_again_changes_nothing(consultation):
    lines = [line.read for line in preview(consultation, FILE.encode()).lines]
    with transaction():
        assert commands.record_decision_numbers(consultation.code, lines, by=BY) == 2
    with transaction():
        assert commands.record_decision_numbers(consultation.code, lines, by=BY) == 0
    assert preview(consultation, FILE.encode()).changes == ()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "replies.record_number")).all()
    assert len(entries) == 2 + 2, "one a decision, and one each time for the whole"


def test_if_one_cannot_be_written_in_none_is(consultation):
    lines = numbers.read_numbers_file(FILE.encode())[0]
    with pytest.raises(Refused, match=r"No\.3"), transaction():
        commands.record_decision_numbers(consultation.code, lines[:3], by=BY)
    assert "8目企広第1号" not in {d.decision_number for d in db.session.scalars(select(ReplyDecision))}


def test_another_section_may_not(consultation):
    stranger = an_officer(a_section("防災課"))
    point = a_point([an_opinion(to=consultation)], section=a_section("広報課"))
    approved(point)
    lines = numbers.read_numbers_file("論点番号,決裁番号,決裁日\n4,第4号,2026-11-20\n".encode())[0]
    with pytest.raises(Denied), transaction():
        commands.record_decision_numbers(consultation.code, lines, by=stranger)


# ── 起案に付ける文書 ──────────────────────────────────────────────────────────────────────────────


def package(client, consultation):
    answer = client.get(f"/desk/publish/{consultation.code}/package.zip")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    assert answer.headers["Cache-Control"] == "private, no-store"
    return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def words_of(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_package_holds_the_proposal_the_opinions_and_the_result(client, consultation):
    log_in(client, a_member_of_staff(Role.OFFICER))
    files = package(client, consultation)
    assert [name for name in files.namelist() if "新旧" not in name] == [
        "01_起案文.docx",
        "03_意見の一覧.csv",
        "04_公表する結果（公表前）.pdf",
        "manifest.json",
    ]
    text = words_of(files.read("01_起案文.docx"))
    for words in (
        "目的",
        "No.1",
        "対応区分",
        "提出した人と団体",
        "同じ文を1つに数えた意見",
        "決裁：決裁者",
        "起案",
    ):
        assert words in text
    assert files.read("04_公表する結果（公表前）.pdf").startswith(b"%PDF")
    assert len(json.loads(files.read("manifest.json"))["files"]) == 3
    looks = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "replies.export_package")).all()
    assert len(looks) == 1


def test_the_list_of_opinions_names_nobody_and_leaves_out_words_that_are_not_public(client, app):
    consultation = an_open_consultation()
    author = a_resident("はっきりした名前")
    shown = an_opinion(to=consultation, by=author, said="読める意見です。")
    hidden = an_opinion(to=consultation, said="090-1234-5678に電話してください。")
    a_point([shown, hidden])
    with transaction():
        said = db.session.get_one(Contribution, hidden.contribution_id)
        if said.visibility is not Visibility.HELD:  # The detector may have stopped it by itself.
            moderation.hold(said, "電話番号があります。", by=BY)
    log_in(client, a_member_of_staff(Role.OFFICER))
    text = (
        package(client, db.session.get_one(Consultation, consultation.id))
        .read("03_意見の一覧.csv")
        .decode("utf-8-sig")
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["意見"] for row in rows] == ["読める意見です。", ""]
    assert "「確認中」のため" in rows[1]["備考"]
    assert rows[0]["論点"] == "No.1"
    assert "はっきりした名前" not in text
    assert "090" not in text


def test_nobody_outside_takes_the_package(client, consultation):
    address = f"/desk/publish/{consultation.code}/package.zip"
    assert client.get(address).status_code == 303
    log_in(client, a_resident())
    assert client.get(address).status_code == 403
