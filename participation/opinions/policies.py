"""Who may do what with opinions, and when."""

from __future__ import annotations

from participation.access.actors import EVERY_STAFF_ROLE, EVERYBODY, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.consultations.domain import Act, ConsultationStatus
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure
from participation.foundation import clock
from participation.i18n.dates import deadline_ja
from participation.opinions.domain import STAGES, OpinionStage
from participation.opinions.models import Opinion, Submission, SubmissionFile

ENTERERS = frozenset({Role.OFFICER, Role.SCREENER, Role.EDITOR, Role.ADMINISTRATOR})
SCREENERS = frozenset({Role.SCREENER, Role.EDITOR, Role.ADMINISTRATOR})
#: Who enters what people say at a counter or by telephone: the office of a 地区 for its own.
COUNTERS = ENTERERS | {Role.DISTRICT_OFFICE}
PUBLISHERS = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})

NO_AREA = "あなたの所属は、地区のサービス事務所ではありません。管理者に所属を確かめてください。"
NOT_YOUR_AREA = "ほかの地区の提出です。自分の地区で受けたものだけ扱えます。"
NOT_YOURS = "この意見は、出した人だけが変えられます。"
WITHOUT_GUESTS = "この案件に意見を出すには、ログインが必要です。"


def owns(actor: Actor, submission: Submission, guest_hash: str | None) -> bool:
    """Return whether the actor handed it in: by account, for their organisation, or on this visit."""
    if submission.organisation_id is not None and submission.organisation_id in actor.organisation_ids:
        return True
    if actor.person_id is not None:
        return submission.author_id == actor.person_id
    return guest_hash is not None and submission.guest_hash == guest_hash


def why_closed(procedure: Procedure) -> str:
    """Return in words why opinions are not received now."""
    period, status = procedure.open_period, procedure.consultation.status
    if status is ConsultationStatus.NOT_CONDUCTED:
        return "この案件の募集は、行わないことになりました。"
    if period is not None and clock.now() >= period.closes_at:
        return f"募集は{deadline_ja(period.closes_at)}で終わりました。"
    if period is not None and clock.now() < period.opens_at:
        return f"募集は{period.in_words()}です。まだ始まっていません。"
    if status is ConsultationStatus.PLANNED:
        return "募集はまだ始まっていません。"
    return "募集は終わりました。"


@rule("opinions.submit", roles=EVERYBODY)
def may_submit(actor: Actor, procedure: Procedure) -> Decision:
    """募集期間のあいだ、だれでも出せます。登録していない人は、案件が認めるときだけです。"""
    if Act.SUBMIT_OPINION not in procedure.acts():
        return deny(why_closed(procedure))
    return allow_if(actor.is_member or procedure.consultation.allows_guests, WITHOUT_GUESTS)


@rule("opinions.work_at_office", roles={Role.DISTRICT_OFFICE})
def may_work_at_office(_actor: Actor) -> Decision:
    """地区サービス事務所の職員が、窓口と電話で受ける案件の一覧を見ます。"""
    return allow()


@rule("opinions.record_paper", roles=COUNTERS)
def may_record_paper(actor: Actor, procedure: Procedure) -> Decision:
    """職員と、地区サービス事務所が、紙・電話などの意見を代わりに入力します。締切のあとに届いたものも、印をつけて残します。"""
    if actor.only_area_id == 0:
        return deny(NO_AREA)
    status = procedure.consultation.status
    return allow_if(
        status in (ConsultationStatus.OPEN, ConsultationStatus.CLOSED_PREPARING),
        "代わりに入力できるのは、募集を始めてから結果を公表するまでの案件です。",
    )


@rule("opinions.import", roles=ENTERERS)
def may_import(actor: Actor, procedure: Procedure) -> Decision:
    """入力にあたる職員が、表やメールのファイルから意見を取り込みます。上書きはできません。"""
    return may_record_paper(actor, procedure)


@rule("opinions.export", roles=ENTERERS)
def may_export(_actor: Actor, _consultation: Consultation) -> Decision:
    """入力・確認にあたる職員が、届いたままの文章を、氏名・住所を除いて書き出します。書き出したことは記録します。"""
    return allow()


@rule("opinions.read_original", roles=ENTERERS | {Role.APPROVER, Role.AUDITOR})
def may_read_original(_actor: Actor) -> Decision:
    """入力・確認・決裁にあたる職員と監査担当が、届いたままの文章を、意見と並べて読みます。"""
    return allow()


@rule("opinions.attach_file", roles=COUNTERS)
def may_attach_file(actor: Actor, submission: Submission) -> Decision:
    """入力・確認にあたる職員と、受けた地区サービス事務所が、原本の写し（スキャン）や添付を付けます。まちがえて付けたものは、理由を書いて外せます。"""
    return allow_if(_was_taken_in_by(actor, submission), NOT_YOUR_AREA)


@rule("opinions.look_at_file", roles=ENTERERS)
def may_look_at_file(_actor: Actor, file: SubmissionFile) -> Decision:
    """入力・確認にあたる職員が、原本の写しを見ます。氏名や住所が写っていることがあるため、見たことはすべて記録します。"""
    return allow_if(file.removed_at is None, "この写しは、すでに外されています。")


@rule("opinions.publish_file", roles=SCREENERS)
def may_publish_file(_actor: Actor, file: SubmissionFile) -> Decision:
    """確認担当・編集担当・管理者が、本人が公開してよいとした添付を、中を確かめたあとで公開します。意見が公開されているあいだだけ見えます。"""
    if file.removed_at is not None:
        return deny("この添付は、すでに外されています。")
    if not file.by_author or not file.may_be_public:
        return deny("本人が公開してよいとしていない添付は、公開できません。")
    return allow_if(file.published_at is None, "この添付は、もう公開しています。")


@rule("opinions.unpublish_file", roles=SCREENERS)
def may_unpublish_file(_actor: Actor, file: SubmissionFile) -> Decision:
    """確認担当・編集担当・管理者が、理由を書いて、添付の公開をやめます。"""
    return allow_if(file.published_at is not None, "この添付は、公開していません。")


@rule("opinions.take_back_file", roles=EVERYBODY)
def may_take_back_file(_actor: Actor, file: SubmissionFile, holds: bool) -> Decision:
    """出した人が、自分の付けたファイルをいつでも取り下げられます。"""
    if not holds or not file.by_author:
        return deny("この添付は、出した人だけが取り下げられます。")
    return allow_if(file.removed_at is None, "この添付は、すでに外されています。")


@rule("opinions.forget_files", roles={Role.SYSTEM})
def may_forget_files(_actor: Actor) -> Decision:
    """氏名・住所と同じ期限が過ぎた原本の写しを、システムが消します。"""
    return allow()


@rule("opinions.erase_originals", roles={Role.SYSTEM})
def may_erase_originals(_actor: Actor) -> Decision:
    """意見の文章を消したときに、その原本の文章も、システムが消します。ハッシュは残ります。"""
    return allow()


@rule("opinions.read_own", roles=EVERYBODY | EVERY_STAFF_ROLE)
def may_read_own(_actor: Actor, holds: bool) -> Decision:
    """出した人、その団体の今の担当者、受付番号と合言葉を知っている人が読めます。"""
    return allow_if(holds, "受付番号と合言葉を入れてください。")


@rule("opinions.withdraw", roles=EVERYBODY | SCREENERS)
def may_withdraw(actor: Actor, opinion: Opinion, holds: bool) -> Decision:
    """出した人（または頼まれた確認担当）が、区の考え方が公表される前まで取り下げられます。"""
    if STAGES.index(opinion.stage) >= STAGES.index(OpinionStage.ANSWERED):
        return deny("区の考え方を公表したあとの意見は、取り下げられません。")
    return allow_if(holds or actor.has(*SCREENERS, Role.SYSTEM), NOT_YOURS)


@rule("opinions.revise", roles=EVERYBODY)
def may_revise(_actor: Actor, opinion: Opinion, procedure: Procedure, holds: bool) -> Decision:
    """出した人が、募集期間のあいだ、職員が確認する前まで書き直せます。前の文章も残ります。"""
    if not holds:
        return deny(NOT_YOURS)
    if opinion.stage is not OpinionStage.RECEIVED:
        return deny("職員が確認した意見は、書き直せません。加えたいことは、新しい意見として出してください。")
    if opinion.divided_at is not None:
        return deny(
            "区が内容ごとに分けた意見は、書き直せません。加えたいことは、新しい意見として出してください。"
        )
    return allow_if(Act.SUBMIT_OPINION in procedure.acts(), why_closed(procedure))


@rule("opinions.divide", roles=ENTERERS)
def may_divide(_actor: Actor, _submission: Submission) -> Decision:
    """入力・確認・整理にあたる職員が、届いた手紙を内容ごとに意見に分け、分けたものを合わせます。文章は変えられません。"""
    return allow()


@rule("opinions.open_receipt", roles=EVERYBODY | EVERY_STAFF_ROLE)
def may_open_receipt(_actor: Actor) -> Decision:
    """だれでも、受付番号と合言葉を入れて、自分の意見の今の状態を見られます。"""
    return allow()


@rule("opinions.read_register", roles=STAFF_ROLES | {Role.DISTRICT_OFFICE})
def may_read_register(_actor: Actor) -> Decision:
    """職員は、届いた意見をすべて読めます（氏名・住所を除く）。地区サービス事務所は、その地区で受けたものだけです。"""
    return allow()


@rule("opinions.look_at_identity", roles=COUNTERS)
def may_look_at_identity(actor: Actor, submission: Submission) -> Decision:
    """入力・確認にあたる職員と、受けた地区サービス事務所が、理由を書いて提出者の氏名・住所を見ます。見たことはすべて記録します。"""
    return allow_if(_was_taken_in_by(actor, submission), NOT_YOUR_AREA)


@rule("opinions.print_receipts", roles=COUNTERS)
def may_print_receipts(_actor: Actor) -> Decision:
    """入力・確認にあたる職員が、職員が入力した提出の控え（受付番号・合言葉・QRコード）を印刷します。地区サービス事務所は、その地区で受けたものだけです。"""
    return allow()


def _was_taken_in_by(actor: Actor, submission: Submission) -> bool:
    """Whether staff may touch a submission: an office only what it took in itself."""
    return actor.only_area_id is None or submission.area_id == actor.only_area_id


@rule("opinions.read_looks", roles={Role.AUDITOR, Role.ADMINISTRATOR})
def may_read_looks(_actor: Actor) -> Decision:
    """監査担当と管理者が、氏名・住所と原本の写しを、だれがいつなぜ見たかの記録を読みます。"""
    return allow()


@rule("opinions.forget_identities", roles={Role.SYSTEM})
def may_forget_identities(_actor: Actor) -> Decision:
    """結果の公表から決められた日数がたった提出者の氏名・住所を、システムが消します。"""
    return allow()


@rule("opinions.forget_guesses", roles={Role.SYSTEM})
def may_forget_guesses(_actor: Actor) -> Decision:
    """合言葉を間違えた記録を、期限が過ぎたらシステムが消します。"""
    return allow()


@rule("opinions.refresh_text_keys", roles={Role.SYSTEM})
def may_refresh_text_keys(_actor: Actor) -> Decision:
    """同じ文面を見分ける決まりが変わったときに、システムが、文面の種類を数え直せるようにします。"""
    return allow()


@rule("opinions.finish_import", roles={Role.SYSTEM})
def may_finish_import(_actor: Actor, _procedure: Procedure) -> Decision:
    """取り込みが終わったことを、システムが書き留めます。"""
    return allow()


@rule("opinions.forget_imports", roles={Role.SYSTEM})
def may_forget_imports(_actor: Actor) -> Decision:
    """確認されないままの取り込みのファイルを、期限が過ぎたらシステムが消します。"""
    return allow()


@rule("opinions.screen", roles=SCREENERS)
def may_screen(_actor: Actor) -> Decision:
    """確認担当・編集担当・管理者が、意見を読んで確認済みにします。"""
    return allow()


@rule("opinions.advance", roles=ENTERERS | PUBLISHERS)
def may_advance(_actor: Actor) -> Decision:
    """意見の整理・検討・回答にあたる職員が、意見の段階を進めます。"""
    return allow()


@rule("opinions.publish", roles=PUBLISHERS)
def may_publish(_actor: Actor) -> Decision:
    """編集担当・決裁者・管理者が、確認済みの意見を結果と一緒に公開します。"""
    return allow()
