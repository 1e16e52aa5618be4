"""An organisation's opinions: its delegates agree first, where it wants that; nobody else changes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from participation.access.actors import Right, system
from participation.agreements import commands as agreements
from participation.agreements.domain import Stance, get_act
from participation.agreements.models import Agreement
from participation.agreements.queries import list_voices, words_of
from participation.consultations.queries import get_procedure, hold_procedure
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock as app_clock
from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.file_kinds import check_file
from participation.opinions import commands
from participation.opinions.domain import OpinionText, SubmissionDraft, Submitter
from participation.opinions.domain.attachments import attachment_of
from participation.opinions.models import Opinion, Submission, SubmissionFile, WaitingFile
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Membership
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.proposals import a_team
from tests.support.page import PageClient
from tests.support.people import a_delegate, actor_of, log_in

pytestmark = pytest.mark.usefixtures("app")
ACT = "opinions.submit"


class World:
    """A consultation, and an organisation of two delegates who agree before anything goes out."""

    def __init__(self, needed: int = 1) -> None:
        self.subject = a_subject()
        self.consultation = an_open_consultation(about=[self.subject])
        self.organisation, self.chair = a_team("さくら町会")
        with transaction():
            db.session.get_one(CommunityOrganisation, self.organisation.id).approvals_needed = needed
        self.clerk = a_delegate(self.organisation, "書記")

    def draft(self, body: str = "街灯を増やしてください。", **others) -> SubmissionDraft:
        text = OpinionText(self.subject.public_id, body)
        return SubmissionDraft((text,), organisation=self.organisation.public_id, **others)

    def file(self) -> str:
        """A file that the chair chose."""
        files.keep(b"%PDF-1.7 a")
        with transaction():
            attachment = attachment_of(check_file("図.pdf", b"%PDF-1.7 a"), None)
            procedure = get_procedure(self.consultation.code)
            return commands.keep_file(procedure, attachment, by=actor_of(self.chair)).public_id

    def ask(self, act, words, about="") -> Agreement:
        with transaction():
            return agreements.ask(self.organisation.id, act, words, about, by=actor_of(self.chair))

    def agree(self, agreement) -> None:
        with transaction():
            agreements.say(agreement, Stance.AGREES, "", is_note_public=False, by=actor_of(self.clerk))

    def carry_out(self, agreement, person) -> str:
        with transaction():
            return agreements.carry_out(agreement, by=actor_of(person))

    def submit(self, draft) -> Submission:
        with transaction():
            held = hold_procedure(self.consultation.code)
            return commands.submit_opinions(held, draft, by=actor_of(self.chair))

    def sent(self, **others) -> Submission:
        asked = self.ask(ACT, self.draft(**others).as_words(self.consultation.code))
        self.agree(asked)
        self.carry_out(asked, self.clerk)
        return db.session.scalars(select(Submission)).one()


def said_of(submission: Submission) -> tuple[Opinion, Contribution]:
    opinion = db.session.scalars(select(Opinion).where(Opinion.submission_id == submission.id)).one()
    return opinion, db.session.get_one(Contribution, opinion.contribution_id)


def test_an_opinion_goes_out_once_enough_agreed_in_the_very_words_and_with_the_file_of_who_asked():
    world = World()
    file = world.file()
    draft = world.draft(files=(file,), submitter=Submitter("目黒 花", "目黒区"))
    with pytest.raises(Refused, match="あと1人"):
        world.submit(draft)
    asked = world.ask(ACT, draft.as_words(world.consultation.code))
    assert "目黒 花" not in str(asked.words)
    assert words_of(asked)["submitter"]["name"] == "目黒 花"
    shown = get_act(ACT).show(asked, words_of(asked))
    assert shown.parts[0][1] == "街灯を増やしてください。"
    assert "図.pdf" in dict(shown.facts)["添付"]
    with pytest.raises(Refused, match="あと1人"):
        world.carry_out(asked, world.chair)
    world.agree(asked)
    path = world.carry_out(asked, world.clerk)
    submission = db.session.scalars(select(Submission)).one()
    said = said_of(submission)[1]
    assert path == f"/receipts/{submission.receipt_number}"
    assert (submission.organisation_name, said.body, said.shown_name) == (
        "さくら町会",
        "街灯を増やしてください。",
        "さくら町会",
    )
    assert db.session.scalars(select(SubmissionFile.name)).all() == ["図.pdf"]
    with pytest.raises(Conflict):
        world.carry_out(asked, world.clerk)
    assert db.session.scalar(select(func.count()).select_from(Opinion)) == 1


def test_what_could_never_be_received_is_not_put_before_the_others_and_a_closed_call_takes_nothing(clock):
    world = World()
    with pytest.raises(Refused):
        world.ask(ACT, world.draft("").as_words(world.consultation.code))
    asked = world.ask(ACT, world.draft().as_words(world.consultation.code))
    world.agree(asked)
    clock.advance(timedelta(days=60))
    with pytest.raises(Denied, match="終わりました"):
        world.carry_out(asked, world.clerk)
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert list_voices(asked)


def test_rewriting_and_taking_back_wait_for_the_same_agreement():
    world = World()
    submission = world.sent()
    opinion, _ = said_of(submission)
    with pytest.raises(Refused, match="あと1人"), transaction():
        held = hold_procedure(world.consultation.code)
        commands.revise_opinion(opinion, "別の文", held, holds=True, by=actor_of(world.chair))
    asked = world.ask("opinions.revise", {"body": "街灯を二つ増やしてください。"}, opinion.public_id)
    assert [part[1] for part in get_act("opinions.revise").show(asked, words_of(asked)).parts] == [
        "街灯を増やしてください。",
        "街灯を二つ増やしてください。",
    ]
    world.agree(asked)
    world.carry_out(asked, world.clerk)
    assert said_of(submission)[1].body == "街灯を二つ増やしてください。"
    words = {"reason": "", "whole_letter": False}
    with pytest.raises(Refused, match="あと1人"), transaction():
        commands.withdraw_opinion(opinion, holds=True, by=actor_of(world.chair))
    asked = world.ask("opinions.withdraw", words, opinion.public_id)
    assert get_act("opinions.withdraw").show(asked, words).note
    world.agree(asked)
    world.carry_out(asked, world.clerk)
    assert said_of(submission)[1].visibility is Visibility.WITHDRAWN


def test_who_is_no_delegate_any_more_changes_nothing_though_they_know_the_receipt():
    world = World(needed=0)
    submission = world.submit(world.draft())
    opinion, _ = said_of(submission)
    old = actor_of(world.chair)
    with transaction():
        db.session.execute(update(Membership).values(ended_at=app_clock.now()))
    for act in (
        lambda: commands.withdraw_opinion(opinion, holds=True, by=old),
        lambda: commands.revise_opinion(
            opinion, "別の文", hold_procedure(world.consultation.code), holds=True, by=old
        ),
    ):
        with pytest.raises(Denied, match="いまの担当者"), transaction():
            act()
    writer = actor_of(a_delegate(world.organisation, "案を書く人", rights=[Right.DRAFT, Right.SUBMIT]))
    with pytest.raises(Denied, match="いまの担当者"), transaction():
        commands.withdraw_opinion(opinion, holds=True, by=writer)
    assert said_of(submission)[1].visibility is not Visibility.WITHDRAWN


def test_a_file_stays_while_delegates_are_asked_about_it_and_goes_when_that_is_over():
    world = World()
    file = world.file()
    asked = world.ask(ACT, world.draft(files=(file,)).as_words(world.consultation.code))
    later = app_clock.now() + timedelta(days=3)
    with transaction():
        assert commands.forget_waiting_files(later, by=system("tests")) == 0
    with transaction():
        agreements.call_off(asked, by=actor_of(world.chair))
    with transaction():
        assert commands.forget_waiting_files(later, by=system("tests")) == 1
    assert db.session.scalar(select(func.count()).select_from(WaitingFile)) == 0


def test_the_page_says_that_delegates_are_asked_and_leads_to_where_they_read_it(app):
    world = World()
    page = PageClient(app, log_in(app.test_client(), world.chair)).get(
        f"/consultations/{world.consultation.code}/opinions/new?about={world.subject.public_id}"
    )
    shown = page.submit(
        "内容を確かめる", body_0="街灯を増やしてください。", speaks_as=world.organisation.public_id
    )
    assert "担当者の承認がそろってから" in shown.text
    asked = shown.submit("担当者の承認を頼む")
    assert asked.h1.endswith("意見の提出の承認")
    assert "街灯を増やしてください。" in asked.text
    other = PageClient(app, log_in(app.test_client(), world.clerk)).get(asked.url)
    done = other.submit("記録する", stance="agrees").submit("意見の提出を行う")
    assert "街灯を増やしてください。" in done.text
    assert db.session.scalars(select(Submission.organisation_name)).all() == ["さくら町会"]
    revise = done.follow("書き直す")
    assert revise.submit("この文章に替える", body="街灯を二つ。").h1.endswith("意見の書き直しの承認")
    assert done.follow("取り下げる").submit("この意見を取り下げる").h1.endswith("意見の取り下げの承認")
