"""Forms of projects."""

from __future__ import annotations

from wtforms import HiddenField

from participation.projects.commands import ProjectDraft
from participation.projects.domain import MOST_NOTE, MOST_TEXT, MOST_TITLE
from participation.projects.models import Project
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)


class PlainForm(Form):
    """A button."""


class ProjectForm(Form):
    """What a project says."""

    code = TextLine("ページの住所（半角）", [Required("住所を書いてください。"), Length(most=40)])
    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])
    summary = TextBody("めざすこと", [Required("めざすことを書いてください。"), Length(most=MOST_TEXT)])
    section = ChoiceList("担当の課", [RequiredChoice("課を選んでください。")], coerce=int)
    version = HiddenField()

    def draft(self) -> ProjectDraft:
        """Return what was written."""
        return ProjectDraft(self.code.data, self.title.data, self.summary.data, self.section.data)


def project_values(project: Project) -> dict[str, object]:
    """Return what stands in the form of a project."""
    return {
        "code": project.code,
        "title": project.title,
        "summary": project.summary,
        "section": project.section_id,
        "version": str(project.version),
    }


class GatherForm(Form):
    """What belongs to a project, and why."""

    chosen = ChoiceMany("集めるもの", coerce=int)
    note = TextLine("どう関わるか", [Length(most=MOST_NOTE)])


class EndForm(Form):
    """What came of a project."""

    outcome = TextBody(
        "結果（公開のページに載ります）", [Required("結果を書いてください。"), Length(most=MOST_TEXT)]
    )
