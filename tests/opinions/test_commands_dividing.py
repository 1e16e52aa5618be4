"""Dividing a letter: places move, never words; what is answered, withdrawn or hidden stays."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from participation.access.actors import Actor, Role, system, visitor
from participation.consultations.domain import ModerationMode
from participation.consultations.queries import Procedure, hold_procedure, list_subjects
from participation.contributions import commands as contributions
from participation.contributions.domain import Covering, RedactionReason, Visibility
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict, Denied, Refused
from participation.opinions import commands, queries
from participation.opinions.domain import OpinionStage
from participation.opinions.domain.dividing import Arrangement, AsideReason, Piece
from participation.opinions.models import Opinion, OriginalPassage, Submission
from participation.opinions.queries import Division
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.opinions import a_paper_submission, a_submission, words_of
from tests.support.people import a_member_of_staff, actor_of

LETTER = "はじめまして。公園を増やしてください。図書館の席が足りません。よろしくお願いします。"
CUTS = [0, 7, 19, 31, len(LETTER)]
HELLO, PARK, LIBRARY, BYE = [(CUTS[n], CUTS[n + 1]) for n in range(4)]


@pytest.fixture
def letter(app: Flask) -> Submission:
    return a_paper_submission([LETTER])


def seen(letter: Submission, position: int = 1) -> Division:
    return queries.get_division(letter.public_id, position)


def arranged(division: Division, *pieces: Piece) -> Arrangement:
    about = division.opinions[0].subject.public_id
    return Arrangement(pieces, dict.fromkeys((p.opinion for p in pieces if p.opinion), about))


def divide(letter: Submission, *pieces: Piece, position: int = 1) -> Division:
    division = seen(letter, position)
    with transaction():
        return commands.divide_original(
            letter.public_id, position, arranged(division, *pieces), division.version, by=system("tests")
        )


def in_two(letter: Submission) -> Division:
    return divide(
        letter,
        Piece(*HELLO, aside=AsideReason.GREETING),
        Piece(*PARK, opinion=1),
        Piece(*LIBRARY, opinion=2),
        Piece(*BYE),
    )


def said(division: Division) -> list[tuple[int, str]]:
    return [(each.opinion.number, each.said.body) for each in division.opinions]


def test_each_part_says_exactly_its_range_and_the_first_keeps_its_number(letter: Submission) -> None:
    assert said(in_two(letter)) == [(1, "公園を増やしてください。"), (2, "図書館の席が足りません。")]
    assert queries.find_misdivided() == []


def test_what_belongs_to_no_opinion_is_counted_until_somebody_deals_with_it(letter: Submission) -> None:
    consultation_id = letter.consultation_id
    assert queries.count_open(consultation_id) == 0
    in_two(letter)
    assert queries.count_open(consultation_id) == 1
    divide(
        letter,
        Piece(*HELLO, aside=AsideReason.GREETING),
        Piece(*PARK, opinion=1),
        Piece(*LIBRARY, opinion=2),
        Piece(*BYE, aside=AsideReason.GREETING),
    )
    assert queries.count_open(consultation_id) == 0


def test_parts_put_together_again_are_the_whole_letter_and_a_number_is_not_given_again(
    letter: Submission,
) -> None:
    in_two(letter)
    whole = divide(letter, Piece(0, len(LETTER), opinion=1))
    assert said(whole) == [(1, LETTER)]
    (gone,) = db.session.scalars(select(Opinion).where(Opinion.merged_into_id.is_not(None)))
    assert gone.number == 2
    assert words_of(gone).visibility is Visibility.WITHDRAWN
    assert words_of(gone).body == ""
    assert [number for number, _ in said(in_two(letter))] == [1, 3]


def test_an_opinion_may_be_made_of_several_places_and_they_may_change_their_order(letter: Submission) -> None:
    in_two(letter)
    division = divide(
        letter,
        Piece(*HELLO, opinion=2),
        Piece(*PARK, opinion=2),
        Piece(*LIBRARY, opinion=1),
        Piece(*BYE, opinion=2),
    )
    assert said(division) == [
        (2, "図書館の席が足りません。"),
        (1, "はじめまして。公園を増やしてください。\nよろしくお願いします。"),
    ]
    assert queries.find_misdivided() == []
    assert [each.opinion.position for each in division.opinions] == [1, 2]


def test_a_part_may_be_about_another_place_of_the_plan(app: Flask) -> None:
    consultation = an_open_consultation(about=[a_subject("公園"), a_subject("図書館")])
    letter = a_paper_submission([LETTER], to=consultation)
    first, second = list_subjects(consultation.id)
    division = seen(letter)
    chosen = Arrangement(
        (Piece(0, CUTS[2], opinion=1), Piece(CUTS[2], len(LETTER), opinion=2)),
        {1: first.public_id, 2: second.public_id},
    )
    with transaction():
        after = commands.divide_original(letter.public_id, 1, chosen, division.version, by=system("tests"))
    assert [each.subject.id for each in after.opinions] == [first.id, second.id]


@pytest.mark.parametrize(
    "pieces",
    [
        (Piece(0, 7, opinion=1),),
        (Piece(0, 7, opinion=1), Piece(8, len(LETTER), opinion=2)),
        (Piece(0, 9, opinion=1), Piece(7, len(LETTER), opinion=2)),
        (Piece(0, 7, opinion=2), Piece(7, len(LETTER), opinion=3)),
        (Piece(0, len(LETTER)),),
        (Piece(0, 7, aside=AsideReason.OTHER), Piece(7, len(LETTER), opinion=1)),
    ],
    ids=["the end is missing", "a gap", "an overlap", "numbers begin at 2", "no opinion", "no reason"],
)
def test_an_arrangement_that_loses_a_character_or_a_reason_is_refused(
    letter: Submission, pieces: tuple[Piece, ...]
) -> None:
    with pytest.raises(Refused):
        divide(letter, *pieces)


def test_whoever_divides_second_is_told_and_nothing_of_the_first_is_lost(letter: Submission) -> None:
    before = seen(letter)
    chosen = arranged(before, Piece(0, 7, opinion=1), Piece(7, len(LETTER), opinion=2))
    version = before.version
    in_two(letter)
    with pytest.raises(Conflict), transaction():
        commands.divide_original(letter.public_id, 1, chosen, version, by=system("tests"))
    assert len(seen(letter).opinions) == 2


def test_an_answered_opinion_stays_as_it_is_and_the_rest_of_the_letter_may_still_change(
    letter: Submission,
) -> None:
    first = in_two(letter).opinions[0].opinion
    with transaction():
        commands.advance_opinions([first], OpinionStage.ANSWERED, by=system("tests"))
    with pytest.raises(Refused, match="公表した意見"):
        divide(letter, Piece(0, len(LETTER), opinion=1))
    division = divide(
        letter,
        Piece(*HELLO, aside=AsideReason.GREETING),
        Piece(*PARK, opinion=1),
        Piece(LIBRARY[0], BYE[1], opinion=2),
    )
    assert said(division)[1] == (2, "図書館の席が足りません。よろしくお願いします。")


def test_a_withdrawn_part_does_not_come_back_and_the_others_count_on(letter: Submission) -> None:
    second = in_two(letter).opinions[1].opinion
    with transaction():
        commands.withdraw_opinion(second, "電話で頼まれた", by=system("tests"))
    assert queries.count_for_consultation(letter.consultation_id).opinions == 1
    with pytest.raises(Refused, match="取り下げた意見"):
        divide(letter, Piece(0, len(LETTER), opinion=1))


def test_covered_words_stay_covered_in_whichever_part_they_come_to_stand(letter: Submission) -> None:
    start = LETTER.index("図書館")
    with transaction():
        whole = words_of(seen(letter).opinions[0].opinion)
        place = Covering(start, start + 3, RedactionReason.THIRD_PARTY)
        contributions.propose_redactions(whole, {0: [place]}, proposer_id=None)
        contributions.confirm_redactions(whole, decider_id=None)
    division = in_two(letter)
    assert [body for _, body in said(division)] == ["公園を増やしてください。", "■■■の席が足りません。"]
    assert [bool(each.said.covered_for) for each in division.opinions] == [False, True]
    assert "図書館" not in division.shown
    assert said(divide(letter, Piece(0, len(LETTER), opinion=1)))[0][1] == LETTER.replace("図書館", "■■■")
    with transaction():
        contributions.lift_redactions(words_of(seen(letter).opinions[0].opinion), decider_id=None)
    assert said(seen(letter)) == [(1, LETTER)]


def test_while_a_covering_waits_for_the_second_person_nothing_is_divided(letter: Submission) -> None:
    with transaction():
        whole = words_of(seen(letter).opinions[0].opinion)
        contributions.propose_redactions(whole, {0: [Covering(0, 4, RedactionReason.NAME)]}, proposer_id=None)
    with pytest.raises(Conflict):
        in_two(letter)


def test_words_that_nobody_could_read_before_wait_for_a_person(app: Flask) -> None:
    consultation = an_open_consultation(moderation=ModerationMode.PUBLISH_FIRST)
    letter = a_submission([LETTER], to=consultation)
    in_two(letter)
    assert {each.said.visibility for each in seen(letter).opinions} == {Visibility.PUBLISHED}
    division = divide(
        letter,
        Piece(*HELLO, opinion=1),
        Piece(*PARK, opinion=1),
        Piece(*LIBRARY, opinion=2),
        Piece(*BYE),
    )
    assert [each.said.visibility for each in division.opinions] == [Visibility.HELD, Visibility.PUBLISHED]


def test_what_its_author_corrected_is_divided_as_they_corrected_it(app: Flask) -> None:
    from_author = "公園の木を切らないでください。図書館の席も増やしてください。"
    consultation = an_open_consultation()
    letter = a_submission([LETTER], to=consultation)
    opinion = seen(letter).opinions[0].opinion
    with transaction():
        held = _held(consultation.code)
        commands.revise_opinion(opinion, from_author, held, holds=True, by=_author(letter))
    assert seen(letter).text == from_author
    division = divide(letter, Piece(0, 15, opinion=1), Piece(15, len(from_author), opinion=2))
    assert [body for _, body in said(division)] == [
        "公園の木を切らないでください。",
        "図書館の席も増やしてください。",
    ]
    assert division.original.position == 2
    assert queries.find_misdivided() == []
    with pytest.raises(Denied), transaction():
        commands.revise_opinion(
            division.opinions[0].opinion, "ほかの文", _held(consultation.code), holds=True, by=_author(letter)
        )


def test_an_erased_part_goes_from_the_original_too_and_the_others_stay(letter: Submission) -> None:
    second = in_two(letter).opinions[1]
    with transaction():
        contributions.erase(words_of(second.opinion))
    division = seen(letter)
    assert division.original.body == LETTER.replace("図書館の席が足りません。", "■" * 12)
    assert division.original.partly_erased_at is not None
    assert list(queries.find_damaged()) == []
    assert [each.said.body for each in division.opinions] == ["公園を増やしてください。", ""]


def test_every_piece_of_a_divided_letter_is_kept_in_order_without_a_gap(letter: Submission) -> None:
    in_two(letter)
    rows = db.session.scalars(select(OriginalPassage).order_by(OriginalPassage.start)).all()
    assert [(row.start, row.end) for row in rows] == [HELLO, PARK, LIBRARY, BYE]


def test_only_staff_who_enter_or_sort_may_divide(letter: Submission) -> None:
    division = seen(letter)
    chosen = arranged(division, Piece(0, 7, opinion=1), Piece(7, len(LETTER), opinion=2))
    auditor = _actor(Role.AUDITOR)
    with pytest.raises(Denied), transaction():
        commands.divide_original(letter.public_id, 1, chosen, division.version, by=auditor)


def test_the_same_arrangement_again_is_refused_without_a_trace(letter: Submission) -> None:
    in_two(letter)
    with pytest.raises(Refused, match="変わっていません"):
        in_two(letter)


def _actor(role: Role) -> Actor:
    return actor_of(a_member_of_staff(role))


def _held(code: str) -> Procedure:
    return hold_procedure(code)


def _author(_letter: Submission) -> Actor:
    return visitor("somebody")
