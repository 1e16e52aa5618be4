"""The page on which one says what one thinks of a published voice."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.contributions.models import Contribution
from participation.foundation.errors import Denied, Refused
from participation.votes import commands, queries
from participation.votes.domain.stances import NO_STANCES, STANCE_NAMES, TAKE_BACK, Stance
from participation.votes.domain.turnout import FEWEST_IN_CELL
from participation.votes.forms import StanceForm
from participation.votes.views.page import bp
from participation.web.access import current_actor, public, requires
from participation.web.forms import whole_number
from participation.web.submissions import Answer, one_submission


@bp.get("/voices/<public_id>")
@public
def voice(public_id: str) -> ResponseReturnValue:
    """Show a voice and what readers think of it."""
    return _page(queries.get_voice(public_id, current_actor()), StanceForm())


@bp.post("/voices/<public_id>/stance")
@requires("votes.take_stance")
def take_stance(public_id: str) -> ResponseReturnValue:
    """Keep what the reader, or an organisation they speak for, thinks of it."""
    actor = current_actor()
    said, form, answer = queries.get_voice(public_id, actor), StanceForm(), Answer()
    organisation = request.args.get("organisation")
    organisation_id = (
        None if organisation is None else whole_number(organisation, least=0, most=2**31 - 1, default=0)
    )
    if form.validate_on_submit():
        try:
            with one_submission(form) as answer:
                commands.take_stance(said, form.stance, organisation_id=organisation_id, by=actor)
                answer.location = url_for(".voice", public_id=public_id)
        except Denied as denied:
            form.refuse(Refused(denied.reason))
    return answer.redirect() if answer.given else _page(said, form)


def _page(said: Contribution, form: StanceForm) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.stances_on([said.id], actor)
    speakers: list[tuple[int | None, str, Stance | None]] = [(None, "あなたの考え", shown.own.get(said.id))]
    for organisation_id, name in queries.list_own_organisations(actor) if actor.organisation_ids else ():
        own = queries.own_stances([said.id], queries.stance_key(actor, organisation_id))
        speakers.append((organisation_id, f"{name}としての考え", own.get(said.id)))
    page = render_template(
        "votes/voice.html",
        said=said,
        form=form,
        counts=shown.counts.get(said.id, NO_STANCES),
        speakers=speakers,
        options=[(stance.value, name) for stance, name in STANCE_NAMES.items()],
        take_back=TAKE_BACK,
        decision=access.can(actor, "votes.take_stance", said),
        fewest=FEWEST_IN_CELL,
    )
    return page, form.status
