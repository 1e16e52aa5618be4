"""What changes gatherings: seats are counted exactly, secrets stay sealed, letters go out once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text

from participation.access.actors import Actor, Role, system, visitor
from participation.audit.models import AuditEntry
from participation.consultations.queries import hold_procedure
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.paging import Edge
from participation.gatherings import commands, queries
from participation.gatherings.domain import (
    Attendee,
    GatheringState,
    Need,
    RecordState,
    RegistrationDraft,
    RegistrationState,
    origin_of,
)
from participation.gatherings.models import Gathering, GatheringSeats, Registration, RegistrationSecret
from participation.gatherings.subscribers import remind
from participation.jobs import retention, worker
from participation.jobs.models import OutboxRow
from participation.opinions.domain import Channel, OpinionText
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries import count_for_origins
from participation.surveys.domain.inviting import Invitee
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.gatherings import (
    OFFICER,
    a_draft,
    a_gathering,
    a_prepared_gathering,
    a_record,
    hold,
    moment_in,
    registered,
)
from tests.support.people import a_member_of_staff, a_resident, actor_of

APPROVER = Actor(roles=frozenset({Role.APPROVER}), name="決裁者", person_id=None)


@pytest.fixture(autouse=True)
def _app(app):
    return app


def seats(gathering: Gathering) -> GatheringSeats:
    db.session.expire_all()
    return db.session.get_one(GatheringSeats, gathering.id)


def states(gathering: Gathering) -> list[tuple[int, str]]:
    db.session.expire_all()
    rows = db.session.scalars(
        select(Registration).where(Registration.gathering_id == gathering.id).order_by(Registration.number)
    )
    return [(each.number, each.state.value) for each in rows]


def cancelled(registration: Registration, gathering: Gathering, *, holds: bool = True) -> int:
    with transaction():
        return commands.cancel_registration(registration, gathering, holds, by=visitor("guest"))


# ── Seats ───────────────────────────────────────────────────────────────────────────────────


def test_fifty_at_once_get_exactly_the_seats_there_are_and_the_rest_wait(app):
    gathering = a_gathering(capacity=17)
    public_id, together = gathering.public_id, Barrier(50)

    def one(number: int) -> str:
        with app.app_context():
            together.wait(20)
            with transaction():
                return commands.register_attendance(
                    queries.get_gathering(public_id),
                    RegistrationDraft(1, Attendee(email=f"p{number}@example.jp")),
                    by=visitor(f"guest{number}"),
                ).state.value

    db.session.remove()
    with ThreadPoolExecutor(50) as pool:
        given = list(pool.map(one, range(50)))
    assert (given.count("registered"), given.count("waiting")) == (17, 33)
    assert seats(gathering).taken == 17
    assert [number for number, _ in states(gathering)] == list(range(1, 51))


def test_who_waits_moves_up_in_order_when_seats_become_free_and_is_told(letters):
    gathering = a_gathering(capacity=3)
    first = registered(gathering, "a@example.jp", people=3)
    registered(gathering, "b@example.jp", people=2)
    registered(gathering, "c@example.jp", people=1)
    registered(gathering, "d@example.jp", people=1)
    worker.drain()
    assert [each["to"] for each in letters] == [f"{name}@example.jp" for name in "abcd"]
    assert "キャンセル待ち" in letters[1]["subject"]
    assert cancelled(first, gathering) == 2
    assert states(gathering) == [(1, "cancelled"), (2, "registered"), (3, "registered"), (4, "waiting")]
    worker.drain()
    assert [each["to"] for each in letters[4:]] == ["b@example.jp", "c@example.jp"]
    assert all("席があきました" in each["subject"] for each in letters[4:])
    assert seats(gathering).taken == 3


def test_coming_with_fewer_gives_seats_away_and_with_more_takes_only_free_ones():
    gathering = a_gathering(capacity=4)
    large = registered(gathering, "a@example.jp", people=4)
    registered(gathering, "b@example.jp", people=1)
    with pytest.raises(Refused, match="空きがありません"), transaction():
        commands.change_registration(large, gathering, RegistrationDraft(5), True, by=visitor("guest"))
    with transaction():
        commands.change_registration(large, gathering, RegistrationDraft(3), True, by=visitor("guest"))
    assert states(gathering) == [(1, "registered"), (2, "registered")]
    assert seats(gathering).taken == 4


def test_more_seats_are_given_to_who_waits_and_fewer_than_are_taken_are_refused():
    gathering = a_gathering(capacity=1)
    registered(gathering, "a@example.jp")
    registered(gathering, "b@example.jp")
    with transaction():
        commands.change_gathering(gathering, a_draft(capacity=2), gathering.version, by=OFFICER)
    assert states(gathering) == [(1, "registered"), (2, "registered")]
    with pytest.raises(Refused, match="もう2人"), transaction():
        commands.change_gathering(gathering, a_draft(capacity=1), gathering.version, by=OFFICER)


def test_without_a_waiting_list_a_full_gathering_is_full():
    gathering = a_gathering(capacity=1, has_waiting_list=False)
    registered(gathering, "a@example.jp")
    with pytest.raises(Refused, match="定員になりました"):
        registered(gathering, "b@example.jp")


def test_an_account_registers_once_and_again_after_taking_it_back():
    gathering, me = a_gathering(), actor_of(a_resident())
    mine = registered(gathering, by=me)
    with pytest.raises(Refused, match="もう申し込んでいます"):
        registered(gathering, "other@example.jp", by=me)
    cancelled(mine, gathering)
    assert registered(gathering, by=me).number == 2


@pytest.mark.parametrize(
    ("says", "people", "why"),
    [
        ({"email": ""}, 1, "どちらか"),
        ({"email": "a@b, c@d"}, 1, "形"),
        ({"email": "", "phone": "1234"}, 1, "市外局番"),
        ({}, 0, "人数"),
        ({}, 11, "人数"),
    ],
)
def test_what_nobody_could_be_reached_by_or_seated_with_is_refused(says, people, why):
    with pytest.raises(Refused, match=why):
        registered(a_gathering(), people=people, **says)


# ── When, and who may not ───────────────────────────────────────────────────────────────────


def test_nobody_registers_before_it_opens_after_it_closes_or_once_it_is_called_off(clock):
    gathering = a_gathering()
    opening = clock.moment + timedelta(days=1)
    with transaction():
        commands.change_gathering(
            gathering, a_draft(registration_opens_at=opening), gathering.version, by=OFFICER
        )
    with pytest.raises(Denied, match="から受け付けます"):
        registered(gathering)
    clock.set(opening)
    registered(gathering)
    clock.set(gathering.starts_at)
    with pytest.raises(Denied, match="締め切りました"):
        registered(gathering, "late@example.jp")


def test_somebody_without_the_link_changes_nothing():
    gathering = a_gathering()
    mine = registered(gathering)
    with pytest.raises(Denied, match="申し込んだ人だけ"):
        cancelled(mine, gathering, holds=False)
    assert not queries.holds(mine, "x" * 16)
    assert not queries.holds(mine, door=queries.registration_secrets(mine)[0])
    assert queries.holds(mine, queries.registration_secrets(mine)[0])


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VISITOR, Role.ANALYST, Role.AUDITOR])
def test_only_the_staff_of_gatherings_prepare_look_and_keep_the_door(role, clock):
    gathering = a_gathering()
    mine, other = registered(gathering), Actor(roles=frozenset({role}), person_id=None)
    clock.set(moment_in(gathering))
    for forbidden in (
        lambda: commands.draft_gathering(a_draft(), by=other),
        lambda: commands.cancel_gathering(gathering, "理由", by=other),
        lambda: commands.look_at_attendee(mine, "理由", by=other),
        lambda: commands.look_at_needs(gathering, "理由", by=other),
        lambda: commands.check_in(mine, gathering, by=other),
        lambda: commands.note_held(gathering, by=other),
        lambda: commands.draw_invitations(gathering, [Invitee("1")], 1, "s", by=other),
    ):
        with pytest.raises(Denied), transaction():
            forbidden()


def test_two_who_change_at_once_do_not_overwrite_each_other():
    gathering = a_prepared_gathering()
    seen = gathering.version
    with transaction():
        commands.change_gathering(gathering, a_draft(title="先に変えた題名"), seen, by=OFFICER)
    with pytest.raises(Conflict), transaction():
        commands.change_gathering(gathering, a_draft(title="後から"), seen, by=OFFICER)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"contact": ""}, "問い合わせ先"),
        ({"by_invitation": True}, "くじの種"),
    ],
)
def test_what_lacks_something_is_not_announced(says, why):
    gathering = a_prepared_gathering(**says)
    with pytest.raises(Refused, match=why), transaction():
        commands.announce_gathering(gathering, by=OFFICER)


# ── Letters ─────────────────────────────────────────────────────────────────────────────────


def test_a_gathering_called_off_tells_everybody_why_and_another_place_is_told_too(letters):
    gathering = a_gathering(capacity=1)
    registered(gathering, "a@example.jp")
    registered(gathering, "b@example.jp")
    with transaction():
        assert (
            commands.change_gathering(
                gathering, a_draft(place="別の会場", capacity=1), gathering.version, by=OFFICER
            )
            == 2
        )
    with transaction():
        assert commands.cancel_gathering(gathering, "台風のため。", by=OFFICER) == 2
    worker.drain()
    subjects = [each["subject"] for each in letters]
    assert sum("変わりました" in each for each in subjects) == 2
    assert sum("中止のお知らせ" in each for each in subjects) == 2
    assert "台風のため。" in letters[-1]["body"]
    assert gathering.state is GatheringState.CANCELLED


def test_the_reminder_goes_out_once_the_day_before_also_when_the_work_is_done_again(clock, letters):
    gathering = a_gathering(capacity=2)
    registered(gathering, "a@example.jp")
    registered(gathering, "", phone="03-0000-0001")
    registered(gathering, "waits@example.jp")
    worker.drain()
    letters.clear()
    remind()
    clock.set(gathering.starts_at - timedelta(days=1))
    remind()
    remind()  # The worker was killed after the work, before the note of it.
    worker.drain()
    assert [(each["to"], "あすです" in each["subject"]) for each in letters] == [("a@example.jp", True)]


def test_a_reminder_whose_transaction_fails_is_neither_marked_nor_sent(clock, letters):
    gathering = a_gathering()
    mine = registered(gathering)
    worker.drain()
    letters.clear()
    clock.set(gathering.starts_at - timedelta(days=1))
    with pytest.raises(RuntimeError), transaction():
        commands.send_reminders(by=system("tests"))
        raise RuntimeError("killed")
    db.session.expire_all()
    assert db.session.get_one(Registration, mine.id).reminded_at is None
    remind()
    worker.drain()
    assert len(letters) == 1


# ── Secrets ─────────────────────────────────────────────────────────────────────────────────


def test_name_contact_and_needs_stand_in_no_table_in_plain_words():
    gathering = a_gathering()
    registered(
        gathering,
        "himitsu@example.jp",
        name="北野ひみつ",
        phone="03-1234-5678",
        needs=frozenset({Need.WHEELCHAIR}),
        note="電動の車いすです",
    )
    everything = "".join(
        str(row)
        for table in ("registrations", "registration_secrets", "audit_entries", "outbox")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    )
    for secret in ("himitsu", "北野", "1234-5678", "電動", "wheelchair"):
        assert secret not in everything
        assert json.dumps(secret)[1:-1] not in everything


def test_every_look_needs_a_reason_and_is_recorded():
    gathering = a_gathering()
    mine = registered(gathering, name="北野", needs=frozenset({Need.CHILDCARE}), note="2歳")
    with pytest.raises(Refused), transaction():
        commands.look_at_attendee(mine, "  ", by=OFFICER)
    with transaction():
        assert commands.look_at_attendee(mine, "席の連絡", by=OFFICER).name == "北野"
        asked = commands.look_at_needs(gathering, "保育の準備", by=OFFICER)
    assert asked.counts == {Need.CHILDCARE: 1}
    assert asked.lines == ((1, 1, frozenset({Need.CHILDCARE}), "2歳"),)
    actions = db.session.execute(select(AuditEntry.action, AuditEntry.changes)).all()
    assert ("gatherings.look_at_attendee", {"reason": "席の連絡"}) in actions
    assert any(action == "gatherings.look_at_needs" for action, _ in actions)


def test_who_came_is_forgotten_a_month_after_and_at_once_when_taken_back(clock):
    gathering = a_gathering()
    kept, gone = registered(gathering, "a@example.jp"), registered(gathering, "b@example.jp")
    cancelled(gone, gathering)
    rows = select(RegistrationSecret.registration_id)
    assert db.session.scalars(rows).all() == [kept.id]
    rule = next(rule for rule in retention.all_rules() if rule.name == "gatherings.attendees")
    for days, left in ((29, 1), (31, 0)):
        clock.set(gathering.ends_at + timedelta(days=days))
        with transaction():
            rule.forget(clock.moment - rule.period)
        assert len(db.session.scalars(rows).all()) == left
    db.session.expire_all()
    assert db.session.get_one(Registration, kept.id).contact_key is None


def test_two_registrations_with_one_contact_are_shown_to_staff_as_such():
    gathering = a_gathering(capacity=9)
    registered(gathering, "a@example.jp")
    registered(gathering, "A@example.jp")
    registered(gathering, "b@example.jp")
    page = queries.list_registrations(gathering, Edge())
    assert [each.has_twin for each in page.items] == [True, True, False]


# ── The door ────────────────────────────────────────────────────────────────────────────────


def test_a_registration_is_taken_at_the_door_once_and_walk_ins_are_counted(clock):
    gathering = a_gathering(capacity=2)
    mine, waits = registered(gathering, "a@example.jp", people=2), registered(gathering, "b@example.jp")
    with pytest.raises(Denied, match="2時間前"), transaction():
        commands.check_in(mine, gathering, by=OFFICER)
    clock.set(moment_in(gathering))
    with transaction():
        commands.check_in(mine, gathering, by=OFFICER)
    with pytest.raises(Conflict, match="受け付けています"), transaction():
        commands.check_in(mine, gathering, by=OFFICER)
    with pytest.raises(Refused, match="キャンセル待ち"), transaction():
        commands.check_in(waits, gathering, by=OFFICER)
    with transaction():
        commands.count_walk_ins(gathering, 3, by=OFFICER)
        assert commands.count_walk_ins(gathering, -1, by=OFFICER) == 2
    with pytest.raises(Refused, match="多くは引けません"), transaction():
        commands.count_walk_ins(gathering, -3, by=OFFICER)
    assert (seats(gathering).checked_in, seats(gathering).walk_ins) == (2, 2)


# ── Voices ──────────────────────────────────────────────────────────────────────────────────


def test_a_voice_from_the_room_is_an_opinion_of_the_register_with_its_origin(clock):
    about = a_subject()
    consultation = an_open_consultation(about=[about])
    gathering = a_gathering(consultation)
    said = OpinionText(about.public_id, "夜の通学路が暗いです。")
    with pytest.raises(Denied, match="1時間前"), transaction():
        commands.speak_in_room(gathering, hold_procedure(consultation.code), said, by=visitor("g"))
    clock.set(moment_in(gathering))
    with transaction():
        sent = commands.speak_in_room(gathering, hold_procedure(consultation.code), said, by=visitor("g"))
    origin = origin_of(gathering.public_id)
    assert (sent.channel, sent.origin) == (Channel.MEETING, origin)
    assert count_for_origins([origin])[origin].opinions == 1
    assert db.session.scalars(select(Submission.origin)).all() == [origin]


# ── The record ──────────────────────────────────────────────────────────────────────────────


def test_a_record_is_published_by_another_than_who_wrote_it(clock):
    gathering = a_gathering()
    writer = actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Denied, match="終わりました"), transaction():
        commands.write_record(gathering, "早すぎる", None, (), 0, by=writer)
    clock.set(moment_in(gathering))
    record = a_record(hold(gathering), by=writer)
    with pytest.raises(Denied, match="ほかの人"), transaction():
        commands.approve_record(record, gathering, by=writer)
    with transaction():
        commands.return_record(record, "人数を確かめてください。", by=APPROVER)
    assert record.state is RecordState.DRAFTED
    with transaction():
        commands.write_record(gathering, "直しました。", 9, (), record.version, by=writer)
    with pytest.raises(Conflict), transaction():
        commands.write_record(gathering, "古い版から", 9, (), 1, by=writer)
    with transaction():
        commands.submit_record(record, gathering, by=writer)
    with transaction():
        commands.approve_record(record, gathering, by=APPROVER)
    assert gathering.state is GatheringState.RECORDED
    assert queries.get_public_record(gathering).record.body == "直しました。"


def test_a_record_names_only_opinions_of_its_consultation(clock):
    consultation = an_open_consultation()
    gathering = a_gathering(consultation)
    clock.set(moment_in(gathering))
    hold(gathering)
    with pytest.raises(Refused, match="番号7"), transaction():
        commands.write_record(gathering, "本文", None, [7], 0, by=OFFICER)
    assert db.session.scalars(select(Opinion.id)).all() == []


# ── Invitations ─────────────────────────────────────────────────────────────────────────────


def test_a_drawn_code_registers_once_and_nobody_else_gets_in():
    gathering = a_gathering(by_invitation=True, seed_source="抽選の日の日経平均株価の終値")
    listed = [Invitee(f"{number:04}") for number in range(40)]
    with transaction():
        drawn = commands.draw_invitations(gathering, listed, 3, "38412", by=OFFICER)
    with transaction():
        taken = commands.open_codes(drawn, by=OFFICER)
        commands.take_codes(drawn, by=OFFICER)
    assert len(taken) == 3
    with pytest.raises(Denied, match="取り出されています"), transaction():
        commands.open_codes(drawn, by=OFFICER)
    with pytest.raises(Refused, match="招待状の番号"):
        registered(gathering)
    with pytest.raises(Refused, match="打ち間違い"):
        registered(gathering, code="AAAA-AAAA-AAAA")
    first = registered(gathering, code=taken[0].code.lower())
    assert first.state is RegistrationState.REGISTERED
    with pytest.raises(Refused, match="もう申し込みがあります"):
        registered(gathering, "b@example.jp", code=taken[0].code)
    assert [used for _, used in queries.list_draws(gathering)] == [1]
    with pytest.raises(Refused, match="前の抽選"), transaction():
        commands.draw_invitations(gathering, listed, 40, "1", by=OFFICER)
    assert taken[0].code not in str(db.session.scalars(select(OutboxRow.payload)).all())
