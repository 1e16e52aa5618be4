"""The next version of a plan, made of published amendments, and what it says about whose words changed it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.notices.models import Notification
from participation.opinions import commands as opinions
from participation.opinions.models import Opinion
from participation.plans import commands as plans
from participation.plans import queries as plan_queries
from participation.plans.domain.reasons import reasons_between
from participation.plans.domain.tree import VersionStage
from participation.plans.models import PlanVersion
from participation.replies import commands
from participation.replies.domain import AmendmentDraft, Approval, Operation, VersionDraft
from participation.replies.models import AmendmentApplication
from participation.replies.queries import changes
from participation.subjects.models import Subject
from tests.plans.trees import FIRST, a_tree
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import an_opinion
from tests.support.builders.replies import (
    a_draft,
    a_point,
    an_approver,
    an_editor,
    approved,
    published,
    submitted,
)
from tests.support.people import a_member_of_staff, a_resident, actor_of

pytestmark = pytest.mark.usefixtures("app")

BY = system("tests")
SLUG = "test-plan"
PLAN = FIRST.replace("公園の数を増やします。", "公園の数を増やします。広場も作ります。")


@pytest.fixture
def plan():
    with transaction():
        report = plans.import_plan(a_tree(PLAN), home_ward="meguro", by=BY)
        plans.publish_version(report.version, by=BY)
    return plan_queries.get_plan(SLUG)


def subject(code="T-1-1-1"):
    return db.session.get_one(Subject, plan_queries.get_node(SLUG, code).subject_id)


def text(code="T-1-1-1"):
    db.session.expire_all()
    return plan_queries.get_node(SLUG, code).text


def a_point_about(code="T-1-1-1", *, to=None, title="公園", people=(None,)):
    place = subject(code)
    consultation = to or an_open_consultation(about=[place])
    members = [
        an_opinion(to=consultation, about=place, said=f"{title}について {number}", by=each)
        for number, each in enumerate(people)
    ]
    return a_point(members, title=title)


def record(
    point, operation=Operation.REPLACE, before="数を増やします", after="数を2倍にします", code="T-1-1-1"
):
    with transaction():
        return commands.record_amendment(
            point.public_id,
            AmendmentDraft(subject(code).public_id, operation, before, after),
            by=an_editor(),
        )


def make(*amendments, seal=None, by=None):
    keys = tuple(each.public_id for each in amendments)
    found = changes.next_version(SLUG, keys)
    draft = VersionDraft(keys, found.seal if seal is None else seal, VersionStage.FINAL_DRAFT, "案")
    with transaction():
        return commands.make_version(SLUG, draft, by=by or an_editor())


def publish(version):
    with transaction():
        plans.publish_version(db.session.get_one(PlanVersion, version.id), by=BY)


def opinion_ids():
    return list(db.session.scalars(select(Opinion.id).order_by(Opinion.id)))


def test_a_version_has_the_published_words_and_waits_to_be_published(plan):
    point = a_point_about()
    amendment = record(point)
    published(point)
    version = make(amendment)
    assert (version.number, version.stage, version.published_at) == (2, VersionStage.FINAL_DRAFT, None)
    assert text() == "公園の数を増やします。広場も作ります。"
    publish(version)
    assert text() == "公園の数を2倍にします。広場も作ります。"
    assert text("T-1-1-2") == "木を植えます。"


def test_what_is_not_published_is_not_offered(plan):
    point = a_point_about()
    amendment = record(point)
    assert changes.next_version(SLUG).waiting == ()
    approved(point)
    assert changes.next_version(SLUG).waiting == ()
    with pytest.raises(Conflict):
        make(amendment, seal="")


def test_a_changed_sentence_names_its_opinions_and_each_opinion_its_sentences(plan):
    point = a_point_about(people=(None, None))
    amendment = record(point)
    published(point)
    version = make(amendment)
    ids = opinion_ids()
    assert changes.changed_by(ids) == {}, "nobody is told of a version that is not public"
    publish(version)
    (reason,) = reasons_between(plan.id, 2, 2)["T-1-1-1"]
    assert (reason.old, reason.new) == ("公園の数を増やします。", "公園の数を2倍にします。")
    assert [each.number for each in reason.opinions] == [1, 2]
    told = changes.changed_by(ids)
    assert set(told) == set(ids)
    assert {(each.old, each.new, each.point_number) for each in told[ids[0]]} == {
        ("公園の数を増やします。", "公園の数を2倍にします。", 1)
    }


def test_overlapping_amendments_refuse_the_version_with_a_plain_reason(plan):
    first, second = a_point_about(), a_point_about(title="広場")
    one = record(first)
    other = record(second, before="増やします。広場も", after="減らします。広場も")
    published(first)
    published(second)
    found = changes.next_version(SLUG)
    assert len(found.misfits) == 2
    assert "同じ文を別々に直しています" in found.misfits[0][1]
    with pytest.raises(Refused, match="同じ文を別々に直しています"):
        make(one, other)
    assert db.session.scalars(select(AmendmentApplication)).all() == []
    assert make(one).number == 2


def test_an_amendment_that_no_longer_fits_is_refused_with_a_plain_reason(plan):
    point = a_point_about()
    amendment = record(point)
    published(point)
    with transaction():
        report = plans.import_plan(
            a_tree(PLAN.replace("公園の数を増やします。", "公園を守ります。")), home_ward="meguro", by=BY
        )
        plans.publish_version(report.version, by=BY)
    assert "見つかりません" in changes.next_version(SLUG).misfits[0][1]
    with pytest.raises(Refused, match="文章が先に変わっています"):
        make(amendment)


def test_a_place_that_left_the_plan_takes_no_amendment(plan):
    point = a_point_about("T-1-1-2")
    amendment = record(point, before="木", after="花", code="T-1-1-2")
    published(point)
    with transaction():
        report = plans.import_plan(
            a_tree(PLAN.replace("T-1-1-2,T-1-1,項目,,木を植えます。\n", "")), home_ward="meguro", by=BY
        )
        plans.publish_version(report.version, by=BY)
    with pytest.raises(Refused, match="今の版にはありません"):
        make(amendment)


def test_two_points_that_ask_for_the_same_stand_behind_one_sentence(plan):
    first, second = a_point_about(), a_point_about(title="もう1つの論点")
    amendments = [record(first), record(second)]
    published(first)
    published(second)
    publish(make(*amendments))
    assert text() == "公園の数を2倍にします。広場も作ります。"
    assert len(reasons_between(plan.id, 2, 2)["T-1-1-1"]) == 2
    assert all(len(changes.changed_by([each])[each]) == 1 for each in opinion_ids())


def test_what_changed_between_looking_and_making_refuses_the_version(plan):
    point = a_point_about()
    amendment = record(point)
    published(point)
    seal = changes.next_version(SLUG, {amendment.public_id}).seal
    with transaction():
        plans.import_plan(
            a_tree(PLAN.replace("広場も作ります。", "広場は作りません。")), home_ward="meguro", by=BY
        )
    with pytest.raises(Conflict, match="もう一度確かめて"):
        make(amendment, seal=seal)


def test_reasons_hold_over_several_versions(plan):
    first = a_point_about()
    one = record(first)
    published(first)
    publish(make(one))
    second = a_point_about(title="広場")
    other = record(second, Operation.ADD, "広場も作ります。", "花も植えます。")
    published(second)
    publish(make(other))
    assert text() == "公園の数を2倍にします。広場も作ります。花も植えます。"
    first_id, second_id = opinion_ids()
    told = changes.changed_by([first_id, second_id])
    assert [(each.version_name, each.new) for each in told[first_id]] == [
        ("第2版 案", "公園の数を2倍にします。")
    ]
    assert [(each.old, each.new) for each in told[second_id]] == [("", "花も植えます。")]
    assert changes.next_version(SLUG).waiting == (), "what stands in a version is not offered again"


def test_opinions_of_a_merged_point_stay_behind_the_sentence(plan):
    place = subject()
    consultation = an_open_consultation(about=[place])
    first = a_point_about(to=consultation)
    second = a_point_about(to=consultation, title="同じ話")
    record(second)
    with transaction():
        commands.merge_points(second.public_id, first.public_id, by=an_editor())
    assert changes.next_version(SLUG).waiting == (), "it is not published yet"
    published(first)
    (waiting,) = changes.next_version(SLUG).waiting
    assert waiting.point_number == first.number, "what a merged point was to change came along"
    found = changes.next_version(SLUG)
    with transaction():
        version = commands.make_version(
            SLUG,
            VersionDraft((waiting.text.public_id,), found.seal, VersionStage.FINAL_DRAFT),
            by=an_editor(),
        )
    publish(version)
    assert set(changes.changed_by(opinion_ids())) == set(opinion_ids())


def test_a_withdrawn_reply_is_said_beside_the_sentence_it_changed(plan):
    point = a_point_about()
    amendment = record(point)
    published(point)
    publish(make(amendment))
    with transaction():
        commands.withdraw_reply(point.public_id, "誤りのため。", by=an_approver())
    (reason,) = reasons_between(plan.id, 2, 2)["T-1-1-1"]
    assert "取り下げられました" in reason.remark
    (change,) = changes.changed_by(opinion_ids())[opinion_ids()[0]]
    assert change.remark == reason.remark


def test_an_amendment_left_out_by_a_correction_is_said_beside_the_sentence(plan):
    point = a_point_about()
    amendment = record(point)
    published(point)
    publish(make(amendment))
    with transaction():
        commands.remove_amendment(point.public_id, amendment.public_id, by=an_editor())
    version = submitted(point, a_draft(point, "修正をやめます。"))
    with transaction():
        commands.approve_reply(
            point.public_id, Approval(version.number, version.content_hash), by=an_approver()
        )
        commands.publish_reply(point.public_id, correction_note="取りやめたため。", by=an_approver())
    (reason,) = reasons_between(plan.id, 2, 2)["T-1-1-1"]
    assert "訂正で取りやめ" in reason.remark


def test_a_withdrawn_opinion_stands_behind_nothing(plan):
    point = a_point_about(people=(None, None))
    amendment = record(point)
    gone = db.session.get_one(Opinion, opinion_ids()[0])
    with transaction():
        opinions.withdraw_opinion(gone, "本人の頼み", by=BY)
    published(point)
    publish(make(amendment))
    (reason,) = reasons_between(plan.id, 2, 2)["T-1-1-1"]
    assert [each.number for each in reason.opinions] == [2]
    told = select(Notification.contribution_id)
    assert gone.contribution_id not in db.session.scalars(told).all()


def test_a_version_taken_in_from_a_document_is_recognised_by_its_words(plan):
    point = a_point_about()
    record(point)
    published(point)
    with transaction():
        report = plans.import_plan(
            a_tree(PLAN.replace("数を増やします。", "数を2倍にします。")), home_ward="meguro", by=BY
        )
        plans.publish_version(report.version, by=BY)
    (reason,) = reasons_between(plan.id, 2, 2)["T-1-1-1"]
    assert reason.new == "公園の数を2倍にします。"
    assert changes.next_version(SLUG).waiting == ()


def test_a_reply_published_after_the_plan_finds_its_words_there(plan):
    point = a_point_about()
    record(point)
    with transaction():
        report = plans.import_plan(
            a_tree(PLAN.replace("数を増やします。", "数を2倍にします。")), home_ward="meguro", by=BY
        )
        plans.publish_version(report.version, by=BY)
    assert reasons_between(plan.id, 2, 2) == {}
    published(point)
    assert set(reasons_between(plan.id, 2, 2)) == {"T-1-1-1"}


def test_authors_are_told_when_the_plan_has_their_change(plan):
    author = a_resident()
    point = a_point_about(people=(author, None))
    amendment = record(point)
    published(point)
    publish(make(amendment))
    told = db.session.execute(
        select(Notification.person_id, Notification.title, Notification.text)
        .join(Contribution, Contribution.id == Notification.contribution_id)
        .where(Notification.title == "あなたの意見をもとにした修正が、計画に入りました")
        .order_by(Notification.id)
    ).all()
    assert [row.person_id for row in told] == [author.id, None]
    assert "変わった後：公園の数を2倍にします。" in told[0].text


def test_an_officer_makes_no_version(plan):
    point = a_point_about()
    amendment = record(point)
    published(point)
    with pytest.raises(Denied):
        make(amendment, by=actor_of(a_member_of_staff(Role.OFFICER)))


def test_staff_see_overlapping_amendments_before_they_decide(plan):
    first, second = a_point_about(), a_point_about(title="広場")
    record(first)
    record(second, before="増やします。広場も", after="減らします。広場も")
    (clash,) = changes.clashes_of_point(first.id)
    assert (clash.other_number, clash.is_overlap) == (second.number, True)
    assert changes.clashes_of_point(second.id)[0].other_public_id == first.public_id
    assert changes.clashes_of_point(a_point_about(title="ほか").id) == []
