"""What the composed pages show, gathered from the slices below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from participation.access.actors import Actor
from participation.consultations import queries as consultations
from participation.consultations.domain import ConsultationStatus
from participation.consultations.queries import ListedConsultation, TouchingConsultation
from participation.contributions.domain import KIND_NAMES as SPEECH_NAMES
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.contributions.queries import count_published
from participation.discussion import queries as discussion
from participation.discussion.domain import permalink
from participation.discussion.queries import DiscussionOnPage
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.remembering import remembered
from participation.foundation.text import excerpt
from participation.gatherings import queries as gatherings
from participation.gatherings.queries import GatheringsOnPage
from participation.opinion_map import queries as opinion_map
from participation.opinion_map.queries import MapsOnPage
from participation.opinions import queries as opinions
from participation.opinions.domain import STAGE_NAMES, OpinionStage
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries import OpinionsOnPage
from participation.organisations import queries as organisations
from participation.organisations.domain import OrganisationState, Pending, kind_name
from participation.organisations.models import CommunityOrganisation
from participation.plans import queries as plans
from participation.plans.domain.anchoring import Anchors
from participation.plans.domain.reasons import Reason, reasons_between
from participation.plans.queries import NodePage, PlanTreePage, Related, TreeLine
from participation.proposals import queries as proposals
from participation.proposals.queries import ProposalRow, ProposalsOnPage
from participation.replies.queries import published as replies
from participation.replies.queries.published import RepliesOnPage
from participation.subjects.models import Subject
from participation.subjects.queries import address_of
from participation.surveys import queries as surveys
from participation.surveys.queries import SurveysOnPage
from participation.votes import queries as votes
from participation.votes.queries import VotesOnPage

NEWEST_CONSULTATIONS = 6
NEWEST_REPLIES = 2
SAID_BY_ORGANISATION = 20


@dataclass(frozen=True)
class SaidByOrganisation:
    """Something said in an organisation's name, for its public page."""

    kind: str
    about: str
    path: str
    words: str
    at: datetime


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation as everybody sees it: what it said, proposed and endorses, nothing of its delegates."""

    organisation: CommunityOrganisation
    kind: str
    place: str
    represented: str
    state: OrganisationState
    said: tuple[SaidByOrganisation, ...]
    said_count: int
    proposed: tuple[ProposalRow, ...]
    endorsed: tuple[ProposalRow, ...]


def get_organisation_page(public_id: str, actor: Actor) -> OrganisationPage:
    """Return an organisation's public page, in a constant number of queries; raises NotFound."""
    organisation = organisations.get_public(public_id)
    # What was said without showing the name is nobody's to find here.
    rows = db.session.execute(
        select(Contribution, Subject, func.count().over())
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(
            Contribution.organisation_id == organisation.id,
            Contribution.visibility == Visibility.PUBLISHED,
            Contribution.kind != ContributionKind.PROPOSAL,
            Contribution.shown_name != "",
        )
        .order_by(Contribution.said_at.desc(), Contribution.id.desc())
        .limit(SAID_BY_ORGANISATION)
    ).all()
    said = tuple(
        SaidByOrganisation(
            kind=SPEECH_NAMES[each.kind],
            about=subject.title,
            path=permalink(each.public_id) if each.kind is ContributionKind.POST else address_of(subject),
            words=excerpt(each.body, 160),
            at=each.said_at,
        )
        for each, subject, _ in rows
    )
    return OrganisationPage(
        organisation=organisation,
        kind=kind_name(organisation.kind),
        place=organisations.place_of(organisation),
        represented=organisations.represented(organisation),
        state=organisation.state_on(clock.today()),
        said=said,
        said_count=int(rows[0][-1]) if rows else 0,
        proposed=proposals.list_proposed_by(organisation.id, actor),
        endorsed=proposals.list_endorsed_by(organisation.id, actor),
    )


def list_unanswered_opinions(organisation_id: int) -> list[Pending]:
    """Return the opinions of an organisation that the ward has not answered yet (引き継ぐこと)."""
    rows = db.session.execute(
        select(Submission.receipt_number, Subject.title, Opinion.stage)
        .join(Opinion, Opinion.submission_id == Submission.id)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .join(Subject, Subject.id == Contribution.subject_id)
        .where(
            Submission.organisation_id == organisation_id,
            Submission.withdrawn_at.is_(None),
            Opinion.stage.not_in((OpinionStage.ANSWERED, OpinionStage.REFLECTED)),
        )
        .order_by(Opinion.id)
        .limit(100)
    )
    return [
        Pending("区の返事を待つ意見", title, f"/receipts/{number}", STAGE_NAMES[stage])
        for number, title, stage in rows
    ]


@dataclass(frozen=True)
class LoopStep:
    """One of the four steps 聴いた・考えた・決めた・変わった, with its real count."""

    count: int | None
    unit: str
    note: str | None = None
    href: str | None = None


@dataclass(frozen=True)
class Loop:
    """How far what people said has come: from being heard to changing the plan."""

    heard: LoopStep
    considered: LoopStep
    decided: LoopStep
    changed: LoopStep
    current: str | None


def loop_of(said: OpinionsOnPage, answered: RepliesOnPage, *, in_page: bool) -> Loop:
    """Return the four steps; inside a page they lead to its sections."""
    tally = said.tally
    steps = {
        "changed": answered.changed_count,
        "decided": answered.decided_count,
        "considered": answered.considered_count,
        "heard": tally.opinions,
    }
    who = [f"{tally.people:,}人"] if tally.people else []
    who += [f"{tally.organisations:,}団体"] if tally.organisations else []
    return Loop(
        heard=LoopStep(
            tally.opinions,
            "件",
            f"{'・'.join(who)}から" if who else "意見を待っています",
            "#opinions" if in_page and tally.opinions else None,
        ),
        considered=LoopStep(
            answered.considered_count or None,
            "論点",
            f"うち検討中 {answered.considering_count:,}論点" if answered.considering_count else None,
            "#replies" if in_page and answered.decided_count else None,
        ),
        decided=LoopStep(
            answered.decided_count or None,
            "件",
            "区の考え方を公表" if answered.decided_count else None,
            "#replies" if in_page and answered.decided_count else None,
        ),
        changed=LoopStep(
            answered.changed_count or None,
            "か所",
            "計画の文章を修正" if answered.changed_count else None,
            "#replies" if in_page and answered.changed_count else None,
        ),
        current=next((name for name, count in steps.items() if count), None),
    )


@dataclass(frozen=True)
class TopicPage:
    """An item of a plan with everything that people and the ward say about it (視点のページ)."""

    page: NodePage
    related: list[Related]
    consultations: list[TouchingConsultation]
    opinions: OpinionsOnPage
    discussion: DiscussionOnPage
    surveys: SurveysOnPage
    votes: VotesOnPage
    opinion_map: MapsOnPage
    proposals: ProposalsOnPage
    gatherings: GatheringsOnPage
    replies: RepliesOnPage
    #: The sentences of the place and its passages that versions changed for opinions, latest first.
    reasons: list[Reason]
    #: What became of the place and its passages since people spoke about them.
    anchors: Anchors
    loop: Loop
    opinion_counts: dict[int, int]
    post_counts: dict[int, int]

    @property
    def open_consultation(self) -> TouchingConsultation | None:
        """The consultation in which an opinion can be handed in now, if there is one."""
        return next((each for each in self.consultations if each.procedure.accepts_opinions), None)

    @property
    def changes_at(self) -> datetime | None:
        """When the page changes by itself."""
        moments = [each.procedure.changes_at for each in self.consultations]
        moments += [self.surveys.changes_at, self.votes.changes_at, self.opinion_map.changes_at]
        moments.append(self.gatherings.changes_at)
        if self.proposals.total:
            moments.append(clock.end_of(clock.today()))  # Their order is drawn anew every day.
        return min((moment for moment in moments if moment is not None), default=None)

    def counts_of(self, subject_id: int) -> str | None:
        """Return 「意見 21件・話し合い 9件」 for one subject."""
        parts = []
        if self.opinion_counts.get(subject_id):
            parts.append(f"意見 {self.opinion_counts[subject_id]:,}件")
        if self.post_counts.get(subject_id):
            parts.append(f"話し合い {self.post_counts[subject_id]:,}件")
        return "・".join(parts) or None


def get_topic_page(plan: str, code: str, actor: Actor) -> TopicPage:
    """Return an item of a plan with its voices; the number of queries does not grow with their number.

    What people say moves all day, the rest does not: it is remembered until its own tables change.
    """
    page = remembered(plans.get_node_page, plan, code)
    ids = page.subject_ids
    nodes = (page.node.id, *(passage.node.id for passage in page.passages))
    related = remembered(plans.list_related, nodes)
    touching = remembered(consultations.for_subjects, ids)
    asked = remembered(surveys.on_subjects, ids, actor, until=lambda found: found.changes_at)
    voted = remembered(votes.on_subjects, ids, actor, until=lambda found: found.changes_at)
    mapped = remembered(opinion_map.on_subjects, ids, actor, until=lambda found: found.changes_at)
    # Their order is drawn anew every day.
    proposed = remembered(proposals.on_subjects, ids, actor, until=lambda _: clock.end_of(clock.today()))
    gathered = remembered(gatherings.on_subjects, ids, actor, until=lambda found: found.changes_at)
    answered = remembered(replies.on_subjects, ids, actor)
    anchors = plans.anchors_of(ids)
    reasons = remembered(_reasons_of_plan, page.plan.id, page.version.number)
    codes = {page.node.code, *(passage.node.code for passage in page.passages)}
    said = opinions.on_subjects(ids, actor)
    talk = discussion.on_subjects(ids, actor)
    return TopicPage(
        page=page,
        related=related,
        consultations=touching,
        opinions=said,
        discussion=talk,
        surveys=asked,
        votes=voted,
        opinion_map=mapped,
        proposals=proposed,
        gatherings=gathered,
        replies=answered,
        reasons=[each for code in codes for each in reasons.get(code, ())][::-1],
        anchors=anchors,
        loop=loop_of(said, answered, in_page=True),
        opinion_counts=said.count_by_subject,
        post_counts={subject_id: posts for subject_id, (_, posts) in talk.counts.items()},
    )


def _reasons_of_plan(plan_id: int, current: int) -> dict[str, list[Reason]]:
    return reasons_between(plan_id, 1, current)


@dataclass(frozen=True)
class TopicCard:
    """One item of the plan on the home page, with how much was said about it."""

    line: TreeLine
    opinion_count: int
    post_count: int


@dataclass(frozen=True)
class TopicGroup:
    """The items under one heading of the plan (方針)."""

    title: str
    topics: list[TopicCard]


@dataclass(frozen=True)
class Home:
    """The first page: what is asked now, what was answered, the whole plan at a glance."""

    tree: PlanTreePage | None
    groups: list[TopicGroup]
    consultations: list[ListedConsultation]
    replies: RepliesOnPage
    loop: Loop

    @property
    def changes_at(self) -> datetime | None:
        """When the page changes by itself."""
        moments = [each.procedure.changes_at for each in self.consultations]
        return min((moment for moment in moments if moment is not None), default=None)


def get_home(actor: Actor) -> Home:
    """Return the first page of the ward's own main plan."""
    tree = remembered(_main_plan)
    pages = [line for line in _all(tree.lines if tree else ()) if not line.within]
    ids = tuple(line.subject_id for line in _all(tree.lines if tree else ()))
    answered = remembered(replies.on_subjects, ids, actor)
    listed = remembered(consultations.list_consultations)
    said = opinions.on_subjects(ids, actor)
    posts = count_published(ids)
    own = {line.subject_id: _ids_on_page(line) for line in pages}
    groups = [
        TopicGroup(
            f"{root.number} {root.title}".strip(),
            [
                TopicCard(
                    line,
                    sum(said.count_by_subject.get(i, 0) for i in own[line.subject_id]),
                    sum(posts.get((i, ContributionKind.POST.value), 0) for i in own[line.subject_id]),
                )
                for line in _all((root,))
                if not line.within and line.is_open and any(child.within for child in line.children)
            ],
        )
        for root in (tree.lines if tree else ())
    ]
    shown = [
        each
        for status in (
            ConsultationStatus.OPEN,
            ConsultationStatus.PLANNED,
            ConsultationStatus.CLOSED_PREPARING,
        )
        for each in listed.get(status, [])
    ]
    return Home(
        tree=tree,
        groups=[group for group in groups if group.topics],
        consultations=shown[:NEWEST_CONSULTATIONS],
        replies=replace(answered, latest=answered.latest[:NEWEST_REPLIES]),
        loop=loop_of(said, answered, in_page=False),
    )


def _main_plan() -> PlanTreePage | None:
    """The ward's own plan that comes first and can be spoken about."""
    slug = plans.find_own_open_plan()
    return plans.get_plan_tree(slug) if slug is not None else None


def _all(lines: Sequence[TreeLine]) -> Iterator[TreeLine]:
    for line in lines:
        yield line
        yield from _all(line.children)


def _ids_on_page(line: TreeLine) -> list[int]:
    return [line.subject_id, *(child.subject_id for child in line.children if child.within)]
