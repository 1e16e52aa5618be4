"""What residents and associations hand in: over the web themselves, on paper and by mouth through staff."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from participation.access.actors import Actor, visitor
from participation.consultations.queries import Procedure, hold_procedure
from participation.demo import calls, reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.reading import Sent
from participation.demo.timeline import Timeline
from participation.foundation import clock, files
from participation.foundation.db import db
from participation.foundation.file_kinds import check_file
from participation.gatherings.domain import origin_of
from participation.gatherings.models import Gathering
from participation.opinions import commands
from participation.opinions.domain import Channel, OpinionText, PaperDraft, SubmissionDraft, Submitter
from participation.opinions.domain.attachments import attachment_of
from participation.opinions.models import Opinion, Submission
from participation.people.domain import AgeBand, Standing

#: Who opens the post, and who writes down what is spoken.
ENTERED_BY = {Channel.MEETING: "s21", Channel.PHONE: "s21", Channel.ORAL: "s21", Channel.SCHOOL: "s17"}
POST_ROOM = "s05"
CHILDREN = 24


class Register:
    """Remembers which stored opinion is which of content/."""

    def __init__(self) -> None:
        self._opinions: dict[tuple[str, int], int] = {}

    def remember(self, sent: Sent, submission: Submission) -> None:
        """Note the opinions of a submission in their order."""
        ids = db.session.scalars(
            select(Opinion.id).where(Opinion.submission_id == submission.id).order_by(Opinion.position)
        )
        for position, opinion_id in enumerate(ids):
            self._opinions[sent.key, position] = opinion_id

    def opinion(self, key: str, position: int) -> Opinion:
        """Return an opinion by its submission's key and its place in it, from 0."""
        return db.session.get_one(Opinion, self._opinions[key, position])


def schedule(timeline: Timeline, cast: Cast, places: Places, register: Register) -> None:
    """Let every submission arrive on its day."""
    for sent in reading.submissions():
        moment = arrival(timeline, sent)
        timeline.add(moment, _receive, timeline, cast, places, register, sent)
        if sent.withdrawn:
            later = moment + timedelta(hours=5)
            timeline.add(later, _withdraw, cast, register, sent)


def arrival(timeline: Timeline, sent: Sent) -> datetime:
    """Return when a submission reaches the ward, or is entered there."""
    day = calls.opening_day(sent.consultation) + sent.day
    if sent.time is not None:
        return timeline.moment(day, sent.time)
    return timeline.some_time(day, sent.key, office_hours=sent.channel != "web")


def _receive(timeline: Timeline, cast: Cast, places: Places, register: Register, sent: Sent) -> None:
    procedure = hold_procedure(calls.code_of(sent.consultation))
    opinions = tuple(OpinionText(places.public_id(voice.about), voice.text) for voice in sent.voices)
    organisation = cast.organisation(sent.organisation).public_id if sent.organisation else None
    standings = frozenset(Standing(each) for each in sent.standings)
    channel = Channel(sent.channel)
    if channel is Channel.WEB:
        submission = commands.submit_opinions(
            procedure,
            SubmissionDraft(
                opinions=opinions,
                standings=standings or _standings(sent),
                language=sent.language,
                organisation=organisation,
                shows_name=sent.organisation is not None or _shows_nickname(sent),
                takes_profile=sent.person is not None,
                submitter=_submitter(sent) if procedure.consultation.needs_identity else None,
                files=_chosen(procedure, cast, sent),
                files_may_be_public=True,
            ),
            by=_sender(cast, sent),
        )
    else:
        opening = calls.opening_day(sent.consultation)
        received_on = timeline.moment(opening + sent.day).date()
        submission = commands.record_paper_submission(
            procedure,
            PaperDraft(
                channel=channel,
                received_on=received_on,
                opinions=opinions,
                postmarked_on=(
                    timeline.moment(opening + sent.postmark_day).date()
                    if sent.postmark_day is not None
                    else None
                ),
                original_number=f"{channel.value}-{sent.key}",
                origin=_heard_at(channel, procedure.consultation.id, received_on),
                was_read_back=channel in (Channel.PHONE, Channel.ORAL) or sent.read_back,
                standings=standings,
                age_band=AgeBand.UNDER_18 if channel is Channel.SCHOOL else None,
                language=sent.language,
                organisation=organisation,
                people_count=CHILDREN if channel is Channel.SCHOOL else 1,
                submitter=_submitter(sent),
            ),
            by=cast.actor(ENTERED_BY.get(channel, POST_ROOM)),
        )
    register.remember(sent, submission)


def _heard_at(channel: Channel, consultation_id: int, day: date) -> str:
    """Return the gathering of the call that was held on the day; nothing for what was not said at one."""
    if channel is not Channel.MEETING:
        return ""
    gatherings = db.session.scalars(select(Gathering).where(Gathering.consultation_id == consultation_id))
    held = [each for each in gatherings if each.starts_at.astimezone(clock.JST).date() == day]
    return origin_of(held[0].public_id) if held else ""


def _chosen(procedure: Procedure, cast: Cast, sent: Sent) -> tuple[str, ...]:
    """Choose the file that goes with a submission."""
    if not sent.attachment:
        return ()
    content = (reading.CONTENT / "attachments" / sent.attachment).read_bytes()
    files.keep(content)
    attachment = attachment_of(check_file(sent.attachment, content), None)
    return (commands.keep_file(procedure, attachment, by=_sender(cast, sent)).public_id,)


def _withdraw(cast: Cast, register: Register, sent: Sent) -> None:
    commands.withdraw_opinion(register.opinion(sent.key, 0), holds=True, by=_sender(cast, sent))


def _sender(cast: Cast, sent: Sent) -> Actor:
    """Each guest is a visitor of their own; those at one device opened a new private window each time."""
    return cast.actor(sent.person) if sent.person else visitor(guest_key=f"demo-{sent.key}")


def _shows_nickname(sent: Sent) -> bool:
    """One in four would rather not."""
    return sent.person is not None and int(sent.person[1:]) % 4 != 0


def _standings(sent: Sent) -> frozenset[Standing]:
    rows = {row["id"]: row["standings"] for row in reading.table("people")}
    if sent.organisation:
        return frozenset({Standing.ORGANISATION})
    return frozenset(Standing(each) for each in rows[sent.person or ""].split())


def _submitter(sent: Sent) -> Submitter | None:
    row = next((row for row in reading.table("identities") if row["submission"] == sent.key), None)
    return Submitter(name=row["name"], address=row["address"]) if row else None
