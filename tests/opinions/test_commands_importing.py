"""Taking files in: whole submissions, only what is missing, the same after a stop as without one."""

from __future__ import annotations

import threading
from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.access.actors import Actor, Role, system
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.consultations.queries import get_procedure, hold_procedure
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied
from participation.opinions import commands, queries
from participation.opinions.commands import ImportCounts
from participation.opinions.domain.importing import ImportStatus, Reading, hash_of
from participation.opinions.models import Opinion, OpinionImport, OriginalText, Submission, SubmitterIdentity
from participation.subjects.models import Subject
from tests.conftest import Clock
from tests.opinions.importing import a_csv
from tests.support.builders.consultations import (
    a_planned_consultation,
    a_subject,
    an_open_consultation,
    close,
    phases,
)
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of
from tests.support.people import a_member_of_staff, a_resident, actor_of, an_organisation

STAFF = system("tests")


def _read(consultation: Consultation, *lines: str, **options: str) -> Reading:
    choices = queries.choices_for(get_procedure(consultation.code), options)
    return queries.read_import("意見.csv", a_csv(*lines), {}, choices)


def _take(consultation: Consultation, *lines: str, by: Actor = STAFF) -> ImportCounts:
    counts = ImportCounts()
    for portion in _read(consultation, *lines).batches():
        with transaction():
            counts = commands.import_submissions(
                hold_procedure(consultation.code), portion, "意見.csv", by=by
            )
    return counts


def _texts(consultation: Consultation) -> list[tuple[str, int, int, str]]:
    return [
        tuple(row)  # type: ignore[misc]
        for row in db.session.execute(
            select(Submission.original_number, Opinion.position, Opinion.number, Contribution.body)
            .join(Opinion, Opinion.submission_id == Submission.id)
            .join(Contribution, Contribution.id == Opinion.contribution_id)
            .where(Submission.consultation_id == consultation.id)
            .order_by(Opinion.number)
        )
    ]


def test_rows_become_submissions_with_opinions_and_their_originals(app: Flask) -> None:
    consultation = an_open_consultation()
    counts = _take(consultation, "番号,本文", "A,道", "A,橋", "B,公園")
    assert (counts.added, counts.skipped, counts.problems) == (3, 0, ())
    assert _texts(consultation) == [("A", 1, 1, "道"), ("A", 2, 2, "橋"), ("B", 1, 3, "公園")]
    originals = db.session.execute(select(OriginalText.body, OriginalText.sha256, OriginalText.source)).all()
    assert [tuple(each) for each in originals] == [
        ("道", hash_of("道"), "意見.csv 2行目"),
        ("橋", hash_of("橋"), "意見.csv 3行目"),
        ("公園", hash_of("公園"), "意見.csv 4行目"),
    ]


def test_the_counts_are_those_of_the_pages(app: Flask) -> None:
    consultation = an_open_consultation()
    _take(
        consultation,
        "番号,本文,団体名,人数",
        "A,道,,",
        "A,橋,,",
        "B,道 ,みどり会,",
        "C,川,みどり会,",
        "D,川,,24",
    )
    tally = queries.count_for_consultation(consultation.id)
    assert (tally.people, tally.organisations, tally.submitters) == (25, 1, 26)
    assert (tally.submissions, tally.opinions, tally.distinct_texts) == (4, 5, 3)


def test_one_person_who_writes_twice_with_name_and_address_is_one_person(app: Flask) -> None:
    consultation = an_open_consultation()
    _take(
        consultation,
        "番号,本文,氏名,住所",
        "A,道,架空 花子,架空町1",
        "B,橋,架空　花子,架空町１",
        "C,川,架空 花子,",
        "D,山,架空 花子,",
    )
    assert queries.count_for_consultation(consultation.id).people == 3


def test_the_same_file_again_adds_nothing_and_a_longer_one_only_what_is_missing(app: Flask) -> None:
    consultation = an_open_consultation()
    _take(consultation, "番号,本文", "A,道", "B,公園")
    again = _take(consultation, "番号,本文", "A,道", "B,公園")
    assert (again.added, again.skipped) == (0, 2)
    longer = _take(consultation, "番号,本文", "A,道", "A,橋", "B,公園", "C,川")
    assert (longer.added, longer.skipped) == (2, 2)
    assert _texts(consultation) == [
        ("A", 1, 1, "道"),
        ("B", 1, 2, "公園"),
        ("A", 2, 3, "橋"),
        ("C", 1, 4, "川"),
    ]
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 3


def test_another_text_under_a_known_number_is_an_error_and_overwrites_nothing(app: Flask) -> None:
    consultation = an_open_consultation()
    _take(consultation, "番号,本文", "A,道")
    changed = _take(consultation, "番号,本文", "A,別の道", "B,公園")
    assert (changed.added, [each.line for each in changed.problems]) == (1, [2])
    assert [text for _, _, _, text in _texts(consultation)] == ["道", "公園"]


def test_numbers_count_in_their_own_consultation_only(app: Flask) -> None:
    first, second = an_open_consultation(), an_open_consultation()
    _take(first, "番号,本文", "A,道")
    assert _take(second, "番号,本文", "A,別の道").added == 1


def test_what_was_typed_in_and_what_came_by_the_web_is_known_by_its_number(app: Flask) -> None:
    consultation = an_open_consultation()
    a_paper_submission(["道"], to=consultation, original_number="A")
    web = a_submission(["橋"], to=consultation)
    counts = _take(consultation, "番号,本文", "A,道", f"{web.receipt_number},橋")
    assert (counts.added, counts.skipped) == (0, 2)


def test_a_revised_opinion_is_known_by_the_words_it_was_handed_in_with(app: Flask) -> None:
    consultation, resident = an_open_consultation(), a_resident()
    submission = a_submission(["道"], to=consultation, by=resident)
    with transaction():
        opinion = opinions_of(submission)[0]
        commands.revise_opinion(
            db.session.merge(opinion),
            "広い道",
            get_procedure(consultation.code),
            holds=True,
            by=actor_of(resident),
        )
    assert _take(consultation, "番号,本文", f"{submission.receipt_number},道").skipped == 1
    assert db.session.scalars(select(OriginalText.body)).one() == "道"


def test_names_and_addresses_go_to_the_sealed_table_and_nowhere_else(app: Flask) -> None:
    consultation = an_open_consultation()
    _take(consultation, "番号,本文,氏名,住所,連絡先", "A,道,架空 花子,架空町1-2-3,03-0000-0000")
    sealed = db.session.scalars(select(SubmitterIdentity)).one()
    assert "架空".encode() not in sealed.sealed
    with transaction():
        submission = db.session.scalars(select(Submission)).one()
        who = commands.look_at_identity(submission, "確認", by=STAFF)
    assert who is not None
    assert (who.name, who.address, who.contact) == ("架空 花子", "架空町1-2-3", "03-0000-0000")
    everything = str(db.session.execute(select(Submission.__table__)).all())
    everything += str(db.session.execute(select(AuditEntry.__table__)).all())
    assert "架空" not in everything


def test_late_ones_are_taken_in_and_marked(app: Flask, clock: Clock) -> None:
    consultation = an_open_consultation(spans=phases(-10, 1))
    clock.advance(timedelta(days=5))
    close(consultation)
    _take(consultation, "番号,本文,届いた日", "A,道,2026-11-22", "B,橋,2026-11-23", "C,川,")
    late = db.session.execute(select(Submission.original_number, Submission.is_late))
    assert dict(late.all()) == {"A": False, "B": True, "C": True}


def test_an_organisation_that_is_registered_is_recognised_by_its_name(app: Flask) -> None:
    organisation = an_organisation("みどり通り商店会")
    consultation = an_open_consultation()
    _take(consultation, "番号,本文,団体名", "A,道,みどり通り商店会", "B,橋,ほかの会")
    rows = db.session.execute(
        select(Submission.organisation_id, Submission.organisation_name).order_by(Submission.id)
    ).all()
    assert [tuple(row) for row in rows] == [(organisation.id, "みどり通り商店会"), (None, "ほかの会")]


def test_who_names_no_item_speaks_about_the_whole_once_several_are_asked_about(app: Flask) -> None:
    first, second = a_subject("道"), a_subject("公園")
    consultation = an_open_consultation(about=[first, second])
    _take(consultation, "番号,本文,項目", "A,一,", f"B,二,{second.public_id}", "C,三,道", "D,四,")
    titles = db.session.scalars(
        select(Subject.title)
        .join(Contribution, Contribution.subject_id == Subject.id)
        .order_by(Contribution.id)
    ).all()
    assert titles == [
        "案件の全体（項目が書かれていない意見）",
        "公園",
        "道",
        "案件の全体（項目が書かれていない意見）",
    ]
    assert db.session.scalar(select(func.count()).where(Subject.kind == "consultation")) == 1


def test_where_one_item_is_asked_about_it_is_that_one(app: Flask) -> None:
    subject = a_subject("道")
    consultation = an_open_consultation(about=[subject])
    _take(consultation, "番号,本文", "A,一")
    assert db.session.scalars(select(Contribution.subject_id)).one() == subject.id


def test_each_submission_is_on_record_and_has_its_own_receipt(app: Flask) -> None:
    consultation = an_open_consultation()
    _take(consultation, "番号,本文", *(f"{number},意見{number}" for number in range(30)))
    assert len(set(db.session.scalars(select(Submission.receipt_number)))) == 30
    entries = db.session.scalar(
        select(func.count()).where(
            AuditEntry.action == "opinions.import", AuditEntry.target_type == "submissions"
        )
    )
    assert entries == 30


def test_a_call_that_has_not_begun_takes_nothing_in(app: Flask) -> None:
    consultation = a_planned_consultation()
    with pytest.raises(Denied), transaction():
        commands.import_submissions(hold_procedure(consultation.code), [], "意見.csv", by=STAFF)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.APPROVER])
def test_who_only_reads_takes_nothing_in(app: Flask, role: Role) -> None:
    consultation, by = an_open_consultation(), actor_of(a_member_of_staff(role))
    with pytest.raises(Denied), transaction():
        commands.import_submissions(hold_procedure(consultation.code), [], "意見.csv", by=by)


def test_the_number_of_queries_does_not_grow_with_the_rows(app: Flask, queries_of) -> None:
    consultation = an_open_consultation()
    few = queries_of(lambda: _take(consultation, "番号,本文", *(f"a{number},道" for number in range(2))))
    many = queries_of(lambda: _take(consultation, "番号,本文", *(f"b{number},道" for number in range(150))))
    assert many <= few + 2


def test_two_who_take_the_same_file_in_at_once_take_it_in_once(app: Flask) -> None:
    consultation = an_open_consultation()
    lines = ("番号,本文", *(f"{number},意見{number}" for number in range(40)))
    results: list[ImportCounts] = []

    def take() -> None:
        with app.app_context():
            results.append(_take(consultation, *lines))
            db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(take,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((each.added, each.skipped) for each in results) == [(0, 40), (0, 40), (40, 0)]
    assert [number for _, _, number, _ in _texts(consultation)] == list(range(1, 41))


def _kept(consultation: Consultation, *lines: str, by: Actor = STAFF) -> OpinionImport:
    reading = _read(consultation, *lines)
    preview = queries.preview_import(consultation.id, reading)
    with transaction():
        return commands.keep_import(
            hold_procedure(consultation.code), "意見.csv", a_csv(*lines), {}, reading, preview, by=by
        )


def test_an_uploaded_file_changes_nothing_and_is_sealed(app: Flask) -> None:
    consultation = an_open_consultation()
    kept = _kept(consultation, "番号,本文,氏名", "A,道,架空 花子", "B,,")
    assert kept.sealed is not None
    assert "架空".encode() not in kept.sealed
    assert queries.content_of(kept) == a_csv("番号,本文,氏名", "A,道,架空 花子", "B,,")
    assert (kept.preview["added"], kept.total, len(kept.problems)) == (1, 2, 1)
    assert db.session.scalars(select(Submission)).all() == []


def test_a_file_is_confirmed_once_or_thrown_away_once(app: Flask) -> None:
    consultation = an_open_consultation()
    kept, procedure = _kept(consultation, "番号,本文", "A,道"), get_procedure(consultation.code)
    with transaction():
        commands.discard_import(queries.get_import(kept.public_id)[0], procedure, by=STAFF)
    assert (kept.status, kept.sealed) == (ImportStatus.DISCARDED, None)
    for change in (commands.start_import, commands.discard_import):
        with pytest.raises(Conflict), transaction():
            change(queries.get_import(kept.public_id)[0], procedure, by=STAFF)


def test_a_text_that_was_typed_is_kept_as_it_came_with_its_hash(app: Flask) -> None:
    submission = a_submission(["  道を広く。\n\n 二段落 "])
    original = db.session.scalars(select(OriginalText)).one()
    assert (original.body, original.submission_id) == ("  道を広く。\n\n 二段落 ", submission.id)
    assert original.sha256 == hash_of("道を広く。\n\n 二段落")
    assert opinions_of(submission)[0].original_id == original.id
