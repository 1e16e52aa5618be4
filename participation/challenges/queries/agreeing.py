"""What delegates read before their organisation calls, applies, answers or offers an idea (団体の中の承認)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from participation.agreements.domain import Shown
from participation.agreements.models import Agreement
from participation.challenges.domain import CALL_END_NAMES, CallDraft, CallEnd, IdeaText
from participation.challenges.models import CallApplication, CooperationCall, Idea
from participation.challenges.queries.board import get_call, names_of_facts
from participation.challenges.queries.showing import get_challenge, get_idea
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import NotFound
from participation.plans.domain.text_diff import difference
from participation.subjects.models import Subject

Words = Mapping[str, Any]


def show_call_to_open(_agreement: Agreement, words: Words) -> Shown:
    """The whole call."""
    draft = CallDraft.read(words)
    return Shown(draft.title, "/cooperation", (("くわしい内容", draft.text), *_facts(draft)))


def show_call_to_change(agreement: Agreement, words: Words) -> Shown:
    """What would be other than it is, and why."""
    call = get_call(agreement.about)
    before, after = call.draft(_said(call).body), CallDraft.read(words)
    was = {"題名": before.title, "くわしい内容": before.text, **names_of_facts(before)}
    now = {"題名": after.title, "くわしい内容": after.text, **names_of_facts(after)}
    changes = tuple((name, difference(was[name], now[name])) for name in was if was[name] != now[name])
    parts = (("何を、なぜ変えるか", words["reason"]), ("連絡先", after.contact))
    return Shown(before.title, _path(call), parts, changes)


def show_call_to_close(agreement: Agreement, words: Words) -> Shown:
    """How it would end, and why."""
    call = get_call(agreement.about)
    return Shown(_title(call), _path(call), ((CALL_END_NAMES[CallEnd(words["how"])], words["reason"]),))


def show_application(agreement: Agreement, words: Words) -> Shown:
    """What would be sent to the calling organisation."""
    call = get_call(agreement.about)
    parts = (("相手の団体への説明", words["message"]), ("連絡先", words.get("contact", "")))
    return Shown(_title(call), _path(call), parts)


def show_answer(agreement: Agreement, words: Words) -> Shown:
    """The application, and the answer."""
    call = get_call(agreement.about)
    application = find_application(call, agreement.target)
    heading = "返事：受け入れる" if words["accept"] else "返事：断る"
    parts = (("応募した団体の説明", application.message), (heading, words["answer"]))
    return Shown(_title(call), f"{_path(call)}/applications/{agreement.target}", parts)


def show_taking_back(agreement: Agreement, _words: Words) -> Shown:
    """Which application would be taken back."""
    call = get_call(agreement.about)
    application = find_application(call, agreement.target)
    note = "この応募をやめます。連絡先は消えます。期限までなら、もう一度応募できます。"
    return Shown(_title(call), _path(call), (("応募の説明", application.message),), note=note)


def show_idea_to_offer(_agreement: Agreement, words: Words) -> Shown:
    """The whole idea, and for what it is."""
    challenge = get_challenge(words["challenge"]) if words["challenge"] else None
    about = db.session.get(Subject, words["about_id"]) if words["about_id"] else None
    where = challenge.title if challenge else about.title if about else ""
    path = f"/challenges/{challenge.public_id}" if challenge else "/ideas"
    parts = (
        ("何についてのアイデアか", where),
        ("アイデア", words["idea"]),
        ("団体が出せるもの", words["brings"]),
        *_contact(words),
    )
    return Shown(words["title"], path, parts)


def show_idea_to_change(agreement: Agreement, words: Words) -> Shown:
    """What would be other than it is."""
    idea = get_idea(agreement.about)
    before = IdeaText.read(_said(idea).body)
    pairs = (
        ("題名", before.title, words["title"]),
        ("アイデア", before.idea, words["idea"]),
        ("団体が出せるもの", before.brings, words["brings"]),
    )
    changes = tuple((name, difference(was, now)) for name, was, now in pairs if was != now)
    return Shown(before.title, f"/ideas/{idea.public_id}", _contact(words), changes)


def show_idea_to_withdraw(agreement: Agreement, _words: Words) -> Shown:
    """That it cannot be undone."""
    idea = get_idea(agreement.about)
    title = IdeaText.read(_said(idea).body).title
    note = "アイデアを取り下げます。取り下げたことは残り、元には戻せません。"
    return Shown(title, f"/ideas/{idea.public_id}", note=note)


def find_application(call: CooperationCall, public_id: str) -> CallApplication:
    """Return an application to a call by its public id; raises NotFound."""
    found = db.session.scalars(
        select(CallApplication).where(
            CallApplication.call_id == call.id, CallApplication.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _facts(draft: CallDraft) -> tuple[tuple[str, str], ...]:
    return (*names_of_facts(draft).items(), ("連絡先", draft.contact))


def _contact(words: Words) -> tuple[tuple[str, str], ...]:
    who = " ".join(each for each in (words.get("contact_name"), words.get("contact")) if each)
    return (("担当者・連絡先" + ("（公開する）" if words["shows_contact"] else "（公開しない）"), who),)


def _said(thing: Idea | CooperationCall) -> Contribution:
    return db.session.get_one(Contribution, thing.contribution_id)


def _title(call: CooperationCall) -> str:
    return call.draft(_said(call).body).title


def _path(call: CooperationCall) -> str:
    return f"/cooperation/{call.public_id}"
