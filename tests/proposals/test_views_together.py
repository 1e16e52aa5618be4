"""Pages on which an organisation writes together, and others offer changes, as browsers meet them."""

from __future__ import annotations

from io import BytesIO

import pytest

from participation.access.actors import Right
from participation.foundation.db import db, transaction
from participation.organisations.models import CommunityOrganisation
from participation.proposals import queries
from tests.support.builders.consultations import a_subject
from tests.support.builders.proposals import TEXT, a_draft, a_proposal, a_team
from tests.support.page import PageClient
from tests.support.people import a_delegate, a_resident, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_two_who_change_one_part_see_both_and_lose_nothing(app, page, client):
    organisation, one = a_team()
    draft = a_draft(organisation, one)
    log_in(client, one)
    opened = page.get(f"/proposals/{draft.public_id}/edit")
    other = PageClient(app, log_in(app.test_client(), a_delegate(organisation)))
    other.get(f"/proposals/{draft.public_id}/edit").submit(
        "下書きを保存する", purpose="先の人の目的", cost="3万円"
    )
    late = opened.submit("下書きを保存する", expect=409, purpose="あとの人の目的")
    for words in ("先の人の目的", "あとの人の目的", "3万円", "同じところを先に書き直しました"):
        assert words in late.text or words in late.html
    late.submit("下書きを保存する", purpose="二人で決めた目的")
    proposal = queries.get_proposal(draft.public_id)
    assert (proposal.purpose, proposal.cost) == ("二人で決めた目的", "3万円")
    assert "3万円" in page.get(f"/proposals/{draft.public_id}/drafts/2").text
    page.get(f"/proposals/{draft.public_id}/drafts/99", expect=404)


def test_similar_proposals_are_shown_before_a_new_one_begins(page, client):
    organisation, one = a_team()
    subject = a_subject()
    a_proposal(organisation, one, about=subject.id)
    log_in(client, one)
    form = page.get("/proposals/new")
    shown = form.submit("書きはじめる", expect=422, title="掲示板に区報をはる", about=str(subject.id))
    assert "似た提案があります" in shown.text
    assert TEXT.title in shown.text
    shown.submit("書きはじめる", saw_similar="y")
    assert client.get("/proposals/similar?words=掲示板に区報").status_code == 200
    assert TEXT.title in client.get("/proposals/similar?words=掲示板に区報").get_data(as_text=True)
    assert TEXT.title not in client.get("/proposals/similar?words=防災倉庫").get_data(as_text=True)


def test_approval_documents_and_items_by_form(app, page, client):
    organisation, one = a_team()
    with transaction():
        db.session.get_one(CommunityOrganisation, organisation.id).approvals_needed = 1
    draft, second = a_draft(organisation, one), a_subject()
    log_in(client, one)
    base = f"/proposals/{draft.public_id}"
    edit = page.get(f"{base}/edit").submit("下書きを保存する", **TEXT.as_dict())
    refused = edit.submit("提出する", expect=422)
    assert "団体の中の承認が、あと1人要ります" in refused.text
    approval = page.get(f"{base}/approval")
    approval.submit("記録する", expect=422, stance="disagrees", note="")
    approval.submit("記録する", stance="agrees")
    documents = page.get(f"{base}/documents")
    for name, content, words in (
        ("a.exe", b"MZ", "受け付けられない形式"),
        ("大.pdf", b"%PDF-" + b"0" * 10_500_000, "大きすぎます"),
    ):
        bad = documents.submit("資料を付ける", expect=422, file=(BytesIO(content), name), description="図")
        assert words in bad.text
    many_pages = b"%PDF-1.7 " + b"/Type /Page " * 200
    documents.submit(
        "資料を付ける", file=(BytesIO(many_pages), "<b>200頁</b>.pdf"), description="見取り図<i>"
    )
    page.get(f"{base}/items").submit("保存する", ties=[str(second.id)])
    (kept,) = queries.list_attachments(queries.get_proposal(draft.public_id))
    file = f"{base}/attachments/{kept.public_id}"
    assert app.test_client().get(file).status_code == 404, "not before it is submitted"
    page.get(f"{base}/edit").submit("提出する")
    answer = app.test_client().get(file)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    shown = page.get(base)
    assert "見取り図&lt;i&gt;" in shown.html
    assert "担当者1人が承認しました" in shown.text
    assert second.title in shown.text


def test_a_change_is_offered_answered_and_shown_with_its_difference(app, page, client):
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate)
    base = f"/proposals/{proposal.public_id}"
    log_in(client, a_resident("坂の人"))
    form = page.get(f"{base}/amend/purpose")
    form.submit("修正案を出す", expect=422, reason="")
    shown = form.submit("修正案を出す", after="駅にも区のお知らせを届けます。", reason="駅は<b>読まれる</b>")
    assert "返事を待っています" in shown.text
    assert "&lt;b&gt;" in shown.html
    page.get(f"{base}/amend/nothing", expect=404)
    team = PageClient(app, log_in(app.test_client(), delegate))
    answering = team.get(base).follow("「目的」への修正案")
    assert "自分の団体" in team.get(f"{base}/amend/purpose").text
    answering.submit("取り入れない", expect=422, answer="")
    answering.submit("取り入れる", answer="よい案です。")
    assert "駅にも区のお知らせを届けます。" in page.get(base).text


def test_joining_by_form_with_both_sides(app, page, client):
    about = a_subject().id
    one, other = a_team(), a_team("みどり丘自治会")
    ends = a_proposal(*one, about=about)
    goes_on = a_proposal(*other, about=about, title="駅前にも区報を貼る")
    log_in(client, one[1])
    page.get(f"/proposals/{ends.public_id}/join").submit(
        "相手の団体に申し出る", other=goes_on.public_id, direction="into_other", message="同じ目的です。"
    )
    team = PageClient(app, log_in(app.test_client(), other[1]))
    answering = team.get(f"/proposals/{goes_on.public_id}").follow(f"「{TEXT.title}」との申し出に返事をする")
    answering.submit("同意してまとめる", expect=422, answer="")
    answering.submit("同意してまとめる", answer="いっしょにしましょう。")
    shown = page.get(f"/proposals/{ends.public_id}")
    assert "ほかの提案にまとめられました" in shown.text
    assert "まとめられた提案" in page.get("/proposals").text


def test_a_delegate_who_only_approves_reads_the_draft_and_does_not_write_it(app, page, client):
    organisation, one = a_team()
    draft = a_draft(organisation, one)
    log_in(client, a_delegate(organisation, rights=[Right.APPROVE]))
    assert "あなたの考え" in page.get(f"/proposals/{draft.public_id}/approval").text
    form = page.get(f"/proposals/{draft.public_id}/edit")
    form.submit("下書きを保存する", expect=403, purpose="書けないはず")


def test_a_rewriting_is_agreed_to_on_its_page_before_it_is_published(app, page, client):
    organisation, writer = a_team()
    proposal = a_proposal(organisation, writer)
    with transaction():
        db.session.merge(organisation).approvals_needed = 1
    log_in(client, writer)
    asked = page.get(f"/proposals/{proposal.public_id}/edit").submit(
        "ほかの担当者に承認を頼む", request="毎月5日までにください。"
    )
    assert asked.h1.endswith("提案の書き直しの承認")
    assert asked.all("ins")
    theirs = PageClient(app)
    log_in(theirs.client, a_delegate(organisation))
    agreed = theirs.get(asked.url).submit("記録する", stance="agrees")
    assert "承認した人は1人" in agreed.text
    assert "第2版" in page.get(asked.url).submit("提案の書き直しを行う").text
    log_in(theirs.client, a_team("よその会")[1])
    theirs.get(asked.url, expect=404)
