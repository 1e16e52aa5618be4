"""The way through the office: who holds which post, a route with consultations, a person, questions to others."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from participation.demo.answers import Answers
from participation.demo.cast import ADMINISTRATOR, Cast
from participation.demo.timeline import Timeline
from participation.foundation import clock, working_days
from participation.foundation.db import db
from participation.organisations.queries import find_section, list_posts
from participation.people import commands as people
from participation.people.models import Person
from participation.replies import commands
from participation.replies.domain import Approval, RouteDraft, StepDraft, StepKind
from participation.replies.models import Inquiry
from participation.replies.queries import routing

APPOINTED_ON, ROUTE_MADE_ON, ASSIGNED_ON = -205, -30, -6
#: (member of staff, post, section)
POSTS = (
    ("s02", "chief", "policy-planning"),
    ("s03", "director", "policy-planning"),
    ("s05", "chief", "public-relations"),
    ("s07", "head", "public-relations"),
    ("s10", "head", "community"),
    ("s13", "head", "human-rights"),
    ("s15", "chief", "information"),
    ("s16", "head", "information"),
    ("s18", "head", "culture"),
    ("s20", "head", "assets"),
)
ROUTE = RouteDraft(
    name="課長まで（広報課・地域振興課の合議）",
    steps=(
        StepDraft(1, StepKind.AGREE, "chief", refuses_own=False),
        StepDraft(2, StepKind.CONSULT, "head", "public-relations"),
        StepDraft(2, StepKind.CONSULT, "head", "community"),
        StepDraft(3, StepKind.DECIDE, "head"),
    ),
)
#: The point that goes this longer way; the others go the shortest.
ON_ROUTE = "P38"
CONSULTED = "地域の団体が使うデータの形もそろえると書いてあり、地域振興課として差し支えありません。"
#: What one section asks another: (point, who asks, section asked, question, working days, who answers, answer).
QUESTIONS = (
    (
        "P33",
        "s02",
        "human-rights",
        "ハラスメントの相談窓口と、障害のある職員の採用や配慮について、今行っていることと、これから行うことを教えてください。",
        3,
        "s11",
        "ハラスメントの相談は、庁内の窓口と外部の窓口の2か所で受けています。障害のある職員への配慮は、本人と話し合って決めています。採用の見通しは、確かめてから書き足します。",
    ),
    (
        "P39",
        "s19",
        "community",
        "住区センターなどで地域の団体が行っている活動のうち、場所が変わると続けにくいものがあれば教えてください。",
        5,
        "",
        "",
    ),
)


class Office:
    """Plays what goes on between sections before a reply is decided on."""

    def __init__(self, timeline: Timeline, cast: Cast, answers: Answers) -> None:
        self.timeline, self.cast, self.answers = timeline, cast, answers

    def schedule(self) -> None:
        """Fill the posts, make the route, and let points be assigned, asked about and passed."""
        moment = self.timeline.moment
        self.timeline.add(moment(APPOINTED_ON, "09:00"), self._fill_posts)
        self.timeline.add(moment(ROUTE_MADE_ON, "11:00"), self._make_route)
        self.timeline.add(moment(ASSIGNED_ON, "08:40"), self._assign)
        for number, (point, asks, section, question, days, answers, answer) in enumerate(QUESTIONS):
            asked = moment(ASSIGNED_ON + 1, "10:00") + timedelta(minutes=20 * number)
            self.timeline.add(asked, self._ask, point, asks, section, question, days)
            if answers:
                self.timeline.add(moment(ASSIGNED_ON + 3, "15:30"), self._answer, point, answers, answer)
        self.timeline.add(moment(-2, "09:10"), self._note_absence)
        self.timeline.add(moment(-2, "10:30"), self._pass, "s15", 1, "")
        self.timeline.add(moment(-1, "16:10"), self._pass, "s10", 2, CONSULTED)

    def _person(self, key: str) -> Person:
        person_id = self.cast.actor(key).person_id
        return db.session.get_one(Person, person_id)

    def _fill_posts(self) -> None:
        by = self.cast.actor(ADMINISTRATOR)
        posts = {post.code: post for post in list_posts()}
        for key, post, section_code in POSTS:
            section = find_section(section_code)
            assert section is not None
            people.appoint_to_post(self._person(key), posts[post], section, clock.today(), by=by)

    def _make_route(self) -> None:
        route = commands.make_route(ROUTE, by=self.cast.actor(ADMINISTRATOR))
        self.answers.routes[ON_ROUTE] = route.public_id

    def _assign(self) -> None:
        commands.assign_person(
            self.answers.points["P33"].public_id,
            self._person("s02").public_id,
            "人事の担当とも話して書いてください。",
            by=self.cast.actor("s09"),
        )

    def _ask(self, point: str, asks: str, section: str, question: str, days: int) -> None:
        commands.send_inquiry(
            self.answers.points[point].public_id,
            section,
            question,
            working_days.after(clock.today(), days),
            by=self.cast.actor(asks),
        )

    def _answer(self, point: str, answers: str, answer: str) -> None:
        asked = db.session.scalars(
            select(Inquiry).where(Inquiry.question == next(q[3] for q in QUESTIONS if q[0] == point))
        ).one()
        commands.answer_inquiry(asked.public_id, answer, 0, is_partial=True, by=self.cast.actor(answers))

    def _note_absence(self) -> None:
        """The head of 広報課 is away for some days: whoever stands in passes the consultation."""
        today = clock.today()
        people.note_absence(
            self._person("s07"),
            self._person("s06"),
            today,
            today + timedelta(days=7),
            by=self.cast.actor("s07"),
        )

    def _pass(self, key: str, position: int, comment: str) -> None:
        progress = self.answers.points[ON_ROUTE]
        actor = self.cast.actor(key)
        turn = next(
            each
            for each in routing.list_open_turns(actor)
            if each.point_public_id == progress.public_id and each.is_mine and each.position == position
        )
        approval = Approval(progress.version, progress.content_hash, comment, step=turn.step_public_id)
        commands.approve_step(progress.public_id, turn.step_public_id, approval, by=actor)
