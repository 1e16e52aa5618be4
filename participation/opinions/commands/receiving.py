"""Receiving opinions, correcting and withdrawing them, and moving the ward's work on them forward."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.agreements import queries as agreements
from participation.audit import trail as audit
from participation.consultations.domain import ConsultationKind, ConsultationStatus
from participation.consultations.models import Consultation, ConsultationSubject
from participation.consultations.queries import Procedure
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility, personal_data_in
from participation.contributions.models import Contribution
from participation.foundation import clock, events, sealing
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Denied, Refused
from participation.foundation.ids import code, new_public_id
from participation.foundation.text import character_count, fold
from participation.mail import outbox as mail
from participation.opinions.commands.attachments import _send, _waiting_for
from participation.opinions.domain import (
    GUESSES_WITHIN,
    MAX_GUESSES,
    MAX_LENGTH,
    MAX_OPINIONS,
    MAX_PAPER_LENGTH,
    MAX_PAPER_OPINIONS,
    SAME_TEXT_WITHIN,
    STAGES,
    OpinionStage,
    OpinionText,
    PaperDraft,
    SubmissionDraft,
    Submitter,
    content_key,
    make_receipt_number,
    may_advance,
    name_key,
    read_receipt_number,
    text_key,
    visibility_after_screening,
    visibility_on_arrival,
)
from participation.opinions.domain.importing import hash_of
from participation.opinions.domain.origins import list_origins
from participation.opinions.events import OpinionAdvanced, OpinionsSubmitted, OpinionWithdrawn
from participation.opinions.models import (
    Opinion,
    OpinionCounter,
    OriginalText,
    ReceiptGuess,
    Submission,
    SubmissionFile,
    SubmitterIdentity,
)
from participation.opinions.queries import account_key, guest_hash_of, owner_key_of, secret_of, siblings_of
from participation.organisations.models import CommunityOrganisation
from participation.people import queries as people
from participation.people.models import Person
from participation.subjects.models import Subject

NOT_DELEGATE = "団体の名前で出した意見は、その権限のある、いまの担当者だけが変えられます。"
TOO_MANY_GUESSES = "まちがいが続いたため、10分ほど待ってからお試しください。"


def submit_opinions(procedure: Procedure, draft: SubmissionDraft, *, by: Actor) -> Submission:
    """Receive a submission (提出) by the web; `procedure` is held, so that closing and receiving have one order.

    The same words by the same person within ten minutes are the same submission (二重送信).
    """
    access.require(by, "opinions.submit", procedure)
    consultation = procedure.consultation
    subjects = _refuse_unfit(procedure, draft)
    organisation = _organisation_of(draft.organisation, by)
    guest_hash = guest_hash_of(by)
    submitter_key = _submitter_key(by, organisation, guest_hash)
    chosen_by = owner_key_of(by)
    if organisation is not None:
        words = draft.as_words(consultation.code)
        agreed = agreements.require_agreed(organisation.id, "opinions.submit", words)
        chosen_by = account_key(agreed.asked_by_id) if agreed else chosen_by
    waiting = _waiting_for(consultation, draft.files, chosen_by)
    last_number = _hold_counter(consultation.id)
    key = content_key(draft.opinions, [each.sha256 for each in waiting])
    earlier = _find_same(consultation.id, submitter_key, key)
    if earlier is not None:
        audit.record(by, "opinions.submit", earlier, {"repeated": True})
        return earlier
    person = db.session.get(Person, by.person_id) if by.person_id else None
    profile = person if draft.takes_profile else None
    now = clock.now()
    submission = _add_submission(
        consultation,
        channel=draft.channel,
        origin=_known_origin(consultation, draft.origin),
        received_at=now,
        author_id=by.person_id,
        organisation_id=organisation.id if organisation else None,
        organisation_name=organisation.name if organisation else "",
        guest_hash=guest_hash,
        submitter_key=submitter_key,
        standings=sorted(draft.standings),
        age_band=profile.age_band if profile else None,
        district_id=profile.district_id if profile else None,
        language=draft.language,
        content_key=key,
    )
    shown_name = (organisation.name if organisation else by.name) if draft.shows_name else ""
    arrival = _Arrival(submission, _typed(draft.opinions, subjects), shown_name)
    _add_opinions(consultation, [arrival], last_number)
    _send(waiting, submission, may_be_public=draft.files_may_be_public)
    _seal_identity(submission, draft.submitter)
    if person is not None and person.email and person.email_confirmed_at and person.wants_mail:
        _write_letter(person.email, person.nickname, submission, consultation, len(draft.opinions))
    audit.record(by, "opinions.submit", submission, {"opinions": len(draft.opinions), "files": len(waiting)})
    events.publish(OpinionsSubmitted(submission.id))
    return submission


def _refuse_unfit(procedure: Procedure, draft: SubmissionDraft) -> dict[str, int]:
    """Refuse what cannot be received; return subject public id → id of what its opinions are about."""
    consultation = procedure.consultation
    subjects = _check_opinions(consultation, draft.opinions, MAX_OPINIONS, MAX_LENGTH)
    if consultation.needs_identity and draft.submitter is None:
        raise Refused("この案件では、氏名と住所が必要です。", field="name")
    return subjects


def record_paper_submission(procedure: Procedure, draft: PaperDraft, *, by: Actor) -> Submission:
    """Enter a submission that came on paper, by telephone or by mouth (代理入力); a late one is flagged, not lost."""
    access.require(by, "opinions.record_paper", procedure)
    consultation = procedure.consultation
    subjects = _check_opinions(consultation, draft.opinions, MAX_PAPER_OPINIONS, MAX_PAPER_LENGTH)
    _check_days(procedure, draft)
    organisation = _registered_organisation(draft.organisation)
    organisation_name = organisation.name if organisation else draft.organisation_name
    last_number = _hold_counter(consultation.id)
    submission = _add_submission(
        consultation,
        channel=draft.channel,
        received_at=clock.start_of(draft.received_on),
        postmarked_on=draft.postmarked_on,
        entered_by_id=by.person_id,
        area_id=by.only_area_id,
        original_number=draft.original_number,
        origin=_known_origin(consultation, draft.origin),
        title=draft.title,
        organisation_id=organisation.id if organisation else None,
        organisation_name=organisation_name,
        submitter_key=_paper_key(organisation, organisation_name, draft.submitter, draft.people_count),
        people_count=1 if organisation_name else draft.people_count,
        standings=sorted(draft.standings),
        age_band=draft.age_band,
        language=draft.language,
        is_late=_is_late(procedure, draft),
        was_read_back=draft.was_read_back,
        content_key=content_key(draft.opinions),
    )
    arrival = _Arrival(submission, _typed(draft.opinions, subjects), organisation_name)
    _add_opinions(consultation, [arrival], last_number)
    _seal_identity(submission, draft.submitter)
    audit.record(
        by,
        "opinions.record_paper",
        submission,
        {"opinions": len(draft.opinions), "channel": draft.channel, "late": submission.is_late},
    )
    events.publish(OpinionsSubmitted(submission.id))
    return submission


def revise_opinion(
    opinion: Opinion, body: str, procedure: Procedure, *, holds: bool = False, by: Actor
) -> None:
    """Let its author correct an opinion before staff have read it; the former words are kept as a version."""
    access.require(by, "opinions.revise", _held(opinion), procedure, holds)
    _check_body(body, MAX_LENGTH, "body")
    _hold_organisation(opinion, Right.SUBMIT, "opinions.revise", {"body": body}, by)
    said = db.session.get_one(Contribution, opinion.contribution_id)
    if said.visibility in (Visibility.WITHDRAWN, Visibility.HIDDEN, Visibility.ERASED):
        raise Conflict("取り下げた意見や表示を止めた意見は、書き直せません。")
    contributions.revise(said, body)
    flags = personal_data_in(body)
    opinion.text_key, opinion.flags = text_key(body), sorted(flags)
    is_known = by.person_id is not None
    arrival = visibility_on_arrival(procedure.consultation.moderation, is_known=is_known, flags=flags)
    if arrival is Visibility.HELD:
        contributions.change_visibility(said, arrival)
    audit.record(by, "opinions.revise", opinion, {"revision": said.revision})


def withdraw_opinion(
    opinion: Opinion, reason: str = "", *, whole_letter: bool = False, holds: bool = False, by: Actor
) -> None:
    """Take an opinion back (取り下げ), or all of its letter: a tombstone stays, the counts no longer have it."""
    access.require(by, "opinions.withdraw", _held(opinion), holds)
    if holds:
        words = {"reason": reason, "whole_letter": whole_letter}
        _hold_organisation(opinion, Right.WITHDRAW, "opinions.withdraw", words, by)
    elif not reason.strip():
        raise Refused("本人から頼まれた日時と方法を、理由の欄に書いてください。", field="reason")
    together = siblings_of(opinion) if whole_letter else []
    for each in together:
        access.require(by, "opinions.withdraw", _held(each), holds)
    for each in (opinion, *together):
        _take_back(each, reason)
        audit.record(by, "opinions.withdraw", each, {"by_staff": not holds})
        events.publish(OpinionWithdrawn(each.id))


def _take_back(opinion: Opinion, reason: str) -> None:
    if opinion.merged_into_id is not None:
        raise Conflict("この意見は、同じ手紙のほかの意見に合わせてあります。そちらを取り下げてください。")
    said = db.session.get_one(Contribution, opinion.contribution_id)
    if said.visibility is Visibility.WITHDRAWN:
        raise Conflict("この意見は、すでに取り下げられています。")
    contributions.change_visibility(said, Visibility.WITHDRAWN, reason=reason)
    submission = db.session.get_one(Submission, opinion.submission_id)
    remaining = db.session.scalar(
        select(func.count())
        .select_from(Opinion)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.submission_id == submission.id, Contribution.visibility != Visibility.WITHDRAWN)
    )
    if not remaining:
        submission.withdrawn_at = clock.now()
        _hide_files(submission)


def _hold_organisation(opinion: Opinion, right: Right, act: str, words: Mapping[str, Any], by: Actor) -> None:
    """What an organisation said is changed by its delegates only, who agreed first where it wants that."""
    submission = db.session.get_one(Submission, opinion.submission_id)
    if submission.organisation_id is not None:
        if not people.hold_right(by.person_id or 0, submission.organisation_id, right):
            raise Denied(NOT_DELEGATE)
        agreements.require_agreed(submission.organisation_id, act, words, opinion.public_id)


def _hide_files(submission: Submission) -> None:
    """Show what came with a withdrawn submission to nobody outside; it goes when its time is over."""
    public = db.session.scalars(
        select(SubmissionFile).where(
            SubmissionFile.submission_id == submission.id, SubmissionFile.published_at.is_not(None)
        )
    )
    for file in public:
        file.published_at = None


def screen_opinions(opinions: Sequence[Opinion], *, by: Actor) -> None:
    """Note that staff read the opinions and found nothing to hold; shown at once where the consultation says so."""
    access.require(by, "opinions.screen")
    for opinion in opinions:
        said = db.session.get_one(Contribution, opinion.contribution_id)
        mode = db.session.get_one(Consultation, opinion.consultation_id).moderation
        if said.visibility in (Visibility.RECEIVED, Visibility.HELD):
            contributions.change_visibility(said, visibility_after_screening(mode))
        if opinion.stage is OpinionStage.RECEIVED:
            _move(opinion, OpinionStage.SCREENED)
        audit.record(by, "opinions.screen", opinion)


def advance_opinions(opinions: Sequence[Opinion], stage: OpinionStage, *, by: Actor) -> None:
    """Move the ward's work on opinions to a stage; those already there stay as they are."""
    access.require(by, "opinions.advance")
    for opinion in opinions:
        if opinion.stage is stage:
            continue
        if not may_advance(opinion.stage, stage):
            raise Conflict("区の考え方を公表した意見は、前の段階に戻せません。")
        before = opinion.stage
        _move(opinion, stage)
        audit.record(by, "opinions.advance", opinion, {"before": before, "after": stage})


def publish_opinions(opinions: Sequence[Opinion], *, by: Actor) -> None:
    """Show screened opinions to everybody, with the published result (行政手続法43条: 提出意見の公示)."""
    access.require(by, "opinions.publish")
    for opinion in opinions:
        said = db.session.get_one(Contribution, opinion.contribution_id)
        if said.visibility is Visibility.RECEIVED and opinion.stage is not OpinionStage.RECEIVED:
            contributions.change_visibility(said, Visibility.PUBLISHED)
            audit.record(by, "opinions.publish", opinion)


def note_answer(contribution_id: int, path: str, *, by: Actor) -> None:
    """Remember where the ward's answer to an opinion stands, and that it is answered."""
    access.require(by, "opinions.advance")
    opinion = db.session.scalars(
        select(Opinion).where(Opinion.contribution_id == contribution_id)
    ).one_or_none()
    if opinion is None:
        return  # It was said in another way than as an opinion.
    opinion.answer_path = path
    if STAGES.index(opinion.stage) < STAGES.index(OpinionStage.ANSWERED):
        _move(opinion, OpinionStage.ANSWERED)
    audit.record(by, "opinions.advance", opinion, {"after": opinion.stage})


def open_receipt(typed_number: str, typed_secret: str, network: str, *, by: Actor) -> Submission | None:
    """Return the submission of a receipt number if the secret is right, else None; wrong ones are counted."""
    access.require(by, "opinions.open_receipt")
    number = read_receipt_number(typed_number)
    if number is None:
        return None
    network_hash = sealing.keyed_hash("receipts.network", network)
    recent = db.session.execute(
        select(
            func.count().filter(ReceiptGuess.receipt_number == number),
            func.count().filter(ReceiptGuess.network_hash == network_hash),
        ).where(
            ReceiptGuess.at > clock.now() - GUESSES_WITHIN,
            or_(ReceiptGuess.receipt_number == number, ReceiptGuess.network_hash == network_hash),
        )
    ).one()
    if max(recent) >= MAX_GUESSES:
        raise Refused(TOO_MANY_GUESSES)
    submission = db.session.scalars(
        select(Submission).where(Submission.receipt_number == number)
    ).one_or_none()
    secret = "".join(c for c in typed_secret.casefold() if c.isalnum())
    if submission is None or not sealing.is_hash_of(
        "receipts.secret", f"{number}:{secret}", submission.secret_hash
    ):
        db.session.add(ReceiptGuess(receipt_number=number, network_hash=network_hash, at=clock.now()))
        return None
    audit.record(by, "opinions.open_receipt", submission)
    return submission


def look_at_identity(submission: Submission, reason: str, *, by: Actor) -> Submitter | None:
    """Open name and address of who submitted; the look and its reason are recorded. None: nothing was given."""
    access.require(by, "opinions.look_at_identity", submission)
    if not reason.strip():
        raise Refused("見る理由を書いてください。監査の記録に残ります。", field="reason")
    row = db.session.scalars(
        select(SubmitterIdentity).where(SubmitterIdentity.submission_id == submission.id)
    ).one_or_none()
    audit.record(by, "opinions.look_at_identity", submission, {"reason": reason})
    if row is None:
        return None
    try:
        return Submitter(**json.loads(sealing.unseal("opinions.identity", row.sealed)))
    except sealing.Unreadable as error:
        raise Conflict(
            "暗号の鍵が替わったため読めません。管理者に、前の鍵（IDENTITY_KEY_FALLBACKS）の設定を頼んでください。"
        ) from error


def forget_identities(before: datetime, *, by: Actor) -> int:
    """Erase names and addresses that have served (氏名・住所の消去); return how many.

    They have once the result has been public since `before`; in a call that never closes, once every
    opinion has been answered since then; and once everything handed in was withdrawn.
    """
    access.require(by, "opinions.forget_identities")
    gone = db.session.execute(
        delete(SubmitterIdentity)
        .where(SubmitterIdentity.submission_id.in_(_served(before)))
        .returning(SubmitterIdentity.submission_id)
    ).all()
    audit.record(by, "opinions.forget_identities", "submitter_identities", {"rows": len(gone)})
    return len(gone)


def forget_guesses(before: datetime, *, by: Actor) -> int:
    """Let go of receipt numbers that were tried with a wrong secret before this moment; return how many."""
    access.require(by, "opinions.forget_guesses")
    gone = db.session.execute(
        delete(ReceiptGuess).where(ReceiptGuess.at < before).returning(ReceiptGuess.id)
    ).all()
    audit.record(by, "opinions.forget_guesses", "receipt_guesses", {"rows": len(gone)})
    return len(gone)


def _served(before: datetime) -> Select[Any]:
    """Return the submissions whose personal data has served since before a moment."""
    unanswered = exists().where(
        Opinion.submission_id == Submission.id,
        Contribution.id == Opinion.contribution_id,
        Contribution.visibility != Visibility.WITHDRAWN,
        (Opinion.stage_changed_at >= before)
        | Opinion.stage.not_in([OpinionStage.ANSWERED, OpinionStage.REFLECTED]),
    )
    return (
        select(Submission.id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(
            or_(
                Submission.withdrawn_at < before,
                and_(
                    Consultation.status == ConsultationStatus.RESULT_PUBLISHED,
                    Consultation.result_published_on < before.astimezone(clock.JST).date(),
                    Submission.received_at < before,
                ),
                and_(Consultation.kind == ConsultationKind.RESIDENTS_VOICE, ~unanswered),
            )
        )
    )


def _check_opinions(
    consultation: Consultation, opinions: Sequence[OpinionText], most: int, most_characters: int
) -> dict[str, int]:
    """Return subject public id → id of what the opinions are about; refuse what cannot be received."""
    if not opinions:
        raise Refused("意見を書いてください。")
    if len(opinions) > most:
        raise Refused(f"一度に出せる意見は{most}件までです。残りは、もう一度分けて出してください。")
    for position, opinion in enumerate(opinions):
        _check_body(opinion.body, most_characters, f"body_{position}")
    asked: dict[str, int] = dict(
        db.session.execute(
            select(Subject.public_id, Subject.id)
            .join(ConsultationSubject, ConsultationSubject.subject_id == Subject.id)
            .where(
                ConsultationSubject.consultation_id == consultation.id,
                Subject.public_id.in_({opinion.about for opinion in opinions}),
            )
        ).all()
    )
    for position, opinion in enumerate(opinions):
        if opinion.about not in asked:
            raise Refused("何についての意見か、一覧から選んでください。", field=f"about_{position}")
    return asked


def _check_body(body: str, most: int, field: str) -> None:
    if not body.strip():
        raise Refused("意見を書いてください。", field=field)
    count = character_count(body)
    if count > most:
        raise Refused(f"{most:,}文字以内にしてください（今は{count:,}文字です）。", field=field)


def _check_days(procedure: Procedure, draft: PaperDraft) -> None:
    if draft.received_on > clock.today():
        raise Refused("届いた日が、きょうより後になっています。", field="received_on")
    if draft.postmarked_on is not None and draft.postmarked_on > draft.received_on:
        raise Refused("消印の日が、届いた日より後になっています。", field="postmarked_on")
    period = procedure.open_period
    if period is None or clock.end_of(draft.received_on) <= period.opens_at:
        raise Refused("届いた日が、募集を始める前になっています。", field="received_on")
    if draft.people_count < 1:
        raise Refused("人数は1人以上にしてください。", field="people_count")


def _is_late(procedure: Procedure, draft: PaperDraft) -> bool:
    """Whether it missed the deadline (締切後到着): by its arrival, or by its postmark where that counts (消印有効)."""
    day = draft.received_on
    if procedure.consultation.counts_postmark and draft.postmarked_on is not None:
        day = draft.postmarked_on
    period = procedure.open_period
    return period is not None and clock.start_of(day) >= period.closes_at


def _known_origin(consultation: Consultation, origin: str) -> str:
    if origin and origin not in {each.code for each in list_origins(consultation.id)}:
        raise Refused("どの集まりで聞いたかを、一覧から選び直してください。", field="origin")
    return origin


def _organisation_of(public_id: str | None, by: Actor) -> CommunityOrganisation | None:
    organisation = _registered_organisation(public_id)
    if organisation is not None and organisation.id not in by.organisation_ids:
        raise Refused(f"「{organisation.name}」の担当者として登録されていません。", field="speaks_as")
    return organisation


def _registered_organisation(public_id: str | None) -> CommunityOrganisation | None:
    if not public_id:
        return None
    found = db.session.scalars(
        select(CommunityOrganisation).where(CommunityOrganisation.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise Refused("団体を一覧から選び直してください。", field="speaks_as")
    return found


def _submitter_key(by: Actor, organisation: CommunityOrganisation | None, guest_hash: str | None) -> str:
    if organisation is not None:
        return f"organisation:{organisation.id}"
    if by.person_id is not None:
        return f"person:{by.person_id}"
    return f"guest:{guest_hash or new_public_id()}"


def _paper_key(
    organisation: CommunityOrganisation | None,
    organisation_name: str,
    submitter: Submitter | None = None,
    people_count: int = 1,
) -> str:
    """Return the same key for two papers of one organisation, or of one person who says name and address."""
    if organisation is not None:
        return f"organisation:{organisation.id}"
    if organisation_name:
        return f"organisation:{name_key(organisation_name)}"
    if submitter is not None and people_count == 1 and (submitter.contact or submitter.address):
        who = "\x00".join(fold(each) for each in (submitter.name, submitter.address, submitter.contact))
        return f"paper:{sealing.keyed_hash('opinions.submitter', who)}"
    return f"paper:{new_public_id()}"


def _hold_counter(consultation_id: int) -> int:
    """Return the last number given, holding the counter: one submission after the other gets its numbers."""
    insert_once(OpinionCounter, {"id": consultation_id, "last_number": 0}, unique=["id"])
    counter = db.session.scalars(
        select(OpinionCounter)
        .where(OpinionCounter.id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return counter.last_number


def _find_same(consultation_id: int, submitter_key: str, key: str) -> Submission | None:
    return db.session.scalars(
        select(Submission)
        .where(
            Submission.consultation_id == consultation_id,
            Submission.submitter_key == submitter_key,
            Submission.content_key == key,
            Submission.entered_at > clock.now() - SAME_TEXT_WITHIN,
            Submission.withdrawn_at.is_(None),
        )
        .order_by(Submission.id)
        .limit(1)
    ).one_or_none()


def _add_submission(consultation: Consultation, *, received_at: datetime, **values: Any) -> Submission:
    while True:
        number = make_receipt_number(consultation.kind, clock.today(), code(5))
        submission_id = insert_once(
            Submission,
            {
                "public_id": new_public_id(),
                "consultation_id": consultation.id,
                "receipt_number": number,
                "secret_hash": sealing.keyed_hash("receipts.secret", f"{number}:{secret_of(number)}"),
                "received_at": received_at,
                "entered_at": clock.now(),
                **values,
            },
            unique=["receipt_number"],
        )
        if submission_id is not None:
            return db.session.get_one(Submission, submission_id)


@dataclass(frozen=True)
class _Arrival:
    """What came in with one submission: texts as (subject id, words, source), and where they are placed."""

    submission: Submission
    texts: Sequence[tuple[int, str, str]]
    shown_name: str = ""
    #: Opinions and originals that the submission already has.
    opinions_before: int = 0
    originals_before: int = 0


def _add_opinions(consultation: Consultation, arrivals: Sequence[_Arrival], last_number: int) -> None:
    """Keep each text as it came, and make an opinion of it; the numbers go on from the last one given."""
    now = clock.now()
    placed = [(each, place, text) for each in arrivals for place, text in enumerate(each.texts, start=1)]
    originals = [
        OriginalText(
            submission_id=arrival.submission.id,
            position=arrival.originals_before + place,
            subject_id=subject_id,
            body=body,
            sha256=hash_of(body),
            entered_at=now,
            entered_by_id=arrival.submission.entered_by_id,
            source=source,
        )
        for arrival, place, (subject_id, body, source) in placed
    ]
    db.session.add_all(originals)
    flags = [personal_data_in(body) for _, _, (_, body, _) in placed]
    said = contributions.say_many(
        [
            {
                "kind": ContributionKind.OPINION,
                "body": body,
                "subject_id": subject_id,
                "visibility": visibility_on_arrival(
                    consultation.moderation,
                    is_known=arrival.submission.author_id is not None,
                    flags=found,
                ),
                "consultation_id": consultation.id,
                "author_id": arrival.submission.author_id,
                "organisation_id": arrival.submission.organisation_id,
                "shown_name": arrival.shown_name,
                "language": arrival.submission.language,
                "said_at": arrival.submission.received_at,
            }
            for (arrival, _, (subject_id, body, _)), found in zip(placed, flags, strict=True)
        ]
    )
    db.session.add_all(
        Opinion(
            submission_id=arrival.submission.id,
            consultation_id=consultation.id,
            contribution_id=each.id,
            original_id=original.id,
            number=number,
            position=arrival.opinions_before + place,
            stage=OpinionStage.RECEIVED,
            stage_changed_at=now,
            text_key=text_key(each.body),
            flags=sorted(found),
        )
        for number, ((arrival, place, _), original, each, found) in enumerate(
            zip(placed, originals, said, flags, strict=True), start=last_number + 1
        )
    )
    counter = db.session.get_one(OpinionCounter, consultation.id)
    counter.last_number = last_number + len(placed)
    db.session.flush()  # Whoever hears of the submissions finds their opinions.


def _typed(opinions: Sequence[OpinionText], subjects: dict[str, int]) -> list[tuple[int, str, str]]:
    return [(subjects[opinion.about], opinion.body, "") for opinion in opinions]


def _seal_identity(submission: Submission, submitter: Submitter | None) -> None:
    if submitter is not None:
        sealed = sealing.seal("opinions.identity", json.dumps(asdict(submitter), ensure_ascii=False))
        db.session.add(SubmitterIdentity(submission_id=submission.id, sealed=sealed, created_at=clock.now()))


def _write_letter(
    to: str, name: str, submission: Submission, consultation: Consultation, opinion_count: int
) -> None:
    mail.send(
        to=to,
        template="opinions/received",
        context={
            "name": name,
            "number": submission.receipt_number,
            "title": consultation.title,
            "opinion_count": opinion_count,
        },
    )


def _held(opinion: Opinion) -> Opinion:
    """Return the opinion as it is now, held until the end of the transaction."""
    db.session.refresh(opinion, with_for_update=True)
    return opinion


def _move(opinion: Opinion, stage: OpinionStage) -> None:
    opinion.stage, opinion.stage_changed_at = stage, clock.now()
    events.publish(OpinionAdvanced(opinion.id, stage))
