"""Local issues (地域課題): registered, led from talk to result, passed up, linked to those of other spaces."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.audit import trail as audit
from participation.contributions import commands as contributions
from participation.contributions.domain import ContributionKind, Visibility
from participation.foundation import clock, events
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Conflict, Refused
from participation.foundation.ids import new_public_id
from participation.spaces.commands.holding import (
    NAME_OF_STAFF,
    _hold,
    _lock,
    _name_of,
    _refuse_empty,
    _refuse_stale,
)
from participation.spaces.domain import (
    FOLLOWS,
    STAGE_NAMES,
    SUBJECT_KIND,
    TALKED_ABOUT,
    IssueStage,
    Likeness,
    LinkState,
    PassageAnswer,
    body_of_issue,
)
from participation.spaces.events import IssueAdvanced, IssuePassedUp, IssueRegistered
from participation.spaces.models import IssueLink, IssuePassage, IssueStep, LocalIssue, Space
from participation.subjects import commands as subjects
from participation.subjects.models import Subject

REGISTERED = "課題として登録されました。"
ERASED_TITLE = "（消去された課題）"
NO_REASON = "理由を書いてください。公開のページに載ります。"


def register_issue(
    space: Space, title: str, text: str, *, for_secretariat: bool = False, by: Actor
) -> LocalIssue:
    """Register a local issue, as a person, for the space's secretariat, or as staff."""
    access.require(by, "spaces.register_issue", space)
    title = _refuse_empty(title, "title", "何が課題かを、短く書いてください。")
    text = _refuse_empty(text, "text", "どこで、だれが、どう困っているかを書いてください。")
    organisation_id = space.organisation_id if for_secretariat and not by.is_staff else None
    if for_secretariat and not by.is_staff:
        access.require(by, "spaces.plan", space)
        _hold(space, Right.SUBMIT, by)
    public_id = new_public_id()
    subject = subjects.add_subject(SUBJECT_KIND, public_id, title)
    db.session.flush()
    said = contributions.say(
        ContributionKind.LOCAL_ISSUE,
        body_of_issue(title, text),
        subject_id=subject.id,
        author_id=by.person_id,
        organisation_id=organisation_id,
        shown_name=NAME_OF_STAFF if by.is_staff else _name_of(space, by) if organisation_id else by.name,
        visibility=Visibility.PUBLISHED,
    )
    issue = LocalIssue(
        public_id=public_id,
        space_id=space.id,
        subject_id=subject.id,
        contribution_id=said.id,
        title=title,
        stage=IssueStage.REGISTERED,
        registered_at=clock.now(),
    )
    db.session.add(issue)
    db.session.flush()
    _note_step(issue, REGISTERED, said.shown_name, by)
    audit.record(by, "spaces.register_issue", issue)
    events.publish(IssueRegistered(issue.id))
    return issue


def advance_issue(
    space: Space, issue: LocalIssue, stage: IssueStage, reason: str, seen_version: int, *, by: Actor
) -> None:
    """Lead an issue to another stage, with the reason; while it is talked or worked on, talk is open."""
    access.require(by, "spaces.advance_issue", space, issue)
    _hold(space, Right.SUBMIT, by)
    _lock(issue)
    _refuse_stale(issue.version, seen_version)
    if stage not in FOLLOWS[issue.stage]:
        raise Refused(f"「{STAGE_NAMES[issue.stage][0]}」から選べる段階を選んでください。", field="stage")
    reason = _refuse_empty(reason, "reason", NO_REASON)
    issue.stage = stage
    subject = db.session.get_one(Subject, issue.subject_id)
    if stage in TALKED_ABOUT:
        subjects.open_subject(subject)
    else:
        subjects.close_subject(subject)
    _note_step(issue, reason, _name_of(space, by), by)
    audit.record(by, "spaces.advance_issue", issue, {"stage": stage.value})
    events.publish(IssueAdvanced(issue.id, stage.value))


def pass_up(space: Space, issue: LocalIssue, reason: str, *, by: Actor) -> IssuePassage:
    """Pass an issue to the next larger space (上申): there it stands on the page, and is answered."""
    access.require(by, "spaces.pass_up", space, issue)
    _hold(space, Right.SUBMIT, by)
    _lock(issue)
    if issue.space_id != space.id and not _was_taken_up(issue, space):
        raise Conflict("この空間が受け止めた課題だけ、さらに上げられます。")
    to_space = db.session.get_one(Space, space.parent_id)
    values = {
        "public_id": new_public_id(),
        "reason": _refuse_empty(reason, "reason", NO_REASON),
        "passed_at": clock.now(),
        "answer": PassageAnswer.WAITING,
        "answer_reason": "",
    }
    key = {"issue_id": issue.id, "to_space_id": to_space.id}
    passage_id = insert_once(IssuePassage, key | values, unique=list(key))
    if passage_id is None:
        raise Conflict(f"この課題は、もう{to_space.name}に上がっています。")
    audit.record(by, "spaces.pass_up", issue, {"to": to_space.code})
    events.publish(IssuePassedUp(issue.id, to_space.id))
    return db.session.get_one(IssuePassage, passage_id)


def answer_passage(
    passage: IssuePassage, to_space: Space, answer: PassageAnswer, reason: str, *, by: Actor
) -> None:
    """Say, as the larger space, whether an issue that was passed up is taken up, and why."""
    access.require(by, "spaces.answer_passage", to_space)
    _hold(to_space, Right.SUBMIT, by)
    _lock(passage)
    if passage.answer is not PassageAnswer.WAITING:
        raise Conflict("この課題には、もう返事があります。")
    if answer is PassageAnswer.WAITING:
        raise Refused("受け止めるかどうかを選んでください。", field="answer")
    passage.answer, passage.answered_at = answer, clock.now()
    passage.answer_reason = _refuse_empty(reason, "reason", NO_REASON)
    audit.record(by, "spaces.answer_passage", to_space, {"answer": answer.value})


def offer_link(
    space: Space, issue: LocalIssue, other: LocalIssue, likeness: Likeness, message: str, *, by: Actor
) -> IssueLink:
    """Offer to link an issue to another space's (横のつながり): nothing is shown before that space agrees."""
    access.require(by, "spaces.link_issues", space)
    _hold(space, Right.SUBMIT, by)
    if issue.space_id != space.id or other.space_id == space.id:
        raise Refused("ほかの空間の課題を選んでください。", field="other")
    for each in sorted((issue, other), key=lambda one: one.id):
        _lock(each)
    present = db.session.scalar(
        select(IssueLink.id).where(
            or_(
                (IssueLink.issue_id == issue.id) & (IssueLink.other_id == other.id),
                (IssueLink.issue_id == other.id) & (IssueLink.other_id == issue.id),
            )
        )
    )
    if present is not None:
        raise Refused("この課題とのつながりは、もう申し出があります。", field="other")
    link = IssueLink(
        issue_id=issue.id,
        other_id=other.id,
        likeness=likeness,
        message=_refuse_empty(message, "message", "どこが同じか、似ているかを書いてください。"),
        state=LinkState.OFFERED,
        answer="",
        offered_at=clock.now(),
    )
    db.session.add(link)
    db.session.flush()
    audit.record(by, "spaces.link_issues", issue, {"other": other.id})
    return link


def answer_link(link: IssueLink, asked: Space, answer: str, *, accept: bool, by: Actor) -> None:
    """Agree to a link, or not, as the other space; with agreement it stands on both issues' pages."""
    access.require(by, "spaces.answer_link", asked)
    _hold(asked, Right.SUBMIT, by)
    _lock(link)
    if link.state is not LinkState.OFFERED:
        raise Conflict("この申し出には、もう返事があります。")
    link.answer = _refuse_empty(answer, "answer", "ひとこと、返事の理由を書いてください。")
    link.state = LinkState.AGREED if accept else LinkState.DECLINED
    link.answered_at = clock.now()
    audit.record(by, "spaces.answer_link", asked, {"accepted": accept})


def cover_title(contribution_id: int, texts: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """Cover words of an issue's title here too (黒塗り), or let them stand again."""
    access.require(by, "spaces.cover_words")
    issue = _issue_of(contribution_id)
    if issue is None:
        return  # It was said in another way than as an issue.
    for before, after in texts:
        if before.startswith(issue.title + "\n"):
            issue.title = after[: len(issue.title)]
            subjects.retitle_subject(db.session.get_one(Subject, issue.subject_id), issue.title)
            break
    audit.record(by, "spaces.cover_words", issue)


def erase_title(contribution_id: int, *, by: Actor) -> None:
    """Erase the title too, when the words were erased in the register; that there was an issue stays."""
    access.require(by, "spaces.cover_words")
    issue = _issue_of(contribution_id)
    if issue is None:
        return  # It was said in another way.
    issue.title = ERASED_TITLE
    subjects.retitle_subject(db.session.get_one(Subject, issue.subject_id), ERASED_TITLE)
    audit.record(by, "spaces.cover_words", issue)


def _issue_of(contribution_id: int) -> LocalIssue | None:
    return db.session.scalars(
        select(LocalIssue).where(LocalIssue.contribution_id == contribution_id)
    ).one_or_none()


def _was_taken_up(issue: LocalIssue, space: Space) -> bool:
    return (
        db.session.scalar(
            select(IssuePassage.id).where(
                IssuePassage.issue_id == issue.id,
                IssuePassage.to_space_id == space.id,
                IssuePassage.answer == PassageAnswer.TAKEN_UP,
            )
        )
        is not None
    )


def _note_step(issue: LocalIssue, reason: str, shown_name: str, by: Actor) -> None:
    db.session.add(
        IssueStep(
            issue_id=issue.id,
            stage=issue.stage,
            reason=reason,
            at=clock.now(),
            by_id=by.person_id,
            shown_name=shown_name,
        )
    )
