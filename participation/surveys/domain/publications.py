"""What staff publish of the figures beyond the single questions (集計の公表): prepared by one, decided by another."""

from __future__ import annotations

from enum import StrEnum


class PublicationKind(StrEnum):
    """What is published (公表するもの)."""

    TABLES = "tables"
    WEIGHTED = "weighted"
    COMPARISON = "comparison"


KIND_TITLES = {
    PublicationKind.TABLES: "かけ合わせの表",
    PublicationKind.WEIGHTED: "重みを付けた結果",
    PublicationKind.COMPARISON: "ほかの回・ほかの区との比べ",
}
#: Tables in one publication, and in all of a survey: each is held against all others.
MOST_TABLES, MOST_TABLES_IN_ALL = 40, 120
CHANGED_SINCE = "前に公表したあとに、回答が直されたか消されています。同じ人たちの表として足せないため、新しい表は公表できません。"
OTHERS_SINCE = "用意したあとに、回答が変わったか、別のものが公表されました。合わせて確かめ直すため、もう一度用意してください。"
