"""The invented content adds up, holds every hard case, and fits the plan."""

from __future__ import annotations

import csv
import re
import statistics
from collections import Counter

import pytest

from participation.access.actors import EVERY_STAFF_ROLE
from participation.demo import reading
from participation.demo.reading import Sent, Voice

HARD_CASES = {
    "identical",
    "same_device",
    "four_points",
    "agree_only",
    "against_without_reason",
    "nothing_special",
    "off_topic",
    "personal_data",
    "abusive",
    "counselling",
    "petition_by_mistake",
    "english",
    "chinese",
    "easy_japanese",
    "machine_dependent",
    "emoji",
    "unreadable_fax",
    "arrived_after_the_end",
    "after_the_deadline",
    "outside_ward_stakeholder",
    "child_letter",
    "dissatisfied_with_the_reply",
    "same_conclusion_other_reason",
    "opposite_but_alike",
    "rare_characters",
    "oral",
    "letter_to_divide",
    "added_reason",
}
SEED = reading.CONTENT.parents[1] / "plans" / "seed" / "meguro-basic-plan"


def on_the_draft() -> list[Sent]:
    return [sent for sent in reading.submissions() if sent.consultation == "draft"]


def voices_on_the_draft() -> list[Voice]:
    return [voice for sent in on_the_draft() for voice in sent.voices]


def hard(case: str) -> list[Sent]:
    return [sent for sent in reading.submissions() if case in sent.hard]


@pytest.fixture(scope="module")
def plan() -> dict[str, str]:
    """The text of every node of the plan, by code."""
    with (SEED / "texts.ja.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["code"]: row["text"] for row in csv.DictReader(file)}
    with (SEED / "nodes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: texts.get(row["code"], "") for row in csv.DictReader(file)}


def test_there_are_120_residents_24_children_18_organisations_and_23_staff_in_8_sections() -> None:
    counts = [len(reading.table(name)) for name in ("people", "children", "organisations", "staff")]
    assert counts == [120, 24, 18, 23]
    assert len({row["section"] for row in reading.table("staff")}) == 8
    kinds = Counter(row["kind"] for row in reading.table("organisations"))
    assert kinds == {
        "neighbourhood_association": 6,
        "district_council": 4,
        "npo": 4,
        "company": 3,
        "school": 1,
    }


def test_residents_have_unlike_nicknames_and_one_in_twentyfive_speaks_another_language() -> None:
    people = reading.table("people")
    assert len({row["nickname"] for row in people}) == 120
    assert sum(row["language"] != "ja" for row in people) in (5, 6)


def test_every_role_of_the_desk_is_held_by_somebody() -> None:
    roles = {role for row in reading.table("staff") for role in row["roles"].split()}
    assert roles == {role.value for role in EVERY_STAFF_ROLE}


def test_six_consultations_cover_every_status() -> None:
    consultations = reading.consultations()
    assert len(consultations) == 6
    assert {entry["status"] for entry in consultations} == {
        "planned",
        "open",
        "closed_preparing",
        "result_published",
        "not_conducted",
    }


def test_the_phases_of_a_consultation_fit_its_status_on_the_day_of_loading() -> None:
    for entry in reading.consultations():
        assert entry["announced"] <= entry["opens"] < entry["closes"] < entry["published"] < entry["ends"]
        if entry["status"] == "planned":
            assert entry["opens"] > 0
        elif entry["status"] == "open":
            assert entry["opens"] <= 0 < entry["closes"]
        elif entry["status"] == "closed_preparing":
            assert entry["closes"] <= 0
        elif entry["status"] == "result_published":
            assert entry["published"] <= 0
        if entry["kind"] == "public_comment":
            assert entry["closes"] - entry["opens"] >= 30


def test_72_people_and_14_organisations_sent_86_submissions_with_168_opinions() -> None:
    sent = on_the_draft()
    assert len(sent) == 86
    assert sum(one.organisation is not None for one in sent) == 14
    people = [one.person for one in sent if one.organisation is None and one.person]
    assert len(people) == len(set(people)), "nobody sent two submissions"
    assert len(voices_on_the_draft()) == 168


def test_the_opinions_gather_in_41_points() -> None:
    points = [point["id"] for point in reading.listed("points")]
    assert len(points) == len(set(points)) == 41
    assert {voice.point for voice in voices_on_the_draft()} == set(points)


def test_33_points_are_published_5_await_approval_and_3_are_untouched() -> None:
    assert Counter(point["state"] for point in reading.listed("points")) == {
        "published": 33,
        "in_approval": 5,
        "untouched": 3,
    }


def test_the_dispositions_are_spread_as_planned() -> None:
    spread = Counter(point["disposition"] for point in reading.listed("points"))
    assert spread == {"1": 6, "2": 12, "3": 10, "4": 3, "5": 10}


def test_every_point_that_was_touched_has_one_reply_and_no_other_has() -> None:
    answered = [reply["point"] for reply in reading.listed("replies")]
    touched = [point["id"] for point in reading.listed("points") if point["state"] != "untouched"]
    assert sorted(answered) == sorted(touched)


def test_seven_points_point_to_the_published_answer_of_another_point_and_add_to_it() -> None:
    points = {point["id"]: point for point in reading.listed("points")}
    replies = {reply["point"]: reply for reply in reading.listed("replies")}
    pointing = {key: point["same_as"] for key, point in points.items() if "same_as" in point}
    assert len(pointing) == 7
    for key, other in pointing.items():
        assert points[other]["state"] == "published"
        assert "same_as" not in points[other]
        assert replies[key]["supplement"]
    assert {key for key, reply in replies.items() if "text" in reply} == set(replies) - set(pointing)


def test_five_amendments_three_additions_and_two_changes_fit_the_plan(plan: dict[str, str]) -> None:
    amendments = reading.listed("amendments")
    points = {point["id"]: point for point in reading.listed("points")}
    assert Counter(amendment["operation"] for amendment in amendments) == {"add": 3, "replace": 2}
    for amendment in amendments:
        assert plan[amendment["location"]].count(amendment["before"]) == 1
        assert amendment["after"] not in plan[amendment["location"]]
        assert points[amendment["point"]]["disposition"] == "1"
        if amendment["operation"] == "add":
            assert plan[amendment["location"]].endswith(amendment["before"])


def test_every_child_but_the_one_with_nothing_to_say_is_answered_in_words_for_children() -> None:
    answered = [child for point in reading.listed("children_points") for child in point["children"]]
    assert sorted(answered) == sorted({row["id"] for row in reading.table("children")} - {"c21"})
    silent = [voice for sent in reading.submissions() for voice in sent.voices if voice.child == "c21"]
    assert [voice.text for voice in silent] == ["とくにありません。"]


def test_every_code_stands_in_the_plan(plan: dict[str, str]) -> None:
    spoken = {voice.about for sent in reading.submissions() for voice in sent.voices}
    spoken |= {talk.about for talk in reading.talks()}
    for name in ("points", "children_points", "proposals", "surveys", "votes"):
        spoken |= {entry["about"] for entry in reading.listed(name)}
    spoken |= {entry["subjects"] for entry in reading.consultations()} - {"plan"}
    assert spoken <= set(plan)


def test_every_viewpoint_has_six_opinions_and_forty_items_have_one(plan: dict[str, str]) -> None:
    viewpoints = [code for code in plan if code.count("-") == 3]
    items = [code for code in plan if code.count("-") == 4]
    assert (len(viewpoints), len(items)) == (13, 49)
    spoken = [voice.about for voice in voices_on_the_draft()]
    for viewpoint in viewpoints:
        assert sum(code == viewpoint or code.startswith(f"{viewpoint}-") for code in spoken) >= 6, viewpoint
    assert len(set(items) & set(spoken)) >= 40


def test_lengths_are_those_of_real_comments() -> None:
    lengths = [len(voice.text) for voice in voices_on_the_draft()]
    assert 200 <= statistics.median(lengths) <= 300
    assert 1_050 <= statistics.quantiles(lengths, n=10)[-1] <= 1_350
    assert max(lengths) > 2_000
    assert min(lengths) < 10


def test_every_hard_case_is_there() -> None:
    assert {case for sent in reading.submissions() for case in sent.hard} == HARD_CASES


def test_twelve_texts_are_identical_nine_of_them_from_one_device_within_three_minutes() -> None:
    identical = hard("identical")
    assert len(identical) == 12
    assert len({sent.voices[0].text for sent in identical}) == 1
    same_device = [sent for sent in identical if sent.device]
    assert len(same_device) == 9
    assert len({(sent.device, sent.day) for sent in same_device}) == 1
    seconds = [
        sum(60 ** (2 - place) * int(part) for place, part in enumerate((sent.time or "").split(":")))
        for sent in same_device
    ]
    assert max(seconds) - min(seconds) <= 180


def test_only_the_deliberate_texts_are_alike() -> None:
    again = [text for text, n in Counter(voice.text for voice in voices_on_the_draft()).items() if n > 1]
    assert again == [hard("identical")[0].voices[0].text]


def test_alike_conclusions_with_other_reasons_stand_in_points_of_their_own() -> None:
    first, second = hard("same_conclusion_other_reason")
    assert first.voices[0].text.split("。")[0] == second.voices[0].text.split("。")[0]
    assert first.voices[0].point != second.voices[0].point


def test_opposite_opinions_in_like_words_stand_in_points_of_their_own() -> None:
    by_subject: dict[str, set[str | None]] = {}
    for sent in hard("opposite_but_alike"):
        voice = sent.voices[0]
        by_subject.setdefault(voice.about, set()).add(voice.point)
    assert by_subject["MP-3-1-2-1"] == {"P29", "P30"}


def test_one_submission_makes_four_points() -> None:
    (sent,) = hard("four_points")
    assert len({voice.point for voice in sent.voices}) == 4


def test_the_posted_letter_that_came_late_was_posted_in_time_and_the_late_fax_went_elsewhere() -> None:
    closes = next(
        entry["closes"] - entry["opens"] for entry in reading.consultations() if entry["key"] == "draft"
    )
    (letter,) = hard("arrived_after_the_end")
    assert letter.postmark_day is not None
    assert letter.postmark_day < closes <= letter.day
    (fax,) = hard("after_the_deadline")
    assert fax.consultation == "voices"


def test_names_on_formal_submissions_are_invented_and_one_needs_rare_characters() -> None:
    identities = {row["submission"]: row for row in reading.table("identities")}
    assert set(identities) == {sent.key for sent in on_the_draft()}
    (sent,) = hard("rare_characters")
    assert identities[sent.key]["name"] == "髙﨑 𠮷乃"
    with pytest.raises(UnicodeEncodeError):
        identities[sent.key]["name"].encode("cp932")


def test_rare_letters_of_every_sort_occur_in_the_texts() -> None:
    text = "".join(voice.text for voice in voices_on_the_draft())
    for letter in ("①", "㈱", "㎡", "Ⅲ", "〆", "👍", "１", "\U000e0100"):
        assert letter in text, hex(ord(letter))


def test_opinions_came_by_every_channel() -> None:
    assert {sent.channel for sent in reading.submissions()} == {
        "web",
        "counter",
        "post",
        "fax",
        "email",
        "phone",
        "meeting",
        "oral",
        "school",
    }


def test_everybody_named_anywhere_exists() -> None:
    people = {row["id"] for row in reading.table("people")}
    staff = {row["id"] for row in reading.table("staff")}
    organisations = {row["id"] for row in reading.table("organisations")}
    children = {row["id"] for row in reading.table("children")}
    sections = {row["section"] for row in reading.table("staff")}
    named = {sent.person for sent in reading.submissions()} | {
        row["delegate"] or None for row in reading.table("organisations")
    }
    named |= {post.person for talk in reading.talks() for _, post in talk.first.walk()}
    named |= {row["person"] for row in reading.table("ballots")}
    named |= {row["person"] for row in reading.table("follows")}
    named |= {row["person"] or None for row in reading.table("survey_responses")}
    assert named - {None} <= people
    assert {sent.organisation for sent in reading.submissions()} - {None} <= organisations
    assert {voice.child for sent in reading.submissions() for voice in sent.voices} - {None} == children
    assert {entry["by"] for entry in reading.listed("holds")} <= staff
    endorsers = {name for entry in reading.listed("proposals") for name in entry["endorsed_by"]}
    assert endorsers <= organisations | people
    assert {point["section"] for point in reading.listed("points")} <= sections
    assert {entry["section"] for entry in reading.consultations()} <= sections


def test_keys_are_never_used_twice() -> None:
    keys = [sent.key for sent in reading.submissions()]
    keys += [post.key for talk in reading.talks() for _, post in talk.first.walk()]
    for name in ("people", "children", "organisations", "staff", "survey_responses"):
        keys += [row["id"] for row in reading.table(name)]
    for name in ("points", "amendments", "proposals", "surveys", "votes"):
        keys += [entry["id"] for entry in reading.listed(name)]
    assert [key for key, n in Counter(keys).items() if n > 1] == []


def test_sixty_casual_posts_of_every_kind_reach_depth_three() -> None:
    posts = [(depth, post) for talk in reading.talks() for depth, post in talk.first.walk()]
    assert len(posts) >= 60
    assert max(depth for depth, _ in posts) == 4, "the opening post is 0, so replies reach depth 3"
    assert {post.kind for _, post in posts} == {"reason", "worry", "proposal", "question"}
    assert sum(post.hidden is not None for _, post in posts) == 1
    assert sum(post.withdrawn for _, post in posts) == 1
    assert sum(post.edited is not None for _, post in posts) == 1


def test_a_reply_is_never_older_than_what_it_answers() -> None:
    for talk in reading.talks():
        for _, post in talk.first.walk():
            assert all(post.day <= reply.day <= 0 for reply in post.replies), post.key


def test_a_survey_of_ten_questions_has_120_answers_with_choices_that_exist() -> None:
    (survey,) = reading.listed("surveys")
    assert len(survey["questions"]) == 10
    assert {question["kind"] for question in survey["questions"]} == {"single", "multiple", "scale", "text"}
    rows = reading.table("survey_responses")
    assert len(rows) == 120
    people = [row["person"] for row in rows if row["person"]]
    assert len(people) == len(set(people))
    for question in survey["questions"]:
        for row in rows:
            numbers = (
                [int(number) for number in row[question["id"]].split()] if question["kind"] != "text" else []
            )
            assert all(
                1 <= number <= len(question.get("choices", range(question.get("steps", 0))))
                for number in numbers
            )
            assert len(numbers) <= question.get("maximum", len(numbers))


def test_votes_are_of_four_kinds_with_one_ballot_a_person() -> None:
    votes = {vote["id"]: vote for vote in reading.listed("votes")}
    assert {vote["kind"] for vote in votes.values()} == {"stance", "single", "budget", "ranking"}
    ballots = reading.table("ballots")
    assert len({(ballot["vote"], ballot["person"]) for ballot in ballots}) == len(ballots) > 150
    for ballot in ballots:
        vote = votes[ballot["vote"]]
        assert set(re.split("[,>]", ballot["choice"])) <= set(vote["codes"])
        assert vote["opens"] <= int(ballot["day"]) < 0
    voters = {ballot["person"] for ballot in ballots if ballot["vote"] == "stance"}
    assert {reason["person"] for reason in votes["stance"]["reasons"]} <= voters


def test_six_organisations_propose() -> None:
    assert len({proposal["organisation"] for proposal in reading.listed("proposals")}) == 6
