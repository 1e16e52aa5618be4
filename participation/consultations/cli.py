"""Consultations on the command line."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from participation.consultations import queries
from participation.consultations.domain import STATUS_NAMES

group = AppGroup("consultations", help="案件（意見募集）")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSONで書き出す")
def list_all(as_json: bool) -> None:
    """案件をすべて、募集の状態ごとに並べます。"""
    rows = [each for rows in queries.list_consultations(drafts=True).values() for each in rows]
    if as_json:
        click.echo(json.dumps([_as_data(each) for each in rows], ensure_ascii=False, indent=2))
        return
    for each in rows:
        consultation = each.consultation
        click.echo(
            f"{consultation.code}\t{STATUS_NAMES[consultation.status]}\t{consultation.title}"
            f"\t{each.tally.in_words()}"
        )


def _as_data(listed: queries.ListedConsultation) -> dict[str, object]:
    consultation, period = listed.consultation, listed.procedure.open_period
    return {
        "code": consultation.code,
        "title": consultation.title,
        "status": consultation.status.value,
        "kind": consultation.kind.value,
        "opens_at": period.opens_at.isoformat() if period else None,
        "closes_at": period.closes_at.isoformat() if period and not period.is_endless else None,
        "people": listed.tally.people,
        "organisations": listed.tally.organisations,
        "submissions": listed.tally.submissions,
        "opinions": listed.tally.opinions,
        "distinct_texts": listed.tally.distinct_texts,
    }
