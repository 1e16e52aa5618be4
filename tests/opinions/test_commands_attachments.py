"""Attachments of opinions: whose they are, who reads them when, and when they go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import Actor, Role, system, visitor
from participation.consultations.queries import get_procedure, hold_procedure
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock as app_clock
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.foundation.file_kinds import check_file
from participation.foundation.pdf_files import PdfFacts
from participation.opinions import commands, queries
from participation.opinions.domain import OpinionText, SubmissionDraft
from participation.opinions.domain.attachments import MAX_WEB_FILES, attachment_of
from participation.opinions.models import Opinion, Submission, SubmissionFile, WaitingFile
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.people import a_member_of_staff, a_resident, actor_of

pytestmark = pytest.mark.usefixtures("app")


def chosen(consultation, by: Actor, name: str = "図面.pdf", content: bytes = b"%PDF-1.7 a") -> str:
    """A file that waits to be sent."""
    files.keep(content)
    with transaction():
        held = get_procedure(consultation.code)
        kept = commands.keep_file(held, attachment_of(check_file(name, content), PdfFacts(3)), by=by)
        return kept.public_id


def sent(consultation, subject, by: Actor, *names: str, may_be_public: bool = True) -> Submission:
    draft = SubmissionDraft(
        (OpinionText(subject.public_id, "道を広く"),), files=names, files_may_be_public=may_be_public
    )
    with transaction():
        return commands.submit_opinions(hold_procedure(consultation.code), draft, by=by)


def a_world() -> tuple:
    subject = a_subject()
    return an_open_consultation(about=[subject]), subject, actor_of(a_resident("さくら"))


def publish(submission: Submission) -> SubmissionFile:
    """An opinion and its file that everybody reads."""
    staff = actor_of(a_member_of_staff(Role.SCREENER))
    with transaction():
        opinion = db.session.scalars(select(Opinion).where(Opinion.submission_id == submission.id)).one()
        contributions.change_visibility(
            db.session.get_one(Contribution, opinion.contribution_id), Visibility.PUBLISHED
        )
        file = queries.list_sent(submission.id)[0]
        commands.publish_file(file, db.session.get_one(Submission, submission.id), by=staff)
        return file


def test_a_chosen_file_is_sent_with_the_opinion_and_waits_no_longer() -> None:
    consultation, subject, by = a_world()
    first = chosen(consultation, by)
    assert chosen(consultation, by) == first, "the same file is there once"
    submission = sent(consultation, subject, by, first)
    (file,) = queries.list_sent(submission.id)
    assert (file.name, file.pages, file.by_author, file.published_at) == ("図面.pdf", 3, True, None)
    assert db.session.scalar(select(func.count()).select_from(WaitingFile)) == 0
    assert files.read(file.sha256) == b"%PDF-1.7 a"


def test_nobody_sends_somebody_elses_file_and_nobody_sends_too_many() -> None:
    consultation, subject, by = a_world()
    stranger = visitor("another-visit")
    public_id = chosen(consultation, by)
    with pytest.raises(Refused, match="見つからない"):
        sent(consultation, subject, stranger, public_id)
    for number in range(MAX_WEB_FILES - 1):
        chosen(consultation, by, f"{number}.pdf", f"%PDF-{number}".encode())
    with pytest.raises(Refused, match="5個まで"):
        chosen(consultation, by, "x.pdf", b"%PDF-x")


def test_the_same_words_with_a_file_more_are_no_repeat() -> None:
    consultation, subject, by = a_world()
    without = sent(consultation, subject, by)
    assert sent(consultation, subject, by).id == without.id
    assert sent(consultation, subject, by, chosen(consultation, by)).id != without.id


def test_a_file_is_public_only_with_its_authors_leave_staffs_look_and_a_public_opinion() -> None:
    consultation, subject, by = a_world()
    private = sent(consultation, subject, by, chosen(consultation, by), may_be_public=False)
    staff = actor_of(a_member_of_staff(Role.SCREENER))
    with pytest.raises(Denied, match="本人が公開してよい"), transaction():
        commands.publish_file(queries.list_sent(private.id)[0], private, by=staff)
    submission = sent(consultation, subject, by, chosen(consultation, by, "b.pdf", b"%PDF-b"))
    file = queries.list_sent(submission.id)[0]
    with pytest.raises(Denied), transaction():
        commands.publish_file(file, submission, by=by)
    public = publish(submission)
    assert queries.get_public_file(public.public_id).name == "b.pdf"
    with transaction():
        opinion = db.session.scalars(select(Opinion).where(Opinion.submission_id == submission.id)).one()
        contributions.change_visibility(
            db.session.get_one(Contribution, opinion.contribution_id), Visibility.HIDDEN
        )
    with pytest.raises(NotFound):
        queries.get_public_file(public.public_id)


def test_withdrawing_the_opinion_or_the_file_takes_it_from_everybody() -> None:
    consultation, subject, by = a_world()
    submission = sent(consultation, subject, by, chosen(consultation, by))
    public = publish(submission)
    with transaction():
        opinion = db.session.scalars(select(Opinion).where(Opinion.submission_id == submission.id)).one()
        commands.withdraw_opinion(opinion, holds=True, by=by)
    with pytest.raises(NotFound):
        queries.get_public_file(public.public_id)
    other = sent(consultation, subject, by, chosen(consultation, by, "b.pdf", b"%PDF-b"))
    with transaction():
        file = queries.list_sent(other.id)[0]
        commands.take_back_file(file, other, holds=True, by=by)
    assert file.removed_at is not None
    with pytest.raises(files.Lost):
        files.read(file.sha256)
    with pytest.raises(Denied), transaction():
        commands.take_back_file(file, other, holds=False, by=visitor("another-visit"))


def test_files_that_were_never_sent_go_and_those_that_were_stay() -> None:
    consultation, subject, by = a_world()
    sent(consultation, subject, by, chosen(consultation, by))
    chosen(consultation, by, "同じ.pdf")  # The same content as what was sent.
    chosen(consultation, by, "b.pdf", b"%PDF-b")
    with transaction():
        later = app_clock.now() + timedelta(hours=1)
        assert commands.forget_waiting_files(later, by=system("tests")) == 2
    assert files.read(files.hash_of(b"%PDF-1.7 a"))
    with pytest.raises(files.Lost):
        files.read(files.hash_of(b"%PDF-b"))
