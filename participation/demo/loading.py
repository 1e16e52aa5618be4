"""Plays the fictional year into an empty database, through the commands that residents and staff use."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import func, select

from participation import ward_pack
from participation.access.actors import system
from participation.demo import calls, coverage, letters, next_version, voices
from participation.demo.answers import Answers
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.challenges import Challenges
from participation.demo.follows import Follows
from participation.demo.households import Households
from participation.demo.maps import Maps
from participation.demo.meetings import Meetings
from participation.demo.neighbourhoods import Neighbourhoods
from participation.demo.offers import Offers
from participation.demo.office import Office
from participation.demo.polls import Polls
from participation.demo.questionnaires import Questionnaires
from participation.demo.sheets import Sheets
from participation.demo.talks import Talks
from participation.demo.timeline import Timeline
from participation.demo.topics import Topics
from participation.demo.waves import Waves
from participation.foundation import clock, ids
from participation.foundation.db import db, transaction
from participation.foundation.errors import Conflict
from participation.people.models import Person

#: Public ids come out the same on every loading, so that links in the tour stay true.
SEED = 131105
#: The plans stand in the library before anybody registers.
PACK_LOADED_ON = -220
#: The only ward that the invented voices fit; elsewhere the accounts are loaded without them.
WARD_OF_THE_VOICES = "meguro"


def load(ward: str) -> None:
    """Load the ward's reference data and the demo; refuse where somebody has an account already."""
    if is_loaded():
        raise Conflict("すでにデータが入っています。作り直すときは「flask demo reset」を使ってください。")
    timeline = Timeline(clock.today())
    with ids.seeded(SEED):
        with transaction(), clock.at(timeline.moment(PACK_LOADED_ON, "08:00")):
            ward_pack.load(ward, by=system("demo"))
        cast = Cast()
        cast.schedule(timeline)
        if ward == WARD_OF_THE_VOICES:
            places, register = Places(), voices.Register()
            calls.schedule(timeline, cast, places)
            Meetings(timeline, cast, places).schedule()
            voices.schedule(timeline, cast, places, register)
            letters.schedule(timeline, cast, places, register)
            answers = Answers(timeline, cast, places, register)
            answers.schedule()
            Office(timeline, cast, answers).schedule()
            Talks(timeline, cast, places).schedule()
            Polls(timeline, cast, places).schedule()
            Sheets(timeline, cast).schedule()
            Questionnaires(timeline, cast, places).schedule()
            Waves(timeline, cast, places, issuer=current_app.config["SITE"]["ward"]).schedule()
            Households(timeline, cast, places).schedule()
            Offers(timeline, cast, places).schedule()
            Challenges(timeline, cast, places).schedule()
            Neighbourhoods(timeline, cast).schedule()
            Maps(timeline, cast, places).schedule()
            Topics(timeline, cast).schedule()
            Follows(timeline, cast, places).schedule()
            coverage.schedule(timeline, cast)
            next_version.schedule(timeline, cast)
        timeline.play()


def is_loaded() -> bool:
    """Return whether somebody has an account."""
    return bool(db.session.scalar(select(func.count()).select_from(Person)))
