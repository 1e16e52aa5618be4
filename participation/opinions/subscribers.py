"""What opinions does at start-up: it counts for the consultations, and hears where answers stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from participation.access.actors import system
from participation.agreements.domain import register_act
from participation.consultations import queries as consultations
from participation.consultations.domain import use_counter
from participation.contributions.domain import Visibility
from participation.contributions.events import ContributionAnswered, VisibilityChanged
from participation.foundation import events, files
from participation.foundation.db import transaction
from participation.foundation.errors import AppError
from participation.jobs import queue, retention
from participation.opinions import commands, queries
from participation.opinions.commands import ImportCounts, agreed
from participation.opinions.commands.importing import TAKE_IN
from participation.opinions.domain.importing import WHOLE_KIND, ImportProblem, ImportStatus, Unreadable
from participation.subjects.domain import register_kind


def register(app: Flask) -> None:
    """Offer the counts, say what organisations do here in their own name, and listen."""
    for act in agreed.ACTS:
        register_act(act)
    use_counter(queries.count_for_consultations)
    register_kind(WHOLE_KIND, lambda code: f"/consultations/{code}")
    events.subscribe(ContributionAnswered, note_answer)
    events.subscribe(VisibilityChanged, erase_original)


@retention.kept_for("opinions.identities", "IDENTITY_KEPT_DAYS", "提出者の氏名・住所（結果の公表から）")
def _forget_identities(before: datetime) -> int:
    return commands.forget_identities(before, by=system("opinions"))


@retention.kept_for("opinions.files", "IDENTITY_KEPT_DAYS", "原本の写し・添付（結果の公表から）")
def _forget_files(before: datetime) -> int:
    return commands.forget_files(before, by=system("opinions"))


@retention.kept_for("opinions.waiting_files", 2, "意見に付けるために選び、送らなかったファイル")
def _forget_waiting_files(before: datetime) -> int:
    return commands.forget_waiting_files(before, by=system("opinions"))


@retention.kept_for("opinions.guesses", 90, "受付番号の合言葉を間違えた記録")
def _forget_guesses(before: datetime) -> int:
    return commands.forget_guesses(before, by=system("opinions"))


@retention.kept_for("opinions.imports", 7, "確認されないままの、意見の取り込みのファイル")
def _forget_imports(before: datetime) -> int:
    return commands.forget_imports(before, by=system("opinions"))


@queue.handler(TAKE_IN)
def take_in(payload: dict[str, Any]) -> None:
    """Take a confirmed file in, in the name of who confirmed it; goes on where it was stopped."""
    kept, consultation = queries.get_import(payload["import"])
    if kept.status is not ImportStatus.RUNNING:
        return
    try:
        by = queries.uploader_of(kept)
        reading, done = queries.read_kept(kept), kept.submissions_done
        first = [ImportCounts(problems=reading.problems)] if not done else []
        for portion in reading.batches(done):
            for _, content in (kept_file for read in portion for kept_file in read.files_to_keep):
                files.keep(content)
            with transaction():
                held = consultations.hold_procedure(consultation.code)
                counts = commands.import_submissions(held, portion, kept.filename, by=by)
                kept = queries.get_import(kept.public_id)[0]
                commands.note_import(kept, held, [*first, counts], submissions=len(portion), by=by)
            first = []
    except (AppError, Unreadable) as error:  # The call was closed meanwhile, or the right was taken away.
        first = [ImportCounts(problems=(ImportProblem(None, str(error)),))]
    with transaction():
        kept = queries.get_import(kept.public_id)[0]
        procedure = consultations.get_procedure(consultation.code)
        commands.finish_import(kept, procedure, first, by=system("opinions"))


def erase_original(event: VisibilityChanged) -> None:
    """Erase what an erased opinion was made from, too."""
    if event.after is Visibility.ERASED:
        commands.erase_originals(event.contribution_id, by=system("opinions"))


def note_answer(event: ContributionAnswered) -> None:
    """Remember where the ward's answer stands, so that the author is led to it."""
    commands.note_answer(event.contribution_id, event.path, by=system("opinions"))
