"""Who may talk, change, withdraw and react."""

from __future__ import annotations

from participation.access.actors import MEMBERS, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.discussion.domain import EDIT_WINDOW
from participation.discussion.models import Post, Thread
from participation.foundation import clock
from participation.subjects.models import Subject

CLOSED = "この話し合いへの書き込みは終わりました。読むことはできます。"
NOT_OPEN = "このページは、今は話し合いを受け付けていません。"
NOT_YOURS = "自分の投稿だけ変えられます。"
NOT_DELEGATE = "この団体の担当者として登録されていません。"


def _may_speak_as(actor: Actor, organisation_id: int | None) -> Decision:
    return allow_if(organisation_id is None or organisation_id in actor.organisation_ids, NOT_DELEGATE)


@rule("discussion.start", roles=MEMBERS)
def may_start(actor: Actor, subject: Subject, organisation_id: int | None = None) -> Decision:
    """登録した人が、話題が開いているあいだにできます。団体の名前では、その団体の担当者だけです。"""
    if subject.opened_at is None or subject.closed_at is not None:
        return deny(NOT_OPEN)
    return _may_speak_as(actor, organisation_id)


@rule("discussion.post", roles=MEMBERS)
def may_post(actor: Actor, thread: Thread, subject: Subject, organisation_id: int | None = None) -> Decision:
    """登録した人が、話題と話し合いが開いているあいだにできます。団体の名前では、その団体の担当者だけです。"""
    if thread.closed_at is not None:
        return deny(CLOSED)
    if subject.opened_at is None or subject.closed_at is not None:
        return deny(NOT_OPEN)
    return _may_speak_as(actor, organisation_id)


@rule("discussion.edit", roles=MEMBERS)
def may_edit(actor: Actor, said: Contribution, post: Post) -> Decision:
    """書いた本人が、投稿から15分のあいだ、返信が付くまでできます。"""
    if actor.person_id is None or said.author_id != actor.person_id:
        return deny(NOT_YOURS)
    if said.visibility not in (Visibility.PUBLISHED, Visibility.HELD):
        return deny("この投稿は、今は書き直せません。")
    if post.numbered:
        return deny("返信が付いたため、書き直せません。続きは返信に書いてください。")
    return allow_if(
        clock.now() < said.said_at + EDIT_WINDOW,
        "投稿から15分たったため、書き直せません。続きは返信に書いてください。",
    )


@rule("discussion.withdraw", roles=MEMBERS)
def may_withdraw(actor: Actor, said: Contribution) -> Decision:
    """書いた本人が、いつでもできます。"""
    if actor.person_id is None or said.author_id != actor.person_id:
        return deny("取り下げられるのは、書いた本人だけです。")
    return allow_if(
        said.visibility not in (Visibility.WITHDRAWN, Visibility.ERASED),
        "この投稿は、すでに取り下げられています。",
    )


@rule("discussion.react", roles=MEMBERS)
def may_react(actor: Actor, said: Contribution) -> Decision:
    """登録した人が、公開中のほかの人の投稿にできます。"""
    if said.author_id is not None and said.author_id == actor.person_id:
        return deny("自分の投稿には付けられません。")
    return allow_if(said.visibility is Visibility.PUBLISHED, "この投稿は、今は表示されていません。")


@rule("discussion.save_draft", roles=MEMBERS)
def may_save_draft(_actor: Actor) -> Decision:
    """登録した人が、自分の下書きについてできます。"""
    return allow()


@rule("discussion.discard_draft", roles=MEMBERS)
def may_discard_draft(_actor: Actor) -> Decision:
    """登録した人が、自分の下書きについてできます。"""
    return allow()


@rule("discussion.forget_drafts", roles={Role.SYSTEM})
def may_forget_drafts(_actor: Actor) -> Decision:
    """1年さわっていない下書きを、システムが消します。"""
    return allow()


@rule("discussion.close", roles={Role.EDITOR, Role.SCREENER, Role.ADMINISTRATOR})
def may_close(_actor: Actor, _thread: Thread) -> Decision:
    """職員が、話し合いの役目が終わったときにできます。読むことはできるままです。"""
    return allow()


@rule("discussion.reopen", roles={Role.EDITOR, Role.SCREENER, Role.ADMINISTRATOR})
def may_reopen(_actor: Actor, _thread: Thread) -> Decision:
    """職員が、終えた話し合いの続きが必要になったときにできます。"""
    return allow()


@rule("discussion.recount", roles={Role.SYSTEM})
def may_recount(_actor: Actor) -> Decision:
    """投稿が表示されたり止められたりしたときに、システムが行います。"""
    return allow()
