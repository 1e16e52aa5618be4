"""What the desk does with a long letter and with the same words sent by several: dividing, and looking for them."""

from __future__ import annotations

from participation.access.actors import system
from participation.consultations.queries import get_consultation
from participation.demo import calls
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.demo.voices import Register
from participation.foundation.db import db
from participation.opinions import commands as opinions
from participation.opinions.domain.dividing import Arrangement, AsideReason, Piece, cut_up, suggested_cuts
from participation.opinions.models import OriginalText, Submission
from participation.opinions.queries import get_division
from participation.replies import commands as replies
from participation.replies.queries.bundles import find_bundles

CALL = "plan"
LETTER = "N15"
DIVIDED_BY = "s05"
#: What becomes of the pieces of the letter: an opinion, with what it is about, or why none; None waits.
PIECES = (
    AsideReason.GREETING,
    "MP-2-2-2-4",
    "MP-2-1-1-2",
    "MP-2-1-1-2",
    None,
    AsideReason.GREETING,
)
#: Days after the opening.
DIVIDED_ON, SEARCHED_ON = 8, 9


def schedule(timeline: Timeline, cast: Cast, places: Places, register: Register) -> None:
    """Let the letter be divided, and the same words be looked for; confirming them is left to the reader."""
    opened = calls.opening_day(CALL)
    timeline.add(timeline.moment(opened + DIVIDED_ON, "10:30"), _divide, cast, places, register)
    timeline.add(timeline.moment(opened + SEARCHED_ON, "07:30"), _search)


def _divide(cast: Cast, places: Places, register: Register) -> None:
    opinion = register.opinion(LETTER, 0)
    original = db.session.get_one(OriginalText, opinion.original_id)
    sent = db.session.get_one(Submission, opinion.submission_id)
    division = get_division(sent.public_id, original.position)
    pieces: list[Piece] = []
    about: dict[int, str] = {}
    for each, becomes in zip(cut_up(division.text, suggested_cuts(division.text)), PIECES, strict=True):
        if isinstance(becomes, AsideReason):
            pieces.append(Piece(*each, aside=becomes))
        elif becomes is None:
            pieces.append(Piece(*each))
        else:
            about[len(about) + 1] = places.public_id(becomes)
            pieces.append(Piece(*each, opinion=len(about)))
    opinions.divide_original(
        sent.public_id,
        original.position,
        Arrangement(tuple(pieces), about),
        division.version,
        by=cast.actor(DIVIDED_BY),
    )


def _search() -> None:
    consultation = get_consultation(calls.code_of(CALL))
    by = system("demo")
    replies.note_search(consultation, by=by)
    found, last_number = find_bundles(consultation.id)
    replies.propose_bundles(consultation.code, found, last_number, by=by)
