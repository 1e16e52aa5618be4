"""Challenges are posted and moved on with reasons; ideas are offered, linked by people and grow; calls are answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation.access.actors import Right
from participation.audit.models import AuditEntry
from participation.challenges import commands, queries
from participation.challenges.commands import ChallengeDraft, IdeaDraft
from participation.challenges.domain import ApplicationState, IdeaText, MaterialKind
from participation.challenges.models import IdeaLink
from participation.contributions import commands as contributions
from participation.contributions.domain import Covering, RedactionReason, Visibility
from participation.contributions.events import AuthorTold
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.file_kinds import check_file
from participation.people.domain import Standing
from participation.people.models import Membership
from participation.proposals import commands as proposals
from participation.proposals import queries as proposal_queries
from participation.subjects.models import Subject
from tests.support.builders.challenges import (
    IDEA,
    OFFICER,
    TEXT,
    a_call,
    a_challenge,
    an_application,
    an_idea,
    words_of,
)
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import TEXT as PROPOSAL_TEXT
from tests.support.builders.proposals import a_team
from tests.support.people import a_delegate, a_resident, actor_of, an_organisation


@pytest.fixture
def told(monkeypatch):
    heard = []
    publish = events.publish

    def listen(event):
        if isinstance(event, AuthorTold):
            heard.append((event.contribution_id, event.path))
        publish(event)

    monkeypatch.setattr(events, "publish", listen)
    return heard


# ── Challenges ──────────────────────────────────────────────────────────────────────────────


def test_a_challenge_is_staffs_own_until_it_is_posted_and_then_may_be_talked_about(app, clock):
    challenge = a_challenge(is_posted=False)
    subject = db.session.get_one(Subject, challenge.subject_id)
    assert subject.opened_at is None
    assert queries.list_challenges().total == 0
    with transaction():
        commands.post_challenge(challenge, by=OFFICER)
    db.session.refresh(subject)
    assert subject.opened_at is not None
    assert queries.list_challenges().rows[0].takes_ideas
    with pytest.raises(Denied), transaction():
        commands.post_challenge(challenge, by=OFFICER)


def test_a_deadline_in_the_past_is_refused_and_one_to_come_ends_the_taking_of_ideas(app, clock):
    with pytest.raises(Refused, match="きょうより後"):
        a_challenge(closes_at=clock.moment)
    challenge = a_challenge(closes_at=clock.moment + timedelta(hours=1))
    an_idea(challenge)
    clock.advance(timedelta(hours=1))
    with pytest.raises(Denied, match="受け付けていません"):
        an_idea(challenge)


def test_each_stage_needs_a_reason_and_authors_of_its_ideas_are_told(app, clock, told):
    challenge = a_challenge()
    idea, other = an_idea(challenge), an_idea()
    with pytest.raises(Refused, match="理由"), transaction():
        commands.advance_challenge(challenge, "considering", " ", None, by=OFFICER)
    with pytest.raises(Refused, match="進めません"), transaction():
        commands.advance_challenge(challenge, "done", "早い", None, by=OFFICER)
    for stage in ("considering", "trying", "done"):
        with transaction():
            commands.advance_challenge(challenge, stage, f"{stage}の理由", None, by=OFFICER)
    assert [said for said, _ in told] == [idea.contribution_id] * 3
    assert other.contribution_id not in {said for said, _ in told}
    page = queries.show_challenge(challenge, OFFICER)
    assert [step.reason for step in page.steps][1:] == ["consideringの理由", "tryingの理由", "doneの理由"]
    assert db.session.get_one(Subject, challenge.subject_id).closed_at is not None
    with pytest.raises(Denied, match="最後の段階"), transaction():
        commands.advance_challenge(challenge, "open", "もう一度", None, by=OFFICER)


def test_two_officers_who_edit_at_once_are_told_of_it(app, clock):
    challenge = a_challenge(is_posted=False)
    seen, draft = challenge.version, ChallengeDraft(replace(TEXT, title="別の題名"), challenge.section_id)
    with transaction():
        commands.revise_challenge(challenge, draft, seen, by=OFFICER)
    assert db.session.get_one(Subject, challenge.subject_id).title == "別の題名"
    with pytest.raises(Conflict, match="先に直しました"), transaction():
        commands.revise_challenge(challenge, draft, seen, by=OFFICER)


def test_a_challenge_is_tied_to_open_items_only_and_to_few(app, clock):
    open_id, closed_id = a_subject().id, a_subject("閉じた項目", is_open=False).id
    challenge = a_challenge(ties=(open_id,))
    assert queries.list_tied_ids(challenge) == [open_id]
    with pytest.raises(Refused, match="一覧から"):
        a_challenge(ties=(closed_id,))
    with pytest.raises(Refused, match="10件まで"):
        a_challenge(ties=tuple(range(1, 12)))


def test_figures_links_and_files_are_kept_with_where_they_come_from(app, clock):
    challenge = a_challenge()
    with transaction():
        figure = commands.add_material(
            challenge, MaterialKind.FIGURE, "街路灯のない道", "1,200m", "区の調べ 令和7年", by=OFFICER
        )
        file = check_file("地図.pdf", b"%PDF-1.7 map")
        commands.add_file(challenge, file, "暗い道の地図", "", by=OFFICER)
    with pytest.raises(Refused, match="もう付いて"), transaction():
        commands.add_file(challenge, file, "同じ地図", "", by=OFFICER)
    with pytest.raises(Refused, match="https"), transaction():
        commands.add_material(challenge, MaterialKind.LINK, "調べ", "javascript:alert(1)", "", by=OFFICER)
    with transaction():
        commands.remove_material(figure, challenge, by=OFFICER)
    assert [each.title for each in queries.list_materials(challenge)] == ["暗い道の地図"]


# ── Ideas ───────────────────────────────────────────────────────────────────────────────────


def test_an_idea_of_a_person_and_one_of_an_organisation_are_kept_apart(app, clock):
    challenge = a_challenge()
    organisation, delegate = a_team("みどり工務店")
    own = an_idea(challenge, delegate, standings=[Standing.WORKS])
    companys = an_idea(
        challenge,
        delegate,
        organisation,
        standings=[Standing.LIVES],
        contact_name="佐倉",
        contact="03-0000-0000",
    )
    assert words_of(own).organisation_id is None
    assert (words_of(companys).shown_name, companys.standings) == ("みどり工務店", [])
    page = queries.show_idea(companys.public_id, actor_of(a_resident()))
    assert (page.contact, page.standing) == (("", ""), "町会・自治会")
    assert b"03-0000-0000" not in companys.sealed_contact


def test_a_contact_is_shown_to_all_only_if_its_writer_wants_it_and_staff_who_read_it_are_on_record(
    app, clock
):
    hidden, shown = (
        an_idea(contact_name="佐倉", contact="03-0000-0000", shows_contact=shows) for shows in (False, True)
    )
    reader = actor_of(a_resident())
    assert queries.show_idea(hidden.public_id, reader).contact == ("", "")
    assert queries.show_idea(shown.public_id, reader).contact == ("佐倉", "03-0000-0000")
    with transaction():
        assert commands.read_contact(hidden, "問い合わせのため", by=OFFICER) == ("佐倉", "03-0000-0000")
    assert db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "challenges.read_contact")
    ).all()
    with pytest.raises(Denied), transaction():
        commands.read_contact(hidden, "なし", by=reader)


def test_an_idea_in_an_organisations_name_needs_the_right_and_a_term_that_runs(app, clock):
    organisation, delegate = a_team()
    with pytest.raises(Denied, match="担当者だけ"):
        an_idea(None, a_resident(), organisation)
    with pytest.raises(Denied, match="権限"):
        an_idea(None, a_delegate(organisation, rights=[Right.DRAFT]), organisation)
    actor, about_id = actor_of(delegate), a_subject().id
    with transaction():
        for membership in db.session.scalars(select(Membership)):
            membership.ends_on = clock.moment.date() - timedelta(days=1)
    with pytest.raises(Denied, match="終わっています"), transaction():
        commands.offer_idea(IdeaDraft(IDEA, about_id), None, organisation, by=actor)


def test_a_new_account_waits_for_staff_and_five_ideas_a_day_are_enough(app, clock):
    newcomer, author = a_resident(), a_resident()
    with transaction():
        db.session.merge(newcomer).created_at = clock.moment
    assert words_of(an_idea(None, newcomer)).visibility is Visibility.HELD
    for _ in range(5):
        assert words_of(an_idea(None, author)).visibility is Visibility.PUBLISHED
    with pytest.raises(Refused, match="5件まで"):
        an_idea(None, author)


def test_an_idea_says_what_in_the_plan_it_is_about_and_something_at_all(app, clock):
    with pytest.raises(Refused, match="計画のどこ"):
        an_idea(None, about_id=999_999)
    with pytest.raises(Refused, match="アイデアを書いて"):
        an_idea(text=IdeaText("題名だけ", " "))


def test_rewriting_keeps_the_words_before_and_withdrawing_forgets_the_contact(app, clock):
    author = a_resident()
    idea = an_idea(None, author, contact_name="佐倉", contact="03-0000-0000")
    stranger = actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.revise_idea(idea, IdeaDraft(IDEA), by=stranger)
    with transaction():
        commands.revise_idea(
            idea, IdeaDraft(replace(IDEA, title="反射材を貼る日"), contact="x"), by=actor_of(author)
        )
    assert words_of(idea).revision == 1
    assert db.session.get_one(Subject, idea.subject_id).title == "反射材を貼る日"
    with transaction():
        commands.withdraw_idea(idea, by=actor_of(author))
    db.session.refresh(idea)
    assert (words_of(idea).visibility, idea.sealed_contact) == (Visibility.WITHDRAWN, None)


def test_words_covered_in_a_title_are_covered_wherever_the_title_stands(app, clock):
    idea = an_idea(text=replace(IDEA, title="山田さんの庭を借りる"))
    said = words_of(idea)
    with transaction():
        cover = {0: [Covering(0, 2, RedactionReason.NAME)]}
        contributions.propose_redactions(said, cover, proposer_id=None)
        contributions.confirm_redactions(said, decider_id=None)
    subject = db.session.get_one(Subject, idea.subject_id)
    assert subject.title == "■■さんの庭を借りる"
    assert queries.show_idea(idea.public_id, OFFICER).text.idea == IDEA.idea
    with transaction():
        contributions.erase(said)
    db.session.refresh(subject)
    assert "庭" not in subject.title


# ── Links and proposals ─────────────────────────────────────────────────────────────────────


def test_a_candidate_is_linked_only_by_a_person_and_the_author_is_told(app, clock, told):
    challenge, idea = a_challenge(), an_idea()
    text = IdeaText.read(words_of(idea).body)
    assert [each.title for each in queries.list_challenge_candidates(idea, text)] == [TEXT.title]
    assert [each.title for each in queries.list_idea_candidates(challenge)] == [IDEA.title]
    assert not db.session.scalars(select(IdeaLink)).all(), "a machine links nothing"
    with transaction():
        commands.link_idea(idea, challenge, by=OFFICER)
    assert told == [(idea.contribution_id, f"/ideas/{idea.public_id}")]
    assert queries.list_idea_candidates(challenge) == []
    assert queries.show_challenge(challenge, OFFICER).ideas[0].public_id == idea.public_id
    assert queries.list_links(idea)[0].said_by == "区の職員"
    with pytest.raises(Conflict), transaction():
        commands.link_idea(idea, challenge, by=OFFICER)


def test_what_its_author_declined_is_not_linked_by_staff_and_is_no_candidate_again(app, clock):
    challenge, author = a_challenge(), a_resident()
    idea = an_idea(None, author)
    stranger = actor_of(a_resident())
    with pytest.raises(Denied), transaction():
        commands.link_idea(idea, challenge, by=stranger)
    with pytest.raises(Refused, match="理由"), transaction():
        commands.refuse_link(idea, challenge, "", by=OFFICER)
    with transaction():
        commands.refuse_link(idea, challenge, "", by=actor_of(author))
    assert queries.list_idea_candidates(challenge) == []
    with pytest.raises(Refused, match="合わないと答えています"), transaction():
        commands.link_idea(idea, challenge, by=OFFICER)
    with transaction():
        commands.link_idea(idea, challenge, by=actor_of(author))
    assert queries.list_links(idea)[0].said_by == "アイデアを出した人"


def test_an_unlike_idea_is_no_candidate(app, clock):
    challenge = a_challenge()
    an_idea(text=IdeaText("図書館の本の棚", "絵本を増やしてください。"))
    assert queries.list_idea_candidates(challenge) == []


def test_an_idea_grows_into_a_proposal_and_both_show_it(app, clock):
    challenge, (organisation, delegate) = a_challenge(), a_team()
    strangers = an_idea(challenge)
    with pytest.raises(Denied), transaction():
        commands.grow_idea(strangers, organisation, by=actor_of(delegate))
    idea = an_idea(challenge, may_be_taken_up=True)
    with transaction():
        proposal = commands.grow_idea(idea, organisation, by=actor_of(delegate))
    assert (proposal.title, proposal.purpose) == (IDEA.title, IDEA.idea)
    assert proposal.resources == IDEA.brings
    assert not queries.show_idea(idea.public_id, OFFICER).grown, "a draft is nobody else's to know of"
    with transaction():
        proposals.submit_proposal(proposal, PROPOSAL_TEXT, proposal.version, by=actor_of(delegate))
    assert queries.show_idea(idea.public_id, OFFICER).grown[0].organisation == organisation.name
    shown = proposal_queries.show_proposal(proposal, OFFICER)
    assert shown.origin == (IDEA.title, f"/ideas/{idea.public_id}")


# ── Cooperation ─────────────────────────────────────────────────────────────────────────────


def test_another_organisation_applies_and_each_learns_the_contact_only_once_accepted(app, clock):
    (calling, caller), (joining, joiner) = a_team("こども広場の会"), a_team("さくら商店会")
    call = a_call(calling, caller)
    application = an_application(call, joining, joiner)
    stranger = actor_of(a_team("よその会")[1])
    for actor, sees, contact, theirs in (
        (stranger, 0, "", None),
        (actor_of(caller), 1, "03-0000-1111", ""),
        (actor_of(joiner), 1, "", "03-0000-2222"),
    ):
        page = queries.show_call(call.public_id, actor)
        assert (len(page.applications), page.contact) == (sees, contact)
        assert [line.contact for line in page.applications] == [theirs] * sees
        assert (page.application_count, page.partners) == (1, ())
    with pytest.raises(Refused, match="理由"), transaction():
        commands.answer_application(application, call, "", accept=True, by=actor_of(caller))
    with transaction():
        commands.answer_application(application, call, "ぜひ。", accept=True, by=actor_of(caller))
    assert queries.show_call(call.public_id, actor_of(joiner)).contact == "03-0000-1111"
    page = queries.show_call(call.public_id, actor_of(caller))
    assert (page.applications[0].contact, page.partners) == ("03-0000-2222", ("さくら商店会",))
    assert queries.show_call(call.public_id, stranger).contact == ""
    with pytest.raises(Conflict), transaction():
        commands.answer_application(application, call, "やはり。", accept=False, by=actor_of(caller))


def test_who_may_not_apply_is_told_why(app, clock):
    organisation, caller = a_team("こども広場の会")
    call = a_call(organisation, caller, apply_until=clock.moment.date())
    other = an_organisation("さくら商店会")
    with pytest.raises(Denied, match="自分の団体"):
        an_application(call, organisation, caller)
    with pytest.raises(Denied, match="担当者だけ"):
        an_application(call, other, a_team("よその会")[1])
    with pytest.raises(Denied, match="権限"):
        an_application(call, other, a_delegate(other, rights=[Right.DRAFT]))
    delegate = a_delegate(other)
    an_application(call, other, delegate)
    with pytest.raises(Conflict, match="もう応募"):
        an_application(call, other, delegate)
    clock.advance(timedelta(days=1))
    with pytest.raises(Denied, match="期限"):
        an_application(call, *a_team("三つ目の会"))


def test_an_application_is_taken_back_and_sent_anew_and_a_closed_call_takes_none(app, clock):
    (calling, caller), (joining, joiner) = a_team("こども広場の会"), a_team("さくら商店会")
    call = a_call(calling, caller)
    first = an_application(call, joining, joiner)
    with transaction():
        commands.take_back_application(first, by=actor_of(joiner))
    db.session.refresh(first)
    assert (first.state, first.sealed_contact) == (ApplicationState.TAKEN_BACK, None)
    assert queries.show_call(call.public_id, OFFICER).application_count == 0
    again = an_application(call, joining, joiner)
    assert (again.id, again.state) == (first.id, ApplicationState.SENT)
    assert [each.what for each in queries.list_pending_of(calling.id)] == ["協力の募集"]
    assert [each.what for each in queries.list_pending_of(joining.id)] == ["応募"]
    with transaction():
        commands.close_call(call, "人がそろいました。", by=actor_of(caller))
    with pytest.raises(Denied, match="終わって"):
        an_application(call, *a_team("三つ目の会"))


def test_an_expired_or_withdrawn_organisation_neither_calls_nor_applies(app, clock):
    (calling, caller), (joining, joiner) = a_team("こども広場の会"), a_team("さくら商店会")
    call = a_call(calling, caller)
    with transaction():
        db.session.merge(joining).confirmed_until = clock.moment.date()
        db.session.merge(calling).withdrawn_at = clock.moment
    db.session.expire_all()
    with pytest.raises(Denied):
        an_application(call, joining, joiner)
    with pytest.raises(Denied):
        a_call(calling, caller)
