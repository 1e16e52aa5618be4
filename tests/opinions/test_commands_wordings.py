"""Keys of texts computed anew: from the words as handed in, once, and again without a change."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import update

from participation.access.actors import system
from participation.contributions import commands as contributions
from participation.contributions.domain import Covering, RedactionReason
from participation.foundation.db import db, transaction
from participation.opinions import commands, queries
from participation.opinions.domain import text_key
from participation.opinions.domain.dividing import Arrangement, Piece
from participation.opinions.models import Opinion
from tests.support.builders.opinions import a_paper_submission, an_opinion, words_of

LETTER = "公園を増やしてください。図書館の席が足りません。"


def keys() -> list[str]:
    db.session.rollback()
    return [each.text_key for each in db.session.query(Opinion).order_by(Opinion.id)]


def test_keys_of_an_older_rule_are_computed_anew_from_the_words_handed_in(app: Flask) -> None:
    letter = a_paper_submission([LETTER])
    division = queries.get_division(letter.public_id, 1)
    about = division.opinions[0].subject.public_id
    chosen = Arrangement((Piece(0, 12, opinion=1), Piece(12, len(LETTER), opinion=2)), {1: about, 2: about})
    with transaction():
        commands.divide_original(letter.public_id, 1, chosen, division.version, by=system("tests"))
    covered = an_opinion(said="架空太郎さんの家の前が暗いです。")
    with transaction():
        said = words_of(covered)
        contributions.propose_redactions(said, {0: [Covering(0, 4, RedactionReason.NAME)]}, proposer_id=None)
        contributions.confirm_redactions(said, decider_id=None)
    right = keys()
    assert right[2] == text_key("架空太郎さんの家の前が暗いです。")
    with transaction():
        db.session.execute(update(Opinion).values(text_key="old"))
    told = app.test_cli_runner().invoke(args=["opinions", "refresh-keys"])
    assert told.output == "作り直した鍵 3件\n"
    assert keys() == right
    assert app.test_cli_runner().invoke(args=["opinions", "refresh-keys"]).output == "作り直した鍵 0件\n"


def test_a_merged_opinion_keeps_a_key_like_no_other(app: Flask) -> None:
    letter = a_paper_submission([LETTER])
    division = queries.get_division(letter.public_id, 1)
    about = division.opinions[0].subject.public_id
    for pieces in (
        (Piece(0, 12, opinion=1), Piece(12, len(LETTER), opinion=2)),
        (Piece(0, len(LETTER), opinion=1),),
    ):
        chosen = Arrangement(pieces, dict.fromkeys((p.opinion for p in pieces if p.opinion), about))
        version = queries.get_division(letter.public_id, 1).version
        with transaction():
            commands.divide_original(letter.public_id, 1, chosen, version, by=system("tests"))
    before = keys()
    with transaction():
        assert commands.refresh_text_keys(by=system("tests")) == (0, None)
    assert keys() == before
