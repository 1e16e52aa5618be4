"""Answers as open data (オープンデータ): line by line, without what would make somebody out.

* No day, no number, no way of answering; the lines are in random order.
* Numbers and days only as classes; files and the words of その他 never; texts only those that were read and shown.
* What people are (属性) is left out for everybody whose combination of attributes fewer than five people share
  (k-anonymity with k = 5: L. Sweeney 2002; cells left empty: local suppression).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

#: As many people at least share every combination of attributes.
LEAST_ALIKE = 5
#: Fewer answers are not given out line by line.
LEAST_LINES = 50


class ReleaseStatus(StrEnum):
    """Where a release stands (公開データの状態)."""

    PREPARED = "prepared"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATUS_NAMES = {
    ReleaseStatus.PREPARED: "確認を待っています",
    ReleaseStatus.PUBLISHED: "公開しています",
    ReleaseStatus.REFUSED: "公開しないことにしました",
    ReleaseStatus.WITHDRAWN: "取り下げました",
}


def hide_rare(lines: Sequence[list[str]], places: Sequence[int], least: int = LEAST_ALIKE) -> int:
    """Empty the attributes of who shares them with fewer than `least`; return of how many people.

    If those left without attributes are themselves fewer than `least`, the next smallest group joins them: else
    the few empty lines would be known to be the rare ones.
    """
    if not places:
        return 0
    alike = Counter(tuple(line[place] for place in places) for line in lines)
    empty = tuple("" for _ in places)
    hidden = {key for key, count in alike.items() if count < least and key != empty}
    total = sum(alike[key] for key in hidden) + alike.get(empty, 0)
    for key, count in sorted(alike.items(), key=lambda each: (each[1], each[0])):
        if not hidden or total >= least:
            break
        if key not in hidden and key != empty:
            hidden.add(key)
            total += count
    changed = 0
    for line in lines:
        if tuple(line[place] for place in places) in hidden:
            changed += 1
            for place in places:
                line[place] = ""
    return changed
