"""Voices from the room (会場からの意見): an opinion of the consultation, with the gathering as its origin."""

from __future__ import annotations

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.consultations.queries import Procedure
from participation.foundation.errors import Refused
from participation.gatherings.domain import origin_of
from participation.gatherings.models import Gathering
from participation.opinions import commands as opinions
from participation.opinions.domain import Channel, OpinionText, SubmissionDraft
from participation.opinions.models import Submission


def speak_in_room(
    gathering: Gathering, procedure: Procedure, text: OpinionText, language: str = "ja", *, by: Actor
) -> Submission:
    """Receive what somebody in the room wrote on their telephone; `procedure` is the gathering's, and held."""
    access.require(by, "gatherings.speak", gathering)
    if procedure.consultation.id != gathering.consultation_id:
        raise Refused("この集まりの意見募集ではありません。")
    submission = opinions.submit_opinions(
        procedure,
        SubmissionDraft(
            (text,),
            language=language,
            shows_name=False,
            channel=Channel.MEETING,
            origin=origin_of(gathering.public_id),
        ),
        by=by,
    )
    audit.record(by, "gatherings.speak", gathering)
    return submission
