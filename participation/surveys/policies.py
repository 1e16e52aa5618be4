"""Who may do what with surveys."""

from __future__ import annotations

from participation.access.actors import EVERYBODY, STAFF_ROLES, Actor, Role
from participation.access.rules import LOG_IN_FIRST, Decision, allow, allow_if, deny, rule
from participation.consultations.domain import State, state_at
from participation.foundation import clock
from participation.surveys.domain import Audience, Respondent, SurveyStatus
from participation.surveys.domain.releases import ReleaseStatus
from participation.surveys.models import AnswerExport, PaperForm, Survey, SurveyPublication, SurveyRelease

EDITORS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
NOT_YET = "このアンケートの受付はまだ始まっていません。"
OVER = "このアンケートは締め切りました。"
CODE_FIRST = "答えるには、お送りした招待の番号を入れてください。"


def state_of(survey: Survey) -> State:
    """Return where the survey stands now."""
    return state_at(survey.status, survey.opens_at, survey.closes_at, clock.now())


@rule("surveys.read_desk", roles=STAFF_ROLES)
def may_read_desk(_actor: Actor) -> Decision:
    """監査担当を含むすべての職員が見られます。"""
    return allow()


@rule("surveys.draft", roles=EDITORS)
def may_draft(_actor: Actor) -> Decision:
    """所管課の職員・編集担当・管理者が作れます。"""
    return allow()


@rule("surveys.change", roles=EDITORS)
def may_change(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、下書きの間だけ変えられます（回答の意味が変わらないように）。"""
    return allow_if(
        survey.status is SurveyStatus.DRAFT,
        "公開したアンケートの設問は変えられません（回答の意味が変わるため）。",
    )


@rule("surveys.correct", roles=EDITORS)
def may_correct(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、公開したあと締め切るまで、書き間違いを直し、設問をやめ、替えられます。理由と前後の文が残ります。"""
    return allow_if(
        survey.status is SurveyStatus.OPEN,
        "訂正は、公開してから締め切るまでにできます（下書きは「直す」で変えられます）。",
    )


@rule("surveys.publish", roles=EDITORS)
def may_publish(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、下書きを一度だけ公開できます。"""
    return allow_if(survey.status is SurveyStatus.DRAFT, "このアンケートはもう公開しています。")


@rule("surveys.change_period", roles=EDITORS)
def may_change_period(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、公開してから締め切るまで、理由を書いて締切を変えられます。締め切ったものは開き直せません。"""
    return allow_if(
        state_of(survey) in (State.OPEN, State.COMING),
        "締切は、公開してから締め切るまで変えられます。締め切ったアンケートは開き直せません。",
    )


@rule("surveys.close", roles=EDITORS)
def may_close(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、受付中のものを締め切れます。"""
    return allow_if(survey.status is SurveyStatus.OPEN, "受付中のアンケートだけを締め切れます。")


@rule("surveys.answer", roles=EVERYBODY)
def may_answer(actor: Actor, survey: Survey, respondent: Respondent | None = None) -> Decision:
    """アンケートの定めにより、だれでも、登録した人、または招待の番号を受け取った人が、受付期間中に答えられます。"""
    if survey.status is SurveyStatus.DRAFT:
        return deny(NOT_YET)
    if survey.audience is Audience.INVITED:
        return allow_if(respondent is not None and respondent.is_invited, CODE_FIRST)
    return allow_if(survey.audience is Audience.ANYONE or actor.is_member, LOG_IN_FIRST)


@rule("surveys.save_draft", roles=EVERYBODY)
def may_save_draft(actor: Actor, survey: Survey, respondent: Respondent | None = None) -> Decision:
    """答えられる人が、受付中に書きかけを保存できます。登録のない人は、秘密のリンクで続きを書けます。"""
    decision = may_answer(actor, survey, respondent)
    return decision if not decision else allow_if(state_of(survey) is State.OPEN, OVER)


@rule("surveys.enter_code", roles=EVERYBODY)
def may_enter_code(_actor: Actor, survey: Survey) -> Decision:
    """招待の番号で答えるアンケートで、番号を入れられます。まちがいが続くと、しばらく入れられません。"""
    return allow_if(survey.audience is Audience.INVITED, "このアンケートに招待の番号はいりません。")


@rule("surveys.try_out", roles=STAFF_ROLES - {Role.AUDITOR})
def may_try_out(_actor: Actor, _survey: Survey) -> Decision:
    """職員が、区民と同じ画面で試しに答えられます。記録も集計もされません。"""
    return allow()


@rule("surveys.look_at_file", roles=STAFF_ROLES - {Role.AUDITOR}, look="アンケートに付いたファイル")
def may_look_at_file(_actor: Actor, _survey: Survey) -> Decision:
    """回答を扱う職員が、送られたファイルを見られます。見たことは記録に残ります。"""
    return allow()


@rule("surveys.forget_drafts", roles={Role.SYSTEM})
def may_forget_drafts(_actor: Actor) -> Decision:
    """保存期間を過ぎた書きかけと、送られなかったファイルを、システムが消します。"""
    return allow()


@rule("surveys.erase_words", roles={Role.SYSTEM})
def may_erase_words(_actor: Actor) -> Decision:
    """消去が決まった自由記述の文を、システムが回答からも消します。"""
    return allow()


@rule("surveys.invite", roles=EDITORS)
def may_invite(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、締め切る前のアンケートの招待を発行・取り消し・再発行できます。"""
    return allow_if(state_of(survey) is not State.CLOSED, OVER)


@rule("surveys.take_codes", roles=EDITORS, look="アンケートの招待の番号")
def may_take_codes(_actor: Actor, _survey: Survey) -> Decision:
    """作る職員が、発行した招待の番号を1回だけ取り出せます。取り出しはすべて記録します。"""
    return allow()


@rule("surveys.set_paper", roles=EDITORS)
def may_set_paper(_actor: Actor, _survey: Survey) -> Decision:
    """作る職員が、紙の調査票の返送先や入力のしかたを決められます。"""
    return allow()


@rule("surveys.enter_paper", roles=EDITORS | {Role.SCREENER})
def may_enter_paper(_actor: Actor, survey: Survey) -> Decision:
    """所管課の職員・確認担当・編集担当・管理者が、公開したアンケートの紙・電話・窓口の回答を入力できます。締切後も入力できます。"""
    return allow_if(survey.status is not SurveyStatus.DRAFT, NOT_YET)


@rule("surveys.correct_paper", roles=EDITORS)
def may_correct_paper(_actor: Actor, survey: Survey) -> Decision:
    """作る職員が、入力した紙の回答を、理由を残して直し、取り消せます。"""
    return allow_if(survey.status is not SurveyStatus.DRAFT, NOT_YET)


@rule("surveys.attach_scan", roles=EDITORS | {Role.SCREENER})
def may_attach_scan(_actor: Actor, _form: PaperForm) -> Decision:
    """入力する職員が、調査票の写しを付け、まちがえた写しを外せます。"""
    return allow()


@rule("surveys.look_at_scan", roles=EDITORS | {Role.SCREENER, Role.AUDITOR}, look="調査票の写し")
def may_look_at_scan(_actor: Actor, _form: PaperForm) -> Decision:
    """入力する職員と監査担当が、調査票の写しを見られます。見たことはすべて記録します。"""
    return allow()


@rule("surveys.import_answers", roles=EDITORS)
def may_import_answers(_actor: Actor, survey: Survey) -> Decision:
    """作る職員とコマンドが、公開したアンケートに、ほかで集めた回答をファイルから取り込めます。"""
    return allow_if(survey.status is not SurveyStatus.DRAFT, NOT_YET)


@rule("surveys.export", roles=STAFF_ROLES - {Role.AUDITOR, Role.SCREENER}, look="アンケートの回答の書き出し")
def may_export(_actor: Actor, survey: Survey) -> Decision:
    """回答を扱う職員が取り出せます。取り出しはすべて記録します。"""
    return allow_if(survey.status is not SurveyStatus.DRAFT, "まだ回答がありません。")


ANALYSTS = frozenset({Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})


@rule("surveys.weight", roles=ANALYSTS)
def may_weight(_actor: Actor, survey: Survey) -> Decision:
    """分析担当・編集担当・管理者が、公開したアンケートに重みを付けられます。"""
    return allow_if(survey.status is not SurveyStatus.DRAFT, "まだ回答がありません。")


@rule("surveys.compare", roles=ANALYSTS)
def may_compare(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、ほかの区の公開データを読み込めます。"""
    return allow()


DECIDERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
NOT_BY_ONESELF = "公開データは、作った人とは別の人が確認します。"


@rule("surveys.prepare_release", roles=ANALYSTS)
def may_prepare_release(_actor: Actor, survey: Survey) -> Decision:
    """分析担当・編集担当・管理者が、締め切ったアンケートの公開データを作れます。"""
    return allow_if(state_of(survey) is State.CLOSED, "公開データは、締め切ったあとに作れます。")


@rule("surveys.decide_release", roles=DECIDERS)
def may_decide_release(actor: Actor, release: SurveyRelease) -> Decision:
    """決裁者・管理者のうち、作った人とは別の人が、公開するかどうかを決めます。"""
    return allow_if(actor.person_id is None or actor.person_id != release.prepared_by_id, NOT_BY_ONESELF)


@rule("surveys.withdraw_release", roles=DECIDERS)
def may_withdraw_release(_actor: Actor, release: SurveyRelease) -> Decision:
    """決裁者・管理者が、公開しているデータを取り下げられます。"""
    return allow_if(release.status is ReleaseStatus.PUBLISHED, "公開しているデータだけを取り下げられます。")


@rule("surveys.prepare_publication", roles=ANALYSTS)
def may_prepare_publication(_actor: Actor, survey: Survey) -> Decision:
    """分析担当・編集担当・管理者が、締め切ったアンケートの表や比べを公表する用意をできます。"""
    return allow_if(state_of(survey) is State.CLOSED, "集計の公表は、締め切ったあとに用意できます。")


@rule("surveys.decide_publication", roles=DECIDERS)
def may_decide_publication(actor: Actor, publication: SurveyPublication) -> Decision:
    """決裁者・管理者のうち、用意した人とは別の人が、公表するかどうかを決めます。"""
    return allow_if(
        actor.person_id is None or actor.person_id != publication.prepared_by_id,
        "集計の公表は、用意した人とは別の人が決めます。",
    )


@rule("surveys.withdraw_publication", roles=DECIDERS)
def may_withdraw_publication(_actor: Actor, publication: SurveyPublication) -> Decision:
    """決裁者・管理者が、公表しているものを取り下げられます。見られたものとして、あとの確かめには残ります。"""
    return allow_if(publication.status is ReleaseStatus.PUBLISHED, "公表しているものだけを取り下げられます。")


@rule(
    "surveys.fetch_export",
    roles=STAFF_ROLES - {Role.AUDITOR, Role.SCREENER},
    look="アンケートの回答のファイル",
)
def may_fetch_export(actor: Actor, export: AnswerExport) -> Decision:
    """書き出しを頼んだ本人だけが、できたファイルを受け取れます。受け取りはすべて記録します。"""
    return allow_if(export.asked_by_id == actor.person_id, "書き出しを頼んだ人だけが受け取れます。")


@rule("surveys.write_export", roles={Role.SYSTEM})
def may_write_export(_actor: Actor, _survey: Survey) -> Decision:
    """頼まれた書き出しを、裏の仕事が作ります。"""
    return allow()


@rule("surveys.forget_exports", roles={Role.SYSTEM})
def may_forget_exports(_actor: Actor) -> Decision:
    """期限を過ぎた書き出しのファイルを、システムが消します。"""
    return allow()


@rule("surveys.recount", roles={Role.ADMINISTRATOR})
def may_recount(_actor: Actor) -> Decision:
    """管理者とコマンドが数え直します。"""
    return allow()


@rule("surveys.cover_words", roles={Role.SYSTEM})
def may_cover_words(_actor: Actor) -> Decision:
    """黒塗りが決まった自由記述の文を、システムが同じように伏せます。"""
    return allow()
