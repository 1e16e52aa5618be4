"""The editor of surveys as staff meet it: every kind of question, sections, conditions, jumps, corrections, copies."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import event

from participation.access.actors import Role
from participation.foundation.db import db
from participation.surveys import queries
from participation.surveys.domain import KIND_NAMES, MatrixSpec, read_answers
from tests.support.builders.surveys import a_question, a_survey, answer, options
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, log_in
from tests.support.photographs import png, webp
from tests.surveys.questionnaires import EVERY_KIND

PNG = png()

OF_KIND = {
    "single": {"options": "はい\nその他｜記述\nない｜単独", "shuffles": True},
    "multiple": {"options": "甲\n乙\n丙", "least": "2", "most": "3"},
    "dropdown": {"options": "甲\n乙"},
    "yes_no": {"has_unsure": False},
    "scale": {"low": "0", "high": "3", "low_label": "低い", "between": "中\n高め", "high_label": "高い"},
    "matrix": {"rows": "窓口\n電話", "columns": "よい\nふつう\nわるい", "needs_every_row": True},
    "matrix_multiple": {"rows": "平日", "columns": "朝\n夜"},
    "ranking": {"options": "甲\n乙\n丙", "most": "2", "may_stop_early": False},
    "points": {"options": "甲\n乙", "total": "20"},
    "place": {"spots": "駅前｜35.64, 139.69｜中央\n図書館"},
    "line": {"limit": "30"},
    "text": {"limit": "300"},
    "number": {"least": "0", "most": "120", "unit": "歳", "bands": "20, 65", "decimals": "1"},
    "date": {"first": "2026-01-01", "last": "2026-12-31"},
    "file": {"accepts": ["image/png"], "megabytes": "2"},
    "info": {},
}


@pytest.fixture
def desk(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def fresh(survey):
    db.session.rollback()
    db.session.expire_all()
    return queries.get_survey(survey.public_id)


def asked_of(survey):
    survey = fresh(survey)
    return {question.code: question for question in queries.get_questionnaire(survey).questions}


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_question_of_each_kind_is_made_shown_again_as_it_was_and_saved_without_a_change(desk, kind):
    survey = a_survey([], published=False)
    new = desk.get(f"/desk/surveys/{survey.public_id}/questions/new/{kind}")
    words = {"text": f"{KIND_NAMES[kind]}の設問", "easy_text": "やさしい ことば"}
    shown = new.submit("保存する", **words, **OF_KIND[kind])
    assert f"{KIND_NAMES[kind]}の設問" in shown.text
    made = asked_of(survey)["q1"]
    assert made.easy == {"text": "やさしい ことば"}
    desk.get(f"/desk/surveys/{survey.public_id}/questions/q1").submit("保存する")
    assert asked_of(survey)["q1"] == made


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("scale", {"low_label": "低い", "high_label": "高い", "between": "一つだけ"}, "途中の段階の名前"),
        ("matrix", {"rows": "甲｜記述", "columns": "よい\nわるい"}, "使えません"),
        ("ranking", {"options": "甲\n乙", "most": "5"}, "順位の数は"),
        ("points", {"options": "甲\n乙", "total": "1"}, "2から1000"),
        ("place", {"spots": "一つだけ"}, "2つ以上"),
        ("number", {"least": "9", "most": "1"}, "最小は最大以下"),
        ("number", {"bands": "30, 20"}, "小さい順"),
        ("number", {"bands": "若い"}, "数字で"),
        ("date", {"first": "2026-12-01", "last": "2026-01-01"}, "最後の日より前"),
        ("file", {"accepts": []}, "1つ以上"),
        ("single", {"options": "甲\n乙", "easy_options": "[a9] ない"}, "「a9」という選択肢はありません"),
    ],
)
def test_settings_that_contradict_each_other_are_said_at_their_field(desk, kind, fields, words):
    survey = a_survey([], published=False)
    new = desk.get(f"/desk/surveys/{survey.public_id}/questions/new/{kind}")
    again = new.submit("保存する", expect=422, text="残る文", **fields)
    assert words in again.main.all("form")[0].text, "beside the field, not only above the form"
    assert "残る文" in again.html


def test_hints_about_official_words_are_given_on_request_and_nothing_is_saved(desk):
    survey = a_survey([], published=False)
    new = desk.get(f"/desk/surveys/{survey.public_id}/questions/new/line")
    checked = new.submit("ことばを確かめる", text="当該施設等の利活用について御教示願います。")
    assert "ことばの気づきが" in checked.text
    assert asked_of(survey) == {}


def test_two_people_editing_one_question_see_both_texts(desk):
    survey = a_survey(published=False)
    address = f"/desk/surveys/{survey.public_id}/questions/q1"
    mine, theirs = desk.get(address), desk.get(address)
    theirs.submit("保存する", text="先に保存した文")
    late = mine.submit("保存する", expect=409, text="あとから書いた文")
    assert "先に保存した文" in late.text
    assert "あとから書いた文" in late.text
    assert late.submit("保存する").h1 == "情報発信アンケート"
    assert asked_of(survey)["q1"].text == "あとから書いた文"


def test_sections_are_added_moved_and_taken_out_and_no_question_is_lost(desk):
    survey = a_survey(published=False)
    base = f"/desk/surveys/{survey.public_id}"
    shown = desk.get(base).follow("章を加える").submit("保存する", title="あなたについて", intro="さいごに")
    assert "第2章 あなたについて" in shown.text
    shown = shown.submit(f"{base}/arrange", move="q4:down")
    shown = desk.get(f"{base}/questions/q1/place").submit("ここへ動かす", where="s2-q4")
    sections = {s.code: [q.code for q in s.questions] for s in queries.get_questionnaire(survey).sections}
    assert sections == {"s1": ["q2", "q3"], "s2": ["q4", "q1"]}
    shown.submit(f"{base}/arrange", move="s2:up")
    desk.get(f"{base}/sections/s2").submit("章を取り除く")
    db.session.rollback()
    (left,) = queries.get_questionnaire(survey).sections
    assert [question.code for question in left.questions] == ["q4", "q1", "q2", "q3"]
    copied = desk.get(f"{base}/questions/q2/place").submit("写しを加える")
    assert "q5" in copied.url
    assert [q.code for q in queries.get_questionnaire(survey).questions] == ["q4", "q1", "q2", "q5", "q3"]


def test_a_condition_is_put_together_by_buttons_and_read_as_a_sentence(desk):
    survey = a_survey(published=False)
    base = f"/desk/surveys/{survey.public_id}"
    page = desk.get(f"{base}/conditions/q4")
    page = page.submit("この設問の条件を加える", **{"g0-new": "q2"})
    page = page.submit("この設問の条件を加える", **{"g0-new": "q3"})
    marked = page.submit("保存する", expect=422, **{"g0-0-values": ["a1", "a3"]})
    assert "1つ以上選んでください" in marked.text
    saved = marked.submit(
        "保存する",
        **{
            "g0-0-test": "contains",
            "g0-1-test": "ge",
            "g0-1-number": "4",
            "g0-joins": "any",
            "g0-not": True,
        },
    )
    words = "「問2で「区報」と「SNS」を選んだとき、または、問3が4以上のとき」ではないとき"
    assert words in saved.text
    again = desk.get(f"{base}/conditions/q4")
    assert words in again.text
    assert again.form("保存する").values["g0-0-values"] == ["a1", "a3"]
    condition = asked_of(survey)["q4"].condition
    again.submit("保存する")
    assert asked_of(survey)["q4"].condition == condition
    one = desk.get(f"{base}/conditions/q4").submit("この条件を外す：問3 十分だと思いますか")
    one = one.submit("この条件を外す：問2 何で知りますか")
    one.submit("保存する")
    assert asked_of(survey)["q4"].condition is None


def test_jumps_lead_past_sections_and_what_is_wrong_is_a_link_away_until_it_is_mended(desk):
    survey = a_survey(published=False)
    base = f"/desk/surveys/{survey.public_id}"
    for title in ("くわしく", "おわりに"):
        desk.get(f"{base}/sections/new").submit("保存する", title=title)
    desk.get(f"{base}/questions/q4/place").submit("ここへ動かす", where="s3")
    desk.get(f"{base}/questions/q3/place").submit("ここへ動かす", where="s2")
    condition = desk.get(f"{base}/sections/s1/jumps").submit("加えて条件を決める", to="s3")
    always = desk.get(base)
    assert "だれもたどり着けません" in always.text
    assert "#s2" in [link.href for link in always.links]
    refused = always.submit("公開する", expect=422)
    assert "だれもたどり着けません" in refused.text
    condition = condition.submit("この設問の条件を加える", **{"g0-new": "q1"})
    jumps = condition.submit("保存する", **{"g0-0-values": ["a3"]})
    assert "問1で「読まない」を選んだとき" in jumps.text
    branches = desk.get(f"{base}/branches")
    assert "第3章 おわりにへ移る（問1で「読まない」を選んだとき）" in branches.text
    assert len(branches.all("svg")) == 1
    way = read_answers(queries.get_questionnaire(survey), {"q1": ["a3"]}).way
    assert [section.code for section in way.sections] == ["s1", "s3"]
    assert "受付中" in desk.get(base).submit("公開する").text


def test_a_typo_is_corrected_after_the_opening_and_what_was_before_stays_on_record(desk):
    survey = a_survey()
    answer(survey, q1="a1")
    base = f"/desk/surveys/{survey.public_id}"
    page = desk.get(f"{base}/questions/q1/correct")
    unsure = page.submit("訂正する", expect=422, text="区報を 読みますか", reason="字の誤り")
    assert "意味が変わらないことを確かめて" in unsure.text
    other = desk.get(f"{base}/questions/q1/correct")
    shown = unsure.submit("訂正する", word2="時々", keeps_meaning=True)
    assert "字の誤り" in shown.text
    assert "ときどき" in shown.text
    late = other.submit("訂正する", expect=409, text="別の文", reason="x", keeps_meaning=True)
    assert "区報を 読みますか" in late.text
    question = asked_of(survey)["q1"]
    assert (question.text, question.spec.choices()[1]) == ("区報を 読みますか", ("a2", "時々"))
    assert fresh(survey).form_version == 2
    for address in ("questions/q1", "edit", "conditions/q1", "sections/s1", "questions/new/text"):
        desk.get(f"{base}/{address}", expect=422)


def test_places_come_from_the_wards_own_districts(desk):
    survey = a_survey([], published=False)
    new = desk.get(f"/desk/surveys/{survey.public_id}/questions/new/place")
    new.submit("保存する", text="お住まいはどこですか", source="districts")
    spots = asked_of(survey)["q1"].spec.spots
    assert len(spots) > 10
    assert all(spot.group and spot.label for spot in spots)


def test_a_question_whose_meaning_changes_is_replaced_and_its_answers_are_kept_apart(desk):
    survey = a_survey()
    answer(survey, q1="a1", q3="4")
    base = f"/desk/surveys/{survey.public_id}"
    form = desk.get(f"{base}/questions/q3/retire").follow("新しい設問を書く")
    refused = form.submit("この設問に替える", expect=422, text="役に立ちますか")
    assert "理由を書いて" in refused.text
    refused.submit("この設問に替える", reason="たずねたいことが違った")
    survey = fresh(survey)
    assert [q.code for q in queries.get_questionnaire(survey).questions] == ["q1", "q2", "q5", "q4"]
    assert [q.code for q in queries.get_questionnaire(survey, version=1).questions] == [
        "q1",
        "q2",
        "q3",
        "q4",
    ]
    assert queries.get_question(survey, "q5").replaces_id == queries.get_question(survey, "q3").id
    answer(survey, q1="a2", q5="2")
    counted = queries.count_answers(survey)
    assert (counted["q3", "4"], counted["q5", "2"], counted["q5", "?"]) == (1, 1, 1)
    desk.get(f"{base}/questions/q2/retire").submit("この設問をやめる", reason="重なっていた")
    assert "設問をやめた" in desk.get(base).text


def test_a_survey_is_kept_as_a_template_and_copied_as_the_next_wave_of_its_series(desk):
    survey = a_survey()
    base = f"/desk/surveys/{survey.public_id}"
    kept = desk.get(f"{base}/keep-template").submit("ひな形にする", title="広報の定点", note="毎年11月に")
    assert "広報の定点" in kept.text
    made = kept.follow("このひな形で作る").submit("下書きを作る", title="ひな形から", closes_on="2027-01-31")
    assert "ひな形から" in made.h1
    copied = desk.get(f"{base}/copy").submit("下書きを作る", title="第2回", is_next_wave=True)
    assert "第2回" in copied.text
    first, second = fresh(survey), queries.get_survey(copied.url.rpartition("/")[2])
    assert (first.series, first.wave) == (second.series, 1) != (None, 1)
    assert second.wave == 2
    keys = [[q.bank_key for q in queries.list_questions(each)] for each in (first, second)]
    assert keys[0] == keys[1]
    assert None not in keys[0]
    bare = [[(q.code, q.text, q.spec) for q in queries.list_questions(each)] for each in (first, second)]
    assert bare[0] == bare[1]
    kept = desk.get("/desk/surveys/templates").submit("捨てる")
    assert "ひな形はまだありません" in kept.text


def test_a_question_asked_before_is_found_by_its_words_and_taken_over_with_its_number(desk):
    old = a_survey(
        [
            a_question(
                MatrixSpec(rows=options("窓口", "電話"), columns=options("よい", "悪い")),
                "応対はいかがですか",
            )
        ]
    )
    draft = a_survey([a_question()], published=False, title="新しい調査")
    page = desk.get(f"/desk/surveys/{draft.public_id}/bank?q=窓口")
    assert "応対はいかがですか" in page.text
    assert "よく読む" not in page.text
    (box,) = (name for name in page.form("印を付けた設問を加える").names if name.startswith("question-"))
    assert "印を付けて" in page.submit("印を付けた設問を加える", expect=422).text
    page.submit("印を付けた設問を加える", **{box: True})
    draft, old = fresh(draft), fresh(old)
    taken = queries.get_question(draft, "q2")
    assert taken.bank_key == queries.get_question(old, "q1").bank_key is not None
    assert taken.spec == queries.get_question(old, "q1").spec
    assert len(desk.get(f"/desk/surveys/{draft.public_id}/bank").all("h2")) > 1, "several at once"
    assert "あてはまる設問はありません" in desk.get("/desk/surveys/bank?q=ないことば").text


def test_a_picture_is_added_by_its_content_and_served_under_its_own_address(desk, client):
    survey = a_survey([a_question()], published=False)
    page = desk.get(f"/desk/surveys/{survey.public_id}/images")
    assert (
        "PNG・JPEG・WebP" in page.submit("加える", expect=422, picture=(io.BytesIO(b"<svg/>"), "x.png")).text
    )
    page.submit("加える", picture=(io.BytesIO(PNG), "公園.png"))
    db.session.rollback()
    (image,) = queries.list_images(survey)
    served = client.get(f"/surveys/images/{image.public_id}")
    assert (served.data, served.mimetype) == (PNG, "image/png")
    edit = desk.get(f"/desk/surveys/{survey.public_id}/questions/q1")
    assert "何の画像か" in edit.submit("保存する", expect=422, image=image.public_id).text
    edit.submit("保存する", image=image.public_id, image_text="公園の写真")
    assert asked_of(survey)["q1"].image_text == "公園の写真"


def test_a_picture_is_described_replaced_and_taken_away_and_its_words_are_offered_to_questions(desk, client):
    survey = a_survey([a_question()], published=False)
    base = f"/desk/surveys/{survey.public_id}"
    listed = desk.get(f"{base}/images").submit(
        "加える", picture=(io.BytesIO(PNG), "公園.png"), text="春の公園"
    )
    assert "使っていません" in listed.text
    first = queries.list_images(survey)[0].public_id
    desk.get(f"{base}/questions/q1").submit("保存する", image=first)
    assert asked_of(survey)["q1"].image_text == "春の公園"
    one = desk.get(f"{base}/images").follow("公園.png")
    assert "問1" in one.text
    assert "何の画像かを書いてください" in one.submit("保存する", expect=422, text="").text
    too_large = (io.BytesIO(png(9000, 10)), "長い.png")
    refused = one.submit("保存する", expect=422, text="夏の公園", picture=too_large)
    assert "9000×10画素" in refused.text
    refused.submit("保存する", text="夏の公園", picture=(io.BytesIO(webp()), "夏.webp"))
    changed = asked_of(survey)["q1"]
    assert (changed.image_text, changed.image == first) == ("夏の公園", False)
    served = client.get(f"/surveys/images/{changed.image}")
    assert (served.data, served.mimetype) == (webp(), "image/webp")
    desk.get(f"{base}/keep-template").submit("ひな形にする", title="公園の定点")
    kept = desk.get(f"{base}/images/{changed.image}").submit("この画像を取り除く", expect=422)
    assert "ひな形「公園の定点」" in kept.text
    desk.get("/desk/surveys/templates").submit("捨てる")
    gone = desk.get(f"{base}/images/{changed.image}").submit("この画像を取り除く")
    assert "画像はまだありません" in gone.text
    assert asked_of(survey)["q1"].image == ""


def test_the_kind_of_a_question_is_changed_before_the_opening_with_its_words_and_codes_kept(desk):
    survey = a_survey(published=False)
    address = f"/desk/surveys/{survey.public_id}/questions/q1"
    turned = desk.get(address).follow("いくつでも選ぶ")
    assert "保存すると、種類が変わります" in turned.text
    assert "区報を読みますか" in turned.html
    missing = turned.submit("保存する", expect=422, text="")
    assert "保存すると、種類が変わります" in missing.text, "what was chosen stays chosen"
    missing.submit("保存する", text="区報を読みますか", most="2")
    q1 = asked_of(survey)["q1"]
    assert (q1.spec.kind, [option.code for option in q1.spec.options]) == ("multiple", ["a1", "a2", "a3"])
    assert q1.is_required
    scale = f"/desk/surveys/{survey.public_id}/questions/q3?kind=dropdown"
    desk.get(scale).submit("保存する")
    assert [label for _, label in asked_of(survey)["q3"].spec.choices()] == [
        "1（足りない）", "2", "3", "4", "5（十分）",
    ]  # fmt: skip
    plain = desk.get(f"/desk/surveys/{survey.public_id}/questions/q2?kind=line").submit("保存する")
    assert "何で知りますか" in plain.text
    assert asked_of(survey)["q2"].spec.kind == "line"


def test_after_the_opening_a_new_question_of_another_kind_is_put_in_the_place_in_one_step(desk):
    survey = a_survey()
    answer(survey, q1="a1")
    correct = desk.get(f"/desk/surveys/{survey.public_id}/questions/q1/correct")
    assert "公開したあとは変えられません" in correct.text
    new = correct.follow("いくつでも選ぶ")
    assert "ときどき" in new.html, "the words are copied"
    new.submit("この設問に替える", reason="いくつも選びたいという声があった")
    codes = [question.code for question in queries.get_questionnaire(fresh(survey)).questions]
    assert codes == ["q5", "q2", "q3", "q4"]
    assert queries.count_answers(survey)["q1", "a1"] == 1


def test_slips_in_titles_introductions_and_easy_words_are_put_right_after_the_opening_for_all_to_see(
    desk, client
):
    survey = a_survey()
    base = f"/desk/surveys/{survey.public_id}"
    page = desk.get(base).follow("題名・説明を直す")
    other = desk.get(f"{base}/correct")
    assert "直す理由を書いてください" in page.submit("訂正する", expect=422, title="新しい題名").text
    assert "文が変わっていません" in page.submit("訂正する", expect=422, reason="なし").text
    page.submit(
        "訂正する", title="情報発信のアンケート", easy_title="しらせる しごと", reason="字が抜けていた"
    )
    late = other.submit("訂正する", expect=409, title="ほかの題名", reason="別")
    assert "情報発信のアンケート" in late.text
    desk.get(base).follow("章の名前・説明を直す").submit("訂正する", title="はじめに", reason="名前を付けた")
    desk.get(f"{base}/questions/q1/correct").submit(
        "訂正する", word4="よみますか", reason="やさしい文を加えた", keeps_meaning=True
    )
    survey = fresh(survey)
    assert (survey.title, survey.easy, survey.form_version) == (
        "情報発信のアンケート",
        {"title": "しらせる しごと"},
        4,
    )
    assert asked_of(survey)["q1"].easy == {"text": "よみますか"}
    assert [row.code for row in queries.list_corrections(survey)] == ["q1", "s1", "表紙"]
    public = client.get(f"/surveys/{survey.public_id}").get_data(as_text=True)
    for words in ("公開したあとの訂正", "字が抜けていた", "名前を付けた", "やさしい文を加えた"):
        assert words in public
    answer(survey, q1="a1")


def test_a_closing_is_put_off_on_its_page_and_two_people_do_not_overwrite_each_other(desk, client):
    survey = a_survey(days=3)
    first, second = (desk.get(f"/desk/surveys/{survey.public_id}/period") for _ in range(2))
    assert (
        "変える理由を書いてください" in first.submit("締切を変える", expect=422, closes_on="2026-12-20").text
    )
    shown = first.submit("締切を変える", closes_on="2026-12-20", reason="回答が少ないため")
    assert "令和8年12月20日（日）" in shown.text
    late = second.submit("締切を変える", expect=409, closes_on="2026-12-01", reason="早めたい")
    assert "ほかの人が" in late.text
    assert "早めたい" in late.html
    public = client.get(f"/surveys/{survey.public_id}").get_data(as_text=True)
    assert "締切を延ばしました" in public
    assert "回答が少ないため" in public


def test_forty_questions_stay_a_light_page_of_few_queries(desk):
    questions = [
        a_question(
            EVERY_KIND[n % len(EVERY_KIND)], f"これは{n}番目の設問で、長さはふつうです。どう思いますか"
        )
        for n in range(40)
    ]
    survey = a_survey(questions, published=False)
    path, statements = f"/desk/surveys/{survey.public_id}", []
    desk.get(path)

    def count(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    page = desk.get(path)
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) <= 10, [each[:200] for each in statements]
    assert len(page.html.encode()) <= 60_000


def test_the_editor_is_closed_to_who_may_only_read(app, client):
    survey = a_survey(published=False)
    log_in(client, a_member_of_staff(Role.AUDITOR))
    base = f"/desk/surveys/{survey.public_id}"
    for address in (
        "questions/new/line",
        "sections/new",
        "conditions/q2",
        "images",
        "copy",
        "bank",
        "keep-template",
    ):
        assert client.get(f"{base}/{address}").status_code == 403, address
    for address in (base, f"{base}/branches", "/desk/surveys/templates", "/desk/surveys/bank"):
        assert client.get(address).status_code == 200, address
    log_in(client, a_resident())
    assert client.get(f"{base}/branches").status_code == 403


def test_a_survey_goes_out_as_a_file_and_comes_in_again_after_a_look(desk, client):
    survey = a_survey(published=False)
    sheet = client.get(f"/desk/surveys/{survey.public_id}/form.xlsx").get_data()
    chosen = desk.get("/desk/surveys").follow("調査票を取り込む（XLSX）")
    look = chosen.submit("内容を確かめる", sheet=(io.BytesIO(sheet), "調査票.xlsx"))
    assert "ご自由にお書きください" in look.text
    assert look.form("この内容で下書きを作る").values["title"] == ["情報発信アンケート"]
    assert len(queries.list_surveys(with_drafts=True)) == 1, "looking makes nothing"
    made = look.submit("この内容で下書きを作る", title="取り込んだもの")
    assert made.h1 == "取り込んだもの"
    new = queries.get_survey(made.url.rpartition("/")[2])
    assert queries.get_questionnaire(new) == queries.get_questionnaire(survey)
    assert "もうアンケートを作っています" in desk.get(look.url).text
    again = desk.get("/desk/surveys/import")
    broken = again.submit("内容を確かめる", expect=422, sheet=(io.BytesIO(b"%PDF-1.7"), "x.xlsx"))
    assert "PDFは読めません" in broken.text
