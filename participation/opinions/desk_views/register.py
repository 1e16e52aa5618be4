"""Pages of opinions for staff: entering what came on paper, the register of submissions, one submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.audit import trail as audit
from participation.consultations import queries as consultations
from participation.consultations.domain import ConsultationStatus
from participation.consultations.queries import AskedSubject, Procedure
from participation.contributions import queries as contributions
from participation.contributions.domain import PERSONAL_DATA_NAMES, VISIBILITY_NAMES, PersonalData
from participation.foundation import clock, files
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.foundation.paging import Edge
from participation.opinions import commands, forms, queries
from participation.opinions.domain import (
    CHANNEL_NAMES,
    STAGE_NAMES,
    Channel,
)
from participation.opinions.domain.origins import Origin, list_origins
from participation.organisations import queries as organisations
from participation.people.domain import AGE_BAND_NAMES, LANGUAGES, STANDING_NAMES, Standing
from participation.places import queries as places
from participation.plans.domain.text_diff import difference
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number
from participation.web.submissions import one_submission

bp = Blueprint("opinions_desk", __name__, url_prefix="/desk")

View = Response | tuple[str, int]

#: What happened to a submission, in words.
HAPPENED = {
    "opinions.submit": "ウェブで届いた",
    "opinions.record_paper": "職員が入力した",
    "opinions.import": "ファイルから取り込んだ",
    "opinions.divide": "意見に分けた・合わせた",
    "opinions.attach_file": "原本の写しを付けた・外した",
    "opinions.look_at_file": "原本の写しを見た",
    "opinions.publish_file": "添付を公開した",
    "opinions.unpublish_file": "添付の公開をやめた",
    "opinions.take_back_file": "本人が添付を取り下げた",
    "opinions.open_receipt": "受付番号と合言葉で開かれた",
    "opinions.look_at_identity": "氏名・住所を見た",
}

#: What stays in the form from one paper to the next.
KEPT = ("channel", "received_on", "postmarked_on", "enters_twice", "origin")


@bp.get("/office")
@requires("opinions.work_at_office")
def office() -> str:
    """Show who works at a 地区サービス事務所 what can be taken in now, and the office's own register of each."""
    listed = consultations.list_consultations()
    taking = (ConsultationStatus.OPEN, ConsultationStatus.CLOSED_PREPARING)
    return render_template(
        "opinions/desk/office.html",
        area=places.find_area(current_actor().only_area_id or 0),
        rows=[row for status in taking for row in listed.get(status, [])],
    )


@bp.get("/consultations/<code>/submissions")
@requires("opinions.read_register")
def index(code: str) -> str:
    """List the submissions of a consultation (受付簿)."""
    procedure = consultations.get_procedure(code)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    asked = request.args.get("channel", "")
    channel = Channel(asked) if asked in set(Channel) else None
    return render_template(
        "opinions/desk/index.html",
        procedure=procedure,
        page=queries.list_submissions(
            procedure.consultation.id, edge, channel=channel, area_id=current_actor().only_area_id
        ),
        tally=queries.count_for_consultation(procedure.consultation.id),
        open_count=queries.count_open(procedure.consultation.id),
        channel=channel,
        channel_names=CHANNEL_NAMES,
        channel_choices=[("", "すべて"), *CHANNEL_NAMES.items()],
    )


@bp.route("/consultations/<code>/submissions/new", methods=["GET", "POST"])
@requires("opinions.record_paper")
def enter(code: str) -> View:
    """Enter a submission that came on paper, by telephone or by mouth; then the next one."""
    procedure = consultations.get_procedure(code)
    subjects = consultations.list_subjects(procedure.consultation.id)
    origins = list_origins(procedure.consultation.id)
    form, wish = _filled_in(subjects, origins), request.form.get("do", "")
    if wish == "add":
        form = _filled_in(subjects, origins, forms.with_one_more(form))
    elif wish.startswith("remove-"):
        removed = whole_number(wish.removeprefix("remove-"), least=0, most=999, default=999)
        form = _filled_in(subjects, origins, forms.without(form, removed))
    elif wish in ("save", "save_next") and form.validate() and (uploads := form.uploads()) is not None:
        if form.needs_second_typing():
            again = _filled_in(subjects, origins, form.once_more())
            return _entry_page(procedure, again, typed_once=True), 200
        if form.typed_differently():
            return _entry_page(procedure, form, different=form.typed_differently()), 422
        for _, content in uploads:
            files.keep(content)
        with one_submission(form) as answer:
            held = consultations.hold_procedure(code)
            submission = commands.record_paper_submission(held, form.draft(), by=current_actor())
            commands.attach_files(submission, [checked for checked, _ in uploads], by=current_actor())
            answer.location = _after(code, submission.public_id, form, wish)
        if answer.given:
            return answer.redirect()
    status = 422 if form.errors else 200
    return _entry_page(procedure, form), status


def _after(code: str, public_id: str, form: forms.PaperForm, wish: str) -> str:
    if wish == "save":
        return url_for(".show", public_id=public_id)
    kept: dict[str, Any] = {name: str(form[name].data) for name in KEPT if name in form and form[name].data}
    return url_for(".enter", code=code, saved=public_id, **kept)


def _filled_in(
    subjects: list[AskedSubject], origins: list[Origin], data: dict[str, Any] | None = None
) -> forms.PaperForm:
    if data is None and request.method == "GET":
        data = {
            "channel": request.args.get("channel", Channel.POST),
            "received_on": forms.day_in(request.args.get("received_on")) or clock.today(),
            "postmarked_on": forms.day_in(request.args.get("postmarked_on")),
            "enters_twice": request.args.get("enters_twice") == "True",
            "origin": request.args.get("origin", ""),
            "count": "1",
        }
    return forms.paper_form(subjects, organisations.list_confirmed(), origins, data=data)


def _entry_page(
    procedure: Procedure,
    form: forms.PaperForm,
    *,
    typed_once: bool = False,
    different: Sequence[tuple[int, str, str]] = (),
) -> str:
    if different:
        form.difference_seen.data = "1"
    saved = request.args.get("saved") if request.method == "GET" else None
    if saved:  # The next paper begins where something differs from the one before.
        form.original_number.render_kw = {"autofocus": True}
    return render_template(
        "opinions/desk/enter.html",
        procedure=procedure,
        form=form,
        saved=queries.get_submission(saved, area_id=current_actor().only_area_id) if saved else None,
        typed_once=typed_once,
        different=[(number, difference(first, second)) for number, first, second in different],
    )


@bp.get("/submissions/<public_id>")
@requires("opinions.read_register")
def show(public_id: str) -> str:
    """Show one submission with its opinions and what happened to it."""
    return _submission_page(public_id, forms.IdentityForm(), None)


@bp.post("/submissions/<public_id>/identity")
@requires("opinions.look_at_identity")
def look_at_identity(public_id: str) -> View:
    """Show name and address of who submitted; the look and its reason are recorded."""
    form = forms.IdentityForm()
    identity = None
    if form.validate():
        try:
            with transaction():
                area_id = current_actor().only_area_id
                submission = queries.get_submission(public_id, area_id=area_id).submission
                identity = commands.look_at_identity(submission, form.reason.data, by=current_actor())
        except Refused as refusal:
            form.refuse(refusal)
    return _submission_page(public_id, form, identity), 422 if form.errors else 200


def _submission_page(public_id: str, form: forms.IdentityForm, identity: Any) -> str:
    desk = queries.get_submission(public_id, area_id=current_actor().only_area_id)
    versions = {
        each.opinion.id: contributions.list_versions(each.said)
        for each in desk.opinions
        if each.said.revision
    }
    return render_template(
        "opinions/desk/show.html",
        desk=desk,
        form=form,
        identity=identity,
        versions=versions,
        origins={each.code: each.name for each in list_origins(desk.consultation.id)}
        if desk.submission.origin
        else {},
        history=[
            {
                "at": entry.at,
                "what": HAPPENED.get(entry.action, entry.action),
                "text": entry.changes.get("reason"),
            }
            for entry in audit.entries_about(desk.submission)
        ],
        visibility_names=VISIBILITY_NAMES,
        standing_words="、".join(STANDING_NAMES[Standing(each)] for each in desk.submission.standings),
        flag_words={
            each.opinion.id: "、".join(PERSONAL_DATA_NAMES[PersonalData(flag)] for flag in each.opinion.flags)
            for each in desk.opinions
        },
        names={
            "channel": CHANNEL_NAMES,
            "stage": STAGE_NAMES,
            "language": LANGUAGES,
            "age_band": AGE_BAND_NAMES,
        },
    )


@bp.route("/opinions/<public_id>/withdraw", methods=["GET", "POST"])
@requires("opinions.screen")
def withdraw(public_id: str) -> View:
    """Take an opinion back because its author asked for it by telephone or in writing."""
    opinion = queries.get_opinion(public_id)
    desk = queries.get_submission(queries.submission_of(opinion).public_id)
    form = forms.WithdrawForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.withdraw_opinion(queries.get_opinion(public_id), form.reason.data, by=current_actor())
            answer.location = url_for(".show", public_id=desk.submission.public_id)
        if answer.given:
            return answer.redirect()
    each = next(each for each in desk.opinions if each.opinion.public_id == public_id)
    return render_template("opinions/desk/withdraw.html", desk=desk, each=each, form=form), form.status
