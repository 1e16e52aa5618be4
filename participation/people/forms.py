"""Forms of accounts: fields and messages."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta

from wtforms import BooleanField
from wtforms.validators import Optional

from participation.access.actors import EVERY_STAFF_ROLE, RIGHT_NAMES, ROLE_NAMES, Right, Role
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.organisations.forms import OrganisationForm
from participation.people.commands import ProfileDraft, Term
from participation.people.domain import (
    AGE_BAND_NAMES,
    CONFIRMABLE,
    LANGUAGES,
    STANDING_NAMES,
    AgeBand,
    Standing,
)
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    Day,
    Form,
    Length,
    Password,
    Required,
    TextBody,
    TextLine,
)

NOT_SAID = ("", "答えない")
EMAIL = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}


class SignUpForm(Form):
    """Registration (登録)."""

    email = TextLine(
        "メールアドレス", [Required("メールアドレスを入力してください。"), Length(most=254)], render_kw=EMAIL
    )
    nickname = TextLine(
        "表示する名前",
        [Required("表示する名前を入力してください。"), Length(most=20)],
        render_kw={"autocomplete": "nickname"},
    )
    password = Password(
        "パスワード", [Required("パスワードを入力してください。")], render_kw={"autocomplete": "new-password"}
    )


class LogInForm(Form):
    """Log-in (ログイン)."""

    email = TextLine("メールアドレス", [Required("メールアドレスを入力してください。")], render_kw=EMAIL)
    password = Password(
        "パスワード",
        [Required("パスワードを入力してください。")],
        render_kw={"autocomplete": "current-password"},
    )


class EmptyForm(Form):
    """A form with nothing but a button."""


class AddressForm(Form):
    """Asking for a link by mail."""

    email = TextLine("メールアドレス", [Required("メールアドレスを入力してください。")], render_kw=EMAIL)


class NewPasswordForm(Form):
    """Choosing a new password with a mailed link."""

    password = Password(
        "新しいパスワード",
        [Required("新しいパスワードを入力してください。")],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """Choosing a new password while logged in."""

    present = Password(
        "今のパスワード",
        [Required("今のパスワードを入力してください。")],
        render_kw={"autocomplete": "current-password"},
    )


class LeaveForm(Form):
    """Leaving (退会), confirmed with the password."""

    present = Password(
        "今のパスワード",
        [Required("今のパスワードを入力してください。")],
        render_kw={"autocomplete": "current-password"},
    )


class ProfileForm(Form):
    """What a person says of themselves."""

    nickname = TextLine("表示する名前", [Required("表示する名前を入力してください。"), Length(most=20)])
    age_band = ChoiceList("年代", choices=[NOT_SAID, *((a.value, n) for a, n in AGE_BAND_NAMES.items())])
    district = ChoiceList("お住まいや活動の住区")
    standings = ChoiceMany("区との関わり", choices=[(s.value, n) for s, n in STANDING_NAMES.items()])
    language = ChoiceList("読みやすいことば", choices=list(LANGUAGES.items()))
    wants_mail = BooleanField("お知らせをメールでも受け取る")

    def draft(self) -> ProfileDraft:
        """Return what was filled in."""
        return ProfileDraft(
            nickname=self.nickname.data or "",
            age_band=AgeBand(self.age_band.data) if self.age_band.data else None,
            district_id=int(self.district.data) if self.district.data else None,
            standings=frozenset(Standing(value) for value in self.standings.data or []),
            language=self.language.data or "ja",
            wants_mail=bool(self.wants_mail.data),
        )


class ConfirmationForm(Form):
    """What papers at a counter show of somebody's standings."""

    number = TextLine("確認を受ける番号", [Required("番号を入力してください。"), Length(most=40)])
    standings = ChoiceMany(
        "書類で確かめた区分", choices=[(s.value, n) for s, n in STANDING_NAMES.items() if s in CONFIRMABLE]
    )
    ledger = TextLine("区の台帳の、その人の番号", [Length(most=60)], render_kw={"autocomplete": "off"})
    is_taken_back = BooleanField("前の確認を取り消す")

    def chosen(self) -> frozenset[Standing]:
        """Return the standings that were ticked."""
        return frozenset(Standing(value) for value in self.standings.data or [])


class StaffForm(Form):
    """A member of staff's roles and section."""

    roles = ChoiceMany("役割", choices=[(r.value, ROLE_NAMES[r]) for r in Role if r in EVERY_STAFF_ROLE])
    section = ChoiceList("所管課")

    def chosen_roles(self) -> frozenset[Role]:
        """Return the roles that were ticked."""
        return frozenset(Role(value) for value in self.roles.data or [])

    def section_id(self) -> int | None:
        """Return the section that was chosen."""
        return int(self.section.data) if self.section.data else None


class InviteStaffForm(StaffForm):
    """Inviting a member of staff."""

    email = TextLine("メールアドレス", [Required("メールアドレスを入力してください。")], render_kw=EMAIL)
    name = TextLine(
        "名前（職員どうしの画面に出ます）", [Required("名前を入力してください。"), Length(most=40)]
    )


class DelegateForm(Form):
    """Appointing or inviting a delegate (団体の担当者) for a term, with rights."""

    email = TextLine(
        "担当者のメールアドレス", [Required("メールアドレスを入力してください。")], render_kw=EMAIL
    )
    begins_on = Day("任期の始まり", [Required("日付を入力してください。")])
    ends_on = Day("任期の終わり（この日の前日まで）", [Required("日付を入力してください。")])
    rights = ChoiceMany("できること", choices=[(right.value, RIGHT_NAMES[right]) for right in Right])

    def term(self) -> Term:
        """Return the term [begins_on, ends_on) and the rights of a valid form."""
        begins_on, ends_on = self.begins_on.data, self.ends_on.data
        assert begins_on is not None
        assert ends_on is not None
        return Term(begins_on, ends_on, frozenset(Right(value) for value in self.rights.data or []))


class OwnOrganisationForm(OrganisationForm):
    """Registering an organisation of one's own, with the end of one's term as its first delegate."""

    ends_on = Day(
        "あなたの任期の終わり（この日の前日まで）", [Required("任期の終わりの日を入力してください。")]
    )

    def last_day(self) -> date:
        """Return the first day that is no longer part of the term."""
        assert self.ends_on.data is not None
        return self.ends_on.data


class HandoverForm(Form):
    """A change of officers (引き継ぎ)."""

    leaving = ChoiceMany("交代する担当者")
    successors = TextBody("引き継ぐ人のメールアドレス（1行に1人）", [Length(most=2000)])
    rights = ChoiceMany("引き継ぐ人ができること", choices=[(r.value, RIGHT_NAMES[r]) for r in Right])
    effective_on = Day("交代する日", [Optional()])
    effective_time = TextLine(
        "交代する時刻（例 17:00）", [Length(most=5)], render_kw={"inputmode": "numeric"}
    )
    ends_on = Day("引き継ぐ人の任期の終わり（この日の前日まで）", [Required("日付を入力してください。")])
    note = TextBody("引き継ぐ人への覚え書き", [Length(most=2000)])

    def addresses(self) -> list[str]:
        """Return the addresses, each once, in their order."""
        lines = (self.successors.data or "").replace("、", "\n").replace(",", "\n").splitlines()
        return list(dict.fromkeys(line.strip().lower() for line in lines if line.strip()))

    def effective_at(self) -> datetime | None:
        """Return the moment of the change; None: at once. Raises Refused for a time that is none."""
        day = self.effective_on.data
        given = unicodedata.normalize("NFKC", self.effective_time.data or "").strip()
        if day is None:
            if given:
                raise Refused("時刻を決めるときは、日も入れてください。", field="effective_on")
            return None
        try:
            hour = time.fromisoformat(given.zfill(5)) if given else time(0)
        except ValueError as error:
            raise Refused("時刻は「17:00」のように入れてください。", field="effective_time") from error
        return datetime.combine(day, hour, clock.JST)

    def last_day(self) -> date:
        """Return the first day that is no longer part of the successors' term."""
        assert self.ends_on.data is not None
        return self.ends_on.data

    def chosen_rights(self) -> frozenset[Right]:
        """Return the rights of those who come."""
        return frozenset(Right(value) for value in self.rights.data or [])


class HoldingForm(Form):
    """Putting somebody into a post (役職)."""

    person = ChoiceList("職員")
    post = ChoiceList("役職")
    section = ChoiceList("課（部長は、部のどの課でも）")
    begins_on = Day("いつから", [Required("日付を入力してください。")])
    ends_on = Day("いつまで（この日の前日まで。決まっていなければ空）", [Optional()])

    def term(self) -> tuple[date, date | None]:
        """Return [begins_on, ends_on) of a valid form; None: until further notice."""
        begins_on = self.begins_on.data
        assert begins_on is not None
        return begins_on, self.ends_on.data


class AbsenceForm(Form):
    """Being away, and who acts meanwhile (不在と代理)."""

    person = ChoiceList("不在になる職員")
    proxy = ChoiceList("代理の職員")
    begins_on = Day("いつから", [Required("日付を入力してください。")])
    last_day = Day("いつまで（この日まで）", [Required("日付を入力してください。")])

    def term(self) -> tuple[date, date]:
        """Return [begins_on, ends_on) of a valid form."""
        begins_on, last_day = self.begins_on.data, self.last_day.data
        assert begins_on is not None
        assert last_day is not None
        return begins_on, last_day + timedelta(days=1)
