"""Pages on which a secretariat runs its space: agenda, meetings, minutes, introduction, consultations."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from participation.access import rules as access
from participation.access.actors import RIGHT_NAMES
from participation.consultations import queries as consultations
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.i18n.dates import datetime_ja
from participation.organisations import queries as organisations
from participation.spaces import commands, queries
from participation.spaces.domain import AGENDA_NAMES, AgendaState
from participation.spaces.forms import (
    AgendaForm,
    IntroductionForm,
    MeetingForm,
    MinutesForm,
    NewMeetingForm,
    PlainForm,
    ReasonForm,
    SeatsForm,
    SecretariatForm,
    SettleForm,
    TouchForm,
    time_of,
)
from participation.spaces.models import Space
from participation.spaces.views.pages import NAMES, bp, form_page, overtaken_page
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

EDIT_MEETING = "会議のお知らせを直す"
NO_MEETING = ("", "決まっていない")


@bp.get("/spaces/<code>/run")
@requires("spaces.plan")
def run(code: str) -> ResponseReturnValue:
    """Show what the secretariat can do, and what waits for it."""
    actor = current_actor()
    space, secretariat = queries.get_space_to_run(code)
    access.require(actor, "spaces.plan", space)
    return render_template(
        "spaces/run.html",
        page=queries.get_running_page(space, secretariat, actor),
        space=space,
        names=NAMES,
        form=PlainForm(),
        rights=[
            name for right, name in RIGHT_NAMES.items() if actor.may_for(space.organisation_id or 0, right)
        ],
    )


@bp.route("/spaces/<code>/meetings/new", methods=["GET", "POST"])
@requires("spaces.plan")
def new_meeting(code: str) -> ResponseReturnValue:
    """Announce a meeting."""
    space, actor, form = queries.get_space(code), current_actor(), NewMeetingForm()
    access.require(actor, "spaces.plan", space)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            made = commands.plan_meeting(space, form.draft(), by=actor)
            next_page = ".take_registrations" if form.takes_registrations.data else ".meeting"
            sent.location = url_for(next_page, public_id=made.public_id)
        if sent.given:
            return sent.redirect()
    fields = [
        *_meeting_fields(form),
        (form.takes_registrations, "会議の場所が決まっているときに選べます。", 0),
    ]
    return form_page(form, space, "会議を知らせる", fields, "知らせる")


@bp.route("/spaces/meetings/<public_id>/registrations", methods=["GET", "POST"])
@requires("spaces.take_registrations")
def take_registrations(public_id: str) -> ResponseReturnValue:
    """Take registrations for a meeting: seats, waiting list, what is offered."""
    found, space = queries.get_meeting(public_id)
    actor, form = current_actor(), SeatsForm()
    access.require(actor, "spaces.take_registrations", space, found)
    touching = queries.list_open_consultations_of(space)
    form.consultation.choices = [("", "入れない"), *((code, title) for _, code, title in touching)]
    if form.validate_on_submit():
        with one_submission(form) as sent:
            chosen = next((each for each, code, _ in touching if code == form.consultation.data), None)
            commands.take_registrations(space, found, form.draft(found.starts_at, chosen), by=actor)
            sent.location = url_for(".meeting", public_id=public_id)
        if sent.given:
            return sent.redirect()
    fields = [
        (form.ends, "例：20:30", 0),
        (form.capacity, "書かなければ、何人でも来られます。", 0),
        (form.has_waiting_list, "", 0),
        (form.closes_on, "書かなければ、会議が始まるまで。", 0),
        (form.asks_name, "ふつうは聞きません。", 0),
        (form.needs_offered, "", 0),
        (form.needs_note, "例：保育は1歳から、前日の正午までに。", 0),
        (form.contact, "例：油面住区センター 電話番号", 0),
        (form.consultation, "この地域に関わる募集中の案件から選べます。会場のQRコードから、意見を書けるようになります。", 0),
    ]  # fmt: skip
    lead = f"{datetime_ja(found.starts_at)}から。氏名と連絡先は、区の職員だけが扱います。"
    return form_page(
        form, space, "参加の申し込みを受け付ける", fields, "受け付けを始める", over=found.title, lead=lead
    )


@bp.route("/spaces/meetings/<public_id>/edit", methods=["GET", "POST"])
@requires("spaces.plan")
def edit_meeting(public_id: str) -> ResponseReturnValue:
    """Change what is announced of a meeting."""
    found, space = queries.get_meeting(public_id)
    actor = current_actor()
    access.require(actor, "spaces.plan", space)
    form = MeetingForm(
        data={
            "title": found.title,
            "day": found.starts_at.astimezone(clock.JST).date(),
            "time": time_of(found.starts_at),
            "place": found.place,
            "note": found.note,
            "version": str(found.version),
        }
    )
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.change_meeting(space, found, form.draft(), form.seen_version, by=actor)
                sent.location = url_for(".meeting", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except commands.Overtaken as overtaken:
            found, space = queries.get_meeting(public_id)
            mine = form.draft()
            now = [
                ("会議の名前", mine.title, found.title),
                ("日時", datetime_ja(mine.starts_at), datetime_ja(found.starts_at)),
                ("場所", mine.place, found.place),
                ("お知らせ", mine.note, found.note),
            ]
            fields = _meeting_fields(form)
            return overtaken_page(
                overtaken, form, space, EDIT_MEETING, fields, "直す", now=now, version=found.version
            )
    return form_page(form, space, EDIT_MEETING, _meeting_fields(form), "直す")


def _meeting_fields(form: MeetingForm) -> list[tuple[Field, str, int]]:
    return [
        (form.title, "例：12月の住区住民会議", 0),
        (form.day, "", 0),
        (form.time, "例：19:00", 0),
        (form.place, "建物の名前と部屋を書きます。", 0),
        (form.note, "持ち物、参加のしかた、手話や保育の用意などを書きます。", 4),
    ]


@bp.route("/spaces/meetings/<public_id>/cancel", methods=["GET", "POST"])
@requires("spaces.plan")
def cancel_meeting(public_id: str) -> ResponseReturnValue:
    """Call a meeting off."""
    found, space = queries.get_meeting(public_id)
    actor, form = current_actor(), ReasonForm()
    access.require(actor, "spaces.plan", space)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.cancel_meeting(space, found, form.reason.data, by=actor)
            sent.location = url_for(".meeting", public_id=public_id)
        if sent.given:
            return sent.redirect()
    fields = [(form.reason, "会議のページに載ります。", 4)]
    return form_page(form, space, "会議を取りやめる", fields, "取りやめる", over=found.title, danger=True)


@bp.route("/spaces/meetings/<public_id>/minutes", methods=["GET", "POST"])
@requires("spaces.publish_minutes")
def write_minutes(public_id: str) -> ResponseReturnValue:
    """Publish the minutes of a meeting, or correct them."""
    found, space = queries.get_meeting(public_id)
    actor = current_actor()
    access.require(actor, "spaces.publish_minutes", space, found)
    form = MinutesForm(
        data={"minutes": found.minutes, "attended": found.attended_count, "version": str(found.version)}
    )
    fields: list[tuple[Field, str, int]] = [
        (
            form.minutes,
            "だれが言ったかは書かず、出た意見と決まったことを書きます。個人の名前は書きません。",
            16,
        ),
        (form.attended, "わからなければ空欄でかまいません。", 0),
    ]
    title = "議事録を直す" if found.minutes_published_at else "議事録を公開する"
    lead = "直す前の文章も、会議のページに残ります。" if found.minutes_published_at else None
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.publish_minutes(
                    space, found, form.minutes.data, form.attended.data, form.seen_version, by=actor
                )
                sent.location = url_for(".meeting", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except commands.Overtaken as overtaken:
            found, space = queries.get_meeting(public_id)
            now = [
                ("議事録", form.minutes.data, found.minutes),
                ("参加した人の数", _count(form.attended.data), _count(found.attended_count)),
            ]
            return overtaken_page(
                overtaken, form, space, title, fields, "公開する",
                now=now, version=found.version, over=found.title, lead=lead,
            )  # fmt: skip
    return form_page(form, space, title, fields, "公開する", over=found.title, lead=lead)


def _count(people: int | None) -> str:
    return "" if people is None else f"{people:,}人"


@bp.route("/spaces/<code>/agenda/new", methods=["GET", "POST"])
@requires("spaces.plan")
def new_agenda_item(code: str) -> ResponseReturnValue:
    """Put something on the agenda."""
    space, actor, form = queries.get_space(code), current_actor(), AgendaForm()
    access.require(actor, "spaces.plan", space)
    _offer_meetings(form, space)
    form.issue.choices = [("", "課題とは別の議題"), *queries.list_issue_choices(space, actor)]
    if form.validate_on_submit():
        with one_submission(form) as sent:
            meeting = queries.get_meeting(form.meeting.data)[0] if form.meeting.data else None
            issue = queries.get_issue(form.issue.data)[0] if form.issue.data else None
            commands.add_agenda_item(space, form.title.data, form.text.data, meeting, issue, by=actor)
            sent.location = url_for(".list_meetings", code=code)
        if sent.given:
            return sent.redirect()
    fields = [
        (form.title, "例：通学路の夜道について", 0),
        (form.text, "何を話し、何を決めたいかを書きます。", 5),
        (form.issue, "", 0),
        (form.meeting, "", 0),
    ]
    return form_page(form, space, "議題を載せる", fields, "議題を載せる")


@bp.route("/spaces/agenda/<public_id>/settle", methods=["GET", "POST"])
@requires("spaces.plan")
def settle_agenda_item(public_id: str) -> ResponseReturnValue:
    """Note what became of an item of the agenda."""
    item, space = queries.get_agenda_item(public_id)
    actor, form = current_actor(), SettleForm(data={"version": str(item.version)})
    access.require(actor, "spaces.plan", space)
    _offer_meetings(form, space)
    fields = [(form.state, "", 0), (form.outcome, "公開のページに載ります。", 5), (form.meeting, "", 0)]
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                state, outcome = AgendaState(form.state.data), form.outcome.data
                meeting = queries.get_meeting(form.meeting.data)[0] if form.meeting.data else None
                seen = form.seen_version
                commands.settle_agenda_item(space, item, state, outcome, meeting, seen, by=actor)
                sent.location = url_for(".list_meetings", code=space.code)
            if sent.given:
                return sent.redirect()
        except commands.Overtaken as overtaken:
            item, space = queries.get_agenda_item(public_id)
            now = [
                ("どうなったか", AGENDA_NAMES[AgendaState(form.state.data)][0], AGENDA_NAMES[item.state][0]),
                ("決まったこと、または理由", form.outcome.data, item.outcome),
            ]
            return overtaken_page(
                overtaken, form, space, "議題の結果を書く", fields, "結果を載せる",
                now=now, version=item.version, over=item.title,
            )  # fmt: skip
    return form_page(form, space, "議題の結果を書く", fields, "結果を載せる", over=item.title)


def _offer_meetings(form: AgendaForm | SettleForm, space: Space) -> None:
    coming, held = queries.list_meetings(space)
    form.meeting.choices = [
        NO_MEETING,
        *(
            (each.public_id, f"{each.starts_at.astimezone(clock.JST):%Y/%m/%d} {each.title}")
            for each in [*coming, *held[:3]]
            if each.cancelled_at is None
        ),
    ]


@bp.route("/spaces/<code>/introduction", methods=["GET", "POST"])
@requires("spaces.introduce")
def introduce(code: str) -> ResponseReturnValue:
    """Say in a few words what the space is for."""
    space, actor = queries.get_space(code), current_actor()
    access.require(actor, "spaces.introduce", space)
    form = IntroductionForm(data={"introduction": space.introduction, "version": str(space.version)})
    fields = [(form.introduction, "どんな人が、何を話し合う場かを書きます。", 5)]
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                commands.introduce_space(space, form.introduction.data, form.seen_version, by=actor)
                sent.location = url_for(".show", code=code)
            if sent.given:
                return sent.redirect()
        except commands.Overtaken as overtaken:
            space = queries.get_space(code)
            now = [("この空間の紹介", form.introduction.data, space.introduction)]
            return overtaken_page(
                overtaken, form, space, "空間の紹介を書く", fields, "載せる", now=now, version=space.version
            )
    return form_page(form, space, "空間の紹介を書く", fields, "載せる")


@bp.route("/spaces/<code>/consultations", methods=["GET", "POST"])
@requires("spaces.touch")
def touch(code: str) -> ResponseReturnValue:
    """Tie a consultation to the place."""
    space, actor, form = queries.get_space(code), current_actor(), TouchForm()
    access.require(actor, "spaces.touch", space)
    form.consultation.choices = queries.list_consultation_choices()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            consultation = consultations.get_consultation(form.consultation.data)
            commands.touch_consultation(space, consultation, form.reason.data, by=actor)
            sent.location = url_for(".run", code=code)
        if sent.given:
            return sent.redirect()
    fields = [(form.consultation, "", 0), (form.reason, "例：住区の中の道路が対象です", 0)]
    return form_page(form, space, "地域に関わる案件を載せる", fields, "載せる")


@bp.post("/spaces/<code>/consultations/<consultation>/remove")
@requires("spaces.touch")
def untouch(code: str, consultation: str) -> ResponseReturnValue:
    """Take a consultation off the page."""
    space, form = queries.get_space(code), PlainForm()
    if form.validate_on_submit():
        with transaction():
            found = consultations.get_consultation(consultation)
            commands.untouch_consultation(space, found.id, by=current_actor())
    return redirect(url_for(".run", code=code), 303)


@bp.route("/spaces/<code>/secretariat", methods=["GET", "POST"])
@requires("spaces.appoint")
def appoint(code: str) -> ResponseReturnValue:
    """Say which organisation runs the space."""
    space, actor = queries.get_space(code), current_actor()
    confirmed = organisations.list_confirmed()
    present = next((each.public_id for each in confirmed if each.id == space.organisation_id), "")
    form = SecretariatForm(data={"organisation": present})
    form.organisation.choices = [
        ("", "決めない（職員が扱う）"),
        *((each.public_id, each.name) for each in confirmed),
    ]
    if form.validate_on_submit():
        with one_submission(form) as sent:
            chosen = form.organisation.data
            organisation = organisations.get_organisation(chosen) if chosen else None
            commands.appoint_secretariat(space, organisation, by=actor)
            sent.location = url_for(".run", code=code)
        if sent.given:
            return sent.redirect()
    fields = [(form.organisation, "決めるとすぐに、前の団体の担当者は、この空間で何もできなくなります。", 0)]
    return form_page(form, space, "事務局の団体を決める", fields, "決める")
