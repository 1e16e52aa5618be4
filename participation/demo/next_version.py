"""The plan as it reads with the published amendments: a version (案) made of them, which waits to be published."""

from __future__ import annotations

from participation.demo.calls import PLAN
from participation.demo.cast import Cast
from participation.demo.timeline import Timeline
from participation.plans.domain.tree import VersionStage
from participation.replies import commands
from participation.replies.domain import VersionDraft
from participation.replies.queries import changes

MAKER = "s09"
MADE_ON = -20
LABEL = "案"


def schedule(timeline: Timeline, cast: Cast) -> None:
    """Let an editor make the amended plan; it is left to the reader of the tour to publish it."""
    timeline.add(timeline.moment(MADE_ON, "14:00"), _make, timeline, cast)


def _make(timeline: Timeline, cast: Cast) -> None:
    found = changes.next_version(PLAN)
    assert found is not None, "the plan was loaded before"
    chosen = {each.text.public_id for each in found.chosen} - {
        each.text.public_id for each, _ in found.misfits
    }
    looked_at = changes.next_version(PLAN, chosen)
    assert looked_at is not None
    commands.make_version(
        PLAN,
        VersionDraft(
            amendments=tuple(sorted(chosen)),
            seal=looked_at.seal,
            stage=VersionStage.FINAL_DRAFT,
            label=LABEL,
            dated_on=timeline.moment(MADE_ON).date(),
        ),
        by=cast.actor(MAKER),
    )
