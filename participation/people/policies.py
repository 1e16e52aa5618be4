"""Who may do what with accounts."""

from __future__ import annotations

from participation.access.actors import EVERY_STAFF_ROLE, EVERYBODY, MEMBERS, Actor, Right, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.foundation import clock
from participation.organisations.models import CommunityOrganisation
from participation.people.models import Membership, Person

EVERY_ROLE = EVERYBODY | EVERY_STAFF_ROLE
ACCOUNT_HOLDERS = MEMBERS | EVERY_STAFF_ROLE
CARETAKERS = frozenset({Role.ADMINISTRATOR, Role.OFFICER})
STOPPED = "このアカウントは今、利用が止められています。くわしくは区の窓口にお問い合わせください。"


@rule("people.register", roles=EVERYBODY)
def may_register(_actor: Actor) -> Decision:
    """だれでも登録できます。"""
    return allow()


@rule("people.confirm", roles=EVERY_ROLE)
def may_confirm(_actor: Actor) -> Decision:
    """メールで届いたリンクを持っている人が使えます。"""
    return allow()


@rule("people.try_log_in", roles=EVERY_ROLE)
def may_try_log_in(_actor: Actor) -> Decision:
    """だれでも試せます。まちがいが続くと、しばらく待ちます。"""
    return allow()


@rule("people.log_in", roles=EVERY_ROLE)
def may_log_in(_actor: Actor, person: Person) -> Decision:
    """合言葉を知っている人が、止められていないアカウントで使えます。"""
    return allow_if(person.suspended_at is None and person.erased_at is None, STOPPED)


@rule("people.log_out", roles=ACCOUNT_HOLDERS)
def may_log_out(_actor: Actor) -> Decision:
    """ログインしている人なら、いつでもできます。"""
    return allow()


@rule("people.use_session", roles=ACCOUNT_HOLDERS)
def may_use_session(_actor: Actor) -> Decision:
    """ログインしている人の画面が、使われているあいだ続きます。"""
    return allow()


@rule("people.change_own", roles=ACCOUNT_HOLDERS)
def may_change_own(actor: Actor, person: Person) -> Decision:
    """自分の登録だけを変えられます。"""
    return allow_if(person.id == actor.person_id, "ほかの人の登録は変えられません。")


@rule("people.ask_for_confirmation", roles=MEMBERS)
def may_ask_for_confirmation(actor: Actor, person: Person) -> Decision:
    """登録した人が、区の窓口で確認を受けるための番号を、自分の登録について作れます。"""
    return allow_if(person.id == actor.person_id, "ほかの人の確認は受けられません。")


@rule("people.confirm_standing", roles=CARETAKERS | {Role.SCREENER})
def may_confirm_standing(_actor: Actor) -> Decision:
    """所管課の職員・確認担当・管理者が、窓口で書類を見て、区内に住む・働くなどの区分を確認し、取り消せます。"""
    return allow()


@rule("people.stop_letters", roles=EVERY_ROLE)
def may_stop_letters(_actor: Actor, _person: Person) -> Decision:
    """メールで届いたリンクを持っている人が、そのメールのあて先について使えます。"""
    return allow()


@rule("people.erase_own", roles=MEMBERS)
def may_erase_own(actor: Actor, person: Person) -> Decision:
    """自分の登録だけを消せます。"""
    return allow_if(person.id == actor.person_id, "ほかの人の登録は消せません。")


@rule("people.list_staff", roles={Role.ADMINISTRATOR, Role.AUDITOR})
def may_list_staff(_actor: Actor) -> Decision:
    """管理者と監査担当が見られます。"""
    return allow()


@rule("people.invite_staff", roles={Role.ADMINISTRATOR})
def may_invite_staff(_actor: Actor) -> Decision:
    """管理者が職員を招きます。"""
    return allow()


@rule("people.change_roles", roles={Role.ADMINISTRATOR})
def may_change_roles(actor: Actor, person: Person) -> Decision:
    """管理者が、自分以外の職員の役割を変えます。"""
    return allow_if(
        person.id != actor.person_id, "自分の役割は変えられません。ほかの管理者に頼んでください。"
    )


@rule("people.suspend", roles={Role.ADMINISTRATOR})
def may_suspend(actor: Actor, person: Person) -> Decision:
    """管理者が、自分以外のアカウントを止めたり戻したりします。"""
    return allow_if(person.id != actor.person_id, "自分のアカウントは止められません。")


@rule("people.register_organisation", roles=MEMBERS)
def may_register_organisation(_actor: Actor) -> Decision:
    """登録した人が、自分たちの団体の登録を申し出られます。区が確かめるまで、団体の名前では発言できません。"""
    return allow()


@rule("people.appoint_delegate", roles=CARETAKERS | MEMBERS)
def may_appoint(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """職員と、担当者を決める権限のある担当者が、確認のすんだ団体の担当者を決め、招き、終えます。"""
    if not (actor.has(*CARETAKERS, Role.SYSTEM) or actor.may_for(organisation.id, Right.MANAGE)):
        return deny("この団体の担当者を決める権限がありません。")
    return allow_if(organisation.speaks_on(clock.today()), "先に団体の確認をすませてください。")


@rule("people.manage_organisation", roles=MEMBERS)
def may_manage_organisation(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """登録の内容を決める権限のある担当者が、自分の団体の登録を変えたり終えたりできます。"""
    return allow_if(
        actor.may_for(organisation.id, Right.MANAGE), "団体の登録の内容を決める権限がありません。"
    )


@rule("people.read_delegates", roles=CARETAKERS | MEMBERS | {Role.AUDITOR})
def may_read_delegates(actor: Actor, organisation: CommunityOrganisation) -> Decision:
    """職員と監査担当、その団体の担当者が、担当者の一覧と引き継ぐことの一覧を見られます。"""
    return allow_if(
        actor.has(*CARETAKERS, Role.AUDITOR, Role.SYSTEM) or organisation.id in actor.delegated_ids,
        "この団体の担当者だけが見られます。",
    )


@rule("people.accept_invitation", roles=MEMBERS)
def may_accept_invitation(_actor: Actor) -> Decision:
    """招待のメールを受け取った本人が、そのメールアドレスの登録で引き受けられます。"""
    return allow()


@rule("people.resign", roles=MEMBERS)
def may_resign(actor: Actor, membership: Membership) -> Decision:
    """担当者は、自分の担当をいつでもやめられます。"""
    return allow_if(membership.person_id == actor.person_id, "ほかの人の担当は終えられません。")


@rule("people.forget_invitations", roles={Role.SYSTEM})
def may_forget_invitations(_actor: Actor) -> Decision:
    """期限の過ぎた招待のメールアドレスを、システムが消します。"""
    return allow()


@rule("people.mail_new_password_link", roles={Role.SYSTEM})
def may_mail_new_password_link(_actor: Actor) -> Decision:
    """パスワードを忘れた人に、システムがメールを送ります。"""
    return allow()


@rule("people.forget_log_ins", roles={Role.SYSTEM})
def may_forget_log_ins(_actor: Actor) -> Decision:
    """ログインの記録を、期限が過ぎたらシステムが消します。"""
    return allow()


@rule("people.appoint_to_post", roles={Role.ADMINISTRATOR})
def may_appoint_to_post(_actor: Actor) -> Decision:
    """管理者が、だれがどの課のどの役職にあるかを登録します。"""
    return allow()


@rule("people.note_absence", roles=EVERY_STAFF_ROLE)
def may_note_absence(actor: Actor, person_id: int) -> Decision:
    """職員は自分の不在と代理を、管理者はどの職員のものも登録し、取り消します。"""
    return allow_if(
        person_id == actor.person_id or actor.has(Role.ADMINISTRATOR, Role.SYSTEM),
        "ほかの職員の不在は、本人か管理者が登録します。",
    )
