"""The four counts agree with a plain model of what counts, whatever is done in whatever order, wherever they are shown."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.access.actors import system
from participation.consultations.domain import Tally, tallies
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import AppError
from participation.moderation import commands as moderation
from participation.moderation.queries import list_clauses
from participation.opinions import commands, queries
from participation.opinions.domain import Submitter, text_key
from participation.opinions.domain.dividing import Arrangement, AsideReason, Piece, cut_up, passages, words_of
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.counting import heard
from participation.replies import commands as replies
from participation.replies.queries import bundles
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.opinions import a_paper_submission
from tests.support.databases import FreshDatabase

BY = system("tests")
SENTENCES = (
    "公園を増やしてください。",
    "公園を増やしてください！",
    "図書館の席が足りません。",
    "夜道が暗くて怖いです。街灯を増やしてほしいと、町会でも毎年お願いしています。",
    "以上です。",
)
PEOPLE = (None, "さくら坂 一郎", "さくら坂 二郎")
ORGANISATIONS = ("", "さくら坂町会", "坂の上商店会")


# ── The model ───────────────────────────────────────────────────────────────────────────────


@dataclass
class Said:
    """An opinion as plainly as can be: its words, and whether it still stands."""

    words: str
    ranges: tuple[tuple[int, int], ...]
    stands: bool = True
    hidden: bool = False


@dataclass
class Sent:
    """A submission: who it is from, how many people, its letters, each with its text and its opinions."""

    who: str
    is_organisation: bool
    people: int
    letters: list[tuple[str, list[Said]]] = field(default_factory=list)


def expected(sent: list[Sent]) -> Tally:
    counting = [each for each in sent if any(s.stands for _, said in each.letters for s in said)]
    opinions = [s for each in counting for _, said in each.letters for s in said if s.stands]
    persons = [each for each in counting if not each.is_organisation]
    return Tally(
        people=len({each.who for each in persons}) + sum(each.people - 1 for each in persons),
        organisations=len({each.who for each in counting if each.is_organisation}),
        submissions=len(counting),
        opinions=len(opinions),
        distinct_texts=len({text_key(each.words) for each in opinions}),
    )


# ── What is done to both ────────────────────────────────────────────────────────────────────

enter = st.tuples(
    st.just("enter"),
    st.lists(
        st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map("".join), min_size=1, max_size=2
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(ORGANISATIONS),
    st.integers(1, 3),
)
which = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        enter,
        st.tuples(st.just("divide"), which, st.lists(st.integers(0, 2), min_size=1, max_size=4)),
        st.tuples(st.just("merge"), which),
        st.tuples(st.just("withdraw"), which),
        st.tuples(st.just("hide"), which),
        st.tuples(st.just("restore"), which),
        st.tuples(st.just("bundle")),
    ),
    min_size=3,
    max_size=12,
)


class World:
    """The application and the model, side by side."""

    def __init__(self) -> None:
        self.consultation: Consultation = an_open_consultation()
        self.sent: list[Sent] = []
        self.rows: list[Submission] = []

    def enter(self, texts: list[str], person: str | None, organisation: str, people: int) -> None:
        alone = person is not None and not organisation
        row = a_paper_submission(
            texts,
            to=self.consultation,
            organisation_name=organisation,
            people_count=1 if alone else people,
            submitter=Submitter(person, "架空市1-2-3") if person else None,
        )
        who = organisation or (person if alone else None) or f"unknown {row.id}"
        count = 1 if organisation or alone else people
        self.sent.append(
            Sent(who, bool(organisation), count, [(text, [Said(text, ((0, len(text)),))]) for text in texts])
        )
        self.rows.append(row)

    def letter(self, place: int) -> tuple[Submission, int, str, list[Said]]:
        letters = [
            (row, position, *letter)
            for row, sent in zip(self.rows, self.sent, strict=True)
            for position, letter in enumerate(sent.letters, start=1)
        ]
        return letters[place % len(letters)]

    def divide(self, place: int, labels: list[int]) -> None:
        """Cut at every sentence; each piece goes where its label says: 0 is the whole rest, 1 and 2 are opinions."""
        row, position, text, said = self.letter(place)
        ranges = cut_up(text, [at + 1 for at, c in enumerate(text) if c in "。！"])
        chosen = [labels[n % len(labels)] for n in range(len(ranges))]
        order = {label: n for n, label in enumerate(dict.fromkeys(each for each in chosen if each), start=1)}
        pieces = tuple(
            Piece(*each, opinion=order[label]) if label else Piece(*each, aside=AsideReason.MESSAGE)
            for each, label in zip(ranges, chosen, strict=True)
        )
        self.arrange(row, position, text, said, pieces)

    def merge(self, place: int) -> None:
        row, position, text, said = self.letter(place)
        self.arrange(row, position, text, said, (Piece(0, len(text), opinion=1),))

    def arrange(
        self, row: Submission, position: int, text: str, said: list[Said], pieces: tuple[Piece, ...]
    ) -> None:
        division = queries.get_division(row.public_id, position)
        about = division.opinions[0].subject.public_id
        numbers = {piece.opinion for piece in pieces if piece.opinion}
        arrangement = Arrangement(pieces, dict.fromkeys(numbers, about))
        try:
            with transaction():
                commands.divide_original(row.public_id, position, arrangement, division.version, by=BY)
        except AppError:
            return  # Something in it has to stay, or nothing changed: the model stays, too.
        whole, before = [(0, len(text))], {each.ranges: each for each in said}
        said[:] = [
            before.get(tuple(ranges))
            or Said(words_of(text, whole if ranges == whole else passages(text, ranges)), tuple(ranges))
            for ranges in (arrangement.ranges(n) for n in sorted(numbers))
        ]

    def opinion(self, place: int) -> tuple[Opinion, Said] | None:
        """An opinion that is not merged away, and its model."""
        pairs = []
        for row, sent in zip(self.rows, self.sent, strict=True):
            for position, (_, said) in enumerate(sent.letters, start=1):
                here = queries.get_division(row.public_id, position).opinions
                pairs += [(each.opinion, model) for each, model in zip(here, said, strict=True)]
        return pairs[place % len(pairs)] if pairs else None

    def withdraw(self, place: int) -> None:
        opinion, said = self.opinion(place) or (None, None)
        if opinion is not None and said is not None and said.stands:
            with transaction():
                commands.withdraw_opinion(opinion, "電話で頼まれた", by=BY)
            said.stands = False

    def hide(self, place: int) -> None:
        opinion, said = self.opinion(place) or (None, None)
        if opinion is not None and said is not None and said.stands and not said.hidden:
            with transaction():
                moderation.hide(_said(opinion), list_clauses()[0], "理由", by=BY)
            said.hidden = True

    def restore(self, place: int) -> None:
        opinion, said = self.opinion(place) or (None, None)
        if opinion is not None and said is not None and said.stands and said.hidden:
            with transaction():
                moderation.restore(_said(opinion), by=BY)
            said.hidden = False

    def bundle(self) -> None:
        found, last = bundles.find_bundles(self.consultation.id)
        with transaction():
            replies.propose_bundles(self.consultation.code, found, last, by=BY)
        for each in _proposals(self.consultation.id):
            with transaction():
                replies.confirm_bundle(each, by=BY)


def _said(opinion: Opinion) -> Contribution:
    return db.session.get_one(Contribution, opinion.contribution_id, populate_existing=True)


def told_beside(consultation_id: int) -> tuple[int, int, int]:
    """What is told beside a group of opinions: how many, of how many, handed in by how many."""
    statement = heard(Opinion.consultation_id, Opinion.consultation_id == consultation_id)
    row = db.session.execute(statement).one_or_none()
    return (int(row.opinions), int(row.people), int(row.senders)) if row else (0, 0, 0)


def _proposals(consultation_id: int) -> list[str]:
    return [
        row.public_id
        for row in bundles.list_bundles(consultation_id, bundles.BundleStatus.PROPOSED, bundles.Edge()).items
        if row.folded
    ]


@pytest.fixture
def fresh(app: Flask, database: FreshDatabase) -> Flask:
    return app


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=enter, script=steps)
def test_the_four_counts_are_those_of_the_model_after_every_step(
    fresh: Flask, first: tuple[object, ...], script: list[tuple[object, ...]]
) -> None:
    world = World()
    for name, *says in [first, *script]:
        getattr(world, str(name))(*says)
        db.session.rollback()
        counted = queries.count_for_consultation(world.consultation.id)
        assert counted == expected(world.sent), (name, says)
        assert tallies([world.consultation.id])[world.consultation.id] == counted
        assert told_beside(world.consultation.id) == (
            counted.opinions,
            counted.people + counted.organisations,
            len({each.who for each in world.sent if any(s.stands for _, said in each.letters for s in said)}),
        )
    assert queries.find_misdivided() == []
    assert list(queries.find_damaged()) == []


def test_the_four_counts_are_the_same_on_every_page_and_in_every_file(app: Flask) -> None:
    world = World()
    world.enter([SENTENCES[0] + SENTENCES[2], SENTENCES[1]], None, "", 3)
    world.enter([SENTENCES[0]], "さくら坂 一郎", "", 1)
    world.enter([SENTENCES[3]], None, "さくら坂町会", 1)
    world.divide(0, [1, 2])
    world.withdraw(3)
    tally = expected(world.sent)
    code = world.consultation.code
    told = app.test_cli_runner().invoke(args=["opinions", "counts", code, "--json"])
    assert json.loads(told.output) == {each.name: each.number for each in tally.in_four()}
    client = app.test_client()
    page = client.get(f"/consultations/{code}").get_data(as_text=True)
    for each in tally.in_four():
        assert each.label in page
        assert f">{each.number}<" in page
    listed = json.loads(app.test_cli_runner().invoke(args=["consultations", "list", "--json"]).output)
    (mine,) = [each for each in listed if each["code"] == code]
    assert (mine["submissions"], mine["opinions"], mine["distinct_texts"]) == (
        tally.submissions,
        tally.opinions,
        tally.distinct_texts,
    )


def test_a_hidden_opinion_counts_as_said(app: Flask) -> None:
    world = World()
    world.enter([SENTENCES[0]], None, "", 1)
    world.hide(0)
    opinion, _ = world.opinion(0) or (None, None)
    assert opinion is not None
    assert _said(opinion).visibility is Visibility.HIDDEN
    assert queries.count_for_consultation(world.consultation.id) == expected(world.sent)
