"""From the consent to the proposal, with a server on this machine; and everything that stops it on the way."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select, update

from participation.access.actors import Actor, Role, system
from participation.audit import trail
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.jobs import long_runs
from participation.opinions import commands as opinions
from participation.reading import commands
from participation.reading.domain.drafting import DraftStatus
from participation.reading.models import MachineDraft
from participation.replies.commands import assign_section
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_submission, an_opinion
from tests.support.builders.replies import a_draft, a_point, the_schemes
from tests.support.language_model import a_language_model, says, whole
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_section, log_in

EDITOR = Actor(roles=frozenset({Role.EDITOR}))
NEW = "/desk/machine-drafts/new"
SAID = [
    "区報の字が小さくて読めません。駅にも置いてください。",
    "窓口の人を増やしてください。電話は03-1234-5678です。",
]


@pytest.fixture(scope="module")
def model():
    with a_language_model() as running:
        yield running


@pytest.fixture
def page(app, client, model, monkeypatch):
    monkeypatch.setitem(app.config, "LANGUAGE_MODEL_URL", model.url)
    monkeypatch.setitem(app.config, "LANGUAGE_MODEL", "small")
    monkeypatch.setitem(app.config, "LANGUAGE_MODEL_YEN", 300)
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def an_answer(
    text="字を大きくしてほしい、窓口の人を増やしてほしい、という意見です。", quote="区報の字が小さくて"
):
    return says({"text": text, "citations": [{"number": 1, "quote": quote}]})


def let_through():
    """Somebody looked at what was held for its telephone number, and let it be read."""
    with transaction():
        db.session.execute(
            update(Contribution)
            .where(Contribution.visibility == Visibility.HELD)
            .values(visibility=Visibility.RECEIVED)
        )


def the_draft():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(MachineDraft).order_by(MachineDraft.id.desc())).first()


def sent(page, numbers="1-2", kind="summary"):
    look = page.get(NEW).submit("送る内容を確かめる", numbers=numbers, kind=kind)
    asked = look.submit("同意して頼む", agreed="y")
    long_runs.work_off()
    return asked


def test_after_consent_to_exactly_what_is_sent_a_proposal_comes_and_is_taken_up_by_hand(page, model):
    model.will(an_answer())
    a_submission(SAID, to=an_open_consultation())
    before = len(model.asked)
    assert "意見2は" in page.get(NEW).submit("送る内容を確かめる", numbers="1,2", kind="summary").text
    let_through()
    look = page.get(NEW).submit("送る内容を確かめる", numbers="1,2,77", kind="summary")
    for words in (model.url.split("/")[2], "2件（1件に■", "意見77は", "トークン", "円", "氏名、住所"):
        assert words in look.text
    assert "1234" not in look.text
    without = look.submit("同意して頼む", expect=422)
    assert "同意のしるし" in without.text
    assert len(model.asked) == before
    asked = without.submit("同意して頼む", agreed="y")
    assert "順番待ち" in asked.text
    long_runs.work_off()
    assert len(model.asked) == before + 1
    assert [each["number"] for each in model.opinions()] == [1, 2]
    assert "1234" not in json.dumps(model.asked[-1], ensure_ascii=False)
    draft = the_draft()
    shown = page.get(f"/desk/machine-drafts/{draft.public_id}")
    assert "機械がつくった案" in shown.text
    assert "「区報の字が小さくて」" in shown.text
    assert (len(draft.prompt_sha256), len(draft.response_sha256), draft.model) == (64, 64, "small")
    other = page.get(f"/desk/machine-drafts/{draft.public_id}")
    taken = shown.submit("読んで確かめたので、採る")
    assert "職員が採りました" in taken.text
    assert the_draft().decided_by_id is not None
    again = other.submit("採らない", expect=409)
    assert "もうほかの職員が決めました" in again.text
    assert "職員が採りました" in page.get("/desk/machine-drafts").text


def test_what_is_not_in_the_opinions_is_refused_and_cannot_be_taken_up(page, model):
    a_submission(SAID, to=an_open_consultation())
    model.will(an_answer(quote="駅前に図書館を建ててください"))
    sent(page)
    draft = the_draft()
    assert draft.status is DraftStatus.REFUSED
    shown = page.get(f"/desk/machine-drafts/{draft.public_id}")
    assert "この案は断りました" in shown.text
    assert "意見1にない文を引用" in shown.text
    assert "採る" not in [button for form in shown.forms for button in form.button_texts]
    with pytest.raises(Denied), transaction():
        commands.adopt_draft(draft, by=EDITOR)


def test_a_server_that_fails_is_told_of_in_words_and_nothing_is_kept_as_a_proposal(page, model):
    a_submission(SAID, to=an_open_consultation())
    model.will(whole({}, 500))
    sent(page)
    draft = the_draft()
    assert draft.status is DraftStatus.FAILED
    told = page.get(f"/desk/machine-drafts/{draft.public_id}")
    assert "サーバーの側で誤り" in told.text
    again = told.follow("同じ意見でもう一度頼む").form("送る内容を確かめる").values
    assert (again["numbers"], again["kind"]) == (["1"], ["summary"])


def test_when_words_have_to_go_they_go_from_question_and_answer_too(page, model):
    consultation = an_open_consultation()
    opinion = an_opinion(said=SAID[0], to=consultation)
    model.will(an_answer("区報の字"))
    sent(page, "1", "label")
    assert the_draft().status is DraftStatus.PROPOSED
    with transaction():
        opinions.withdraw_opinion(opinion, holds=True, by=system("tests"))
    draft = the_draft()
    assert (draft.messages, draft.response, draft.text, draft.citations) == ([], "", "", [])
    assert draft.status is DraftStatus.FAILED
    assert len(draft.prompt_sha256) == 64
    assert "送った文と答えは消しました" in page.get(f"/desk/machine-drafts/{draft.public_id}").text


def test_what_changed_between_looking_and_sending_is_looked_at_again(page, model):
    consultation = an_open_consultation()
    opinion = an_opinion(said=SAID[0], to=consultation)
    an_opinion(said="窓口の人を増やしてください。", to=consultation)
    look = page.get(NEW).submit("送る内容を確かめる", numbers="1-2", kind="summary")
    with transaction():
        opinions.withdraw_opinion(opinion, holds=True, by=system("tests"))
    before = len(model.asked)
    stale = look.submit("同意して頼む", expect=409, agreed="y")
    assert "もう一度確かめてください" in stale.text
    assert len(model.asked) == before
    assert "その番号の意見は" in page.get(NEW).submit("送る内容を確かめる", expect=422, numbers="50").text


def test_another_server_than_the_one_agreed_to_is_not_asked(page, model, app, monkeypatch):
    a_submission(SAID, to=an_open_consultation())
    look = page.get(NEW).submit("送る内容を確かめる", numbers="1", kind="reply")
    look.submit("同意して頼む", agreed="y")
    monkeypatch.setitem(app.config, "LANGUAGE_MODEL", "another")
    before = len(model.asked)
    long_runs.work_off()
    assert len(model.asked) == before
    assert "設定を変えました" in the_draft().reasons[0]


def test_without_a_server_nothing_can_be_asked(page, app, monkeypatch):
    an_opinion()
    form = page.get(NEW)
    monkeypatch.setitem(app.config, "LANGUAGE_MODEL_URL", "")
    assert "使っていません" in page.get("/desk/machine-drafts").text
    assert "使っていません" in page.get(NEW).text
    assert "使っていません" in form.submit("送る内容を確かめる", expect=422, numbers="1").text
    assert the_draft() is None


# ── From a point to its reply ───────────────────────────────────────────────────────────────

ASKED = "区報の字を大きくします。駅にも置けるよう、鉄道会社と話します。"
FROM_MACHINE = "機械の下書きから"


@pytest.fixture
def point():
    the_schemes()
    return a_point([an_opinion(said=SAID[0])])


def proposed_for(page, point, model):
    """What a machine proposes, asked for on the page of a point; with the page on which it is decided on."""
    model.will(an_answer(ASKED))
    asking = page.get(f"/desk/points/{point.public_id}").follow("機械に下書きの案を頼む")
    look = asking.submit("送る内容を確かめる")
    look.submit("同意して頼む", agreed="y")
    long_runs.work_off()
    return page.get(f"/desk/machine-drafts/{the_draft().public_id}")


def test_a_draft_asked_for_at_a_point_is_mended_there_and_stays_marked_up_to_the_decision(
    page, model, point, client
):
    assert FROM_MACHINE not in page.get(f"/desk/points/{point.public_id}").text
    editing = proposed_for(page, point, model).submit("読んで確かめたので、採る")
    assert "機械の下書きを写した書きかけです" in editing.text
    form = editing.form("#reply-form")
    assert form.values["body"] == [ASKED]
    saved = editing.submit("新しい版として保存する", body=ASKED + "来月から始めます。", disposition="A")
    assert "第1版で、" in saved.text
    assert "写しました" in saved.text
    later = saved.submit("新しい版として保存する", body="書き直した文です。", disposition="A")
    later.submit("決裁に回す")
    waiting = page.get("/desk/approvals")
    assert FROM_MACHINE in waiting.text
    deciding = waiting.follow("区報の文字と置き場所")
    assert FROM_MACHINE in deciding.text
    assert "第1版で、" in deciding.text
    package = client.get(
        f"/desk/publish/{db.session.get_one(Consultation, point.consultation_id).code}/package.zip"
    )
    with zipfile.ZipFile(io.BytesIO(package.data)) as enclosed:
        (proposal,) = [each for each in enclosed.namelist() if "起案文" in each]
        with zipfile.ZipFile(io.BytesIO(enclosed.read(proposal))) as document:
            assert f"{FROM_MACHINE}書き始め" in document.read("word/document.xml").decode()
    said = [entry for entry in trail.entries_about(point) if "machine_drafts" in entry.changes]
    assert [(each.action, each.changes["version"]) for each in said] == [("replies.draft_reply", 1)]
    assert said[0].changes["machine_drafts"] == [the_draft().public_id]
    assert trail.entries_about(the_draft())[0].changes == {"status": "adopted", "point": point.public_id}


def test_what_was_typed_before_stays_and_a_reply_without_a_machine_is_not_marked(page, model, point):
    a_draft(point, "はじめに書いた文です。")
    editing = proposed_for(page, point, model).submit("読んで確かめたので、採る")
    typed = editing.form("#reply-form").values
    assert typed["body"] == [f"はじめに書いた文です。\r\n\r\n{ASKED}"]
    assert typed["disposition"] == ["A"]
    assert FROM_MACHINE not in page.get("/desk/approvals").text
    other = a_point()
    by_hand = page.get(f"/desk/points/{other.public_id}")
    saved = by_hand.submit("新しい版として保存する", body="手で書きました。", disposition="A")
    assert FROM_MACHINE not in saved.text


def test_words_kept_from_an_older_version_are_not_overwritten_and_the_proposal_waits(
    page, model, point, client
):
    proposal = proposed_for(page, point, model)
    typing = page.get(f"/desk/points/{point.public_id}").form("#reply-form")
    first = typing.filled({"body": "書きかけです。"})
    assert client.post(f"/desk/points/{point.public_id}/draft", data=first).status_code == 200
    a_draft(point, "ほかの人の第1版です。")
    told = proposal.submit("読んで確かめたので、採る", expect=422)
    assert "書きかけが残っています" in told.text
    assert the_draft().status is DraftStatus.PROPOSED


def test_without_a_server_or_the_right_nothing_is_offered_and_another_section_cannot_take_it_up(
    page, model, point, app, client, monkeypatch
):
    own = a_section("花の課").code
    proposed_for(page, point, model)
    with transaction():
        assign_section(point.public_id, own, by=EDITOR)
    log_in(client, a_member_of_staff(Role.OFFICER, section=a_section("草の課")))
    theirs = page.get(f"/desk/points/{point.public_id}")
    assert "機械に下書きの案を頼む" not in theirs.text
    told = page.get(f"/desk/machine-drafts/{the_draft().public_id}").submit(
        "読んで確かめたので、採る", expect=403
    )
    assert "担当課" in told.text
    assert the_draft().status is DraftStatus.PROPOSED
    monkeypatch.setitem(app.config, "LANGUAGE_MODEL_URL", "")
    log_in(client, a_member_of_staff(Role.EDITOR))
    assert "機械" not in page.get(f"/desk/points/{point.public_id}").main.text
