"""Who may do what with points, replies and results.

An officer works on what belongs to their own section (担当課・協力課) or to nobody yet; an editor on
everything; an approver decides and publishes, never their own words; an auditor reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from participation.access.actors import Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.replies.models import PlannedPublication, Point, WardReply

READERS = frozenset(
    {Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR}
)
WRITERS = frozenset({Role.OFFICER, Role.EDITOR})
APPROVERS = frozenset({Role.APPROVER})

NOT_YOUR_SECTION = "この論点の担当課・協力課の職員か、編集担当だけができます。"
OWN_WORDS = "自分が書いた版は、自分では決裁できません。ほかの決裁者に回してください。"

OWN_PLAN = "自分が予約した公表は、自分では確かめられません。ほかの決裁者に頼んでください。"


@dataclass(frozen=True)
class SectionsOfPoint:
    """Which sections a point belongs to: 担当課 and 協力課; empty while nobody was asked."""

    section_ids: frozenset[int]


def _of_own_section(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """Editors everywhere; officers where their section is asked, or nobody is yet."""
    if actor.has(Role.EDITOR, Role.SYSTEM):
        return allow()
    return allow_if(not sections.section_ids or actor.section_id in sections.section_ids, NOT_YOUR_SECTION)


@rule("replies.read", roles=READERS)
def may_read(_actor: Actor) -> Decision:
    """区の考え方に関わる職員と監査担当が、論点と案を読めます。"""
    return allow()


@rule("replies.load_schemes", roles={Role.ADMINISTRATOR})
def may_load_schemes(_actor: Actor) -> Decision:
    """管理者とコマンドが、対応区分の組を読み込みます。"""
    return allow()


@rule("replies.gather_point", roles=WRITERS)
def may_gather_point(_actor: Actor) -> Decision:
    """所管課の職員と編集担当が、意見を新しい論点にまとめます。"""
    return allow()


@rule("replies.mark_without_point", roles=WRITERS)
def may_mark_without_point(_actor: Actor) -> Decision:
    """所管課の職員と編集担当が、理由を付けて、意見を論点なしにします。"""
    return allow()


@rule("replies.bundle_texts", roles=WRITERS)
def may_bundle_texts(_actor: Actor) -> Decision:
    """所管課の職員と編集担当が、同じ文面の意見をさがし、確かめて、1つにたたんで見せます。原本は残ります。"""
    return allow()


@rule("replies.propose_bundles", roles={Role.SYSTEM})
def may_propose_bundles(_actor: Actor) -> Decision:
    """システムが、同じ文面・ほぼ同じ文面の意見を、まとめる案として示します。決めるのは職員です。"""
    return allow()


@rule("replies.follow_division", roles={Role.SYSTEM})
def may_follow_division(_actor: Actor) -> Decision:
    """1通の中の意見を合わせたとき、システムが、合わせた先の意見を同じ論点に入れます。"""
    return allow()


@rule("replies.retitle_point", roles=WRITERS)
def may_retitle_point(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、論点の題を変えます。"""
    return _of_own_section(actor, sections)


@rule("replies.add_to_point", roles=WRITERS)
def may_add_to_point(_actor: Actor) -> Decision:
    """所管課の職員と編集担当が、どの課の意見でも、合う論点に加えます。"""
    return allow()


@rule("replies.remove_from_point", roles=WRITERS)
def may_remove_from_point(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、意見を論点から外します。"""
    return _of_own_section(actor, sections)


@rule("replies.split_point", roles=WRITERS)
def may_split_point(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、論点を分けます。"""
    return _of_own_section(actor, sections)


@rule("replies.merge_points", roles=WRITERS)
def may_merge_points(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """両方の論点の担当課の職員と編集担当が、論点を合わせます。"""
    return _of_own_section(actor, sections)


@rule("replies.undo_gathering", roles=WRITERS)
def may_undo_gathering(actor: Actor, person_id: int) -> Decision:
    """所管課の職員と編集担当が、自分のした「まとめる操作」を元に戻します。"""
    return allow_if(actor.person_id == person_id, "ほかの職員の操作は、元に戻せません。")


@rule("replies.assign_section", roles=WRITERS)
def may_assign_section(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """編集担当はどの論点でも、所管課の職員は自分の課か担当のない論点の、担当課を決めます。"""
    return _of_own_section(actor, sections)


@rule("replies.keep_draft", roles=WRITERS)
def may_keep_draft(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """区の考え方を書ける人が、書きかけを残せます。"""
    return _of_own_section(actor, sections)


@rule("replies.draft_reply", roles=WRITERS)
def may_draft_reply(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、区の考え方の案を書きます。"""
    return _of_own_section(actor, sections)


@rule("replies.record_amendment", roles=WRITERS)
def may_record_amendment(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、計画の修正を記します。"""
    return _of_own_section(actor, sections)


@rule("replies.remove_amendment", roles=WRITERS)
def may_remove_amendment(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、計画の修正を取り消します。"""
    return _of_own_section(actor, sections)


@rule("replies.submit_for_approval", roles=WRITERS)
def may_submit_for_approval(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、案を決裁に回します。"""
    return _of_own_section(actor, sections)


@rule("replies.send_back", roles=APPROVERS)
def may_send_back(_actor: Actor) -> Decision:
    """決裁者が、直すところを書いて差し戻します。"""
    return allow()


@rule("replies.approve_reply", roles=APPROVERS)
def may_approve_reply(actor: Actor, author_ids: frozenset[int | None]) -> Decision:
    """決裁者が、自分が見た版を決裁します。自分が書いたものは決裁できません。"""
    return allow_if(actor.person_id is None or actor.person_id not in author_ids, OWN_WORDS)


@rule("replies.publish_reply", roles=APPROVERS)
def may_publish_reply(_actor: Actor, point: Point) -> Decision:
    """決裁者が、決裁した区の考え方を公表します。"""
    return allow_if(point.merged_into_id is None, "この論点は、別の論点にまとめられています。")


@rule("replies.publish_results", roles=APPROVERS)
def may_publish_results(_actor: Actor) -> Decision:
    """決裁者が、案件の結果を公表します。"""
    return allow()


@rule("replies.preview_results", roles=READERS)
def may_preview_results(_actor: Actor) -> Decision:
    """区の考え方に関わる職員と監査担当が、公表前の結果をファイルで取り出します。取り出しは記録されます。"""
    return allow()


@rule("replies.plan_results", roles=APPROVERS)
def may_plan_results(_actor: Actor) -> Decision:
    """決裁者が、日時を決めて、結果の公表を予約します。"""
    return allow()


@rule("replies.confirm_plan", roles=APPROVERS)
def may_confirm_plan(actor: Actor, plan: PlannedPublication) -> Decision:
    """予約した人とは別の決裁者が、公表の予約を確かめます。確かめるまで、公表されません。"""
    return allow_if(actor.person_id is None or actor.person_id != plan.planned_by_id, OWN_PLAN)


@rule("replies.cancel_plan", roles=APPROVERS)
def may_cancel_plan(_actor: Actor) -> Decision:
    """決裁者が、公表の予約を取り消します。"""
    return allow()


@rule("replies.carry_out_plan", roles={Role.SYSTEM})
def may_carry_out_plan(_actor: Actor) -> Decision:
    """予約した日時に、システムが結果を公表します。"""
    return allow()


@rule("replies.withdraw_reply", roles=APPROVERS)
def may_withdraw_reply(_actor: Actor, reply: WardReply | None) -> Decision:
    """決裁者が、公開する理由を付けて公表を取り下げます。履歴は残ります。"""
    if reply is None or reply.published_number is None:
        return deny("この区の考え方は、公表されていません。")
    return allow()


@rule("replies.make_version", roles={Role.EDITOR, Role.ADMINISTRATOR})
def may_make_version(_actor: Actor, _plan: str) -> Decision:
    """編集担当と管理者が、公表した修正を入れた計画の新しい版を作ります。公開するのは決裁者です。"""
    return allow()


@rule("replies.note_version", roles={Role.SYSTEM})
def may_note_version(_actor: Actor) -> Decision:
    """計画の版が公開されたときに、どの修正が入ったかをシステムが記し、意見を出した人に知らせます。"""
    return allow()


# ── the way through the office ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Turn:
    """Whose turn a step is: who holds the post, who stands in for whom, and who wrote the words."""

    seat: str
    holder_ids: frozenset[int]
    #: proxy → for whom.
    proxies: dict[int, int]
    #: Who may not pass it because they wrote it.
    author_ids: frozenset[int | None]

    def for_whom(self, person_id: int | None) -> int | None:
        """Return for whom somebody acts as proxy; None: for themselves."""
        if person_id is None or person_id in self.holder_ids:
            return None
        return self.proxies.get(person_id)


NOT_YOUR_TURN = "この段は{}の順番です。"
STAFF_WITH_POSTS = frozenset({Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.APPROVER})


def _has_turn(actor: Actor, turn: Turn) -> Decision:
    if actor.has(Role.SYSTEM):
        return allow()
    if actor.person_id not in turn.holder_ids and actor.person_id not in turn.proxies:
        return deny(NOT_YOUR_TURN.format(turn.seat))
    return allow_if(actor.person_id not in turn.author_ids, OWN_WORDS)


@rule("replies.approve_step", roles=STAFF_WITH_POSTS)
def may_approve_step(actor: Actor, turn: Turn) -> Decision:
    """経路の段の役職にある人か、その代理が、自分の順番に、見た版を承認します。自分が書いたものは、経路がそう定める段では承認できません。"""
    return _has_turn(actor, turn)


@rule("replies.return_step", roles=STAFF_WITH_POSTS)
def may_return_step(actor: Actor, turn: Turn) -> Decision:
    """経路の段の役職にある人か、その代理が、自分の順番に、理由を書いて前の段か書いた人に戻します。"""
    return _has_turn(actor, replace(turn, author_ids=frozenset()))


@rule("replies.recall", roles=WRITERS)
def may_recall(actor: Actor, drafter_ids: frozenset[int | None]) -> Decision:
    """決裁に回した人か書いた人が、決裁が済む前に引き戻します。"""
    return allow_if(
        actor.has(Role.SYSTEM) or actor.person_id in drafter_ids,
        "引き戻せるのは、書いた人か、決裁に回した人だけです。",
    )


@rule("replies.record_number", roles=WRITERS | APPROVERS)
def may_record_number(actor: Actor, sections: SectionsOfPoint | None = None) -> Decision:
    """担当課の職員・編集担当・決裁者が、決裁番号と決裁日をあとから書き入れます。内容は変わりません。"""
    if sections is None or actor.has(Role.APPROVER):  # Without a point: whether they may at all.
        return allow()
    return _of_own_section(actor, sections)


@rule("replies.export_package", roles=READERS)
def may_export_package(_actor: Actor) -> Decision:
    """区の考え方に関わる職員と監査担当が、起案に付ける文書一式を取り出します。取り出しは記録されます。"""
    return allow()


@rule("replies.edit_routes", roles={Role.ADMINISTRATOR})
def may_edit_routes(_actor: Actor) -> Decision:
    """管理者が、決裁の経路を作り、直し、使わなくします。回っているものには影響しません。"""
    return allow()


@rule("replies.assign_person", roles=WRITERS)
def may_assign_person(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、担当課の中の担当者を決めます。"""
    return _of_own_section(actor, sections)


@rule("replies.hand_back", roles=WRITERS)
def may_hand_back(actor: Actor, assignee_id: int | None) -> Decision:
    """担当者が、理由を書いて、担当を課か編集担当に返します。"""
    return allow_if(
        actor.has(Role.SYSTEM) or (assignee_id is not None and actor.person_id == assignee_id),
        "返せるのは、この論点の担当者だけです。",
    )


@rule("replies.send_inquiry", roles=WRITERS)
def may_send_inquiry(actor: Actor, sections: SectionsOfPoint) -> Decision:
    """論点の担当課の職員と編集担当が、ほかの課に照会し、追加を求め、照会を終えます。"""
    return _of_own_section(actor, sections)


@rule("replies.answer_inquiry", roles=WRITERS)
def may_answer_inquiry(actor: Actor, section_id: int) -> Decision:
    """照会を受けた課の職員が、回答します。編集担当は、電話などで聞いた回答を代わりに書けます。"""
    return allow_if(
        actor.has(Role.EDITOR, Role.SYSTEM) or actor.section_id == section_id,
        "この照会に答えるのは、照会を受けた課の職員です。",
    )


@rule("replies.remind", roles={Role.SYSTEM})
def may_remind(_actor: Actor) -> Decision:
    """システムが、開庁日の朝に1回、期限の近いものと過ぎたものを職員にメールで知らせます。"""
    return allow()


@dataclass(frozen=True)
class OwnerOfBoilerplate:
    """The section whose 定型文 it is; None: the whole ward's."""

    section_id: int | None


def _keeps_boilerplate(actor: Actor, owner: OwnerOfBoilerplate) -> Decision:
    """Editors keep all of them; officers those of their own section."""
    if actor.has(Role.EDITOR, Role.SYSTEM):
        return allow()
    return allow_if(
        owner.section_id is not None and owner.section_id == actor.section_id, NOT_YOUR_BOILERPLATE
    )


NOT_YOUR_BOILERPLATE = "自分の課の定型文だけを変えられます。区全体の定型文は、編集担当が変えます。"


@rule("replies.add_boilerplate", roles=WRITERS)
def may_add_boilerplate(actor: Actor, owner: OwnerOfBoilerplate) -> Decision:
    """所管課の職員は自分の課の、編集担当はすべての定型文を作ります。"""
    return _keeps_boilerplate(actor, owner)


@rule("replies.edit_boilerplate", roles=WRITERS)
def may_edit_boilerplate(actor: Actor, owner: OwnerOfBoilerplate) -> Decision:
    """所管課の職員は自分の課の、編集担当はすべての定型文の、新しい版を作ります。"""
    return _keeps_boilerplate(actor, owner)


@rule("replies.retire_boilerplate", roles=WRITERS)
def may_retire_boilerplate(actor: Actor, owner: OwnerOfBoilerplate) -> Decision:
    """所管課の職員は自分の課の、編集担当はすべての定型文を、使うのをやめるか、また使います。"""
    return _keeps_boilerplate(actor, owner)


@rule("replies.edit_dispositions", roles={Role.ADMINISTRATOR})
def may_edit_dispositions(_actor: Actor) -> Decision:
    """管理者が、対応区分の組に区分を足し、ことばと順を直し、使うのをやめます。"""
    return allow()
