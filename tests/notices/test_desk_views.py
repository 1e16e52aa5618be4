"""How messages were delivered, and letters on paper, as staff meet them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.access.actors import Role
from participation.contributions.events import ContributionAnswered
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.notices import desk_views
from participation.notices.models import LetterBatch
from participation.opinions.domain import Submitter
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in


@pytest.fixture
def consultation(app):
    return an_open_consultation()


@pytest.fixture
def desk(app, client):
    return PageClient(app, log_in(client, a_member_of_staff(Role.OFFICER)))


def answered(submission):
    with transaction():
        for opinion in opinions_of(submission):
            events.publish(ContributionAnswered(opinion.contribution_id, "/points/abc", "増やします。"))
    return submission


def on_paper(consultation, number=1):
    return answered(
        a_paper_submission(
            [f"意見{number}"], to=consultation, submitter=Submitter(f"見本 {number}", f"見本町{number}番")
        )
    )


@pytest.fixture
def pdf(monkeypatch):
    """Letters as they would be printed, without the typesetting (which tests/papers prove)."""
    made = []

    def keep(letters, head, _folder):
        made.append((letters, head))
        return b"%PDF-letters"

    monkeypatch.setattr(desk_views, "pdf_of", keep)
    return made


def test_before_anything_was_published_the_pages_say_what_to_do(desk, consultation):
    assert "まだ知らせはありません" in desk.get("/desk/deliveries/").text
    assert "まだ知らせはありません" in desk.get(f"/desk/deliveries/{consultation.code}").text


def test_letters_go_from_preparation_to_the_post(desk, consultation, pdf):
    sent = on_paper(consultation)
    page = desk.get("/desk/deliveries/").follow(consultation.title)
    assert "文書を待つ" in page.text
    assert "見本町" not in page.text
    batch = page.submit("文書を用意する")
    assert sent.receipt_number in batch.text
    assert "見本" not in batch.text.replace("見本の", "")
    form = batch.form("宛名を開けて、PDFを取り出す")
    empty = batch.submit("宛名を開けて、PDFを取り出す", expect=422, reason="")
    assert "宛名を開ける理由を書いてください" in empty.text
    answer = desk.client.post(form.action, data={**_sent(form), "reason": "発送のため"})
    assert (answer.status_code, answer.data) == (200, b"%PDF-letters")
    assert answer.headers["Cache-Control"] == "private, no-store"
    ((letter,), _head) = pdf[0]
    assert (letter.recipient, letter.address) == ("見本 1", "見本町1番")
    assert [part.text for part in letter.parts][1:4] == ["意見 No.1", "あなたが書いた文", "意見1"]
    assert "増やします。" in letter.parts[-1].text
    assert set("".join(letter.code)) == {"0", "1"}
    public_id = db.session.scalars(select(LetterBatch.public_id)).one()
    page = desk.get(f"/desk/deliveries/letters/{public_id}")
    assert "印刷した（発送待ち）" in page.text or "文書の発送待ち" in page.text
    assert "文書を発送した" in page.submit("発送したことを記す").text


def test_a_second_printing_asks_for_a_purpose(desk, consultation, pdf):
    on_paper(consultation)
    batch = desk.get(f"/desk/deliveries/{consultation.code}").submit("文書を用意する")
    form = batch.form("宛名を開けて、PDFを取り出す")
    desk.client.post(form.action, data={**_sent(form), "reason": "発送のため"})
    refused = desk.client.post(form.action, data={**_sent(form), "reason": "発送のため"})
    assert refused.status_code == 403
    assert "もう印刷されています" in refused.get_data(as_text=True)
    again = desk.client.post(form.action, data={**_sent(form), "reason": "紙づまり", "again": "y"})
    assert again.status_code == 200
    assert len(pdf) == 2


def test_somebody_told_at_the_window_is_marked(desk, consultation):
    sent = answered(a_submission(to=consultation))
    page = desk.get(f"/desk/deliveries/{consultation.code}").follow("伝えたことを記す")
    assert "増やします。" in page.text
    assert "書いてください" in page.submit("伝えたことを記す", expect=422, note="").text
    done = page.submit("伝えたことを記す", note="窓口で渡した")
    assert "手渡し・口頭" in done.text
    assert sent.receipt_number in done.text


def test_rows_are_filtered_and_the_number_of_queries_does_not_grow(desk, consultation, queries_of):
    on_paper(consultation)
    address = f"/desk/deliveries/{consultation.code}"
    one = queries_of(lambda: desk.get(address))
    for number in range(2, 20):
        on_paper(consultation, number)
    many = queries_of(lambda: desk.get(address))
    assert many == one <= 10
    assert "この届きかたの提出はありません" in desk.get(f"{address}?state=failed").text
    page = desk.get(f"{address}?state=paper")
    assert page.text.count("文書を待つ") >= 19
    batch = page.submit("文書を用意する")
    assert len(batch.text) < 60_000
    assert queries_of(lambda: desk.get(batch.url)) <= 10


def test_who_only_reads_sees_no_buttons(app, client, consultation):
    on_paper(consultation)
    auditor = PageClient(app, log_in(client, a_member_of_staff(Role.AUDITOR)))
    page = auditor.get(f"/desk/deliveries/{consultation.code}")
    assert "文書を待つ" in page.text
    assert "文書を用意する" not in [node.text for node in page.all("button")]


def test_a_resident_sees_nothing_of_it(app, client, consultation):
    PageClient(app, log_in(client, a_resident())).get("/desk/deliveries/", expect=403)


def _sent(form):
    return {name: values[0] for name, values in form.values.items() if values}
