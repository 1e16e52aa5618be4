"""Who may do what with votes."""

from __future__ import annotations

from participation.access.actors import EVERYBODY, MEMBERS, STAFF_ROLES, Actor, Role
from participation.access.rules import LOG_IN_FIRST, Decision, allow, allow_if, deny, rule
from participation.consultations.domain import State, state_at
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation import clock
from participation.votes.domain import BY_IDENTIFIER, Audience, Keeping, VoteStatus
from participation.votes.domain.stances import ON_KINDS
from participation.votes.domain.terms import Terms
from participation.votes.models import Vote

EDITORS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
NOT_YET = "この参考投票の受付はまだ始まっていません。"
OVER = "この参考投票は締め切りました。"


@rule("votes.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """監査担当を含むすべての職員が見られます（締切まで数を見せない投票では、数を除きます）。"""
    return allow()


@rule("votes.draft", roles=EDITORS)
def may_draft(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が作れます。"""
    return allow()


@rule("votes.change", roles=EDITORS)
def may_change(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、下書きの間だけ変えられます（票の意味が変わらないように）。"""
    return allow_if(
        vote.status is VoteStatus.DRAFT, "公開した参考投票は変えられません（票の意味が変わるため）。"
    )


@rule("votes.publish", roles=EDITORS)
def may_publish(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、下書きを一度だけ公開できます。"""
    return allow_if(vote.status is VoteStatus.DRAFT, "この参考投票はもう公開しています。")


@rule("votes.close", roles=EDITORS)
def may_close(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、受付中のものを締め切れます。"""
    return allow_if(vote.status is VoteStatus.OPEN, "受付中の参考投票だけを締め切れます。")


@rule("votes.cast", roles=EVERYBODY)
def may_cast(actor: Actor, vote: Vote | Terms) -> Decision:
    """投票の定めにより、だれでも、登録した人、区が確認した人、名簿の人などが、受付期間中に1票を入れ、変えられます。"""
    if vote.is_draft:
        return deny(NOT_YET)
    if vote.audience in (Audience.ANYONE, *BY_IDENTIFIER):
        return allow()
    if not actor.is_member:
        return deny(LOG_IN_FIRST)
    return allow_if(
        vote.audience is not Audience.ORGANISATION or actor.organisation_ids,
        "この参考投票は、区に登録した団体の担当者が投票します。",
    )


@rule("votes.change_ballot", roles=EVERYBODY)
def may_change_ballot(_actor: Actor, vote: Vote) -> Decision:
    """秘密の票は、控えの番号を持つ人が、受付期間中に変えられます。"""
    return allow_if(
        vote.status is not VoteStatus.DRAFT and vote.keeping is Keeping.SECRET,
        "この参考投票の票は、投票のページから変えられます。",
    )


@rule("votes.take_stance", roles=MEMBERS)
def may_take_stance(actor: Actor, said: Contribution) -> Decision:
    """登録した人と団体の担当者が、公開されているほかの人の声に、賛成・反対・どちらともいえないを伝えられます。"""
    if said.kind not in ON_KINDS:
        return deny("この声には、賛成・反対を伝えるしくみがありません。")
    if said.visibility is not Visibility.PUBLISHED:
        return deny("公開されていない声には、賛成・反対を伝えられません。")
    return allow_if(
        actor.person_id is None or said.author_id != actor.person_id,
        "自分の声には、賛成・反対を伝えられません。",
    )


@rule("votes.list_electors", roles=EDITORS)
def may_list_electors(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、下書きの間だけ、名簿を読み込み、招待の番号を作れます。"""
    return allow_if(
        vote.status is VoteStatus.DRAFT and vote.audience in BY_IDENTIFIER,
        "名簿や招待の番号は、それを使う参考投票が下書きの間だけ、加えられます。",
    )


@rule("votes.enter_room", roles=EDITORS | {Role.SCREENER})
def may_enter_room(_actor: Actor, vote: Vote) -> Decision:
    """作る職員と確認担当が、会場の票を、2人で別々に入力します。"""
    return allow_if(
        vote.has_rooms and vote.status is not VoteStatus.DRAFT,
        "会場の票を入力できるのは、「会場でも投票する」とした参考投票を、公開したあとです。",
    )


@rule("votes.seal", roles=frozenset())
def may_seal(_actor: Actor, vote: Vote) -> Decision:
    """毎日の仕事が、受付中の票の封印を記録の鎖に加えます。"""
    return allow_if(vote.status is VoteStatus.OPEN, OVER)


@rule("votes.settle", roles=EDITORS)
def may_settle(_actor: Actor, vote: Vote) -> Decision:
    """締切のあと、システムが（会場の票があるときは作る職員が）一度だけ確定します。"""
    return allow_if(vote.status is not VoteStatus.DRAFT, NOT_YET)


@rule("votes.tell_seed", roles=EDITORS)
def may_tell_seed(_actor: Actor, vote: Vote) -> Decision:
    """作る職員が、公の数字を種にする投票で、締切のあとに種を書き込みます。"""
    return allow_if(
        vote.seed_source
        and state_at(vote.status, vote.opens_at, vote.closes_at, clock.now()) is State.CLOSED,
        "くじの種を書き込むのは、公の数字を種にする投票の、締切のあとです。",
    )


@rule("votes.forget_guesses", roles=frozenset())
def may_forget_guesses(_actor: Actor) -> Decision:
    """毎日の仕事が、名簿にない番号を入力した記録を消します。"""
    return allow()


@rule("votes.recount", roles={Role.ADMINISTRATOR})
def may_recount(_actor: Actor) -> Decision:
    """管理者とコマンドが数え直します。"""
    return allow()
