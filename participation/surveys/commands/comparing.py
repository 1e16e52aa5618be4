"""Reading in what other wards published (ほかの区の公開データ)."""

from __future__ import annotations

import hashlib

from participation.access import rules as access
from participation.access.actors import Actor
from participation.audit import trail as audit
from participation.foundation import clock
from participation.foundation.db import db, insert_once
from participation.foundation.errors import Refused
from participation.surveys.domain.comparison import NotFigures, read_figures
from participation.surveys.models import ImportedFigures


def import_figures(content: str, *, by: Actor) -> ImportedFigures:
    """Keep a file of published figures; the same file a second time is refused."""
    access.require(by, "surveys.compare")
    try:
        askings = read_figures(content)
    except NotFigures as reason:
        raise Refused(str(reason), field="document") from reason
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    values = {
        "source": askings[0].source,
        "content": content,
        "sha256": sha256,
        "imported_at": clock.now(),
        "imported_by_id": by.person_id,
    }
    figures_id = insert_once(ImportedFigures, values, unique=["sha256"])
    if figures_id is None:
        raise Refused("このファイルは、もう読み込んであります。", field="document")
    figures = db.session.get_one(ImportedFigures, figures_id)
    audit.record(by, "surveys.compare", figures, changes={"sha256": sha256})
    return figures


def forget_figures(figures: ImportedFigures, *, by: Actor) -> None:
    """Take a file of published figures out again."""
    access.require(by, "surveys.compare")
    audit.record(by, "surveys.compare", figures, changes={"removed": figures.sha256})
    db.session.delete(figures)
