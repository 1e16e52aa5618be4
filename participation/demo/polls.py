"""The survey and the votes of the demo, and everybody who answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from participation.access.actors import system, visitor
from participation.consultations.queries import get_consultation
from participation.contributions.domain import ContributionKind, Visibility
from participation.contributions.models import Contribution
from participation.demo import calls, reading
from participation.demo.calls import Places
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation import ids
from participation.foundation.db import db
from participation.moderation import commands as moderation
from participation.people import commands as people
from participation.people.domain import Standing
from participation.people.models import Person
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, QuestionDraft, ResultsShown, SurveyDraft, read_spec
from participation.surveys.domain.margins import read_margins
from participation.surveys.domain.matching import match_margins
from participation.surveys.models import Survey
from participation.votes import commands as votes
from participation.votes.domain import Audience as VoteAudience
from participation.votes.domain import Keeping, OptionDraft, VoteDraft, VoteKind
from participation.votes.domain import ResultsShown as VoteResultsShown
from participation.votes.domain.sealing import RECEIPT_LENGTH
from participation.votes.models import Vote
from participation.votes.queries import NOBODY, Ticket

EDITOR, SCREENER, ANALYST = "s06", "s05", "s04"
TAP_SEED = 20270
#: The resident of the first walk, and when they come to the counter.
RESIDENT, CONFIRMED = "r001", -12
#: Whoever works at night: the job of every day.
NIGHT = system("votes")
#: Texts are looked at every day; what came yesterday still waits.
FIRST_LOOK, LAST_LOOK = -19, -2
#: The analyst weights what came until yesterday.
WEIGHTED = -1


class Polls:
    """Plays the survey and the votes."""

    def __init__(self, timeline: Timeline, cast: Cast, places: Places) -> None:
        self.timeline, self.cast, self.places = timeline, cast, places
        self._surveys: dict[str, int] = {}
        self._votes: dict[str, int] = {}

    def schedule(self) -> None:
        """Let staff prepare survey and votes, people answer, and staff look at what they wrote."""
        self._schedule_surveys()
        self._schedule_votes()
        for day in range(FIRST_LOOK, LAST_LOOK + 1):
            self.timeline.add(self.timeline.moment(day, "11:05"), self._show_texts)

    def _schedule_votes(self) -> None:
        self.timeline.add(self.timeline.moment(CONFIRMED, "10:30"), self._confirm)
        for vote in reading.listed("votes"):
            self.timeline.add(self.timeline.moment(vote["opens"], "00:05"), self._publish_vote, vote)
            for night in range(vote["opens"] + 1, min(vote["closes"], 1)):
                self.timeline.add(self.timeline.moment(night, "00:10"), self._seal, vote["id"])
            if vote["closes"] <= 0:
                self.timeline.add(self.timeline.moment(vote["closes"], "00:01"), self._settle, vote["id"])
            reasons = {reason["person"]: reason["text"] for reason in vote.get("reasons", ())}
            for row in reading.table("ballots"):
                if row["vote"] == vote["id"]:
                    moment = self.timeline.some_time(int(row["day"]), f"{vote['id']}-{row['person']}")
                    self.timeline.add(moment, self._vote, row, reasons.get(row["person"]))

    def _schedule_surveys(self) -> None:
        for survey in reading.listed("surveys"):
            self.timeline.add(
                self.timeline.moment(survey["opens"] - 1, "16:00"),
                self._publish,
                survey,
            )
            for row in reading.table("survey_responses"):
                moment = self.timeline.some_time(int(row["day"]), row["id"])
                self.timeline.add(moment, self._answer, survey, row)
            self.timeline.add(self.timeline.moment(WEIGHTED, "17:10"), self._weight, survey)

        for tap in reading.listed("taps"):
            self.timeline.add(self.timeline.moment(tap["opens"], "00:10"), self._publish_tap, tap)
            chosen = [f"c{n}" for n, count in enumerate(tap["chosen"], start=1) for _ in range(count)]
            for number, code in enumerate(chosen):
                nights = -tap["opens"] - 1
                moment = self.timeline.some_time(number * 7 % nights - nights, f"{tap['id']}-{number}")
                self.timeline.add(moment, self._tap, tap, code, number)

    def _publish_tap(self, tap: dict[str, Any]) -> None:
        """Ask the first question of a survey by one tap, too; it leads to the survey."""
        by = self.cast.actor(EDITOR)
        whole = db.session.get_one(Survey, self._surveys[tap["survey"]])
        first = queries.get_questionnaire(whole).questions[0]
        with ids.seeded(TAP_SEED):
            survey = commands.draft_survey(
                SurveyDraft(
                    title=tap["title"],
                    intro="",
                    subject_id=whole.subject_id,
                    consultation_id=None,
                    opens_at=self.timeline.moment(tap["opens"]),
                    closes_at=self.timeline.moment(tap["closes"]),
                    audience=Audience.ANYONE,
                    results_shown=ResultsShown.LIVE,
                    is_one_tap=True,
                    leads_to_id=whole.id,
                ),
                by=by,
            )
            draft = QuestionDraft(first.text, "", is_required=True, spec=first.spec, easy=_plain(first.easy))
            commands.add_question(survey, draft, by=by)
            commands.publish_survey(survey, by=by)
        self._surveys[tap["id"]] = survey.id

    def _tap(self, tap: dict[str, Any], code: str, number: int) -> None:
        survey = db.session.get_one(Survey, self._surveys[tap["id"]])
        commands.answer_survey(survey, {"q1": [code]}, by=visitor(guest_key=f"demo-tap-{number}"))

    def _publish(self, entry: dict[str, Any]) -> None:
        by = self.cast.actor(EDITOR)
        survey = commands.draft_survey(
            SurveyDraft(
                title=entry["title"],
                intro=entry["introduction"],
                subject_id=self.places.subject_id(entry["about"]),
                consultation_id=get_consultation(calls.code_of(entry["consultation"])).id,
                opens_at=self.timeline.moment(entry["opens"]),
                closes_at=self.timeline.moment(entry["closes"]),
                audience=Audience.ANYONE,
                results_shown=ResultsShown.LIVE,
                is_one_tap=False,
                series=entry["series"],
                wave=entry["wave"],
            ),
            by=by,
        )
        db.session.flush()
        self._surveys[entry["id"]] = survey.id
        for question in entry["questions"]:
            commands.add_question(
                survey,
                QuestionDraft(
                    text=question["text"],
                    help="",
                    is_required=question.get("required", False),
                    spec=read_spec(_spec_of(question)),
                    is_attribute=question.get("attribute", False),
                    easy=question.get("easy"),
                ),
                by=by,
            )
        commands.publish_survey(survey, by=by)

    def _answer(self, entry: dict[str, Any], row: dict[str, str]) -> None:
        survey = db.session.get_one(Survey, self._surveys[entry["id"]])
        given = {}
        for question in entry["questions"]:
            value = row[question["id"]]
            if not value:
                continue
            if question["kind"] in ("single", "multiple"):
                given[question["id"]] = [f"c{number}" for number in value.split()]
            else:
                given[question["id"]] = [value]
        by = self.cast.actor(row["person"]) if row["person"] else visitor(guest_key=f"demo-{row['id']}")
        commands.answer_survey(survey, given, shares_texts=bool(row["q8"]), by=by)

    def _weight(self, entry: dict[str, Any]) -> None:
        """Weight the answers so far to a population that is invented, as its source says."""
        survey = db.session.get_one(Survey, self._surveys[entry["id"]])
        variables = queries.list_variables(queries.show_survey(survey))
        text = (reading.CONTENT / "survey_margins.csv").read_text(encoding="utf-8")
        margins = read_margins(text).margins
        matches = match_margins(margins, queries.guess_questions(margins, variables))
        commands.weight_survey(survey, matches, by=self.cast.actor(ANALYST))

    def _confirm(self) -> None:
        """Somebody comes to the counter and has it confirmed that they live here, for votes that ask for it."""
        with ids.seeded(TAP_SEED):
            number = people.ask_for_confirmation(
                db.session.get_one(Person, self.cast.actor(RESIDENT).person_id), by=self.cast.actor(RESIDENT)
            )
        people.confirm_standings(number, [Standing.LIVES], "0412-58", by=self.cast.actor(SCREENER))

    def _publish_vote(self, entry: dict[str, Any]) -> None:
        by, keeping = self.cast.actor(EDITOR), Keeping(entry.get("keeping", "signal"))
        vote = votes.draft_vote(
            VoteDraft(
                question=entry["question"],
                explanation=entry["explanation"],
                kind=VoteKind(entry["kind"]),
                choices=_options_of(entry, self.places),
                subject_id=self.places.subject_id(entry["about"]),
                consultation_id=get_consultation(calls.code_of(entry["consultation"])).id,
                opens_at=self.timeline.moment(entry["opens"]),
                closes_at=self.timeline.moment(entry["closes"]),
                audience=VoteAudience.ACCOUNT,
                results_shown=VoteResultsShown.LIVE
                if keeping is Keeping.SIGNAL
                else VoteResultsShown.AFTER_CLOSING,
                asks_reason="reasons" in entry,
                keeping=keeping,
                compares=keeping is Keeping.SECRET,
                budget=entry.get("budget"),
            ),
            by=by,
        )
        votes.publish_vote(vote, by=by)
        self._votes[entry["id"]] = vote.id

    def _vote(self, row: dict[str, str], reason: str | None) -> None:
        vote = db.session.get_one(Vote, self._votes[row["vote"]])
        # Nobody keeps the receipts of the demo: its ballots stay as they are.
        ticket = Ticket(receipt=ids.code(RECEIPT_LENGTH)) if vote.keeping is Keeping.SECRET else NOBODY
        by = self.cast.actor(row["person"])
        votes.cast_ballot(vote, row["choice"], ticket=ticket, reason=reason, by=by)

    def _seal(self, vote_id: str) -> None:
        votes.seal_ballots(db.session.get_one(Vote, self._votes[vote_id]), by=NIGHT)

    def _settle(self, vote_id: str) -> None:
        votes.settle_vote(db.session.get_one(Vote, self._votes[vote_id]), by=NIGHT)

    def _show_texts(self) -> None:
        """Staff read what came with answers and ballots until the evening before, and show it."""
        held = db.session.scalars(
            select(Contribution).where(
                Contribution.kind.in_([ContributionKind.SURVEY_TEXT, ContributionKind.VOTE_REASON]),
                Contribution.visibility == Visibility.HELD,
            )
        )
        for said in held:
            moderation.restore(said, by=self.cast.actor(SCREENER))


def _options_of(entry: dict[str, Any], places: Places) -> tuple[OptionDraft, ...]:
    projects = [
        OptionDraft(
            project["label"], project["description"], project["cost"], places.subject_id(project["about"])
        )
        for project in entry.get("projects", ())
    ]
    return (*projects, *(OptionDraft(label) for label in entry.get("labels", ())))


def _plain(easy: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if easy is None else dict(easy)


def _spec_of(question: dict[str, Any]) -> dict[str, Any]:
    kind = question["kind"]
    if kind in ("single", "multiple"):
        options = [{"code": f"c{n}", "label": label} for n, label in enumerate(question["choices"], start=1)]
        most = {"most": question["maximum"]} if "maximum" in question else {}
        return {"kind": kind, "options": options, **most}
    if kind == "scale":
        return {
            "kind": kind,
            "low": 1,
            "high": question["steps"],
            "low_label": question["low"],
            "high_label": question["high"],
        }
    return {"kind": "text"}
