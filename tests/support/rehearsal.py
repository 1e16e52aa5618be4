"""A whole rehearsal (通しの練習): a file of texts is taken in, divided, bundled, gathered, answered and published.

What people decide is decided here by plain rules; everything is done through the commands, as in life. At the
end each text is looked for: it has to be accounted for exactly once.
"""

from __future__ import annotations

import csv
import json
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from participation.access.actors import Actor, system
from participation.consultations.models import Consultation
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.paging import Edge
from participation.opinions import commands as opinions
from participation.opinions import queries as said
from participation.opinions.domain import OpinionStage, letters_of
from participation.opinions.domain.dividing import (
    Arrangement,
    AsideReason,
    PassageKind,
    Piece,
    cut_up,
    suggested_cuts,
)
from participation.opinions.models import Opinion, OriginalPassage, OriginalText, Submission
from participation.replies import commands as replies
from participation.replies.domain import Approval, BundleStatus, NoPointReason, PointDraft, ReplyDraftText
from participation.replies.models import OpinionWithoutPoint, Point, PointOpinion
from participation.replies.queries import bundles, gathering, readiness

BY = system("rehearsal")
POINTS = 40
PORTION = 200


@dataclass
class Figures:
    """What came of it."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure one step."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began


def rehearse(
    app: Flask,
    consultation: Consultation,
    path: Path,
    *,
    close: Callable[[Consultation], Consultation],
    writer: Actor,
    approver: Actor,
    number: str = "id",
    body: str = "comment",
) -> Figures:
    """Take a CSV file the whole way, and check that nothing is lost and nothing is there twice."""
    figures = Figures()
    code = consultation.code
    texts = _texts(path, body)
    with figures.timed("import"):
        taken = _import(app, code, path, number, body)
    with figures.timed("import again"):
        again = _import(app, code, path, number, body)
    assert taken["added"] == len(texts), taken
    assert (again["added"], again["skipped"]) == (0, len(texts)), again
    figures.counts |= {"texts": len(texts), "characters": sum(len(text) for text in texts)}
    with figures.timed("divide"):
        figures.counts |= divide_all(consultation.id)
    with figures.timed("bundle"):
        figures.counts |= bundle_all(code, consultation.id)
    with figures.timed("screen"):
        _in_portions(consultation.id, lambda some: opinions.screen_opinions(some, by=BY))
    with figures.timed("gather"):
        gather_all(code, consultation.id)
    with figures.timed("answer"):
        answer_all(consultation.id, writer, approver)
    closed = close(consultation)
    with figures.timed("publish"), transaction():
        replies.publish_results(closed.code, is_interim=False, by=approver)
    with figures.timed("check"):
        figures.counts |= check(consultation.id, texts)
    return figures


def _texts(path: Path, body: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[body].replace("\r\n", "\n") for row in csv.DictReader(file)]


def _import(app: Flask, code: str, path: Path, number: str, body: str) -> dict[str, int]:
    arguments = ["opinions", "import", str(path), "--consultation", code, "--json"]
    arguments += ["--map", f"number={number}", "--map", f"body={body}"]
    told = app.test_cli_runner().invoke(args=arguments)
    assert told.exit_code == 0, told.output
    result: dict[str, int] = json.loads(told.output)
    return result


def divide_all(consultation_id: int) -> dict[str, int]:
    """Divide each letter where cuts are proposed; its first piece, if it is short, is put aside as a greeting."""
    rows = db.session.execute(
        select(Submission.public_id, OriginalText.position, OriginalText.body)
        .join(OriginalText, OriginalText.submission_id == Submission.id)
        .where(Submission.consultation_id == consultation_id)
        .order_by(OriginalText.id)
    ).all()
    divided, parts, aside = 0, 0, 0
    for public_id, position, body in rows:
        cuts = suggested_cuts(body)
        if not cuts:
            continue
        ranges = cut_up(body, cuts)
        is_greeting = len(letters_of(body[slice(*ranges[0])])) < 12
        pieces = tuple(
            Piece(*each, aside=AsideReason.GREETING)
            if is_greeting and not place
            else Piece(*each, opinion=place + (0 if is_greeting else 1))
            for place, each in enumerate(ranges)
        )
        if len(pieces) == 1 or not any(piece.opinion for piece in pieces):
            continue
        seen = said.get_division(public_id, position)
        about = dict.fromkeys(range(1, len(pieces) + 1), seen.opinions[0].subject.public_id)
        with transaction():
            opinions.divide_original(public_id, position, Arrangement(pieces, about), seen.version, by=BY)
        divided, parts, aside = divided + 1, parts + len(pieces), aside + is_greeting
    return {"divided letters": divided, "their parts": parts, "of them aside": aside}


def bundle_all(code: str, consultation_id: int) -> dict[str, int]:
    """Look for the same texts and confirm whatever is proposed."""
    found, last = bundles.find_bundles(consultation_id)
    with transaction():
        replies.propose_bundles(code, found, last, by=BY)
    folded, proposed, edge = 0, 0, Edge()
    while rows := bundles.list_bundles(consultation_id, BundleStatus.PROPOSED, edge).items:
        for row in rows:
            with transaction():
                folded += replies.confirm_bundle(row.public_id, by=BY)
            proposed += 1
    return {"bundles": proposed, "opinions in the same words": folded}


def gather_all(code: str, consultation_id: int) -> None:
    """Put each row of the gathering page into one of so many points; what says next to nothing into none."""
    points: dict[int, str] = {}
    while rows := gathering.list_unsorted(consultation_id, Edge()).items:
        chosen: dict[int, list[str]] = {}
        without: list[str] = []
        for row in rows:
            letters = letters_of(row.body)
            ids = bundles.opinions_ticked([row.value], *gathering.without_point(consultation_id))
            if len(letters) < 6:
                without += ids
            else:
                chosen.setdefault(zlib.crc32(letters[:40].encode()) % POINTS, []).extend(ids)
        with transaction():
            if without:
                replies.mark_without_point(without, NoPointReason.IMPRESSION, by=BY)
            for place, ids in sorted(chosen.items()):
                if place in points:
                    replies.add_to_point(points[place], ids, by=BY)
                else:
                    draft = PointDraft(code, f"論点{place + 1}", f"論点{place + 1}の要旨です。", tuple(ids))
                    points[place] = replies.gather_point(draft, by=BY).public_id


def answer_all(consultation_id: int, writer: Actor, approver: Actor) -> None:
    """Draft a reply to each point, hand it on, and decide on it."""
    for public_id in db.session.scalars(
        select(Point.public_id).where(Point.consultation_id == consultation_id).order_by(Point.number)
    ).all():
        with transaction():
            text = ReplyDraftText("ご意見の趣旨を踏まえて進めます。", "A", based_on=0)
            version = replies.draft_reply(public_id, text, by=writer)
            replies.submit_for_approval(public_id, version.number, by=writer)
            replies.approve_reply(
                public_id,
                Approval(version.number, version.content_hash, decision_number="練習第1号"),
                by=approver,
            )


def _in_portions(consultation_id: int, act: Callable[[list[Opinion]], None]) -> None:
    waiting = [each.id for each in said.opinions_of_consultation(consultation_id, [OpinionStage.RECEIVED])]
    for start in range(0, len(waiting), PORTION):
        with transaction():
            act(
                list(
                    db.session.scalars(
                        select(Opinion).where(Opinion.id.in_(waiting[start : start + PORTION]))
                    )
                )
            )


def check(consultation_id: int, texts: list[str]) -> dict[str, int]:
    """Look for every text: all its characters in one opinion or aside, each opinion answered or marked, once."""
    originals = db.session.scalars(
        select(OriginalText)
        .join(Submission, Submission.id == OriginalText.submission_id)
        .where(Submission.consultation_id == consultation_id)
    ).all()
    assert Counter(each.body for each in originals) == Counter(texts)
    standing = db.session.execute(
        select(Opinion, Contribution)
        .join(Contribution, Contribution.id == Opinion.contribution_id)
        .where(Opinion.consultation_id == consultation_id, Contribution.visibility != Visibility.WITHDRAWN)
    ).all()
    by_original: dict[int, list[tuple[Opinion, Contribution]]] = {}
    for opinion, words in standing:
        by_original.setdefault(opinion.original_id, []).append((opinion, words))
    stretches: dict[int, list[OriginalPassage]] = {}
    for passage in db.session.scalars(select(OriginalPassage).order_by(OriginalPassage.start)):
        stretches.setdefault(passage.original_id, []).append(passage)
    for original in originals:
        _check_original(original, by_original[original.id], stretches.get(original.id, []))
    assert said.find_misdivided() == []
    assert list(said.find_damaged()) == []
    memberships = Counter(
        db.session.scalars(
            select(PointOpinion.opinion_id)
            .join(Opinion, Opinion.id == PointOpinion.opinion_id)
            .where(Opinion.consultation_id == consultation_id)
        )
    )
    marked = set(db.session.scalars(select(OpinionWithoutPoint.opinion_id)))
    for opinion, _ in standing:
        assert (memberships[opinion.id] == 1) != (opinion.id in marked), opinion.number
        assert opinion.answer_path.startswith("/points/") == (opinion.id not in marked), opinion.number
        assert opinion.answer_path, opinion.number
    tally = said.count_for_consultation(consultation_id)
    assert tally.opinions == len(standing) == sum(memberships.values()) + len(marked)
    assert readiness.of_consultation(consultation_id).unassigned_count == 0
    return {
        **{each.name: each.number for each in tally.in_four()},
        "points": len(
            db.session.scalars(select(Point.id).where(Point.consultation_id == consultation_id)).all()
        ),
        "without a point": len(marked),
        "answered in a point": sum(opinion.answer_path.startswith("/points/") for opinion, _ in standing),
    }


def _check_original(
    original: OriginalText, made: list[tuple[Opinion, Contribution]], passages: list[OriginalPassage]
) -> None:
    if not passages:
        assert [words.body for _, words in made] == [original.body]
        return
    assert [each.start for each in passages] == [0, *(each.end for each in passages[:-1])]
    assert passages[-1].end == len(original.body)
    owners = {each.opinion_id for each in passages if each.kind is PassageKind.OPINION}
    assert owners == {opinion.id for opinion, _ in made}
