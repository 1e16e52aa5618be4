"""Answering page by page: forward, back, leaving, coming back, the last look."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from participation.foundation import files
from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.commands import PaperSettingsDraft
from participation.surveys.domain import (
    FILE_ROOM,
    Audience,
    InvitationKind,
    Layout,
    LineSpec,
    Section,
    SingleSpec,
)
from participation.surveys.domain.inviting import BatchDraft, Invitee
from participation.surveys.domain.paper_entry import EntryCheck
from participation.surveys.models import Answer, AnswerFile, Response, ResponseDraft
from tests.foundation.test_file_kinds import PNG
from tests.support.builders.surveys import (
    ANSWERS_OF_EACH_KIND,
    EDITOR,
    a_one_tap_survey,
    a_question,
    a_survey,
    a_survey_of,
    asked_as,
    branching_sections,
    one_of_each_kind,
    options,
    question_row,
)
from tests.support.page import PageClient
from tests.support.people import a_resident, log_in
from tests.support.photographs import jpeg_with_gps


@pytest.fixture
def page(app, client):
    return PageClient(app, client)


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def answers():
    response = db.session.scalars(select(Response)).one()
    survey_answers = db.session.execute(
        select(Answer.value).where(Answer.response_id == response.id)
    ).scalars()
    return list(survey_answers)


def first_page(page, survey):
    return page.get(f"/surveys/{survey.public_id}").follow("答えはじめる")


def test_the_way_leads_page_by_page_over_the_branch_taken_to_the_last_look_and_the_thanks(page):
    survey = a_survey_of(branching_sections())
    one = first_page(page, survey)
    assert "1ページ目（いまの答えでは全2ページ。" in one.text
    two = one.submit("次へ進む", q1="a2")
    assert two.form("次へ進む").filled({}).keys() >= {"q3"}
    assert "3ページ中2ページ目" in two.text
    three = two.submit("次へ進む", q3="字が小さい")
    assert "年齢（読まないと答えた方）" in three.text
    review = three.submit("次へ進む", q4="４２歳")
    assert review.h1 == "送る前の見直し"
    assert "字が小さい" in review.text
    assert "よく読むところ" not in review.text
    thanks = review.submit("回答を送る")
    assert thanks.h1 == "回答を受け付けました"
    assert sorted(map(str, answers())) == ["42", "a2", "字が小さい"]
    assert rows(ResponseDraft) == 0


def test_back_and_forward_keep_everything_and_a_change_of_mind_hides_what_was_answered(page):
    survey = a_survey_of(branching_sections())
    two = first_page(page, survey).submit("次へ進む", q1="a2").submit("前へ戻る", q3="書きかけ")
    assert two.form("次へ進む").filled({})["q1"] == ["a2"]
    again = two.submit("次へ進む")
    assert again.form("次へ進む").filled({})["q3"][0].strip() == "書きかけ"
    changed = again.submit("前へ戻る").submit("次へ進む", q1="a1", q2="表紙", shown="q1 q2")
    assert "年齢（読むと答えた方）" in changed.text
    review = changed.submit("次へ進む")
    assert "書きかけ" not in review.text
    review.submit("回答を送る")
    assert sorted(answers()) == ["a1", "表紙"]


def test_without_script_a_question_that_an_answer_brings_up_is_shown_on_the_next_round(page):
    survey = a_survey_of(branching_sections())
    one = first_page(page, survey)
    hidden = one.all(id_="q2-box")[0]
    assert "hidden" in hidden.attrs
    marked = one.submit("次へ進む", expect=422, q1="a1")
    assert "hidden" not in marked.all(id_="q2-box")[0].attrs
    assert "書いてください" in marked.text
    assert marked.submit("次へ進む", q2="表紙").text.count("年齢（読むと答えた方）") == 1


def test_a_question_brought_up_that_need_not_be_answered_is_said_in_a_plain_sentence(page):
    sections = [
        Section(
            "s1",
            questions=(
                asked_as("q1", SingleSpec(options=options("はい", "いいえ"))),
                asked_as("q2", LineSpec(), condition=branching_sections()[0].questions[1].condition),
            ),
        ),
        Section("s2", questions=(asked_as("q3", LineSpec()),)),
    ]
    again = first_page(page, a_survey_of(sections)).submit("次へ進む", q1="a1")
    assert "設問が1つ増えました" in again.text
    assert "この設問は、いまの答えで出てきたものです" in again.text
    assert again.submit("次へ進む").all(id_="q3-box")


def test_what_is_wrong_is_marked_on_its_page_and_kept_even_as_a_draft(page):
    survey = a_survey_of(branching_sections())
    three = first_page(page, survey).submit("次へ進む", q1="a1", q2="表紙", shown="q1 q2")
    marked = three.submit("次へ進む", expect=422, q4="二百")
    assert marked.title.startswith("エラー：")
    assert "数字で書いてください" in marked.text
    assert marked.form("次へ進む").filled({})["q4"] == ["二百"]
    later = page.get(f"/surveys/{survey.public_id}").follow("続きから答える")
    assert later.form("次へ進む").filled({})["q4"] == ["二百"]


def test_a_page_that_was_skipped_is_named_at_the_last_look_and_nothing_is_sent(page):
    survey = a_survey_of(branching_sections())
    address = f"/surveys/{survey.public_id}"
    first_page(page, survey)
    review = page.get(f"{address}/pages/s3").submit("次へ進む", q4="30")
    refused = review.submit("回答を送る", expect=422)
    assert "このままでは送れません" in refused.text
    assert refused.link("問1：答えを選んでください").href.endswith("/pages/s1#q1-box")
    assert rows(Response) == 0


def test_a_page_hidden_by_an_answer_leads_back_to_the_way(page):
    survey = a_survey_of(branching_sections())
    first_page(page, survey).submit("次へ進む", q1="a1", q2="表紙", shown="q1 q2")
    assert page.get(f"/surveys/{survey.public_id}/pages/s2").path.endswith("/pages/s1")
    page.get(f"/surveys/{survey.public_id}/pages/s9", expect=404)


def test_the_secret_link_is_shown_once_and_leads_another_browser_to_the_page_reached(app, client, page):
    survey = a_survey_of(branching_sections())
    saved = first_page(page, survey).submit("次へ進む", q1="a2").submit("途中で保存する", q3="つづきは家で")
    link = re.search(r"/surveys/\w+/resume/\w{20}", saved.text)[0]
    assert link not in page.get(saved.path).text
    other = PageClient(app, app.test_client())
    there = other.get(link)
    assert there.form("次へ進む").filled({})["q3"][0].strip() == "つづきは家で"
    there.submit("次へ進む").submit("次へ進む").submit("回答を送る")
    assert rows(Response) == 1
    gone = PageClient(app, app.test_client()).get(link, expect=404)
    assert "見つかりませんでした" in gone.text


def test_a_new_link_ends_the_one_before_and_a_guessed_one_leads_nowhere(app, page):
    survey = a_survey_of(branching_sections())
    saved = first_page(page, survey).submit("途中で保存する", q1="a1")
    old = re.search(r"/surveys/\w+/resume/\w{20}", saved.text)[0]
    renewed = page.get(saved.path).submit("リンクを作り直す")
    new = re.search(r"/surveys/\w+/resume/\w{20}", renewed.text)[0]
    other = PageClient(app, app.test_client())
    other.get(old, expect=404)
    other.get(f"/surveys/{survey.public_id}/resume/{'2' * 20}", expect=404)
    other.get(f"/surveys/{a_survey().public_id}/resume/{new.rpartition('/')[2]}", expect=404)
    assert other.get(new).h1.endswith(survey.title)


def test_a_members_draft_survives_the_log_out_and_a_link_draft_is_taken_into_the_account(app, client, page):
    survey = a_survey_of(branching_sections())
    resident = a_resident()
    saved = first_page(page, survey).submit("途中で保存する", q1="a2")
    link = re.search(r"/surveys/\w+/resume/\w{20}", saved.text)[0]
    browser = app.test_client()
    member = PageClient(app, browser)
    log_in(browser, resident)
    assert member.get(link).submit("いまのアカウントで続ける").form("次へ進む").filled({})["q1"] == ["a2"]
    browser.delete_cookie("sid")
    elsewhere = app.test_client()
    log_in(elsewhere, resident)
    again = PageClient(app, elsewhere).get(f"/surveys/{survey.public_id}").follow("続きから答える")
    assert again.form("次へ進む").filled({})["q1"] == ["a2"]
    assert rows(ResponseDraft) == 1


def test_closing_in_the_middle_keeps_the_draft_and_everything_typed_and_says_so(page, clock):
    survey = a_survey_of(branching_sections(), days=1)
    two = first_page(page, survey).submit("次へ進む", q1="a2")
    clock.advance(timedelta(days=1))
    late = two.submit("次へ進む", expect=409, q3="まだ書いていました")
    assert "締め切りました" in late.text
    assert "途中まで保存した分も残っています" in late.text
    assert "まだ書いていました" in late.html
    assert rows(ResponseDraft) == 1
    page.get(f"/surveys/{survey.public_id}/review")


def test_closing_at_the_last_look_shows_every_answer_with_409(page, clock):
    survey = a_survey_of(branching_sections(), days=1)
    two = first_page(page, survey).submit("次へ進む", q1="a2")
    review = two.submit("次へ進む", q3="字が小さい").submit("次へ進む")
    clock.advance(timedelta(days=1))
    late = review.submit("回答を送る", expect=409)
    assert "字が小さい" in late.text
    assert rows(Response) == 0


def correct(survey, *, retire=None, add=None):
    """As the editor's correction does it: a new version, a question gone, another one come."""
    with transaction():
        survey = db.session.merge(survey)
        survey.form_version += 1
        for question in queries.list_questions(survey):
            if question.code == retire:
                question.last_version = survey.form_version - 1
        if add is not None:
            section = queries.list_sections(survey)[-1]
            row = question_row(survey, section, 9, add)
            row.first_version = survey.form_version
            db.session.add(row)


def test_a_correction_in_the_middle_keeps_the_draft_and_marks_what_is_new(page):
    survey = a_survey_of(branching_sections())
    three = first_page(page, survey).submit("次へ進む", q1="a2").submit("次へ進む", q3="字が小さい")
    correct(survey, retire="q4", add=asked_as("q5", LineSpec(), "住んでいるところ", required=True))
    review = three.submit("次へ進む", expect=422, q4="42")
    assert "新しい設問です" in review.text
    done = review.submit("次へ進む", q5="東山")
    assert "字が小さい" in done.text
    done.submit("回答を送る")
    assert sorted(answers()) == ["a2", "字が小さい", "東山"]


def test_a_correction_shows_at_the_last_look_which_question_is_still_open(page):
    survey = a_survey_of(branching_sections())
    two = first_page(page, survey).submit("次へ進む", q1="a2")
    review = two.submit("次へ進む", q3="字が小さい").submit("次へ進む", q4="42")
    correct(survey, add=asked_as("q5", LineSpec(), "住んでいるところ", required=True))
    refused = review.submit("回答を送る", expect=422)
    assert "アンケートが途中で直されました" in refused.text
    assert "新しい設問です" in refused.text


@pytest.mark.parametrize("layout", [Layout.WHOLE, Layout.PAGES])
def test_every_kind_is_answered_without_script_kept_and_shown_again(page, layout):
    questions = tuple(one_of_each_kind())
    survey = a_survey_of([Section("s1", questions=questions)], layout=layout)
    start = page.get(f"/surveys/{survey.public_id}")
    form = start if layout is Layout.WHOLE else start.follow("答えはじめる")
    button = "送る前に見直す" if layout is Layout.WHOLE else "次へ進む"
    review = form.submit(button, **ANSWERS_OF_EACH_KIND)
    for words in (
        "その他（手紙）",
        "朝、夜",
        "公園",
        "わからない",
        "4",
        "道：よい",
        "1位 公園",
        "図書館 7点",
        "八雲",
        "12.5分",
        "2026年11月22日",
    ):
        assert words in review.text, words
    review.submit("回答を送る")
    again = page.get(f"/surveys/{survey.public_id}?all=1").form("回答を送る").filled({})
    for name, values in ANSWERS_OF_EACH_KIND.items():
        expected = {"q13": ["12.5"]}.get(name, values)
        assert [value.strip().replace("\r", "") for value in again[name]] == expected, name


def test_a_file_is_kept_apart_shown_by_name_to_its_sender_and_let_go_with_the_answer(app, page):
    survey = a_survey_of([Section("s1", questions=(one_of_each_kind()[14], asked_as("q16", LineSpec())))])
    one = first_page(page, survey)
    refused = one.submit("次へ進む", expect=422, **{"file-q15": (BytesIO(b"<html>"), "写真.png")})
    assert "受け付けられない形式" in refused.text
    review = refused.submit("次へ進む", **{"file-q15": (BytesIO(PNG), "写真.png")})
    assert "ファイルあり" in review.text
    review.submit("回答を送る")
    file = db.session.scalars(select(AnswerFile)).one()
    assert file.response_id is not None
    assert (file.name, file.size) == ("写真.png", len(PNG))
    again = page.get(f"/surveys/{survey.public_id}").follow("答えを直す")
    assert "送ってあるファイル：写真.png" in again.text
    again.submit("次へ進む", **{"drop-q15": "1", "q16": "なし"}).submit("回答を送る")
    assert rows(AnswerFile) == 0


def test_a_photograph_does_not_tell_where_it_was_taken(app, page):
    survey = a_survey_of([Section("s1", questions=(one_of_each_kind()[14],))])
    photograph = jpeg_with_gps()
    review = first_page(page, survey).submit(
        "次へ進む", **{"file-q15": (BytesIO(photograph), "うちの前.jpg")}
    )
    review.submit("回答を送る")
    file = db.session.scalars(select(AnswerFile)).one()
    with app.app_context():
        kept = files.read(file.sha256, FILE_ROOM)
    assert (b"Exif" in photograph, b"Exif" in kept, b"Camera" in kept) == (True, False, False)
    assert file.size == len(kept)


def test_nobody_answers_with_somebody_elses_file(app, page):
    survey = a_survey_of([Section("s1", questions=(one_of_each_kind()[14],))])
    first_page(page, survey).submit("次へ進む", **{"file-q15": (BytesIO(PNG), "写真.png")})
    theirs = db.session.scalars(select(AnswerFile)).one().public_id
    other = PageClient(app, app.test_client())
    form = first_page(other, survey).form("次へ進む").filled({})
    review = other.post(f"/surveys/{survey.public_id}/pages/s1", form | {"q15": [theirs], "go": ["next"]})
    assert "このファイルは見つかりませんでした" in review.submit("回答を送る", expect=422).text
    assert rows(Response) == 0


def test_a_tap_leads_to_the_whole_survey_with_its_answer_in_it_and_counts_once_in_each(client, page):
    tap = a_one_tap_survey()
    question = a_question(text="お知らせは届いていますか")
    whole = a_survey([question, a_question(text="なぜですか")], title="くわしく", subject_id=tap.subject_id)
    with transaction():
        db.session.merge(tap).leads_to_id = whole.id
    shown = page.get(f"/surveys/{tap.public_id}")
    data = shown.form("回答を送る").filled({}) | {"choice": ["a2"]}
    thanks = page.post(f"/surveys/{tap.public_id}/tap", data)
    form = thanks.follow("「くわしく」に答える")
    assert "ひとことで答えた内容が入っています" in form.text
    assert form.form("回答を送る").filled({})["q1"] == ["a2"]
    form.submit("回答を送る", q2="a1")
    for survey in (tap, whole):
        counts = queries.count_answers(survey)
        assert (counts["", "*"], counts["q1", "a2"]) == (1, 1)


def an_invited_survey(**strata):
    """A survey for one invited household, and its code."""
    survey = a_survey_of(branching_sections(), audience=Audience.INVITED)
    draft = BatchDraft(kind=InvitationKind.HOUSEHOLD, note="", invitees=(Invitee("1", strata),))
    with transaction():
        batch = commands.issue_invitations(survey, draft, by=EDITOR)
        (taken,) = commands.take_codes(survey, batch, by=EDITOR)
    return survey, taken.code


def test_a_code_from_a_letter_admits_once_for_its_household_with_its_strata(app, page):
    survey, code = an_invited_survey(地区="北部")
    start = page.get(f"/surveys/{survey.public_id}")
    assert not start.all(id_="q1-box")
    wrong = start.submit("この番号で答える", expect=422, code="zzzz")
    assert "番号" in wrong.all(id_="code-error")[0].text
    one = wrong.submit("この番号で答える", code=code)
    one.submit("次へ進む", q1="a2").submit("次へ進む").submit("次へ進む").submit("回答を送る")
    response = db.session.scalars(select(Response)).one()
    assert response.respondent_key.startswith("invitation:")
    assert response.attributes == {"地区": "北部"}
    assert queries.find_invitation(survey, code).invitation.is_answered
    other = PageClient(app, app.test_client())
    again = other.get(f"/surveys/{survey.public_id}").submit("この番号で答える", code=code.upper())
    assert again.form("次へ進む").filled({})["q1"] == ["a2"]
    again.submit("次へ進む", q1="a1", q2="表紙", shown="q1 q2").submit("次へ進む").submit("回答を送る")
    assert rows(Response) == 1


def test_a_code_issued_anew_is_no_second_answer_and_the_old_one_opens_nothing(app, page):
    survey, code = an_invited_survey()
    start = page.get(f"/surveys/{survey.public_id}")
    one = start.submit("この番号で答える", code=code)
    review = one.submit("次へ進む", q1="a2").submit("次へ進む").submit("次へ進む")
    review.submit("回答を送る")
    with transaction():
        batch = commands.reissue_invitations(survey, ["1"], "", by=EDITOR)
        (anew,) = commands.take_codes(survey, batch, by=EDITOR)
    assert "この番号で答える" in page.get(f"/surveys/{survey.public_id}").text
    other = PageClient(app, app.test_client())
    again = other.get(f"/surveys/{survey.public_id}").submit("この番号で答える", code=anew.code)
    last = again.submit("次へ進む", q1="a2").submit("次へ進む").submit("次へ進む")
    assert "もう回答が届いています" in last.submit("回答を送る", expect=422).text
    assert rows(Response) == 1


def test_without_a_code_nothing_is_kept_and_guessing_is_slowed_down(page, client, clock):
    survey, code = an_invited_survey()
    start = page.get(f"/surveys/{survey.public_id}")
    form = start.form("この番号で答える").filled({})
    refused = client.post(f"/surveys/{survey.public_id}/pages/s1", data=form | {"q1": "a1"})
    assert refused.status_code == 409
    for _ in range(10):
        start.submit("この番号で答える", expect=422, code="zzzz")
    stopped = start.submit("この番号で答える", expect=422, code=code)
    assert "10分ほどたってから" in stopped.text
    clock.advance(timedelta(minutes=11))
    assert start.submit("この番号で答える", code=code).all(id_="q1-box")
    assert rows(ResponseDraft) == 0


def test_closing_in_the_middle_of_a_page_says_so_and_keeps_what_was_typed_and_the_draft(page, client):
    survey = a_survey_of(branching_sections())
    two = first_page(page, survey).submit("次へ進む", q1="a2")
    with transaction():
        commands.close_survey(db.session.merge(survey), reason="設問に誤りがあったため", by=EDITOR)
    late = two.submit("次へ進む", expect=409, q3="字が小さい")
    assert "この回答は受け付けていません" in late.text
    assert "途中まで保存した分も残っています" in late.text
    assert "字が小さい" in late.html
    assert rows(ResponseDraft) == 1
    saved = client.post(
        f"/surveys/{survey.public_id}/draft",
        data=two.form("次へ進む").filled({}) | {"q3": ["あとから"], "page": ["s2"]},
        headers={"Accept": "application/json"},
    )
    assert (saved.status_code, saved.get_json()["reason"]) == (409, "このアンケートは締め切りました。")
    shown = page.get(f"/surveys/{survey.public_id}")
    assert "予定より早く締め切りました" in shown.text
    assert "設問に誤りがあったため" in shown.text
    assert "送られなかった書きかけがあります" in shown.text
    assert "続きから書けます" not in shown.text


def test_the_sheets_are_offered_to_everybody_only_where_staff_take_paper_from_everybody(page, client):
    survey = a_survey()
    address = f"/surveys/{survey.public_id}/sheet.pdf"
    assert client.get(address).status_code == 404
    assert "紙で答える" not in page.get(f"/surveys/{survey.public_id}").text
    paper_for_everybody(survey)
    shown = page.get(f"/surveys/{survey.public_id}")
    assert "見本区役所 広報課" in shown.text
    for link in ("調査票（A4・PDF）", "調査票（大きな文字・PDF）"):
        sheet = client.get(shown.link(link).href)
        assert (sheet.mimetype, sheet.data[:5]) == ("application/pdf", b"%PDF-")
    with transaction():
        commands.close_survey(db.session.merge(survey), reason="終える", by=EDITOR)
    assert client.get(address).status_code == 404


def test_only_who_takes_paper_back_and_invites_nobody_gives_the_sheets_to_everybody(app):
    with pytest.raises(Refused, match="招待状と一緒に"):
        paper_for_everybody(a_survey(audience=Audience.INVITED))
    with pytest.raises(Refused, match="返送先"):
        paper_for_everybody(a_survey(), return_to="")


def paper_for_everybody(survey, return_to="見本区役所 広報課"):
    with transaction():
        draft = PaperSettingsDraft(return_to, "", "結果をまとめます。", EntryCheck.ALL, 10, True, 0, True)
        commands.change_paper_settings(survey, draft, by=EDITOR)


def test_easy_words_are_kept_through_the_pages_with_their_readings(page):
    sections = [
        Section(
            "s1", questions=(asked_as("q1", LineSpec(), easy={"text": "｜区報《くほう》を　よみますか"}),)
        ),
        Section("s2", "あとで", questions=(asked_as("q2", LineSpec()),), easy={"title": "つぎの　しつもん"}),
    ]
    survey = a_survey_of(sections)
    plain = first_page(page, survey)
    easy = plain.submit("やさしい日本語にする", q1="書いた")
    assert "<ruby>区報<rp>（</rp><rt>くほう</rt><rp>）</rp></ruby>を" in easy.html
    assert easy.form("次へ進む").filled({})["q1"] == ["書いた"]
    assert "つぎの しつもん" in easy.submit("次へ進む").text
    assert "あとで" in easy.submit("ふつうの日本語にする").submit("次へ進む").text


def test_what_people_write_is_never_markup_on_any_page_of_the_way(page):
    hostile = "<b>太字</b>\"'&{q1}"
    sections = [
        Section("s1", questions=(asked_as("q1", LineSpec(limit=100)),)),
        Section("s2", questions=(asked_as("q2", LineSpec(), "「{q1}」について"),)),
    ]
    survey = a_survey_of(sections)
    two = first_page(page, survey).submit("次へ進む", q1=hostile)
    assert f"「{hostile}」について" in two.text
    for shown in (two, two.submit("次へ進む"), two.submit("次へ進む").submit("回答を送る")):
        assert "<b>太字" not in shown.html
        assert hostile in shown.text
