"""Small trees that tests take in."""

from __future__ import annotations

from participation.plans.domain.reading.reader import read_document
from participation.plans.domain.tree import PlanTree

FIRST = """コード,親コード,階層,題名,本文
T-1,,方針,みどりを守る,
T-1-1,T-1,視点,公園を広げる,
T-1-1-1,T-1-1,項目,,公園の数を増やします。
T-1-1-2,T-1-1,項目,,木を植えます。
T-2,,方針,水を守る,
"""
SECOND = """コード,親コード,階層,題名,本文
T-1,,方針,みどりと花を守る,
T-1-1,T-1,視点,公園を広げる,
T-1-1-1,T-1-1,項目,,公園の数をさらに増やします。
T-1-1-3,T-1-1,項目,,花だんを作ります。
T-2,,方針,水を守る,
"""


def a_tree(
    text: str = FIRST, *, slug: str = "test-plan", title: str = "ためしの計画", **details: object
) -> PlanTree:
    return read_document(text.encode(), "plan.csv").with_details(slug=slug, title=title, **details)
