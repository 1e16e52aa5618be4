"""Who may do what in a space: the people of the place, the secretariat's delegates during their term, staff.

A space is run by its secretariat (事務局): the delegates of one organisation, each with the right that
the action needs, for as long as their term runs. Staff of the whole ward may do the same everywhere,
who works at a 地区サービス事務所 in the spaces of its 地区.
"""

from __future__ import annotations

from participation.access.actors import MEMBERS, Actor, Right, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.foundation import clock
from participation.spaces.domain import FOLLOWS, Audience, SpaceKind
from participation.spaces.models import ConsensusCheck, LocalIssue, LocalNews, Space, SpaceMeeting

STAFF = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
#: Who may ever run a space: whether it is theirs is asked then.
RUNNERS = STAFF | {Role.DELEGATE, Role.DISTRICT_OFFICE}
NOT_YOURS = "この空間の事務局と、区の職員だけができます。"
NOT_YOUR_AREA = "ほかの地区の空間です。自分の地区の空間だけ扱えます。"
NO_RIGHT = "この操作の権限が、あなたにはありません。団体の担当者を決める人に頼んでください。"
CHECK_CLOSED = "この合意確認は終わりました。"


def runs(actor: Actor, space: Space, right: Right) -> Decision:
    """Whether the actor may do in this space what needs this right of its secretariat."""
    if actor.has(*STAFF, Role.SYSTEM):
        return allow()
    if actor.has(Role.DISTRICT_OFFICE):
        return allow_if(space.area_id is not None and space.area_id == actor.area_id, NOT_YOUR_AREA)
    if space.organisation_id is None or space.organisation_id not in actor.delegated_ids:
        return deny(NOT_YOURS)
    return allow_if(actor.may_for(space.organisation_id, right), NO_RIGHT)


@rule("spaces.load", roles={Role.ADMINISTRATOR})
def may_load(_actor: Actor) -> Decision:
    """管理者が、区の地区・住区から空間をつくります。"""
    return allow()


@rule("spaces.appoint", roles=STAFF)
def may_appoint(_actor: Actor, _space: Space) -> Decision:
    """所管課・編集担当・管理者が、空間の事務局になる団体を決めます。"""
    return allow()


@rule("spaces.introduce", roles=RUNNERS)
def may_introduce(actor: Actor, space: Space) -> Decision:
    """事務局（登録の内容を決める権限）と職員、その地区のサービス事務所が、空間の紹介を書きます。"""
    return runs(actor, space, Right.MANAGE)


@rule("spaces.touch", roles=RUNNERS)
def may_touch(actor: Actor, space: Space) -> Decision:
    """事務局（下書きの権限）と職員、その地区のサービス事務所が、地域に関わる案件を選びます。"""
    return runs(actor, space, Right.DRAFT)


@rule("spaces.plan", roles=RUNNERS)
def may_plan(actor: Actor, space: Space) -> Decision:
    """事務局（下書きの権限）と職員、その地区のサービス事務所が、議題と会議を載せ、議題の結果を書きます。"""
    return runs(actor, space, Right.DRAFT)


@rule("spaces.take_registrations", roles=RUNNERS)
def may_take_registrations(actor: Actor, space: Space, meeting: SpaceMeeting) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、これから開く会議で、参加の申し込みを受け付けます。申し込んだ人の氏名と連絡先は、区の職員だけが扱います。"""
    if meeting.cancelled_at is not None or meeting.starts_at <= clock.now():
        return deny("申し込みを受け付けられるのは、これから開く会議だけです。")
    if meeting.gathering_id is not None:
        return deny("この会議は、もう申し込みを受け付けています。")
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.follow_gathering", roles={Role.SYSTEM})
def may_follow_gathering(_actor: Actor) -> Decision:
    """職員が申し込みの集まりを変えたときや中止したときに、会議のお知らせも、システムが同じように変えます。"""
    return allow()


@rule("spaces.publish_minutes", roles=RUNNERS)
def may_publish_minutes(actor: Actor, space: Space, meeting: SpaceMeeting) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、会議のあとで議事録を公開し、直せます。"""
    if meeting.cancelled_at is not None:
        return deny("取りやめた会議です。議事録はありません。")
    if meeting.starts_at > clock.now():
        return deny("会議が始まってから、議事録を公開できます。")
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.register_issue", roles=MEMBERS | RUNNERS)
def may_register_issue(actor: Actor, space: Space) -> Decision:
    """登録した人はだれでも、職員はどこでも、サービス事務所はその地区で、地域の課題を登録できます。"""
    if actor.is_member or actor.has(*STAFF, Role.SYSTEM):
        return allow()
    return allow_if(space.area_id is not None and space.area_id == actor.area_id, NOT_YOUR_AREA)


@rule("spaces.advance_issue", roles=RUNNERS)
def may_advance_issue(actor: Actor, space: Space, issue: LocalIssue) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、理由を書いて課題の段階を進めます。"""
    if not FOLLOWS[issue.stage]:
        return deny("この課題は、最後の段階まで進みました。")
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.pass_up", roles=RUNNERS)
def may_pass_up(actor: Actor, space: Space, _issue: LocalIssue) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、理由を書いて課題を一つ広い空間へ上げます。"""
    if space.kind is SpaceKind.WARD:
        return deny("区全体の空間より広い空間はありません。")
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.answer_passage", roles=RUNNERS)
def may_answer_passage(actor: Actor, to_space: Space) -> Decision:
    """上げられた先の空間の事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、理由を書いて答えます。"""
    return runs(actor, to_space, Right.SUBMIT)


@rule("spaces.link_issues", roles=RUNNERS)
def may_link(actor: Actor, space: Space) -> Decision:
    """どちらかの空間の事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、ほかの空間の課題とつなぐ申し出をします。"""
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.answer_link", roles=RUNNERS)
def may_answer_link(actor: Actor, asked: Space) -> Decision:
    """申し出を受けた空間の事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、つなぐかどうかを答えます。"""
    return runs(actor, asked, Right.SUBMIT)


@rule("spaces.open_check", roles=RUNNERS)
def may_open_check(actor: Actor, space: Space) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、たたき台を示して合意確認を始めます。"""
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.take_part", roles=MEMBERS)
def may_take_part(
    actor: Actor,
    check: ConsensusCheck,
    space: Space,
    lives_here: bool,
    organisation_ids: frozenset[int],
    has_answered: bool,
) -> Decision:
    """登録した人のうち、その合意確認に答えられる人（地域の人・団体の担当者・だれでも）が、締切まで、1人1回答えます。答えは、終わるまで変えられます。"""
    if check.closed_at is not None:
        return deny(CHECK_CLOSED)
    if has_answered:
        return allow()
    if clock.now() >= check.ends_at:
        return deny("答えの受付は終わりました。事務局が、心配に答えています。")
    if check.audience is Audience.AREA:
        return allow_if(
            lives_here,
            f"答えられるのは、{space.name}の人です。アカウントの設定で、お住まいや活動の住区を選べます。",
        )
    if check.audience is Audience.DELEGATES:
        return allow_if(
            actor.delegated_ids & organisation_ids, f"答えられるのは、{space.name}の団体の担当者です。"
        )
    return allow()


@rule("spaces.answer_concern", roles=RUNNERS)
def may_answer_concern(actor: Actor, space: Space, check: ConsensusCheck) -> Decision:
    """事務局（下書きの権限）と職員、その地区のサービス事務所が、心配や条件に答えます。"""
    if check.closed_at is not None:
        return deny(CHECK_CLOSED)
    return runs(actor, space, Right.DRAFT)


@rule("spaces.close_check", roles=RUNNERS)
def may_close_check(actor: Actor, space: Space, check: ConsensusCheck) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、強い心配のすべてに答えたあとで、合意確認を終えます。"""
    if check.closed_at is not None:
        return deny(CHECK_CLOSED)
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.propose", roles={Role.DELEGATE})
def may_propose(actor: Actor, space: Space, check: ConsensusCheck) -> Decision:
    """事務局の担当者（下書きの権限）が、終わった合意確認から、区への提案書の下書きをつくります。"""
    if check.closed_at is None:
        return deny("合意確認を終えてから、提案書をつくれます。")
    if check.proposal_id is not None:
        return deny("この合意確認からは、もう提案書をつくりました。")
    if space.organisation_id is None:
        return deny("提案書は団体の名前で出します。この空間には、まだ事務局の団体がありません。")
    return runs(actor, space, Right.DRAFT)


@rule("spaces.write_news", roles=RUNNERS)
def may_write_news(actor: Actor, space: Space, news: LocalNews | None = None) -> Decision:
    """事務局（下書きの権限）と職員、その地区のサービス事務所が、発行するまでのニュースを書きます。"""
    if news is not None and news.published_at is not None:
        return deny("発行したニュースは直せません。次の号に、訂正を載せてください。")
    return runs(actor, space, Right.DRAFT)


@rule("spaces.publish_news", roles=RUNNERS)
def may_publish_news(actor: Actor, space: Space, news: LocalNews) -> Decision:
    """事務局（団体の名前で出す権限）と職員、その地区のサービス事務所が、ニュースを発行します。"""
    if news.published_at is not None:
        return deny("このニュースは、もう発行しました。")
    return runs(actor, space, Right.SUBMIT)


@rule("spaces.cover_words", roles={Role.SYSTEM})
def may_cover_words(_actor: Actor) -> Decision:
    """黒塗りや消去が決まった課題の題名を、システムが同じように伏せます。"""
    return allow()
