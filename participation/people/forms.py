"""Forms of accounts: fields and messages."""

from __future__ import annotations

from datetime import date, timedelta

from wtforms import BooleanField
from wtforms.validators import Optional

from participation.access.actors import ROLE_NAMES, STAFF_ROLES, Role
from participation.people.commands import ProfileDraft
from participation.people.domain import AGE_BAND_NAMES, LANGUAGES, STANDING_NAMES, AgeBand, Standing
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    Day,
    Form,
    Length,
    Password,
    Required,
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


class StaffForm(Form):
    """A member of staff's roles and section."""

    roles = ChoiceMany("役割", choices=[(r.value, ROLE_NAMES[r]) for r in Role if r in STAFF_ROLES])
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
    """Appointing a delegate (団体の担当者) for a term."""

    email = TextLine(
        "担当者のメールアドレス", [Required("メールアドレスを入力してください。")], render_kw=EMAIL
    )
    begins_on = Day("任期の始まり", [Required("日付を入力してください。")])
    ends_on = Day("任期の終わり（この日の前日まで）", [Required("日付を入力してください。")])

    def term(self) -> tuple[date, date]:
        """Return the term [begins_on, ends_on) of a valid form."""
        begins_on, ends_on = self.begins_on.data, self.ends_on.data
        assert begins_on is not None
        assert ends_on is not None
        return begins_on, ends_on


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
