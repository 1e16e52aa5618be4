"""Letters on paper: prepared without anybody's address, printed once, posted; mails tried again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from flask import current_app, render_template
from sqlalchemy import select

from participation.access.actors import Role, system
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.contributions.events import ContributionAnswered, ContributionFollowedUp
from participation.foundation import clock as time
from participation.foundation import events
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.paging import Edge
from participation.jobs import worker
from participation.jobs.models import OutboxRow
from participation.notices import commands, desk_views
from participation.notices.domain import DeliveryState, LetterState
from participation.notices.models import LetterBatch, Notification, PaperLetter
from participation.notices.queries import deliveries
from participation.notices.subscribers import forget_abandoned_letters
from participation.opinions import commands as opinions
from participation.opinions.domain import Submitter
from participation.opinions.models import Submission
from participation.opinions.queries import receipts
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, opinions_of
from tests.support.people import a_member_of_staff, a_resident, actor_of

pytestmark = pytest.mark.usefixtures("app")

HANAKO = Submitter("見本 花子", "見本区見本町一丁目1番1号")
ANSWER = "No.1「公園」\n\n区の考え方：\n増やします。"


@pytest.fixture
def consultation():
    return an_open_consultation()


@pytest.fixture
def officer():
    return actor_of(a_member_of_staff(Role.OFFICER))


def answer(submission, text=ANSWER, path="/points/abc", **says):
    with transaction():
        for opinion in opinions_of(submission):
            events.publish(ContributionAnswered(opinion.contribution_id, path, text, **says))


def on_paper(consultation, said=("字を大きく。",), who=HANAKO):
    return a_paper_submission(said, to=consultation, submitter=who)


def prepare(consultation, officer):
    with transaction():
        return commands.prepare_letters(db.session.get_one(Consultation, consultation.id), by=officer)


def printed(batch, officer, reason="発送のため", **how):
    with transaction():
        opened = commands.open_letters(batch.public_id, reason, by=officer, **how)
    with transaction():
        commands.note_printed(batch.public_id, by=officer, **how)
    return opened


def states(consultation):
    db.session.rollback()
    db.session.expire_all()
    return {each.state: each.count for each in deliveries.count_by_state(consultation.id)}


def test_everybody_who_submitted_is_accounted_for_exactly_once(consultation, letters):
    mailed, unwanted = a_resident(), a_resident()
    with transaction():
        db.session.merge(unwanted).wants_mail = False
    sent = [
        a_submission(to=consultation, by=mailed),
        a_submission(["別の意見"], to=consultation, by=unwanted),
        a_submission(["名のらない人"], to=consultation),
        on_paper(consultation),
    ]
    for each in sent:
        answer(each)
    assert states(consultation)[DeliveryState.WAITING] == 2
    worker.drain()
    assert states(consultation) == {
        DeliveryState.SENT: 1,
        DeliveryState.SITE_ONLY: 1,
        DeliveryState.PAPER: 1,
        DeliveryState.RECEIPT_ONLY: 1,
    }
    assert deliveries.count_told(consultation.id) == (4, 4)


def test_a_letter_quotes_the_words_and_the_answer_and_opens_no_address(consultation, officer):
    answer(on_paper(consultation, ["字を大きく。", "紙でも配って。"]))
    batch = prepare(consultation, officer)
    (content,) = deliveries.list_contents(batch)
    assert [part.words for part in content.parts] == ["字を大きく。", "紙でも配って。"]
    assert content.parts[0].news[0].wordings[0].text == ANSWER
    looks = select(AuditEntry).where(AuditEntry.action == "opinions.look_at_identity")
    assert db.session.scalars(looks).all() == []
    assert states(consultation) == {DeliveryState.PREPARED: 1}


def test_opening_the_addresses_records_every_look_with_its_reason(consultation, officer):
    for number in range(2):
        answer(on_paper(consultation, [f"意見{number}"], Submitter(f"見本 {number}", f"見本町{number}")))
    batch = prepare(consultation, officer)
    opened = printed(batch, officer, "回答文書の発送のため")
    assert [each.submitter.address for each in opened] == ["見本町0", "見本町1"]
    looks = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "opinions.look_at_identity")
    ).all()
    assert [each.changes["reason"] for each in looks] == ["回答文書の発送のため"] * 2
    written = json.dumps(
        [each.changes for each in db.session.scalars(select(AuditEntry))], ensure_ascii=False
    )
    assert "見本町" not in written
    assert "見本 0" not in written


def test_without_a_reason_no_address_is_opened(consultation, officer):
    answer(on_paper(consultation))
    batch = prepare(consultation, officer)
    with pytest.raises(Refused, match="理由"):
        printed(batch, officer, " ")


def test_nothing_is_printed_twice_by_mistake_but_again_on_purpose(consultation, officer):
    answer(on_paper(consultation))
    batch = prepare(consultation, officer)
    printed(batch, officer)
    with pytest.raises(Denied, match="もう印刷されています"):
        printed(batch, officer)
    with pytest.raises(Conflict, match="待っている人はいません"):
        prepare(consultation, officer)
    again = printed(batch, officer, "紙づまりのため", is_reprint=True)
    assert len(again) == 1
    db.session.expire_all()
    assert db.session.scalars(select(LetterBatch.reprints)).one() == 1
    assert db.session.scalars(select(PaperLetter.state)).one() is LetterState.PRINTED


def test_two_who_prepare_at_once_make_one_letter_to_each(consultation, officer, app):
    for number in range(4):
        answer(on_paper(consultation, [f"意見{number}"], Submitter("見本", f"見本町{number}")))
    start, refused = threading.Barrier(2), []

    def work():
        with app.app_context():
            start.wait()
            try:
                prepare(consultation, officer)
            except Conflict as conflict:
                refused.append(conflict)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1
    submissions = db.session.scalars(select(PaperLetter.submission_id)).all()
    assert len(submissions) == len(set(submissions)) == 4


def test_an_interrupted_preparation_leaves_everything_waiting(consultation, officer):
    answer(on_paper(consultation))
    with pytest.raises(KeyboardInterrupt), transaction():
        commands.prepare_letters(db.session.get_one(Consultation, consultation.id), by=officer)
        raise KeyboardInterrupt  # As if the process had been ended here.
    assert states(consultation) == {DeliveryState.PAPER: 1}
    assert len(deliveries.list_contents(prepare(consultation, officer))) == 1


def test_addresses_that_were_opened_and_never_printed_can_be_printed(consultation, officer):
    answer(on_paper(consultation))
    batch = prepare(consultation, officer)
    with transaction():
        commands.open_letters(batch.public_id, "発送のため", by=officer)
    # The process was ended before the file was made.
    assert len(printed(batch, officer)) == 1


def test_who_gave_no_address_is_marked_and_can_be_told_otherwise(consultation, officer):
    sent = on_paper(consultation, who=Submitter("見本 太郎", "", "電話で"))
    answer(sent)
    batch = prepare(consultation, officer)
    assert printed(batch, officer) == []
    assert states(consultation) == {DeliveryState.NO_ADDRESS: 1}
    with transaction():
        commands.hand_over(db.session.get_one(Submission, sent.id), "電話で読み上げた", by=officer)
    assert states(consultation) == {DeliveryState.HANDED_OVER: 1}


def test_what_was_handed_over_goes_into_no_letter(consultation, officer):
    sent = on_paper(consultation)
    answer(sent)
    with transaction():
        commands.hand_over(db.session.get_one(Submission, sent.id), "窓口で渡した", by=officer)
    with pytest.raises(Conflict):
        prepare(consultation, officer)
    with pytest.raises(Conflict, match="まだ伝えていないことはありません"), transaction():
        commands.hand_over(db.session.get_one(Submission, sent.id), "もう一度", by=officer)


def test_later_news_comes_in_a_letter_of_its_own(consultation, officer):
    sent = on_paper(consultation)
    answer(sent)
    printed(prepare(consultation, officer), officer)
    (opinion,) = opinions_of(sent)
    with transaction():
        events.publish(
            ContributionFollowedUp(
                opinion.contribution_id, "計画に入りました", "変わった後：…", "/points/abc"
            )
        )
    assert states(consultation) == {DeliveryState.PAPER: 1, DeliveryState.PRINTED: 1}
    (content,) = deliveries.list_contents(prepare(consultation, officer))
    assert [news.title for news in content.parts[0].news] == ["計画に入りました"]


def test_an_answer_corrected_before_the_letter_is_told_as_it_is_now(consultation, officer):
    sent = on_paper(consultation)
    answer(sent, "誤りのある文")
    answer(sent, "正しい文", is_correction=True)
    (content,) = deliveries.list_contents(prepare(consultation, officer))
    assert [news.wordings[0].text for news in content.parts[0].news] == ["正しい文"]


def test_who_took_an_opinion_back_gets_no_letter(consultation, officer):
    sent = on_paper(consultation)
    (opinion,) = opinions_of(sent)
    with transaction():
        opinions.withdraw_opinion(opinion, "電話で頼まれた", by=system("tests"))
    answer(sent)
    with pytest.raises(Conflict):
        prepare(consultation, officer)


def test_a_cancelled_batch_lets_its_news_wait_anew(consultation, officer):
    answer(on_paper(consultation))
    batch = prepare(consultation, officer)
    with transaction():
        commands.cancel_batch(batch.public_id, by=officer)
    assert states(consultation) == {DeliveryState.PAPER: 1}
    with pytest.raises(Denied, match="取りやめられています"):
        printed(batch, officer)
    second = prepare(consultation, officer)
    assert second.number == 2
    printed(second, officer)
    with pytest.raises(Conflict, match="もう印刷した"), transaction():
        commands.cancel_batch(second.public_id, by=officer)


def test_posting_is_noted_after_printing_and_once(consultation, officer, clock):
    answer(on_paper(consultation))
    batch = prepare(consultation, officer)
    today = time.today()

    def post(day):
        with transaction():
            commands.note_posted(batch.public_id, day, by=officer)

    with pytest.raises(Refused, match="まだ印刷"):
        post(today)
    printed(batch, officer)
    with pytest.raises(Refused, match="きょうより後"):
        post(today + timedelta(days=1))
    with pytest.raises(Refused, match="印刷した日より前"):
        post(today - timedelta(days=1))
    post(today)
    assert states(consultation) == {DeliveryState.POSTED: 1}
    with pytest.raises(Conflict):
        post(today)


def test_who_screens_opens_no_addresses_of_letters(consultation, officer):
    answer(on_paper(consultation))
    batch = prepare(consultation, officer)
    with pytest.raises(Denied):
        printed(batch, actor_of(a_member_of_staff(Role.SCREENER)))


# ── Mails ───────────────────────────────────────────────────────────────────────────────────


def give_up(error):
    with transaction():
        for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail.send")):
            row.given_up_at, row.error, row.done_at = time.now(), error, None


def test_a_mail_that_could_not_be_sent_says_why_without_the_address_and_is_tried_again(
    consultation, officer, letters
):
    author = a_resident()
    answer(a_submission(to=consultation, by=author))
    with transaction():
        commands.write_letters(by=system("tests"))
    give_up("AddressRefused: 550")
    (row,) = deliveries.list_rows(consultation.id, DeliveryState.FAILED, Edge()).items
    assert row.failure == "相手のメールサーバーが、この宛先を受け付けませんでした（応答 550）。"
    give_up(f"SMTPException: {author.email} is not known")
    (row,) = deliveries.list_rows(consultation.id, None, Edge()).items
    assert author.email not in row.failure
    with transaction():
        assert commands.mail_again(db.session.get_one(Consultation, consultation.id), by=officer) == 1
    worker.drain()
    answers = [letter for letter in letters if "区の考え方" in letter["subject"]]
    assert [letter["to"] for letter in answers] == [author.email]
    assert states(consultation) == {DeliveryState.SENT: 1}


def test_a_mail_that_never_went_becomes_a_letter_where_an_address_was_given(consultation, officer):
    author = a_resident()
    answer(a_submission(to=consultation, by=author, submitter=HANAKO))
    with transaction():
        commands.write_letters(by=system("tests"))
    give_up("AddressRefused: 550")
    assert len(deliveries.list_contents(prepare(consultation, officer))) == 1
    with transaction():
        assert commands.mail_again(db.session.get_one(Consultation, consultation.id), by=officer) == 0


def test_a_mail_quotes_words_point_reply_and_change_and_later_news_joins_the_digest(consultation, letters):
    author = a_resident("かもめ")
    sent = a_submission(["字を大きく。"], to=consultation, by=author)
    answer(sent, "No.3「字」\n\n区の考え方：\n大きくします。\n\n計画の修正：\n　新しい文：大きな字")
    (opinion,) = opinions_of(sent)
    with transaction():
        events.publish(
            ContributionFollowedUp(
                opinion.contribution_id, "計画に入りました", "変わった後：大きな字", "/points/abc"
            )
        )
    worker.drain()
    (letter,) = [letter for letter in letters if "お知らせ" in letter["subject"]]
    for words in (
        "かもめ さん",
        "「字を大きく。」",
        "No.3「字」",
        "大きくします。",
        "新しい文：大きな字",
        "計画に入りました",
    ):
        assert words in letter["body"]
    assert letter["body"].count("「字を大きく。」") == 2
    assert db.session.scalars(select(Notification.mail_id).distinct()).all() != [None]


FORMAL, EASY, CHILD = (
    "要綱《ようこう》のとおり、植栽を行います。",
    "｜木《き》を うえます。",
    "木をうえるよ。",
)


def test_a_mail_gives_the_plain_words_beside_the_formal_ones_and_first_to_who_wrote_in_them(
    consultation, letters
):
    for language in ("ja", "ja-simple"):
        answer(
            a_submission(["木を。"], to=consultation, by=a_resident(), language=language),
            FORMAL,
            easy=EASY,
            child=CHILD,
        )
    worker.drain()
    bodies = [each["body"] for each in letters if "区の考え方が公表" in each["subject"]]
    plain = "【やさしい日本語】\n木（き）を うえます。\n\n【こども版】\n木をうえるよ。"
    assert f"{FORMAL}\n\n{plain}" in bodies[0]
    assert f"{plain}\n\n{FORMAL}" in bodies[1]


def test_several_answers_in_one_mail_each_have_their_plain_words(consultation, letters):
    author = a_resident()
    for number in range(2):
        sent = a_submission([f"意見{number}"], to=consultation, by=author)
        answer(sent, f"{number}番の文。", path=f"/points/{number}", easy=f"{number}ばんの｜文《ぶん》。")
    worker.drain()
    (letter,) = [each["body"] for each in letters if "意見2件" in each["subject"]]
    for number in range(2):
        assert f"{number}番の文。\n\n【やさしい日本語】\n{number}ばんの文（ぶん）。" in letter


def test_the_page_of_the_receipt_and_the_letter_on_paper_give_the_plain_words_too(consultation, officer):
    sent = on_paper(consultation, ["木を。"])
    answer(sent, FORMAL, easy=EASY)
    (opinion,) = opinions_of(sent)
    (line,) = deliveries.told_about([opinion.contribution_id])[opinion.contribution_id]
    assert [(each.name, each.text) for each in line.wordings] == [("", FORMAL), ("やさしい日本語", EASY)]
    page = render_template("notices/_wordings.html", line=line)
    assert "<ruby>木<rp>（</rp><rt>き</rt><rp>）</rp></ruby>を うえます。" in page
    assert "要綱《ようこう》のとおり" in page
    opened = printed(prepare(consultation, officer), officer)
    with current_app.test_request_context():
        letter = desk_views._letter(opened[0])
    assert [(part.text, part.kind, part.parts) for part in letter.parts[-3:]] == [
        (FORMAL, "plain", ()),
        ("【やさしい日本語】", "version", ()),
        (EASY, "plain", (("木", "き"), ("を うえます。", ""))),
    ]


KILLED = """
import os, signal
from datetime import datetime
from participation.app import create_app
from participation.foundation import clock
from participation.jobs import worker
from participation.mail import transports

app = create_app({settings})
clock.stop_everywhere(datetime.fromisoformat({now!r}))
deliver = transports.FileTransport.deliver
count = 0

def killed_in_the_middle(self, letter):
    global count
    count += 1
    if count == 3:
        if {before}:
            os.kill(os.getpid(), signal.SIGKILL)
        deliver(self, letter)
        os.kill(os.getpid(), signal.SIGKILL)
    deliver(self, letter)

transports.FileTransport.deliver = killed_in_the_middle
with app.app_context():
    worker.drain()
"""


@pytest.mark.parametrize("before", [True, False])
def test_kill_9_in_the_middle_loses_no_mail_and_doubles_none(app, clock, consultation, tmp_path, before):
    authors = [a_resident() for _ in range(5)]
    for number, author in enumerate(authors):
        answer(a_submission([f"意見{number}"], to=consultation, by=author))
    with transaction():
        commands.write_letters(by=system("tests"))
    settings = {
        "APP_ENV": "test",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "MAIL_TRANSPORT": "file",
        "PUBLIC_URL": "http://localhost",
        "SECRET_KEY": app.config["SECRET_KEY"],
    }
    db.session.remove()
    code = KILLED.format(settings=repr(settings), before=before, now=clock.moment.isoformat())
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr[-500:]
    arrived = list((tmp_path / "mail").glob("*.eml"))
    assert len(arrived) == (2 if before else 3)
    # The lease of the killed worker runs out, and another one goes on.
    clock.advance(timedelta(minutes=6))
    app.config.update(MAIL_TRANSPORT="file", DATA_DIR=str(tmp_path))
    try:
        worker.drain()
    finally:
        app.config.update(MAIL_TRANSPORT="memory")
    arrived = [path.read_bytes() for path in (tmp_path / "mail").glob("*.eml")]
    names = {re.search(rb"Message-ID: (.*)", letter).group(1) for letter in arrived}
    assert len(arrived) == len(names) == 10, "that it was received, and that it was answered"
    for author in authors:
        assert sum(author.email.encode() in letter for letter in arrived) == 2
    assert list((tmp_path / "mail").glob(".*")) == []


KILLED_ON_PAPER = """
import os, signal
from datetime import datetime
from sqlalchemy import select
from participation.app import create_app
from participation.consultations.models import Consultation
from participation.foundation import clock
from participation.foundation.db import db, transaction
from participation.notices import commands, desk_views
from participation.notices.commands import letters
from participation.notices.models import LetterBatch
from participation.opinions import commands as opinions
from participation.opinions.queries import receipts
from participation.papers import letters as paper
from participation.people.models import Person
from tests.support.people import actor_of

app = create_app({settings})
clock.stop_everywhere(datetime.fromisoformat({now!r}))

def dying(function, time):
    times = 0
    def act(*given, **named):
        nonlocal times
        times += 1
        if times == time:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given, **named)
    return act

def prepare(by):
    with transaction():
        commands.prepare_letters(db.session.get_one(Consultation, {consultation}), by=by)

def preparing(by):
    letters._write = dying(letters._write, 3)
    prepare(by)

def opening(by):
    prepare(by)
    opinions.look_at_identity = letters.opinions.look_at_identity = dying(opinions.look_at_identity, 2)
    printing(by)

def printing(by):
    found = batches()[0]
    with transaction():
        opened = commands.open_letters(found.public_id, "発送のため", by=by)
    with app.test_request_context():
        desk_views._pdf(found, opened)
    with transaction():
        commands.note_printed(found.public_id, by=by)

def typesetting(by):
    def killed(_template, data, path):
        (path.parent / "data.json").write_text("".join(data))
        os.kill(os.getpid(), signal.SIGKILL)
    paper.set_in_type = killed
    printing(by)

def noting(by):
    paper.set_in_type = lambda _template, _data, path: path.write_bytes(b"%PDF")
    letters._move = dying(letters._move, 3)
    printing(by)

def receipts_noted(by):
    with transaction():
        consultation = db.session.get_one(Consultation, {consultation})
        opinions.note_receipts(consultation, receipts.list_to_print(consultation.id), by=by)
        db.session.flush()
        os.kill(os.getpid(), signal.SIGKILL)

def batches():
    return db.session.scalars(select(LetterBatch)).all()

for stage in (preparing, opening, typesetting, noting, receipts_noted):
    child = os.fork()
    if not child:
        with app.app_context():
            stage(actor_of(db.session.get_one(Person, {officer})))
        os._exit(0)
    print(stage.__name__, os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)
"""


def test_kill_9_while_letters_and_receipts_are_made_loses_doubles_and_numbers_nothing_twice(
    app, clock, consultation, officer, tmp_path, monkeypatch
):
    for number in range(4):
        sent = a_paper_submission(
            [f"意見{number}"], to=consultation, submitter=Submitter("見本", f"見本町{number}"), by=officer
        )
        answer(sent)
    settings = {
        "APP_ENV": "test",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "PUBLIC_URL": "http://localhost",
        "SECRET_KEY": app.config["SECRET_KEY"],
    }
    code = KILLED_ON_PAPER.format(
        settings=repr(settings),
        now=clock.moment.isoformat(),
        consultation=consultation.id,
        officer=officer.person_id,
    )
    db.session.remove()
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    stages = ("preparing", "opening", "typesetting", "noting", "receipts_noted")
    assert ended.stdout.split() == [word for stage in stages for word in (stage, "9")], ended.stderr[-900:]

    # Of the batch that was prepared nothing is missing, and it counts as not printed yet.
    (batch,) = db.session.scalars(select(LetterBatch)).all()
    assert (batch.number, batch.printed_at, batch.reprints) == (1, None, 0)
    assert states(consultation) == {DeliveryState.PREPARED: 4}
    # Whoever looked is known: twice everybody. The look that was cut off brought nothing to light.
    looks = select(AuditEntry).where(AuditEntry.action == "opinions.look_at_identity")
    assert len(db.session.scalars(looks).all()) == 2 * 4
    assert receipts.count_to_print(consultation.id) == 4
    assert receipts.list_printings(consultation.id) == []

    # What the killed one left in the folder has addresses in it; the next printing or the night takes it away.
    (left,) = (tmp_path / "papers").iterdir()
    assert "見本町3" in (left / "data.json").read_text()
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    assert forget_abandoned_letters(time.now() - timedelta(days=400)) == 0
    assert forget_abandoned_letters(time.now() + timedelta(days=400)) == 1
    assert list((tmp_path / "papers").iterdir()) == []

    opened = printed(batch, officer)
    assert sorted(each.submitter.address for each in opened) == [f"見本町{number}" for number in range(4)]
    assert states(consultation) == {DeliveryState.PRINTED: 4}
    with pytest.raises(Conflict, match="待っている人はいません"):
        prepare(consultation, officer)
    answer(on_paper(consultation))
    assert prepare(consultation, officer).number == 2
