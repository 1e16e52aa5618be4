"""What kinds of votes there are, when they are open, and when their figures may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from participation.consultations.domain import State
from participation.people.domain import CONFIRMABLE, STANDING_NAMES, Standing
from participation.votes.domain.ballots import BallotKind
from participation.votes.domain.equal_shares import Completion
from participation.votes.domain.rules import FITS, Rule

MOST_OPTIONS = 12
#: Projects among which a budget is divided (予算を分ける案).
MOST_PROJECTS = 60
MOST_REASON = 500
MOST_DESCRIPTION = 400
#: 優先順位: how many may be named, and the highest score.
PRIORITIES = 3
HIGHEST_SCORE = 5
MOST_POINTS = 1_000
MOST_MONEY = 10**13
#: Said wherever a vote or its figures are shown: never 選挙, never 住民投票.
ADVISORY = "これは区の参考にする投票です。結果で決まるものではなく、区はほかの意見や事情とあわせて考えます。"
NOT_THE_WHOLE = "自分から投票した人の集計で、区民全体の割合ではありません。"


class VoteKind(StrEnum):
    """How one votes (投票のしかた). Another kind is another member and its options, not another table."""

    STANCE = "stance"
    SINGLE = "single"
    APPROVAL = "approval"
    SCORE = "score"
    RANKING = "ranking"
    PRIORITIES = "priorities"
    POINTS = "points"
    BUDGET = "budget"
    BUDGET_POINTS = "budget_points"


KIND_NAMES = {
    VoteKind.STANCE: "賛成・反対・どちらともいえない",
    VoteKind.SINGLE: "一つだけ選ぶ",
    VoteKind.APPROVAL: "よいと思うものをいくつか選ぶ",
    VoteKind.SCORE: f"それぞれに0点から{HIGHEST_SCORE}点をつける",
    VoteKind.RANKING: "順位をつける",
    VoteKind.PRIORITIES: f"大事なものを{PRIORITIES}つまで、順に選ぶ",
    VoteKind.POINTS: "持ち点を分ける",
    VoteKind.BUDGET: "予算の中で、実施してほしい案を選ぶ",
    VoteKind.BUDGET_POINTS: "予算を分けるために、案に持ち点を分ける",
}

#: What is written on the ballots of a kind.
WRITTEN = {
    VoteKind.STANCE: BallotKind.CHOICE,
    VoteKind.SINGLE: BallotKind.CHOICE,
    VoteKind.APPROVAL: BallotKind.APPROVAL,
    VoteKind.SCORE: BallotKind.SCORE,
    VoteKind.RANKING: BallotKind.RANKING,
    VoteKind.PRIORITIES: BallotKind.RANKING,
    VoteKind.POINTS: BallotKind.POINTS,
    VoteKind.BUDGET: BallotKind.APPROVAL,
    VoteKind.BUDGET_POINTS: BallotKind.POINTS,
}
#: Kinds that divide a budget (予算を分ける投票).
BUDGETING = frozenset({VoteKind.BUDGET, VoteKind.BUDGET_POINTS})
#: Kinds of which a voter has points to give away (持ち点).
POINTING = frozenset({VoteKind.POINTS, VoteKind.BUDGET_POINTS})
#: Kinds whose marks are counted while they come in, option by option.
COUNTED = frozenset({VoteKind.STANCE, VoteKind.SINGLE, VoteKind.APPROVAL, VoteKind.BUDGET})
#: Kinds that one tap answers.
ONE_TAP = frozenset({VoteKind.STANCE, VoteKind.SINGLE})
_DIVIDING = (Rule.EQUAL_SHARES, Rule.GREEDY)
#: The rules by which a kind may be decided, the usual one first.
RULES_OF: dict[VoteKind, tuple[Rule, ...]] = {
    VoteKind.STANCE: (Rule.PLURALITY,),
    VoteKind.SINGLE: (Rule.PLURALITY,),
    VoteKind.APPROVAL: (Rule.APPROVAL,),
    VoteKind.SCORE: (Rule.SCORE, Rule.SCHULZE),
    VoteKind.RANKING: (Rule.IRV, Rule.SCHULZE, Rule.BORDA, Rule.STV),
    VoteKind.PRIORITIES: (Rule.BORDA, Rule.IRV, Rule.SCHULZE, Rule.STV),
    VoteKind.POINTS: (Rule.POINTS,),
    VoteKind.BUDGET: _DIVIDING,
    VoteKind.BUDGET_POINTS: _DIVIDING,
}
assert all(WRITTEN[kind] in FITS[rule] for kind, rules in RULES_OF.items() for rule in rules)


class Keeping(StrEnum):
    """How ballots are kept (票の保管のしかた)."""

    SIGNAL = "signal"
    SECRET = "secret"  # noqa: S105 (a way of keeping, not a password)


KEEPING_NAMES = {
    Keeping.SIGNAL: "本人の票として保管する（本人だけが見られ、締切まで変えられる）",
    Keeping.SECRET: "秘密の票として保管する（だれが投票したかと、票の内容を切り離す）",
}


class Origin(StrEnum):
    """Where a ballot was cast (票の入り口)."""

    WEB = "web"
    PAPER = "paper"
    HANDS = "hands"


ORIGIN_NAMES = {
    Origin.WEB: "このサイト",
    Origin.PAPER: "会場の紙の票",
    Origin.HANDS: "会場での挙手",
}

#: The options that a kind brings along, as (code, label); a kind without any takes them from staff.
OWN_OPTIONS: dict[VoteKind, tuple[tuple[str, str], ...]] = {
    VoteKind.STANCE: (("agree", "賛成"), ("disagree", "反対"), ("pass", "どちらともいえない")),
}


class VoteStatus(StrEnum):
    """Where a vote stands (参考投票の状態); staff set it, the period decides besides."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who may vote (投票できる人)."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    STANDING = "standing"
    CONFIRMED = "confirmed"
    RESIDENT = "resident"
    INVITED = "invited"
    LISTED = "listed"
    ORGANISATION = "organisation"


AUDIENCE_NAMES = {
    Audience.ANYONE: "だれでも（ログインなし。1つの端末で1票）",
    Audience.ACCOUNT: "登録した人（1人1票）",
    Audience.STANDING: "登録した人のうち、区内に住む・働く・学ぶなどと届けた人（1人1票。区は確かめない）",
    Audience.CONFIRMED: "区内に住む・働く・学ぶなどの区分を、区が確認した人（1人1票）",
    Audience.RESIDENT: "区内に住んでいることを、区が確認した人（1人1票。登録し直しても1票）",
    Audience.INVITED: "招待の番号を受け取った人（1つの番号で1票）",
    Audience.LISTED: "投票できる人の名簿にのっている人（1人1票）",
    Audience.ORGANISATION: "区に登録した団体（1団体1票。担当者が投票する）",
}
#: Audiences of whom staff choose the standings; and those whose standing the ward has confirmed (区の確認).
BY_STANDING = frozenset({Audience.STANDING, Audience.CONFIRMED})
BY_CONFIRMATION = frozenset({Audience.CONFIRMED, Audience.RESIDENT})
#: Audiences that are known by a code or a number that they type, not by an account.
BY_IDENTIFIER = frozenset({Audience.INVITED, Audience.LISTED})


class ResultsShown(StrEnum):
    """When the figures are seen, by anybody at all (途中経過)."""

    LIVE = "live"
    AFTER_CLOSING = "after_closing"


RESULTS_NAMES = {
    ResultsShown.LIVE: "投票の途中から見せる",
    ResultsShown.AFTER_CLOSING: "締め切るまで、職員を含めてだれにも見せない",
}


def shows_figures(shown: ResultsShown, state: State) -> bool:
    """Return whether anybody may see how many voted and how."""
    return state is State.CLOSED or (shown is ResultsShown.LIVE and state is State.OPEN)


@dataclass(frozen=True)
class OptionDraft:
    """An option as staff write it: a project has a cost in yen, an item of the plan its subject."""

    label: str
    description: str = ""
    cost: int | None = None
    subject_id: int | None = None


@dataclass(frozen=True)
class VoteDraft:
    """What staff decide about a vote; `choices` is empty where the kind brings its own options."""

    question: str
    explanation: str
    kind: VoteKind
    choices: tuple[OptionDraft, ...]
    subject_id: int
    consultation_id: int | None
    opens_at: datetime
    closes_at: datetime
    audience: Audience
    results_shown: ResultsShown
    asks_reason: bool
    version: int = 1
    keeping: Keeping = Keeping.SIGNAL
    #: The rule that counts, declared beforehand; None: the usual one of the kind.
    rule: Rule | None = None
    #: Whether the other rules are shown beside it, on the same ballots.
    compares: bool = False
    #: How many are chosen.
    seats: int = 1
    #: How many may be marked, ranked or given points.
    least: int = 1
    most: int | None = None
    points: int | None = None
    budget: int | None = None
    completion: Completion = Completion.ADD1_GREEDY
    #: The public figure that becomes the seed after the closing; empty: a hidden seed, its hash published.
    seed_source: str = ""
    #: Which standings let somebody vote, where the audience is by standing.
    standings: tuple[str, ...] = ()
    has_rooms: bool = False

    def options(self) -> tuple[tuple[str, OptionDraft], ...]:
        """Return (code, option) of the options, in order."""
        if self.kind in OWN_OPTIONS:
            return tuple((code, OptionDraft(label)) for code, label in OWN_OPTIONS[self.kind])
        return tuple((f"o{number}", choice) for number, choice in enumerate(self.choices, start=1))

    @property
    def declared_rule(self) -> Rule:
        """The rule that counts."""
        return self.rule or RULES_OF[self.kind][0]

    @property
    def most_marked(self) -> int | None:
        """How many may be marked or ranked at most; None: all of them."""
        if self.kind in ONE_TAP:
            return 1
        return PRIORITIES if self.kind is VoteKind.PRIORITIES else self.most


def why_not(draft: VoteDraft) -> tuple[str, str] | None:
    """Return (field, reason) of the first thing for which a vote cannot be held so, or None."""
    checks = (_wrong_options, _wrong_limits, _wrong_rule, _wrong_keeping)
    return next((found for check in checks if (found := check(draft)) is not None), None)


def _wrong_options(draft: VoteDraft) -> tuple[str, str] | None:
    if draft.closes_at <= draft.opens_at:
        return "closes_on", "締切は、受付開始よりあとにしてください。"
    labels = [option.label for option in draft.choices]
    most = MOST_PROJECTS if draft.kind in BUDGETING else MOST_OPTIONS
    if draft.kind not in OWN_OPTIONS and not 2 <= len(labels) <= most:
        return "labels", f"選択肢を2つから{most}まで、1行に1つずつ書いてください。"
    if len(set(labels)) != len(labels):
        return "labels", "同じ選択肢が2つあります。"
    if draft.kind not in BUDGETING:
        return None
    if not draft.budget or not 0 < draft.budget <= MOST_MONEY:
        return "budget", "予算を、1円以上の数で書いてください。"
    for option in draft.choices:
        if not option.cost or option.cost < 1:
            return (
                "labels",
                f"「{option.label}」の費用がありません。「名前｜費用｜説明」のように書いてください。",
            )
        if option.cost > draft.budget:
            return "labels", f"「{option.label}」の費用が、予算全体をこえています。"
    return None


def _wrong_limits(draft: VoteDraft) -> tuple[str, str] | None:
    number, most = len(draft.options()), draft.most_marked
    if most is not None and not 1 <= most <= number and draft.kind is not VoteKind.PRIORITIES:
        return "most", f"選べる数の上限は、1から{number}までにしてください。"
    if not 1 <= draft.least <= (most or number):
        return "least", "選ぶ数の下限は、1から上限までにしてください。"
    if draft.kind in POINTING and not 1 <= (draft.points or 0) <= MOST_POINTS:
        return "points", f"持ち点を、1から{MOST_POINTS:,}までの数で書いてください。"
    return None


def _wrong_rule(draft: VoteDraft) -> tuple[str, str] | None:
    if draft.declared_rule not in RULES_OF[draft.kind]:
        return "rule", "この投票のしかたでは、この数え方は使えません。"
    if draft.kind in BUDGETING:
        return None
    if not 1 <= draft.seats < len(draft.options()):
        return "seats", "選ばれる数は、1から、選択肢の数より1つ少ない数までにしてください。"
    if draft.seats > 1 and draft.declared_rule is Rule.IRV:
        return "seats", "この数え方で選べるのは一つだけです。いくつか選ぶときは、ほかの数え方にしてください。"
    return None


def _wrong_keeping(draft: VoteDraft) -> tuple[str, str] | None:
    if draft.results_shown is ResultsShown.LIVE and draft.kind not in COUNTED:
        return (
            "results_shown",
            "この投票のしかたでは、途中経過は見せられません。「締め切るまで見せない」を選んでください。",
        )
    if draft.keeping is Keeping.SECRET:
        if draft.results_shown is ResultsShown.LIVE:
            return (
                "results_shown",
                "秘密の票では、途中経過は見せられません（投票の前後の数から、だれの票か分かるため）。",
            )
        if draft.asks_reason:
            return "asks_reason", "秘密の票では、理由はたずねられません（理由から、だれの票か分かるため）。"
    if draft.has_rooms and draft.results_shown is ResultsShown.LIVE:
        return (
            "results_shown",
            "会場でも投票するときは、途中経過は見せられません（会場の票がまだ入っていないため）。",
        )
    if draft.audience in BY_STANDING and not draft.standings:
        return "standings", "投票できる人の区分を、一つ以上選んでください。"
    if draft.audience is Audience.CONFIRMED and not set(draft.standings) <= CONFIRMABLE:
        names = "、".join(STANDING_NAMES[standing] for standing in Standing if standing in CONFIRMABLE)
        return "standings", f"区が確認できる区分は、{names}です。"
    return None
