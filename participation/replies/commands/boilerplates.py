"""Keeping the words that are used again and again (定型文): versions, retiring, taking up again."""

from __future__ import annotations

from sqlalchemy import select

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.errors import Conflict, Refused
from participation.replies.domain import BoilerplateDraft
from participation.replies.models import Boilerplate, BoilerplateVersion
from participation.replies.policies import OwnerOfBoilerplate
from participation.replies.queries import boilerplates as asking

CHANGED_MEANWHILE = (
    "ほかの職員が先に新しい版を保存しました。下で違いを確かめて、必要なら直してから保存してください。"
)


def add_boilerplate(draft: BoilerplateDraft, *, by: Actor) -> Boilerplate:
    """Make a 定型文, for one section or for the whole ward."""
    section_id = asking.find_section_id(draft.section_code)
    access.require(by, "replies.add_boilerplate", OwnerOfBoilerplate(section_id))
    _refuse_empty(draft)
    _refuse_unknown(draft, section_id)
    boilerplate = Boilerplate(section_id=section_id, latest_number=0, made_at=clock.now())
    db.session.add(boilerplate)
    db.session.flush()  # The version needs its id.
    _add_version(boilerplate, draft, by)
    audit.record(by, "replies.add_boilerplate", boilerplate, changes={"section": section_id})
    return boilerplate


def edit_boilerplate(public_id: str, draft: BoilerplateDraft, based_on: int, *, by: Actor) -> Boilerplate:
    """Make a new version of a 定型文; replies that took an earlier one keep their words.

    Whose it is does not change: another section makes its own.
    """
    boilerplate = asking.get_to_change(public_id)
    access.require(by, "replies.edit_boilerplate", OwnerOfBoilerplate(boilerplate.section_id))
    _refuse_empty(draft)
    if boilerplate.latest_number != based_on:
        raise Conflict(CHANGED_MEANWHILE)
    latest = asking.get_version(boilerplate, boilerplate.latest_number)
    if (latest.title, latest.category, latest.body) != (draft.title, draft.category, draft.body):
        _add_version(boilerplate, draft, by)
    audit.record(by, "replies.edit_boilerplate", boilerplate, changes={"version": boilerplate.latest_number})
    return boilerplate


def retire_boilerplate(public_id: str, *, by: Actor) -> Boilerplate:
    """Offer a 定型文 no longer (使うのをやめる); it stays readable with the replies that took it."""
    boilerplate = asking.get_to_change(public_id)
    access.require(by, "replies.retire_boilerplate", OwnerOfBoilerplate(boilerplate.section_id))
    if boilerplate.retired_at is None:
        boilerplate.retired_at = clock.now()
    audit.record(by, "replies.retire_boilerplate", boilerplate, changes={"retired": True})
    return boilerplate


def restore_boilerplate(public_id: str, *, by: Actor) -> Boilerplate:
    """Offer a retired 定型文 again."""
    boilerplate = asking.get_to_change(public_id)
    access.require(by, "replies.retire_boilerplate", OwnerOfBoilerplate(boilerplate.section_id))
    boilerplate.retired_at = None
    audit.record(by, "replies.retire_boilerplate", boilerplate, changes={"retired": False})
    return boilerplate


def _add_version(boilerplate: Boilerplate, draft: BoilerplateDraft, by: Actor) -> None:
    boilerplate.latest_number += 1
    db.session.add(
        BoilerplateVersion(
            boilerplate_id=boilerplate.id,
            number=boilerplate.latest_number,
            category=draft.category,
            title=draft.title,
            body=draft.body,
            author_id=by.person_id,
            made_at=clock.now(),
        )
    )


def _refuse_empty(draft: BoilerplateDraft) -> None:
    if not draft.title.strip():
        raise Refused("題名を書いてください。", field="title")
    if not draft.body.strip():
        raise Refused("文を書いてください。", field="body")


def _refuse_unknown(draft: BoilerplateDraft, section_id: int | None) -> None:
    if draft.section_code and section_id is None:
        raise Refused("その課はありません。", field="section")
    same = db.session.scalar(
        select(Boilerplate.id)
        .join(
            BoilerplateVersion,
            (BoilerplateVersion.boilerplate_id == Boilerplate.id)
            & (BoilerplateVersion.number == Boilerplate.latest_number),
        )
        .where(
            BoilerplateVersion.title == draft.title,
            Boilerplate.section_id.is_(None) if section_id is None else Boilerplate.section_id == section_id,
            Boilerplate.retired_at.is_(None),
        )
        .limit(1)
    )
    if same is not None:
        raise Refused("同じ題名の定型文があります。違いの分かる題名にしてください。", field="title")
