"""The paper of the demo's survey: a sample invited by post, forms that came back and who typed them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from participation.demo import reading
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.foundation.db import db
from participation.surveys import commands
from participation.surveys.commands import Entry, PaperSettingsDraft
from participation.surveys.domain import InvitationKind, Origin
from participation.surveys.domain.inviting import BatchDraft, Invitee
from participation.surveys.domain.paper_entry import EntryCheck, PaperDecision, PaperDraft
from participation.surveys.models import PaperForm, Survey
from participation.surveys.queries import show_paper_settings

EDITOR = "s06"
TITLE = "区の情報は届いていますか"
ISSUED, RETURNED = -14, -10
DISTRICTS, AGES = ("北部", "東部", "中央", "南部", "西部"), ("30代まで", "40代から60代", "70代から")
IN_EACH = 4
#: Letters that came back undelivered.
UNDELIVERED = ("00007", "00031")
QUESTIONS = tuple(f"q{number}" for number in range(1, 9))


class Sheets:
    """Plays the invitations and the forms on paper."""

    def __init__(self, timeline: Timeline, cast: Cast) -> None:
        self.timeline, self.cast = timeline, cast
        self._codes: list[str] = []

    def schedule(self) -> None:
        """Let staff invite a sample, and type what comes back."""
        self.timeline.add(self.timeline.moment(ISSUED, "10:20"), self._invite)
        self.timeline.add(self.timeline.moment(RETURNED, "10:40"), self._note_returned)
        for place, row in enumerate(reading.table("survey_papers")):
            moment = self.timeline.moment(int(row["day"]), "13:30") + timedelta(minutes=4 * place)
            self.timeline.add(moment, self._type, row)
            if row["second_by"]:
                self.timeline.add(moment + timedelta(minutes=50), self._type_again, row)

    def _survey(self) -> Survey:
        return db.session.scalars(select(Survey).where(Survey.title == TITLE)).one()

    def _invite(self) -> None:
        survey, by = self._survey(), self.cast.actor(EDITOR)
        commands.change_paper_settings(
            survey,
            PaperSettingsDraft(
                return_to="〒000-0000 見本区役所 広報課（同封の封筒に入れ、切手を貼らずに出してください）",
                contact="広報課 広聴係　電話 00-0000-0000（平日8時30分から17時）",
                use_of_answers=show_paper_settings(survey).use_of_answers,
                entry_check=EntryCheck.ALL,
                sample_percent=10,
                counts_late=True,
                version=0,
                is_public=True,
            ),
            by=by,
        )
        strata = [(district, age) for district in DISTRICTS for age in AGES for _ in range(IN_EACH)]
        invitees = tuple(
            Invitee(f"{number:05}", {"地区": district, "年代": age})
            for number, (district, age) in enumerate(strata, start=1)
        )
        draft = BatchDraft(InvitationKind.PERSON, "無作為抽出60人、第1回発送", invitees=invitees)
        batch = commands.issue_invitations(survey, draft, by=by)
        # Every seventh answers on paper.
        self._codes = [each.code for each in commands.take_codes(survey, batch, by=by)][3::7]

    def _note_returned(self) -> None:
        commands.mark_returned(self._survey(), UNDELIVERED, by=self.cast.actor(EDITOR))

    def _type(self, row: dict[str, str]) -> None:
        day = self.timeline.moment(int(row["day"])).date()
        draft = PaperDraft(
            number=row["number"],
            origin=Origin(row["origin"]),
            received_on=day,
            form_version=1,
            typed={code: row[code] for code in QUESTIONS},
            decisions=_decisions(row),
            code=self._codes.pop(0) if row["invited"] else "",
            shares_texts=False,
        )
        commands.enter_paper(self._survey(), draft, by=self.cast.actor(row["by"]))

    def _type_again(self, row: dict[str, str]) -> None:
        survey = self._survey()
        form = db.session.scalars(
            select(PaperForm).where(PaperForm.survey_id == survey.id, PaperForm.number == row["number"])
        ).one()
        typed: dict[str, Any] = {code: row[code] for code in QUESTIONS} | _pairs(row["again"])
        entry = Entry(typed, _decisions(row))
        commands.enter_again(survey, form, entry, form.version, by=self.cast.actor(row["second_by"]))


def _pairs(words: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in words.split())


def _decisions(row: dict[str, str]) -> dict[str, PaperDecision]:
    return {code: PaperDecision(each) for code, each in _pairs(row["decide"]).items()}
