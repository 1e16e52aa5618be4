"""Who may do what with gatherings, and when."""

from __future__ import annotations

from datetime import datetime

from participation.access.actors import EVERYBODY, STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, deny, rule
from participation.foundation import clock
from participation.gatherings.domain import (
    DOOR_AFTER,
    DOOR_BEFORE,
    VOICES_AFTER,
    VOICES_BEFORE,
    GatheringState,
    RecordState,
    RegistrationState,
)
from participation.gatherings.models import Gathering, GatheringDraw, GatheringRecord, Registration
from participation.i18n.dates import datetime_ja, deadline_ja

HOLDERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
#: Who stands at the door and writes down what is said.
DOORKEEPERS = HOLDERS | {Role.SCREENER}
APPROVERS = frozenset({Role.APPROVER, Role.EDITOR, Role.ADMINISTRATOR})
NOT_YOURS = "この申し込みは、申し込んだ人だけが変えられます。案内にあるリンクを開いてください。"


def registration_period(gathering: Gathering) -> tuple[datetime | None, datetime]:
    """Return from when to when one registers: until it begins, where nothing else was said."""
    return gathering.registration_opens_at, gathering.registration_closes_at or gathering.starts_at


def why_not_registered(gathering: Gathering) -> str:
    """Return in words why registrations are not received now; "": they are."""
    opens, closes = registration_period(gathering)
    if gathering.state is GatheringState.CANCELLED:
        return "この集まりは中止になりました。"
    if gathering.state is not GatheringState.ANNOUNCED:
        return (
            "この集まりは終わりました。" if gathering.announced_at else "この集まりは、まだ公開していません。"
        )
    if not gathering.needs_registration:
        return "申し込みはいりません。そのままお越しください。"
    if opens is not None and clock.now() < opens:
        return f"申し込みは{datetime_ja(opens)}から受け付けます。"
    if clock.now() >= closes:
        return f"申し込みは{deadline_ja(closes)}で締め切りました。"
    return ""


@rule("gatherings.draft", roles=HOLDERS)
def may_draft(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が、集まりを準備します。"""
    return allow()


@rule("gatherings.change", roles=HOLDERS)
def may_change(_actor: Actor, gathering: Gathering) -> Decision:
    """所管課の職員・編集担当・管理者が、終わるまで、集まりの内容を変えられます。"""
    return allow_if(
        gathering.state in (GatheringState.DRAFT, GatheringState.ANNOUNCED),
        "終わった集まりと中止した集まりの内容は、変えられません。",
    )


@rule("gatherings.announce", roles=HOLDERS)
def may_announce(_actor: Actor, gathering: Gathering) -> Decision:
    """所管課の職員・編集担当・管理者が、下書きの集まりを公開します。"""
    return allow_if(gathering.state is GatheringState.DRAFT, "この集まりは、もう公開しています。")


@rule("gatherings.cancel", roles=HOLDERS)
def may_cancel(_actor: Actor, gathering: Gathering) -> Decision:
    """所管課の職員・編集担当・管理者が、理由を書いて中止します。申し込んだ人にメールで知らせます。"""
    return allow_if(
        gathering.state in (GatheringState.DRAFT, GatheringState.ANNOUNCED),
        "終わった集まりは中止にできません。",
    )


@rule("gatherings.note_held", roles=DOORKEEPERS)
def may_note_held(_actor: Actor, gathering: Gathering) -> Decision:
    """職員が、始まった集まりを「終わりました」にします。"""
    if gathering.state is not GatheringState.ANNOUNCED:
        return deny("公開している集まりだけを、終わりにできます。")
    return allow_if(clock.now() >= gathering.starts_at, "まだ始まっていません。")


@rule("gatherings.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """職員は、集まりと申し込みの数を見られます（氏名・連絡先・配慮の希望を除く）。"""
    return allow()


@rule("gatherings.register", roles=EVERYBODY)
def may_register(_actor: Actor, gathering: Gathering) -> Decision:
    """受付の期間のあいだ、だれでも、登録しないで申し込めます。招待制のときは招待状の番号がいります。"""
    why = why_not_registered(gathering)
    return allow_if(not why, why)


@rule("gatherings.enter_registration", roles=DOORKEEPERS)
def may_enter_registration(_actor: Actor, gathering: Gathering) -> Decision:
    """職員が、電話や窓口で受けた申し込みを代わりに入れます。"""
    why = why_not_registered(gathering)
    return allow_if(not why, why)


@rule("gatherings.change_registration", roles=EVERYBODY | DOORKEEPERS)
def may_change_registration(
    actor: Actor, gathering: Gathering, registration: Registration, holds: bool
) -> Decision:
    """申し込んだ人（リンクを知っている人・自分のアカウント）と、頼まれた職員が、始まるまで変えられます。"""
    if not (holds or actor.has(*DOORKEEPERS, Role.SYSTEM)):
        return deny(NOT_YOURS)
    if registration.state is RegistrationState.CANCELLED:
        return deny("この申し込みは、取り消されています。")
    if gathering.state is GatheringState.CANCELLED:
        return deny("この集まりは中止になりました。")
    return allow_if(
        gathering.state is GatheringState.ANNOUNCED and clock.now() < gathering.starts_at,
        "集まりが始まったあとは、変えられません。",
    )


@rule("gatherings.look_at_attendee", roles=DOORKEEPERS)
def may_look_at_attendee(_actor: Actor, _registration: Registration) -> Decision:
    """集まりの係の職員が、理由を書いて、申し込んだ人の氏名と連絡先を見ます。見たことはすべて記録します。"""
    return allow()


@rule("gatherings.look_at_needs", roles=DOORKEEPERS)
def may_look_at_needs(_actor: Actor, _gathering: Gathering) -> Decision:
    """集まりの係の職員が、準備のために、配慮の希望を氏名なしで見ます。見たことはすべて記録します。"""
    return allow()


@rule("gatherings.note_told", roles=DOORKEEPERS)
def may_note_told(_actor: Actor, _registration: Registration) -> Decision:
    """集まりの係の職員が、メールのない人に電話で知らせたことを記します。"""
    return allow()


@rule("gatherings.keep_door", roles=DOORKEEPERS)
def may_keep_door(_actor: Actor, gathering: Gathering) -> Decision:
    """集まりの係の職員が、会場の入口で、申し込みのQRコードを一度だけ受け付け、来た人を数えます。"""
    if gathering.state not in (GatheringState.ANNOUNCED, GatheringState.HELD):
        return deny("公開している集まりだけで、受付ができます。")
    now = clock.now()
    return allow_if(
        gathering.starts_at - DOOR_BEFORE <= now < gathering.ends_at + DOOR_AFTER,
        "受付は、始まる2時間前から、終わった次の日までできます。",
    )


@rule("gatherings.speak", roles=EVERYBODY)
def may_speak(_actor: Actor, gathering: Gathering) -> Decision:
    """会場にいる人が、会場のQRコードから、登録しないで意見を書けます。始まる1時間前から次の日までです。"""
    if gathering.consultation_id is None:
        return deny("この集まりは、意見募集と結びついていません。")
    if gathering.state not in (GatheringState.ANNOUNCED, GatheringState.HELD):
        return deny("会場からの意見は、受け付けていません。")
    now = clock.now()
    return allow_if(
        gathering.starts_at - VOICES_BEFORE <= now < gathering.ends_at + VOICES_AFTER,
        "会場からの意見は、始まる1時間前から、終わって1日のあいだ受け付けます。",
    )


@rule("gatherings.write_record", roles=HOLDERS)
def may_write_record(_actor: Actor, gathering: Gathering, record: GatheringRecord | None) -> Decision:
    """所管課の職員・編集担当・管理者が、終わった集まりの記録を書きます。"""
    if gathering.home_path:
        return deny("この集まりの記録は、会議のページの議事録です。会議のページから書いてください。")
    if gathering.state is not GatheringState.HELD:
        return deny("記録は、集まりを「終わりました」にしてから書きます。")
    return allow_if(
        record is None or record.state is RecordState.DRAFTED,
        "確認に回した記録は書き直せません。確認する人に戻してもらってください。",
    )


@rule("gatherings.approve_record", roles=APPROVERS)
def may_approve_record(actor: Actor, record: GatheringRecord) -> Decision:
    """書いた人とは別の決裁者・編集担当・管理者が、記録を確かめて公開するか、理由を書いて戻します。"""
    if record.state is not RecordState.SUBMITTED:
        return deny("確認を待っている記録ではありません。")
    return allow_if(
        actor.person_id is None or actor.person_id != record.written_by_id,
        "自分で書いた記録は、ほかの人に確かめてもらってください。",
    )


@rule("gatherings.draw", roles=HOLDERS)
def may_draw(_actor: Actor, gathering: Gathering) -> Decision:
    """所管課の職員・編集担当・管理者が、番号の一覧から、公開した種で招待する人を選びます。"""
    if not gathering.by_invitation:
        return deny("この集まりは、だれでも申し込めます。招待は使いません。")
    if gathering.state is not GatheringState.ANNOUNCED:
        return deny("くじの種の決め方を公開してから、抽選します。")
    return allow_if(clock.now() < gathering.starts_at, "始まった集まりの抽選はできません。")


@rule("gatherings.take_codes", roles=HOLDERS)
def may_take_codes(_actor: Actor, draw: GatheringDraw) -> Decision:
    """所管課の職員・編集担当・管理者が、招待状の番号を、印刷のために一度だけ取り出します。"""
    return allow_if(draw.sealed is not None, "この抽選の番号は、もう取り出されています。")


@rule("gatherings.remind", roles={Role.SYSTEM})
def may_remind(_actor: Actor) -> Decision:
    """前の日に、申し込んだ人へ、システムが案内のメールを送ります。"""
    return allow()


@rule("gatherings.forget_attendees", roles={Role.SYSTEM})
def may_forget_attendees(_actor: Actor) -> Decision:
    """集まりから決められた日数がたった申し込みの氏名・連絡先・配慮の希望を、システムが消します。"""
    return allow()
