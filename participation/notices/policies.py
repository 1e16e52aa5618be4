"""Who may follow and read notices, see how they were delivered, and write letters on paper."""

from __future__ import annotations

from participation.access.actors import EVERY_STAFF_ROLE, MEMBERS, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.notices.models import LetterBatch

LETTER_WRITERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})


@rule("notices.tell", roles={Role.SYSTEM})
def may_tell(_actor: Actor) -> Decision:
    """できごとがあったときに、システムが行います。"""
    return allow()


@rule("notices.follow", roles=MEMBERS)
def may_follow(_actor: Actor) -> Decision:
    """登録した人が、公開されているものについてできます。"""
    return allow()


@rule("notices.read", roles=MEMBERS | EVERY_STAFF_ROLE)
def may_read(_actor: Actor) -> Decision:
    """ログインした人が、自分のお知らせについてできます。"""
    return allow()


@rule("notices.read_deliveries", roles=STAFF_ROLES)
def may_read_deliveries(_actor: Actor) -> Decision:
    """職員が、知らせがどこまで届いたかを見ます。氏名・住所・メールアドレスは出ません。"""
    return allow()


@rule("notices.mail_again", roles=LETTER_WRITERS)
def may_mail_again(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が、送れなかったメールをもう一度送ります。"""
    return allow()


@rule("notices.prepare_letters", roles=LETTER_WRITERS)
def may_prepare_letters(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が、メールで知らせられない人への文書を用意し、印刷前なら取りやめます。"""
    return allow()


@rule("notices.print_letters", roles=LETTER_WRITERS, look="文書の宛名")
def may_print_letters(_actor: Actor, batch: LetterBatch, is_reprint: bool) -> Decision:
    """所管課の職員・編集担当・管理者が、理由を書いて宛名を開け、文書を印刷します。1通ごとに記録します。"""
    if batch.cancelled_at is not None:
        return deny("このまとまりは、取りやめられています。")
    return allow_if(
        is_reprint or batch.printed_at is None,
        "この文書は、もう印刷されています。もう一度印刷するときは、「もう一度印刷する」を選んでください。",
    )


@rule("notices.note_posted", roles=LETTER_WRITERS)
def may_note_posted(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が、文書を発送した日を記します。"""
    return allow()


@rule("notices.hand_over", roles=LETTER_WRITERS)
def may_hand_over(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が、窓口や電話で伝えたことを記します。"""
    return allow()
