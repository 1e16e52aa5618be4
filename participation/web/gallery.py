"""The gallery of components (development only): every macro in every state, and whole sample pages.

The examples live in templates/gallery/: one file per component, named like it, so that a component
without an example is noticed by a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField

from participation.web.access import public
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Password,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)

bp = Blueprint("gallery", __name__, url_prefix="/_components")

AT = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)
KINDS = ("理由", "心配", "提案", "質問")
LONG = (
    "だれもが必要な情報をわかりやすく簡易に入手できるよう、多様な媒体等を活用し、適切な表現・タイミングで訴求力の高い情報発信を進めます。"
    * 4
)
HOSTILE = "<script>alert(1)</script>\"'&\u202e右から左\u202c " + "あ゙" * 40 + "W" * 120


class SampleForm(Form):
    """One field of each sort (入力欄の見本)."""

    body = TextBody("意見", validators=[Required("意見を書いてください。"), Length(most=2000)])
    kind = ChoiceOne("種類", choices=[(k, k) for k in KINDS], validators=[RequiredChoice()])
    standing = ChoiceMany(
        "あなたと区のつながり", choices=[(k, k) for k in ("住んでいる", "働いている", "学んでいる")]
    )
    place = ChoiceList("住区", choices=[("", "選ばない"), ("east", "東山住区"), ("naka", "中目黒住区")])
    nickname = TextLine(
        "表示する名前", validators=[Required("表示する名前を入力してください。"), Length(most=20)]
    )
    email = EmailField("メールアドレス", render_kw={"autocomplete": "email", "inputmode": "email"})
    password = Password("パスワード", render_kw={"autocomplete": "new-password"})
    agreed = BooleanField(
        "公表されることを確かめました", validators=[RequiredChoice("確かめてから、印を付けてください。")]
    )


class SampleDates(Form):
    """From … to … (期間の見本)."""

    opens_on = Day("始まり")
    closes_on = Day("終わり")


@dataclass(frozen=True)
class SampleVoice:
    """A contribution as a query would hand it to the page (投稿の見本)."""

    id: str
    author: str
    at: datetime
    body: str
    kind: str
    depth: int
    state: str = "shown"
    reason: str | None = None
    organisation: str | None = None
    standing: str | None = None


def init_app(app: Flask) -> None:
    """Add the gallery where the app is being developed."""
    if app.config["APP_ENV"] == "development":
        app.register_blueprint(bp)


@bp.get("")
@public
def index() -> str:
    """List the components and the sample pages."""
    return render_template(
        "gallery/index.html", components=_names("components"), pages=_names("gallery/pages")
    )


@bp.get("/<name>")
@public
def component(name: str) -> str:
    """Show one component in all its states."""
    return _show("gallery/components", name)


@bp.get("/pages/<name>")
@public
def page(name: str) -> str:
    """Show one sample page."""
    return _show("gallery/pages", name)


@bp.post("/sent")
@public
def sent() -> Response:
    """Take a sample form and lead back to the list."""
    return redirect(url_for("gallery.index"), 303)


def _show(folder: str, name: str) -> str:
    if name not in _names(folder):
        abort(404)
    return render_template(f"{folder}/{name}.html", name=name, **_samples())


def _names(folder: str) -> list[str]:
    root = Path(current_app.root_path) / (current_app.template_folder or "templates") / folder
    return sorted(path.stem for path in root.glob("*.html") if not path.stem.startswith("_"))


def _samples() -> dict[str, Any]:
    return {
        "at": AT,
        "long": LONG,
        "hostile": HOSTILE,
        "empty_form": SampleForm(formdata=None, meta={"csrf": False}),
        "broken_form": _broken_form(),
        "empty_dates": SampleDates(formdata=None, meta={"csrf": False}),
        "broken_dates": _broken_dates(),
        "voices": [_voice(number) for number in range(50)],
    }


def _broken_form() -> SampleForm:
    typed = {"body": "駅前の掲示板が古くて読めません。", "nickname": "と" * 25, "email": "kamome"}
    data = MultiDict({f"again-{name}": value for name, value in typed.items()})
    form = SampleForm(formdata=data, prefix="again-", meta={"csrf": False})
    form.validate()
    form.form_errors.append("この案件の募集は、きょうの17時に終わりました。")
    return form


def _broken_dates() -> SampleDates:
    data = MultiDict({"again-opens_on": "2026-13-45"})
    form = SampleDates(formdata=data, prefix="again-", meta={"csrf": False})
    form.validate()
    return form


def _voice(number: int) -> SampleVoice:
    bodies = (
        "防災のお知らせがアプリだけになると、祖母には届きません。電話や回覧板も残してほしいです。",
        "回覧板にQRコードを付け、読めない人には当番が声をかける方法を試しています。\n\n半年で、問い合わせが三割減りました。",
        "反対。",
        LONG,
        HOSTILE,
    )
    state, reason = {7: ("hidden", "個人が分かることが書かれていたため"), 13: ("withdrawn", None)}.get(
        number, ("shown", None)
    )
    return SampleVoice(
        id=f"k7m2p9x{number:03d}",
        author=("かもめ", "さくら坂町会", "三丁目の父")[number % 3],
        at=AT - timedelta(hours=7 * number),
        body=bodies[number % 3 if number > 9 else number % 5],
        kind=KINDS[number % 4],
        depth=(0, 1, 2, 3, 0, 1, 0)[number % 7],
        state=state,
        reason=reason,
        organisation="団体" if number % 3 == 1 else None,
        standing="東山住区・30代" if number % 3 == 0 else None,
    )
