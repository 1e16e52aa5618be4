"""Forms of the discussion: fields and messages."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from participation.access.actors import Actor
from participation.contributions.forms import CarefulForm
from participation.discussion.domain import (
    MOST_BODY,
    MOST_CLOSING_REASON,
    MOST_TITLE,
    POST_KIND_NAMES,
    PostDraft,
    PostKind,
    ReactionKind,
)
from participation.foundation.errors import Refused
from participation.people import queries as people
from participation.web.forms import (
    ChoiceList,
    ChoiceOne,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)

MYSELF = ("", "自分として（表示する名前で）")


class WritingForm(CarefulForm):
    """A post (投稿): its kind, its words, and in whose name."""

    kind = ChoiceOne(
        "投稿の種類",
        [RequiredChoice()],
        choices=[(kind.value, name) for kind, name in POST_KIND_NAMES.items()],
    )
    body = TextBody("投稿する文", [Required("投稿する文を書いてください。"), Length(most=MOST_BODY)])
    speaks_as = ChoiceList("だれとして投稿しますか", choices=[MYSELF])

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by.organisation_ids or by.person_id is None:
            del self.speaks_as
            return
        organisations = people.list_organisations(by.person_id)
        self.speaks_as.choices = [MYSELF, *((str(one.id), one.name) for one, _ in organisations)]

    def draft(self) -> PostDraft:
        """Return what was typed, as the command takes it."""
        speaks_as = self.speaks_as.data if self.speaks_as else ""
        return PostDraft(
            body=self.body.data,
            kind=PostKind(self.kind.data),
            organisation_id=int(speaks_as) if speaks_as else None,
        )


class ThreadForm(WritingForm):
    """The opening post of a discussion (話し合いを始める), with its title."""

    careful_with = ("title", "body")

    title = TextLine(
        "題名",
        [Required("何について話したいかを、短く書いてください。"), Length(most=MOST_TITLE)],
    )


class EditForm(CarefulForm):
    """Other words for a post (書き直し)."""

    body = TextBody("投稿する文", [Required("投稿する文を書いてください。"), Length(most=MOST_BODY)])


class DraftForm(Form):
    """What was written so far; nothing in it needs to be complete."""

    title = TextLine("題名")
    body = TextBody("投稿する文")
    kind = HiddenField()


class CloseForm(Form):
    """Why a discussion ends (話し合いを終える理由)."""

    reason = TextBody(
        "話し合いを終える理由",
        [Required("話し合いを終える理由を書いてください。"), Length(most=MOST_CLOSING_REASON)],
    )


class ConfirmForm(Form):
    """A form with nothing but a button."""


class ReactForm(Form):
    """Which reaction to which post: "<post id>:u1" sets わかる, ":u0" takes it back; h is 参考になった."""

    reaction = HiddenField()

    def choice(self) -> tuple[str, ReactionKind, bool]:
        """Return post, kind and whether to set it; raises Refused for anything else."""
        public_id, _, act = (self.reaction.data or "").partition(":")
        kind = {"u": ReactionKind.UNDERSTOOD, "h": ReactionKind.HELPFUL}.get(act[:1])
        if kind is None or act[1:] not in ("0", "1"):
            raise Refused("どの投稿への反応か、読み取れませんでした。ページを開き直してください。")
        return public_id, kind, act[1:] == "1"
