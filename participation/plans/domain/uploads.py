"""Uploads (取り込みの下書き): a document and what its keeper said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from participation.plans.domain.reading.reader import read_document
from participation.plans.domain.tree import DocumentForm, PlanTree, VersionStage


@dataclass(frozen=True)
class DraftUpload:
    """A document as it was uploaded."""

    filename: str
    content: bytes
    form: str
    slug: str
    title: str
    stage: VersionStage
    label: str
    dated_on: date | None

    def read(self, *, prefix: str = "", plan_title: str = "") -> PlanTree:
        """Read the document as its keeper said; raises Unreadable."""
        tree = read_document(
            self.content,
            self.filename,
            title=self.title,
            prefix=prefix,
            form=DocumentForm(self.form) if self.form else None,
        )
        return tree.with_details(
            slug=self.slug,
            title=self.title or plan_title or tree.title or self.filename,
            source=tree.source or ("" if plan_title else self.filename),
            stage=self.stage,
            version_label=self.label,
            version_date=self.dated_on.isoformat() if self.dated_on else "",
        )
