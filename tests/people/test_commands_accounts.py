"""Changing accounts: who may, what is recorded, what is announced, and what is left behind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.access.actors import Role, system, visitor
from participation.audit.models import AuditEntry
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, NotFound, Refused
from participation.jobs import worker
from participation.jobs.models import OutboxRow
from participation.people import commands, queries
from participation.people.commands import ProfileDraft
from participation.people.domain import AgeBand, Standing, hash_of_text
from participation.people.events import PersonErased, PersonRegistered
from participation.people.models import CredentialToken, LoginAttempt, LoginSession, Person, StaffRole
from tests.support.people import (
    a_delegate,
    a_member_of_staff,
    a_resident,
    a_section,
    actor_of,
    an_organisation,
)

SOMEBODY = visitor("guest")
SYSTEM = system("tests")
HASH = "argon2-hash-of-a-password"


@pytest.fixture
def told(monkeypatch):
    """The events that were announced."""
    seen = []
    for event in (PersonErased, PersonRegistered):
        before = list(events._subscribers[event])
        monkeypatch.setitem(events._subscribers, event, [*before, seen.append])
    return seen


def register(email="kamome@example.jp", nickname="かもめ"):
    with transaction():
        commands.register_person(email, nickname, HASH, by=SOMEBODY)


def token_in(letters, which=-1):
    worker.drain()
    return re.search(r"http://localhost/\S+/([\w-]{20,})", letters[which]["body"]).group(1)


def by_email(email="kamome@example.jp"):
    return queries.find_by_email(email)


def reloaded(person):
    return db.session.get_one(Person, person.id)


def recorded(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def sessions_of(person):
    return db.session.scalar(select(func.count()).where(LoginSession.person_id == person.id))


def with_session(person, token_hash):
    with transaction():
        commands.log_in(reloaded(person), token_hash, "Firefox", by=SOMEBODY)
    return person


# ── Registering ─────────────────────────────────────────────────────────────────────────────


def test_registering_and_confirming_makes_an_account_and_announces_it_once(app, letters, told):
    register("  Kamome@Example.JP ")
    assert by_email().email_confirmed_at is None
    token = token_in(letters)
    assert letters[-1]["to"] == "kamome@example.jp"
    with transaction():
        person = commands.confirm_email(token, by=SOMEBODY)
    assert person.email_confirmed_at is not None
    assert told == [PersonRegistered(person.id)]
    assert [entry.action for entry in recorded("people.confirm")] == ["people.confirm"]


def test_the_secret_of_a_letter_is_stored_as_a_hash_only(app, letters):
    register()
    token = token_in(letters)
    (row,) = db.session.scalars(select(CredentialToken))
    assert row.token_hash == hash_of_text(token)


@pytest.mark.parametrize("email", ["kamome", "a@x.jp, b@y.jp", "a@x.jp\nBcc: b@y.jp", "<a@x.jp>"])
def test_what_is_not_one_address_is_refused_at_its_field(app, email):
    with pytest.raises(Refused) as refusal, transaction():
        commands.register_person(email, "かもめ", HASH, by=SOMEBODY)
    assert refusal.value.field == "email"


def test_an_address_with_an_account_keeps_its_password_and_only_its_owner_is_told(app, letters):
    owner = a_resident("もとの名前")
    register(owner.email, "別の名前")
    worker.drain()
    assert letters[-1]["to"] == owner.email
    assert "token" not in letters[-1]["body"]
    assert (reloaded(owner).nickname, reloaded(owner).password_hash) == ("もとの名前", None)


def test_a_registration_that_was_not_confirmed_can_be_begun_again(app, letters):
    register(nickname="まちがえた名前")
    register(nickname="かもめ")
    assert (
        db.session.scalar(select(func.count()).select_from(Person).where(Person.email.like("kamome%"))) == 1
    )
    assert by_email().nickname == "かもめ"


def test_nobody_fills_a_letter_box_by_registering_over_and_over(app, letters):
    for _ in range(commands.MAX_LETTERS_PER_HOUR + 4):
        register()
    worker.drain()
    assert len(letters) == commands.MAX_LETTERS_PER_HOUR


def test_after_an_hour_letters_are_written_again(app, letters, clock):
    for _ in range(commands.MAX_LETTERS_PER_HOUR + 1):
        register()
    clock.advance(timedelta(hours=1, seconds=1))
    register()
    worker.drain()
    assert len(letters) == commands.MAX_LETTERS_PER_HOUR + 1


@pytest.mark.parametrize("nickname", ["目黒区", "区役所", "区 役 所", "ＡＤＭＩＮ", "   "])
def test_names_that_only_the_ward_may_carry_are_refused(app, nickname):
    with pytest.raises(Refused) as refusal, transaction():
        commands.register_person("a@example.jp", nickname, HASH, by=SOMEBODY)
    assert refusal.value.field == "nickname"


def test_a_look_alike_of_somebodys_name_is_refused(app):
    register(nickname="カモメ")
    with pytest.raises(Refused), transaction():
        commands.register_person("other@example.jp", "かもめ", HASH, by=SOMEBODY)


def test_whoever_is_logged_in_as_staff_does_not_register(app):
    editor = actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Denied), transaction():
        commands.register_person("a@example.jp", "かもめ", HASH, by=editor)


# ── Links ───────────────────────────────────────────────────────────────────────────────────


def test_a_link_works_once(app, letters):
    register()
    token = token_in(letters)
    with transaction():
        commands.confirm_email(token, by=SOMEBODY)
    with pytest.raises(Conflict), transaction():
        commands.confirm_email(token, by=SOMEBODY)


def test_a_link_works_until_its_last_moment_and_not_after(app, letters, clock):
    register()
    token = token_in(letters)
    clock.advance(timedelta(days=2))
    with pytest.raises(Refused, match="期限"), transaction():
        commands.confirm_email(token, by=SOMEBODY)
    clock.advance(timedelta(seconds=-1))
    with transaction():
        assert commands.confirm_email(token, by=SOMEBODY).email == "kamome@example.jp"


def test_a_made_up_link_is_not_found(app):
    with pytest.raises(NotFound), transaction():
        commands.confirm_email("x" * 43, by=SOMEBODY)


def test_a_link_for_confirming_does_not_choose_a_password(app, letters):
    register()
    token = token_in(letters)
    with pytest.raises(NotFound), transaction():
        commands.choose_new_password(token, "other", by=SOMEBODY)


def test_a_link_of_a_stopped_account_is_refused(app, letters):
    register()
    token = token_in(letters)
    with transaction():
        by_email().suspended_at = by_email().created_at
    with pytest.raises(Refused, match="止められています"), transaction():
        commands.confirm_email(token, by=SOMEBODY)


# ── Passwords and sessions ──────────────────────────────────────────────────────────────────


def test_a_new_password_by_letter_ends_every_session(app, letters):
    person = with_session(a_resident(), "h1")
    with transaction():
        commands.ask_for_new_password(f" {person.email.upper()} ", by=SOMEBODY)
    token = token_in(letters)
    with transaction():
        commands.choose_new_password(token, HASH, by=SOMEBODY)
    assert reloaded(person).password_hash == HASH
    assert sessions_of(person) == 0


@pytest.mark.parametrize("email", ["nobody@example.jp", "", "not an address"])
def test_asking_for_a_password_of_an_unknown_address_writes_to_nobody(app, letters, email):
    with transaction():
        commands.ask_for_new_password(email, by=SOMEBODY)
    worker.drain()
    assert letters == []


@pytest.mark.parametrize("email", [None, "nobody@example.jp"])
def test_asking_for_a_new_password_does_the_same_for_every_address(app, letters, email):
    address = email or a_resident().email
    with transaction():
        commands.ask_for_new_password(address, by=SOMEBODY)
    [row] = db.session.scalars(select(OutboxRow))
    assert row.kind == "people.mail_new_password_link"
    assert letters == []


def test_changing_ones_password_keeps_only_the_session_in_which_it_was_done(app):
    person = with_session(with_session(a_resident(), "here"), "elsewhere")
    with transaction():
        commands.change_own_password(reloaded(person), HASH, "here", by=actor_of(person))
    assert [row.token_hash for row in queries.list_sessions(person)] == ["here"]


def test_nobody_changes_anothers_password_or_words(app):
    owner, other = a_resident(), actor_of(a_resident())
    draft = ProfileDraft("かえた", None, None, frozenset(), "ja", True)
    for change in (
        lambda: commands.change_own_password(reloaded(owner), HASH, None, by=other),
        lambda: commands.change_own_profile(reloaded(owner), draft, by=other),
        lambda: commands.end_other_sessions(reloaded(owner), None, by=other),
        lambda: commands.erase_own_account(reloaded(owner), by=other),
    ):
        with pytest.raises(Denied), transaction():
            change()
    assert reloaded(owner).nickname == owner.nickname


def test_staff_sessions_end_after_half_a_day_and_those_of_residents_after_a_season(app, clock):
    for person, life in (
        (a_resident(), timedelta(days=90)),
        (a_member_of_staff(Role.EDITOR), timedelta(hours=12)),
    ):
        with_session(person, f"h{person.id}")
        (session,) = queries.list_sessions(person)
        assert session.ends_at == clock.moment + life


def test_a_stopped_account_cannot_begin_a_session(app):
    person = a_resident()
    with transaction():
        commands.suspend(reloaded(person), stop=True, by=SYSTEM)
    with pytest.raises(Denied, match="止められています"), transaction():
        commands.log_in(reloaded(person), "h", "Firefox", by=SOMEBODY)


def test_logging_out_ends_one_session_and_ending_the_others_ends_the_rest(app):
    person = with_session(with_session(with_session(a_resident(), "a"), "b"), "c")
    with transaction():
        commands.log_out("a", by=actor_of(person))
    with transaction():
        commands.end_other_sessions(reloaded(person), "b", by=actor_of(person))
    assert [row.token_hash for row in queries.list_sessions(person)] == ["b"]


def test_a_session_in_use_does_not_end(app, clock):
    person = with_session(a_resident(), "h")
    clock.advance(timedelta(days=13))
    with transaction():
        commands.note_use("h", by=actor_of(person))
    clock.advance(timedelta(days=13))
    assert queries.find_account("h") is not None


def test_a_failed_log_in_is_remembered_without_saying_who(app):
    with transaction():
        commands.note_failed_log_in("kamome@example.jp", "192.0.2.7", by=SOMEBODY)
    (row,) = db.session.scalars(select(LoginAttempt))
    assert "kamome" not in row.account_hash
    assert "192" not in row.network
    assert recorded("people.try_log_in")[-1].changes == {"failed": True}


# ── What one says of oneself; leaving ───────────────────────────────────────────────────────


def test_a_profile_is_changed_whole(app):
    person = a_resident()
    draft = ProfileDraft(
        "さくら", AgeBand.FROM_30, None, frozenset({Standing.LIVES, Standing.WORKS}), "en", False
    )
    with transaction():
        commands.change_own_profile(reloaded(person), draft, by=actor_of(person))
    draft = ProfileDraft("さくら", None, None, frozenset({Standing.WORKS, Standing.STUDIES}), "ja", False)
    with transaction():
        commands.change_own_profile(reloaded(person), draft, by=actor_of(person))
    assert set(queries.list_standings(person)) == {Standing.WORKS, Standing.STUDIES}
    assert (reloaded(person).age_band, reloaded(person).wants_mail) == (None, False)


def test_one_may_write_ones_own_name_in_another_way(app):
    person = a_resident("かもめ")
    with transaction():
        reloaded(person).nickname_key = "かもめ"
    draft = ProfileDraft("カモメ", None, None, frozenset(), "ja", True)
    with transaction():
        commands.change_own_profile(reloaded(person), draft, by=actor_of(person))
    assert reloaded(person).nickname == "カモメ"


def test_letters_are_stopped_by_whoever_holds_the_link(app):
    person = a_resident()
    with transaction():
        commands.stop_letters(reloaded(person), by=SOMEBODY)
    assert reloaded(person).wants_mail is False


def test_leaving_removes_what_is_known_and_announces_it(app, told):
    organisation = an_organisation()
    person = with_session(a_delegate(organisation, "かもめ"), "h")
    actor = actor_of(person)
    with transaction():
        commands.erase_own_account(reloaded(person), by=actor)
    left = reloaded(person)
    assert (left.email, left.password_hash, left.nickname) == (None, None, "退会した人")
    assert "かもめ" not in left.nickname_key
    assert sessions_of(person) == 0
    assert queries.list_delegates(organisation) == []
    assert told == [PersonErased(person.id)]


def test_two_people_can_leave(app):
    for person in (a_resident(), a_resident()):
        with transaction():
            commands.erase_own_account(reloaded(person), by=actor_of(person))
    assert db.session.scalar(select(func.count()).where(Person.nickname == "退会した人")) == 2


def test_the_name_of_somebody_who_left_is_free_again(app):
    register(nickname="かもめ")
    with transaction():
        by_email().email_confirmed_at = by_email().created_at
    person = by_email()
    with transaction():
        commands.erase_own_account(reloaded(person), by=actor_of(person))
    register("new@example.jp", "かもめ")
    assert by_email("new@example.jp").nickname == "かもめ"


# ── Staff ───────────────────────────────────────────────────────────────────────────────────


def invite(roles=frozenset({Role.EDITOR}), by=SYSTEM, email="staff@example.jp"):
    with transaction():
        return commands.invite_staff(email, "担当 花子", roles, None, by=by)


def test_invited_staff_choose_a_password_by_letter_and_have_their_roles(app, letters):
    person = invite({Role.EDITOR, Role.APPROVER})
    token = token_in(letters)
    with transaction():
        commands.choose_new_password(token, HASH, by=SOMEBODY)
    assert reloaded(person).email_confirmed_at is not None
    assert actor_of(reloaded(person)).roles == {Role.EDITOR, Role.APPROVER}
    assert recorded("people.invite_staff")[-1].changes == {"roles": ["approver", "editor"]}


@pytest.mark.parametrize("roles", [frozenset(), {Role.RESIDENT}, {Role.EDITOR, Role.SYSTEM}, {Role.VISITOR}])
def test_only_roles_of_staff_can_be_given(app, roles):
    with pytest.raises(Refused) as refusal:
        invite(roles)
    assert refusal.value.field == "roles"


def test_an_address_that_is_taken_is_not_invited(app):
    with pytest.raises(Refused) as refusal:
        invite(email=a_resident().email)
    assert refusal.value.field == "email"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR])
def test_only_administrators_invite(app, role):
    with pytest.raises(Denied):
        invite(by=actor_of(a_member_of_staff(role)))


def test_changing_roles_logs_out_and_records_before_and_after(app):
    chief = actor_of(a_member_of_staff(Role.ADMINISTRATOR))
    section = a_section()
    person = with_session(a_member_of_staff(Role.EDITOR), "h")
    with transaction():
        commands.change_roles(reloaded(person), {Role.OFFICER}, section.id, by=chief)
    assert (actor_of(reloaded(person)).roles, reloaded(person).section_id) == ({Role.OFFICER}, section.id)
    assert sessions_of(person) == 0
    assert recorded("people.change_roles")[-1].changes == {"before": ["editor"], "after": ["officer"]}


def test_a_resident_gets_no_role(app):
    person = a_resident()
    with pytest.raises(Refused), transaction():
        commands.change_roles(reloaded(person), {Role.EDITOR}, None, by=SYSTEM)


def test_administrators_change_others_and_never_themselves(app):
    chief = a_member_of_staff(Role.ADMINISTRATOR)
    for change in (
        lambda: commands.change_roles(reloaded(chief), {Role.EDITOR}, None, by=actor_of(chief)),
        lambda: commands.suspend(reloaded(chief), stop=True, by=actor_of(chief)),
    ):
        with pytest.raises(Denied), transaction():
            change()


def test_the_last_administrator_who_can_log_in_stays(app):
    chief, invited = a_member_of_staff(Role.ADMINISTRATOR), a_member_of_staff(Role.ADMINISTRATOR)
    assert invited.password_hash is None, "an invitation that nobody took up is no administrator"
    for change in (
        lambda: commands.change_roles(reloaded(chief), {Role.EDITOR}, None, by=SYSTEM),
        lambda: commands.suspend(reloaded(chief), stop=True, by=SYSTEM),
    ):
        with pytest.raises(Refused, match="管理者がいなくなる"), transaction():
            change()
    with transaction():
        reloaded(invited).password_hash = HASH
    with transaction():
        commands.suspend(reloaded(chief), stop=True, by=SYSTEM)
    assert reloaded(chief).suspended_at is not None


def test_a_stopped_account_is_logged_out_and_can_go_on_later(app):
    person = with_session(a_resident(), "h")
    chief = actor_of(a_member_of_staff(Role.ADMINISTRATOR))
    with transaction():
        commands.suspend(reloaded(person), stop=True, by=chief)
    assert sessions_of(person) == 0
    with transaction():
        commands.suspend(reloaded(person), stop=False, by=chief)
    assert reloaded(person).suspended_at is None
    assert [entry.changes for entry in recorded("people.suspend")] == [{"stopped": True}, {"stopped": False}]


def test_every_role_of_staff_is_written_once(app):
    person = invite({Role.EDITOR})
    with transaction():
        commands.change_roles(reloaded(person), {Role.EDITOR, Role.OFFICER}, None, by=SYSTEM)
    roles = db.session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id)).all()
    assert sorted(roles) == [Role.EDITOR, Role.OFFICER]
