"""Bad input and abuse at the pages of proposals: many at once, strangers, long documents, names that are markup."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from participation.foundation.db import db, transaction
from participation.foundation.file_kinds import MAX_BYTES
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Membership
from participation.proposals.models import PersonEndorsement, ProposalAttachment
from tests.support.builders.proposals import a_draft, a_proposal, a_team
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def test_fifty_presses_of_one_persons_button_at_once_count_once(app, page, client):
    """Through the pages, on both databases: the button of one page, pressed in fifty tabs."""
    proposal = a_proposal()
    log_in(client, a_resident())
    form = page.get(f"/proposals/{proposal.public_id}").form("個人として賛同する")
    data, path = form.filled({}), form.action
    barrier, codes = Barrier(50), []
    browsers = [app.test_client() for _ in range(50)]
    for each in browsers:
        each._cookies.update(client._cookies)  # Tabs of one browser.

    def press(browser):
        barrier.wait()
        codes.append(browser.post(path, data=data).status_code)

    db.session.rollback()
    threads = [Thread(target=press, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert codes == [303] * 50
    assert db.session.scalar(select(func.count()).select_from(PersonEndorsement)) == 1
    page.get(f"/proposals/{proposal.public_id}").form("個人の賛同をやめる")


def test_a_document_of_two_hundred_pages_is_kept_if_it_is_small_enough_and_never_run(page, client):
    organisation, delegate = a_team()
    draft = a_draft(organisation, delegate)
    log_in(client, delegate)
    pages = b"".join(b"%d 0 obj <</Type /Page>> endobj\n" % number for number in range(200))
    form = page.get(f"/proposals/{draft.public_id}/documents")
    kept = form.submit(
        "資料を付ける", file=(BytesIO(b"%PDF-1.7\n" + pages), "200頁.pdf"), description="調査の報告（200頁）"
    )
    assert "調査の報告（200頁）" in kept.text
    large = (BytesIO(b"%PDF-1.7\n" + b"0" * MAX_BYTES), "大きい.pdf")
    refused = kept.submit("資料を付ける", expect=422, file=large, description="大きすぎる報告")
    assert "10MBまで" in refused.text
    assert "大きすぎる報告" in refused.html, "what was typed stays"
    attachment = db.session.scalars(select(ProposalAttachment)).one()
    answer = client.get(f"/proposals/{draft.public_id}/attachments/{attachment.public_id}")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_markup_in_the_name_of_an_organisation_or_a_person_stays_text(page, client):
    organisation, delegate = a_team("<img src=x onerror=alert(1)>会")
    proposal = a_proposal(organisation, delegate, title="<b>太い</b>題名")
    for path in (
        "/proposals",
        f"/proposals/{proposal.public_id}",
        "/organisations",
        f"/organisations/{organisation.public_id}",
    ):
        html = page.get(path).html
        assert "<img src=x" not in html
        assert "<b>太い" not in html
        assert "&lt;img src=x" in html


@pytest.mark.parametrize("what", ["term", "withdrawn", "expired"])
def test_a_page_opened_in_time_is_refused_once_the_term_or_the_organisation_is_over(
    page, client, clock, what
):
    organisation, delegate = a_team("さくら商店会")
    proposal = a_proposal()
    log_in(client, delegate)
    opened = page.get(f"/proposals/{proposal.public_id}")
    with transaction():
        if what == "term":
            for each in db.session.scalars(select(Membership).where(Membership.person_id == delegate.id)):
                each.ends_on = clock.moment.date() - timedelta(days=1)
        else:
            row = db.session.get_one(CommunityOrganisation, organisation.id)
            row.withdrawn_at = clock.moment if what == "withdrawn" else None
            row.confirmed_until = clock.moment.date() if what == "expired" else None
    refused = opened.submit("さくら商店会として賛同する", expect=403)
    assert "担当者だけ" in refused.text or "確認が済んだ" in refused.text or "権限" in refused.text
