"""`python3 run.py bench papers`: how long the files of a result take, and how much memory they need.

Two results word for word (原文掲載), made through the commands: of 1,000 opinions in 500 points and
of 20,000 opinions in 400 points. Each file is written by `flask replies export` in a process of its
own, so that the time holds the start of the program and the memory is that of this file alone (the
larger of the program's and of the typesetting's). Seconds suffer from whatever else the machine does; CPU seconds,
those of the typesetting included, are the steadier figure.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import select

from bench import data
from participation import ward_pack
from participation.access.actors import system
from participation.app import create_app
from participation.consultations.domain import ModerationMode, PublicationMode
from participation.consultations.queries import get_procedure
from participation.foundation.db import db, transaction
from participation.opinions import commands as opinions
from participation.opinions.domain import OpinionText, SubmissionDraft
from participation.opinions.models import Opinion
from participation.plans.models import PlanNode
from participation.replies import commands
from participation.replies.domain import Approval, PointDraft, ReplyDraftText
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation

BY = system("bench")
FORMS = ("pdf", "docx", "xlsx", "html", "csv", "txt")
#: (opinions, form) → seconds at most.
SECONDS = {(1000, "pdf"): 5.0, (1000, "xlsx"): 3.0}
#: MB at most for every file of 20,000 opinions.
MEMORY = 300
#: Opinions handed in together.
TOGETHER = 10


def main() -> None:
    """Prepare, write each file, print."""
    with tempfile.TemporaryDirectory(prefix="bench-papers-") as name:
        folder = Path(name)
        environ = {
            **os.environ,
            "APP_ENV": "production",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/{{}}.sqlite3",
            "PUBLIC_URL": "http://127.0.0.1",
            "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
            "JOBS_INSIDE": "0",
        }
        print(f"the start of the program alone: {start_of_program(environ):.2f} s")
        print(f"\n{'opinions':>9} {'form':6}{'seconds':>9}{'CPU s':>8}{'MB':>7}{'file MB':>9}   wanted")
        for count, points in ((1000, 500), (20000, 400)):
            # In a process of its own: a process begins with the memory of the one that started it.
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:
                code = apart.submit(prepare, environ, count, points).result()
            for form in FORMS:
                measure(
                    count,
                    code,
                    form,
                    folder,
                    environ | {"DATABASE_URL": environ["DATABASE_URL"].format(count)},
                )


def prepare(environ: dict[str, str], count: int, points: int) -> str:
    """Make a ward with a result of so many opinions; return the consultation's code."""
    environ["DATABASE_URL"] = environ["DATABASE_URL"].format(count)
    app = create_app(environ)
    with app.app_context():
        upgrade()
        with transaction():
            ward_pack.load(app.config["WARD"], by=BY)
        return make_result(data.members(2000), count, points)


def make_result(people: list[tuple[int, str]], count: int, points: int) -> str:
    """Hand in so many opinions, gather and answer them, publish; return the consultation's code."""
    began = time.perf_counter()
    chance = random.Random(count)
    node = db.session.scalars(select(PlanNode).where(PlanNode.code == data.VIEWPOINT)).one()
    subject = db.session.get_one(Subject, node.subject_id)
    consultation = an_open_consultation(
        about=[subject], moderation=ModerationMode.HOLD_ALL, publication=PublicationMode.VERBATIM
    )
    code, consultation_id, about = consultation.code, consultation.id, subject.public_id
    for start in range(0, count, 500):
        with transaction():
            procedure = get_procedure(code)
            for number in range(start, start + 500, TOGETHER):
                texts = tuple(
                    OpinionText(about, f"{data.words(chance, chance.randint(2, 6))}（{number + each}）")
                    for each in range(TOGETHER)
                )
                person_id, _ = people[number // TOGETHER % len(people)]
                opinions.submit_opinions(procedure, SubmissionDraft(texts), by=data.actor(person_id))
    each = count // points
    for start in range(0, count, each):
        with transaction():
            members = db.session.scalars(
                select(Opinion)
                .where(Opinion.consultation_id == consultation_id)
                .order_by(Opinion.number)
                .offset(start)
                .limit(each)
            ).all()
            opinions.screen_opinions(members, by=BY)
            answer(code, [member.public_id for member in members], chance)
    with transaction():
        commands.publish_results(code, is_interim=True, by=BY)
    print(
        f"{count:,} opinions in {points} points prepared in {time.perf_counter() - began:.0f} s", flush=True
    )
    return code


def answer(code: str, public_ids: list[str], chance: random.Random) -> None:
    """Gather opinions into a point, draft the reply, hand it on, decide on it."""
    title, summary = data.words(chance, 1)[:60], data.words(chance, 3)
    point = commands.gather_point(PointDraft(code, title, summary, tuple(public_ids)), by=BY)
    draft = ReplyDraftText(data.words(chance, 5), "C", based_on=0)
    version = commands.draft_reply(point.public_id, draft, by=BY)
    commands.submit_for_approval(point.public_id, version.number, by=BY)
    commands.approve_reply(point.public_id, Approval(version.number, version.content_hash), by=BY)


def start_of_program(environ: dict[str, str]) -> float:
    """Return the seconds of a command that does nothing: they are in every figure below."""
    began = time.perf_counter()
    command = (sys.executable, "-m", "flask", "--app", "participation.app", "replies", "export", "--help")
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def measure(count: int, code: str, form: str, folder: Path, environ: dict[str, str]) -> None:
    """Write one file in a process of its own, and print what it took."""
    path = folder / f"{count}.{form}"
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "flask", "--app", "participation.app", "replies", "export"),
            *(code, "--format", form, "--output", str(path)),
        ],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds, memory = time.perf_counter() - began, used.ru_maxrss / 1024
    if status:
        raise SystemExit(f"{form} of {count} opinions was not written")
    wanted = []
    if (count, form) in SECONDS:
        wanted.append(f"≤ {SECONDS[count, form]:g} s: {'yes' if seconds <= SECONDS[count, form] else 'NO'}")
    if count == 20000:
        wanted.append(f"≤ {MEMORY} MB: {'yes' if memory <= MEMORY else 'NO'}")
    print(
        f"{count:>9,} {form:6}{seconds:>9.2f}{used.ru_utime + used.ru_stime:>8.2f}{memory:>7.0f}"
        f"{path.stat().st_size / 1e6:>9.2f}   {', '.join(wanted)}",
        flush=True,
    )
