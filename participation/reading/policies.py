"""Who may read topics and change them, see who is missing, and find what is alike."""

from __future__ import annotations

from participation.access.actors import STAFF_ROLES, Actor, Role
from participation.access.rules import Decision, allow, allow_if, rule
from participation.reading.domain.drafting import DraftStatus
from participation.reading.domain.runs import TopicsStatus
from participation.reading.models import MachineDraft, TopicRun

SORTERS = frozenset({Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})
EDITORS = SORTERS | {Role.OFFICER}
FIXED = "確定した話題は変えられません。直すときは、先に確定を取り消してください。"


@rule("reading.read", roles=STAFF_ROLES)
def may_read(_actor: Actor) -> Decision:
    """職員は、話題分けの結果を読めます。氏名・住所はなく、個人の情報らしいところは■で伏せてあります。"""
    return allow()


@rule("reading.sort", roles=SORTERS)
def may_sort(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、意見を話題に分けることを頼めます。"""
    return allow()


@rule("reading.change_topics", roles=EDITORS)
def may_change_topics(_actor: Actor, run: TopicRun | None = None) -> Decision:
    """分析担当・編集担当・所管課の職員・管理者が、話題の名前を変え、まとめ、分け、意見を移せます。確定するまでです。"""
    return allow_if(run is None or run.status is TopicsStatus.DRAFT, FIXED)


@rule("reading.sign_off", roles=SORTERS)
def may_sign_off(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、話題分けを確定し、確定を取り消せます。"""
    return allow()


@rule("reading.label", roles=EDITORS | {Role.SCREENER})
def may_label(_actor: Actor) -> Decision:
    """職員が、機械の分け方を見ずに意見の話題を選び、一致度を確かめられます。"""
    return allow()


@rule("reading.record", roles={Role.SYSTEM})
def may_record(_actor: Actor) -> Decision:
    """話題分けの結果を残し、消した言葉を抜き書きからも消すのは、システムです。"""
    return allow()


# ── Who is missing, what is like it ─────────────────────────────────────────────────────────


@rule("reading.see_coverage", roles=STAFF_ROLES)
def may_see_coverage(_actor: Actor) -> Decision:
    """すべての職員が、届いた声のかたよりと、声のないところを見られます。5人に満たない数は出しません。"""
    return allow()


@rule("reading.set_population", roles={Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})
def may_set_population(_actor: Actor) -> Decision:
    """分析担当・編集担当・管理者が、比べるための人口の表を入れられます。"""
    return allow()


#: Who reads the register may see what in it is alike.
READERS = STAFF_ROLES - {Role.ANALYST}


@rule("reading.find_alike", roles=READERS)
def may_find_alike(_actor: Actor) -> Decision:
    """受付簿を読める職員が、似た意見、前に答えた似た意見、どの論点にも似ていない意見を探せます。"""
    return allow()


@rule("reading.watch", roles=READERS)
def may_watch(actor: Actor) -> Decision:
    """受付簿を読める職員が、新しい話題が出たときのメールを自分に頼み、やめられます。"""
    return allow_if(actor.person_id is not None, "職員としてログインしてください。")


@rule("reading.index", roles={Role.ADMINISTRATOR, Role.SYSTEM})
def may_index(_actor: Actor) -> Decision:
    """システムが、意見が届き、変わり、消されるたびに索引を合わせます。管理者はコマンドで作り直せます。"""
    return allow()


@rule("reading.compare", roles={Role.EDITOR, Role.OFFICER, Role.ADMINISTRATOR, Role.SYSTEM})
def may_compare(_actor: Actor) -> Decision:
    """編集担当・所管課の職員・管理者が、論点に入っていない意見を比べ直せます。毎晩、システムも比べます。"""
    return allow()


# ── What a machine proposes ─────────────────────────────────────────────────────────────────

DRAFTERS = frozenset({Role.OFFICER, Role.EDITOR, Role.ADMINISTRATOR})
UNUSABLE = frozenset({DraftStatus.ASKED, DraftStatus.REFUSED, DraftStatus.FAILED})


@rule("reading.see_drafts", roles=READERS)
def may_see_drafts(_actor: Actor) -> Decision:
    """受付簿を読める職員が、機械がつくった案と、何を送ったかを見られます。"""
    return allow()


@rule("reading.ask_machine", roles=DRAFTERS)
def may_ask_machine(_actor: Actor) -> Decision:
    """編集担当・所管課の職員・管理者が、そのたびに送る内容を確かめて、案を頼めます（管理者がサーバーを決めたときだけ）。"""
    return allow()


@rule("reading.note_answer", roles={Role.SYSTEM})
def may_note_answer(_actor: Actor) -> Decision:
    """返ってきた答えを確かめて残し、消した言葉を案からも消すのは、システムです。"""
    return allow()


@rule("reading.decide_draft", roles=DRAFTERS)
def may_decide_draft(_actor: Actor, draft: MachineDraft | None = None) -> Decision:
    """編集担当・所管課の職員・管理者が、案を採るか採らないかを決めます。断った案は採れません。"""
    return allow_if(draft is None or draft.status not in UNUSABLE, "この案は、採れる状態ではありません。")
