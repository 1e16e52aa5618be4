"""Forms of invitations: issuing codes, noting what became of letters, taking codes out."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField
from wtforms.validators import Optional

from participation.surveys.domain import INVITATION_NAMES, InvitationKind
from participation.surveys.domain.inviting import MOST_IN_A_BATCH, BatchDraft, Invitee
from participation.surveys.queries import read_invitee_file
from participation.web.forms import ChoiceOne, Form, Length, TextBody, TextLine

RETURNED, WITHDRAW, REISSUE = "returned", "withdraw", "reissue"


class IssueForm(Form):
    """A batch of invitations: a list with strata, or so many numbered through."""

    kind = ChoiceOne(
        "招待の単位",
        choices=[(each.value, name) for each, name in INVITATION_NAMES.items()],
        default=InvitationKind.PERSON.value,
    )
    rows = FileField("整理番号と層の一覧（CSVかExcel）")
    count = IntegerField("一覧を使わないときの件数", [Optional()])
    note = TextLine("メモ", [Length(most=120)])

    def draft(self) -> BatchDraft:
        """Return what was filled in; raises Refused with the line of a list that cannot be used."""
        invitees: tuple[Invitee, ...] = ()
        upload: Any = self.rows.data
        if upload and upload.filename:
            content = upload.read()
            upload.seek(0)
            invitees = read_invitee_file(content)
        return BatchDraft(InvitationKind(self.kind.data), self.note.data, self.count.data or 0, invitees)

    def validate_count(self, field: Any) -> None:
        """Between one and the most of a batch."""
        if field.data is not None and not 1 <= field.data <= MOST_IN_A_BATCH:
            raise ValueError(f"1から{MOST_IN_A_BATCH:,}までの数を入力してください。")


class TendForm(Form):
    """What became of invitations, by their numbers."""

    numbers = TextBody("整理番号")
    what = ChoiceOne(
        "すること",
        choices=[
            (RETURNED, "届かずに戻ったと記録する"),
            (REISSUE, "新しい番号を発行し直す（前の番号は使えなくなる）"),
            (WITHDRAW, "招待を取り消す（番号は使えなくなる）"),
        ],
        default=RETURNED,
    )
    reason = TextLine("理由・メモ", [Length(most=120)])

    def lines(self) -> list[str]:
        """Return the numbers, one a line."""
        return [line.strip() for line in self.numbers.data.splitlines() if line.strip()]


class TakeForm(Form):
    """What is put beside the list of codes."""

    letters = BooleanField("招待状（PDF）も入れる", default=True)
    sheets = BooleanField("番号を印刷した紙の調査票（PDF）も入れる")
    large = BooleanField("調査票は大活字にする")
