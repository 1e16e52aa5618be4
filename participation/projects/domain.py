"""In which groups a project's page shows what was gathered."""

from __future__ import annotations

import re

#: Kinds of subjects, in the order of the page, and what a group is called; all others come last.
GROUPS = (
    (("plan", "plan_node"), "計画の項目"),
    (("challenge",), "区政課題"),
    (("idea",), "アイデア"),
    (("proposal",), "団体の提案"),
    (("call",), "協力の募集"),
    (("gathering",), "集まり"),
)
OTHERS = "そのほか"
#: What stands in a project's address.
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
MOST_TITLE, MOST_TEXT, MOST_NOTE, MOST_ENTRIES = 80, 2000, 200, 200


def group_of(kind: str) -> str:
    """Return the group in which a kind of subject is shown."""
    return next((name for kinds, name in GROUPS if kind in kinds), OTHERS)


def in_order(names: set[str]) -> list[str]:
    """Return the names of groups in the order of the page."""
    order = [name for _, name in GROUPS] + [OTHERS]
    return sorted(names, key=order.index)
