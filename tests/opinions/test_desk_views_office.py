"""The office of a 地区 (地区サービス事務所): enters by telephone and at the counter, and sees its own 地区 only."""

from __future__ import annotations

import pytest

from participation.access import rules
from participation.access.actors import Actor, Role
from participation.consultations.queries import get_procedure
from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import may_read
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.opinions.domain import Channel, Submitter
from participation.opinions.models import Opinion, Submission
from participation.organisations.queries import find_section
from participation.subjects.models import Subject
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, actor_of, log_in

WORDS = "夜道に明かりがほしいです。"


def an_officer(section: str):
    """Somebody at an office."""
    return a_member_of_staff(Role.DISTRICT_OFFICE, section=find_section(section))


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


@pytest.fixture
def consultation(app):
    return an_open_consultation(about=[a_subject()])


def test_an_office_enters_a_call_and_finds_it_in_its_own_register(page, client, consultation):
    officer = an_officer("office-central")
    log_in(client, officer)
    desk = page.get("/desk/office")
    assert "中央地区の窓口" in desk.text
    assert client.get("/desk/").headers["Location"] == "/desk/office"
    form = desk.follow("聞いた意見を入力する")
    assert form.form("保存して次を入力する").values["channel"] == ["phone"]
    about = db.session.query(Subject).filter_by(kind="test").one().public_id
    form.submit("保存して次を入力する", about_0=about, body_0=WORDS, was_read_back=True)
    entered = db.session.query(Submission).one()
    assert entered.channel is Channel.PHONE
    assert entered.area_id == actor_of(officer).area_id
    register = page.get(f"/desk/consultations/{consultation.code}/submissions")
    assert WORDS[:8] in register.text
    assert "紙・電話の意見を入力する" in register.text
    assert "書き出す" not in register.text
    shown = page.get(f"/desk/submissions/{entered.public_id}")
    assert WORDS in shown.text
    assert "原本・写しと並べて見る" not in shown.text
    printed = page.get(f"/desk/consultations/{consultation.code}/receipts")
    assert printed.h1


def test_what_other_offices_and_the_ward_took_in_is_on_no_page_of_an_office(page, client, consultation):
    elsewhere = a_paper_submission(
        ["よその地区の意見です"],
        to=consultation,
        by=actor_of(an_officer("office-north")),
        submitter=Submitter(name="山田", address="目黒区"),
    )
    by_post = a_paper_submission(["郵便の意見です"], to=consultation)
    by_web = a_submission(["ウェブの意見です"], to=consultation)
    log_in(client, an_officer("office-central"))
    register = page.get(f"/desk/consultations/{consultation.code}/submissions")
    for words in ("よその地区", "郵便の意見", "ウェブの意見"):
        assert words not in register.text
    for each in (elsewhere, by_post, by_web):
        assert client.get(f"/desk/submissions/{each.public_id}").status_code == 404
        assert client.get(f"/desk/submissions/{each.public_id}/original").status_code in (403, 404)
        answer = client.post(f"/desk/submissions/{each.public_id}/identity", data={"reason": "知りたい"})
        assert answer.status_code in (400, 404, 422)
        assert "山田" not in answer.get_data(as_text=True)
    waiting = page.get(f"/desk/consultations/{consultation.code}/receipts")
    assert "山田" not in waiting.text


@pytest.mark.parametrize(
    "path",
    [
        "/desk/register",
        "/desk/register.csv",
        "/desk/opinions",
        "/desk/consultations/{code}/submissions.csv",
        "/desk/consultations/{code}/imports",
        "/desk/consultations",
        "/desk/proposals",
        "/desk/surveys",
        "/desk/votes",
        "/desk/organisations/",
        "/desk/staff",
        "/desk/looks",
        "/spaces/komaba/run",
        "/spaces/ward/run",
        "/spaces/aburamen/secretariat",
    ],
)
def test_lists_registers_files_and_other_spaces_are_closed_to_an_office(client, consultation, path):
    log_in(client, an_officer("office-central"))
    answer = client.get(path.format(code=consultation.code), follow_redirects=True)
    assert answer.status_code in (403, 404), path


def test_an_office_runs_the_spaces_of_its_own_area(page, client):
    log_in(client, an_officer("office-central"))
    assert "油面住区の運営" in page.get("/spaces/aburamen/run").text
    assert "中央地区の運営" in page.get("/spaces/area-central/run").text


def test_an_officer_without_an_area_enters_nothing_and_sees_nothing(page, client, consultation):
    a_paper_submission(["郵便の意見です"], to=consultation)
    lost = an_officer("community")
    with pytest.raises(Denied, match="所属"):
        rules.require(actor_of(lost), "opinions.record_paper", get_procedure(consultation.code))
    log_in(client, lost)
    assert "所属を確かめてください" in page.get("/desk/office").text
    assert "郵便の意見" not in page.get(f"/desk/consultations/{consultation.code}/submissions").text


def test_rules_about_a_submission_ask_which_office_took_it_in(consultation):
    central, north = (actor_of(an_officer(f"office-{area}")) for area in ("central", "north"))
    own = a_paper_submission([WORDS], to=consultation, by=central)
    for action in ("opinions.look_at_identity", "opinions.attach_file"):
        assert rules.can(central, action, own)
        assert not rules.can(north, action, own)
        assert rules.can(Actor(roles=frozenset({Role.OFFICER})), action, own)
    both = Actor(roles=frozenset({Role.DISTRICT_OFFICE, Role.OFFICER}), area_id=north.area_id)
    assert rules.can(both, "opinions.look_at_identity", own)
    assert (both.only_area_id, central.only_area_id) == (None, central.area_id)


def test_words_that_wait_for_a_screener_are_not_for_an_office(consultation):
    by_web = a_submission(["ひどい言葉です"], to=consultation)
    said = db.session.get_one(
        Contribution, db.session.query(Opinion).filter_by(submission_id=by_web.id).one().contribution_id
    )
    with transaction():
        contributions.change_visibility(db.session.get_one(Contribution, said.id), Visibility.HELD)
    assert not may_read(actor_of(an_officer("office-central")), said)
    assert may_read(Actor(roles=frozenset({Role.SCREENER})), said)
    assert db.session.query(Submission).one().area_id is None


def test_an_office_learns_nothing_of_the_files_of_another_area_whatever_it_sends(page, client, consultation):
    other = a_paper_submission(to=consultation, by=actor_of(an_officer("office-north")))
    log_in(client, an_officer("office-central"))
    about = f"/desk/submissions/{other.public_id}"
    for path in (about, f"{about}/original"):
        assert client.get(path).status_code in (403, 404)
    token = page.get("/desk/office").form("/log-out").values["csrf_token"][0]
    answer = client.post(f"{about}/files", data={"csrf_token": token})
    assert answer.status_code in (403, 404)
    assert other.receipt_number not in answer.get_data(as_text=True)
