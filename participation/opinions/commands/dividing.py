"""Dividing a letter into opinions, and putting parts together again (意見に分ける・合わせる): places move, never words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import delete, func, select, update

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import (
    ContributionKind,
    Covering,
    KeptCovering,
    Visibility,
    cover,
    personal_data_in,
)
from participation.contributions.queries import list_covered
from participation.foundation import clock, events
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.opinions.commands.receiving import _hold_counter, _move
from participation.opinions.domain import STAGES, OpinionStage, text_key
from participation.opinions.domain.dividing import (
    Arrangement,
    Identities,
    PassageKind,
    Range,
    check_arrangement,
    identities,
    is_within,
    neighbours_joined,
    overlap,
    passages,
    place_in_original,
    place_in_words,
    words_of,
)
from participation.opinions.domain.importing import hash_of
from participation.opinions.events import OpinionMerged, OriginalDivided
from participation.opinions.models import Opinion, OpinionCounter, OriginalPassage, OriginalText
from participation.opinions.queries.dividing import (
    Division,
    PartOpinion,
    choices_of_subjects,
    get_division,
)
from participation.subjects.models import Subject

CHANGED_MEANWHILE = "この原本は、開いているあいだに別の職員が分け直しました。今の分け方と、あなたの分け方を見くらべてください。"
NEWLY_SHOWN = "まだ公開していなかった文章が入ったため、職員が確認しています。"


def divide_original(
    submission_public_id: str, position: int, chosen: Arrangement, version: str, *, by: Actor
) -> Division:
    """Divide a text as a person arranged it; return how it stands then.

    What is answered, withdrawn or hidden stays as it is. An opinion that keeps most of its words keeps its
    number, its stage and its points; a new one gets the next number; one whose words went into another is
    merged into it, and its number is not given again.
    """
    seen = get_division(submission_public_id, position, to_change=True)
    access.require(by, "opinions.divide", seen.submission)
    if seen.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    if seen.is_erased or not seen.opinions:
        raise Refused("文章を消した原本や、書き直される前の原本は、分けられません。")
    check_arrangement(seen.text, chosen)
    chosen = neighbours_joined(chosen)
    subjects = _subjects(seen, chosen)
    _check_fixed(seen, chosen)
    if chosen.pieces == seen.pieces and all(
        subjects[place] == each.subject.id for place, each in enumerate(seen.opinions, start=1)
    ):
        raise Refused("分け方が変わっていません。")
    last_number = _hold_counter(seen.consultation.id)
    original = _take_up_correction(seen) if seen.is_corrected else seen.original
    plan = _plan(seen, chosen)
    before = {each.opinion.id: each for each in seen.opinions}
    coverings = _coverings(seen)
    made = _make_new(seen, original, chosen, plan, subjects, coverings, last_number)
    stands = [made.get(place) or before[plan.kept[place - 1] or 0].opinion for place in _labels(chosen)]
    for place in _labels(chosen):
        kept = plan.kept[place - 1]
        if kept is not None:
            _recut(seen, before[kept], chosen.ranges(place), subjects[place], coverings)
    merged = {before[gone].opinion: stands[place] for gone, place in plan.absorbed.items()}
    for gone, into in merged.items():
        _retire(before[gone.id], into, by)
    _store(original, chosen, stands, by)
    _order(seen.submission.id, stands)
    original.division += 1
    db.session.flush()
    audit.record(
        by,
        "opinions.divide",
        seen.submission,
        {
            "original": original.position,
            "opinions": [each.number for each in stands],
            "added": [each.number for each in made.values()],
            "merged": {str(gone.number): into.number for gone, into in merged.items()},
            "open": sum(piece.kind is PassageKind.OPEN for piece in chosen.pieces),
            "aside": sum(piece.kind is PassageKind.ASIDE for piece in chosen.pieces),
        },
    )
    for gone, into in merged.items():
        events.publish(OpinionMerged(gone.id, into.id))
    events.publish(OriginalDivided(original.id))
    return get_division(submission_public_id, original.position)


# ── Steps of dividing ───────────────────────────────────────────────────────────────────────


def _labels(chosen: Arrangement) -> range:
    return range(1, chosen.opinion_count + 1)


def _subjects(seen: Division, chosen: Arrangement) -> dict[int, int]:
    """Return place → subject id; raises Refused for one that the consultation did not ask about."""
    offered = {public_id for public_id, _ in choices_of_subjects(seen)}
    wanted = {place: chosen.about.get(place, "") for place in _labels(chosen)}
    if not set(wanted.values()) <= offered:
        raise Refused("何についての意見か、一覧から選んでください。", field="about")
    rows = select(Subject.public_id, Subject.id).where(Subject.public_id.in_(set(wanted.values())))
    ids: dict[str, int] = dict(db.session.execute(rows).all())
    return {place: ids[about] for place, about in wanted.items()}


def _check_fixed(seen: Division, chosen: Arrangement) -> None:
    """Raise Refused where the words of an opinion that has to stay would go elsewhere."""
    after = {tuple(chosen.ranges(place)) for place in _labels(chosen)}
    for each in seen.opinions:
        if each.why_fixed and each.ranges not in after:
            raise Refused(f"意見 No.{each.opinion.number}のところは変えられません。{each.why_fixed}")
        place = next((p for p in _labels(chosen) if tuple(chosen.ranges(p)) == each.ranges), None)
        if each.why_fixed and chosen.about.get(place or 0) != each.subject.public_id:
            raise Refused(
                f"意見 No.{each.opinion.number}の項目は変えられません。{each.why_fixed}", field="about"
            )


def _plan(seen: Division, chosen: Arrangement) -> Identities:
    return identities(
        [each.standing for each in seen.opinions], [chosen.ranges(place) for place in _labels(chosen)]
    )


def _take_up_correction(seen: Division) -> OriginalText:
    """Keep the words into which the author corrected the text as an original of their own: they are divided."""
    opinion = seen.opinions[0].opinion
    last = db.session.scalar(
        select(func.max(OriginalText.position)).where(OriginalText.submission_id == seen.submission.id)
    )
    corrected = OriginalText(
        submission_id=seen.submission.id,
        position=(last or 0) + 1,
        subject_id=seen.original.subject_id,
        body=seen.text,
        sha256=hash_of(seen.text),
        entered_at=clock.now(),
        entered_by_id=seen.original.entered_by_id,
        corrects_id=seen.original.id,
        division=0,
    )
    db.session.add(corrected)
    db.session.flush()
    opinion.original_id = corrected.id
    return corrected


def _coverings(seen: Division) -> list[KeptCovering]:
    """Return what is covered now in the opinions, as places in the original."""
    laid = []
    for each in seen.opinions:
        if not each.said.covered_for:
            continue
        spoken = _spoken(seen, each.ranges)
        for row in list_covered(each.said):
            if row.revision != each.said.revision:
                continue
            for start, end in place_in_original(spoken, row.start, row.end):
                laid.append(
                    KeptCovering(
                        start,
                        end,
                        row.reason,
                        seen.text[start:end],
                        row.proposed_by_id,
                        row.proposed_at,
                        row.decided_by_id,
                        row.decided_at,
                    )
                )
    return laid


def _spoken(seen: Division, ranges: Sequence[Range]) -> list[Range]:
    """Return the passages an opinion says: all of an undivided text, spaces at its ends included."""
    whole = [(0, len(seen.text))]
    return whole if list(ranges) == whole else passages(seen.text, ranges)


def _words(
    seen: Division, ranges: Sequence[Range], coverings: Sequence[KeptCovering]
) -> tuple[str, list[KeptCovering]]:
    """Return the words of an opinion and what is covered in them."""
    spoken = _spoken(seen, ranges)
    words = words_of(seen.text, spoken)
    return words, [
        replace(laid, start=start, end=end, words=words[start:end])
        for laid in coverings
        for start, end in place_in_words(spoken, laid.start, laid.end)
    ]


def _make_new(
    seen: Division,
    original: OriginalText,
    chosen: Arrangement,
    plan: Identities,
    subjects: Mapping[int, int],
    coverings: Sequence[KeptCovering],
    last_number: int,
) -> dict[int, Opinion]:
    """Make the opinions that did not stand before, with the next numbers; return them by place."""
    made: dict[int, Opinion] = {}
    fresh = [place for place in _labels(chosen) if plan.kept[place - 1] is None]
    highest = db.session.scalar(
        select(func.max(Opinion.position)).where(Opinion.submission_id == seen.submission.id)
    )
    model = seen.opinions[0].said
    for offset, place in enumerate(fresh, start=1):
        ranges = chosen.ranges(place)
        words, kept = _words(seen, ranges, coverings)
        covered = cover(words, [Covering(each.start, each.end, each.reason) for each in kept])
        sources = _sources(seen, ranges)
        said = contributions.say(
            ContributionKind.OPINION,
            covered,
            subject_id=subjects[place],
            visibility=_visibility(seen, ranges, sources),
            visibility_reason=next((each.said.visibility_reason for each in sources), ""),
            consultation_id=seen.consultation.id,
            author_id=model.author_id,
            organisation_id=model.organisation_id,
            shown_name=model.shown_name,
            language=model.language,
            said_at=model.said_at,
        )
        if kept:
            contributions.recut(said, words, kept, subject_id=subjects[place])
        made[place] = Opinion(
            submission_id=seen.submission.id,
            consultation_id=seen.consultation.id,
            contribution_id=said.id,
            original_id=original.id,
            number=last_number + offset,
            position=(highest or 0) + offset,
            stage=_stage(seen, ranges, sources),
            stage_changed_at=clock.now(),
            text_key=text_key(words),
            flags=sorted(personal_data_in(covered)),
            divided_at=clock.now(),
        )
        db.session.add(made[place])
    if fresh:
        db.session.get_one(OpinionCounter, seen.consultation.id).last_number = last_number + len(fresh)
        db.session.flush()
    return made


def _sources(seen: Division, ranges: Sequence[Range]) -> list[PartOpinion]:
    """Return the opinions whose words these were, those with most of them first."""
    shares = [(overlap(each.ranges, ranges), each) for each in seen.opinions]
    return [each for share, each in sorted(shares, key=lambda found: -found[0]) if share]


#: The less a text may be seen, the later it stands here.
_CAUTION = (Visibility.PUBLISHED, Visibility.RECEIVED, Visibility.HELD)


def _visibility(seen: Division, ranges: Sequence[Range], sources: Sequence[PartOpinion]) -> Visibility:
    """Return as what a new opinion begins: never more open than any of its words were before."""
    strictest = max(
        (each.said.visibility for each in sources if each.said.visibility in _CAUTION),
        key=_CAUTION.index,
        default=Visibility.HELD if seen.is_divided else Visibility.RECEIVED,
    )
    all_words = [part for each in sources for part in each.ranges]
    if strictest is Visibility.PUBLISHED and not is_within(ranges, all_words):
        return Visibility.HELD
    return strictest


def _stage(seen: Division, ranges: Sequence[Range], sources: Sequence[PartOpinion]) -> OpinionStage:
    """Return the stage of a new opinion: screened if all its words were; it belongs to no point yet."""
    all_words = [part for each in sources for part in each.ranges]
    was_read = sources and all(each.opinion.stage is not OpinionStage.RECEIVED for each in sources)
    return OpinionStage.SCREENED if was_read and is_within(ranges, all_words) else OpinionStage.RECEIVED


def _recut(
    seen: Division,
    each: PartOpinion,
    ranges: Sequence[Range],
    subject_id: int,
    coverings: Sequence[KeptCovering],
) -> None:
    """Give an opinion that goes on its new words, unless they are the same."""
    opinion, said = each.opinion, each.said
    if tuple(ranges) == each.ranges and subject_id == said.subject_id:
        opinion.divided_at = opinion.divided_at or clock.now()
        return
    words, kept = _words(seen, ranges, coverings)
    visibility = _visibility(seen, ranges, _sources(seen, ranges))
    contributions.recut(said, words, kept, subject_id=subject_id)
    opinion.text_key = text_key(words)
    opinion.flags = sorted(personal_data_in(said.body))
    opinion.divided_at = clock.now()
    if _CAUTION.index(visibility) > _CAUTION.index(said.visibility):
        contributions.change_visibility(said, Visibility.HELD, reason=NEWLY_SHOWN)
    screened = STAGES.index(OpinionStage.SCREENED)
    if opinion.stage is STAGES[screened] and _stage(seen, ranges, _sources(seen, ranges)) is STAGES[0]:
        _move(opinion, OpinionStage.RECEIVED)


def _retire(each: PartOpinion, into: Opinion, by: Actor) -> None:
    """Let an opinion go whose words stand in another one now: no words stay with it, and it no longer counts."""
    contributions.recut(each.said, "", [], subject_id=each.said.subject_id)
    reason = f"意見 No.{into.number}に合わせました。"
    contributions.change_visibility(each.said, Visibility.WITHDRAWN, reason=reason)
    each.opinion.merged_into_id = into.id
    each.opinion.text_key = f"merged:{each.opinion.id}"  # Like no other: it says nothing any more.
    each.opinion.flags = []
    db.session.execute(
        update(Opinion).where(Opinion.merged_into_id == each.opinion.id).values(merged_into_id=into.id)
    )
    audit.record(by, "opinions.divide", each.opinion, {"merged_into": into.number})


def _store(original: OriginalText, chosen: Arrangement, stands: Sequence[Opinion], by: Actor) -> None:
    db.session.execute(delete(OriginalPassage).where(OriginalPassage.original_id == original.id))
    now = clock.now()
    db.session.add_all(
        OriginalPassage(
            original_id=original.id,
            start=piece.start,
            end=piece.end,
            kind=piece.kind,
            opinion_id=stands[piece.opinion - 1].id if piece.opinion else None,
            reason=piece.aside,
            note=piece.note if piece.aside else "",
            marked_at=now,
            marked_by_id=by.person_id,
        )
        for piece in chosen.pieces
    )
    db.session.flush()


def _order(submission_id: int, stands: Sequence[Opinion]) -> None:
    """Number the opinions of a submission in the order of its texts; those that were merged come last."""
    rows = db.session.scalars(
        select(Opinion).where(Opinion.submission_id == submission_id).order_by(Opinion.position)
    ).all()
    here = {each.id for each in stands}
    gone = [each for each in rows if each.merged_into_id is not None]
    others = [each for each in rows if each.id not in here and each.merged_into_id is None]
    first = min((rows.index(each) for each in rows if each.id in here and each not in gone), default=0)
    ahead = [each for each in others if rows.index(each) < first]
    ordered = [*ahead, *stands, *(each for each in others if each not in ahead), *gone]
    for place, each in enumerate(ordered, start=1):
        each.position = -place
    db.session.flush()
    for place, each in enumerate(ordered, start=1):
        each.position = place
    db.session.flush()
