"""`python3 run.py bench surveys`: a survey of 40 questions answered by 100,000 people, beside what was asked for.

The answers are put into the database directly, from a fixed seed, and the kept counts with them; then a recount
proves that the two are equal. Tables and pages are
measured in seconds of CPU, read through the program without a server between; files are written by
`flask surveys export` in a process of its own, whose largest memory is measured; submitting goes through the
command that every page uses, one answer a transaction, in as many processes as there are processors (two at most).
Taking in goes through `flask surveys import-form` and `import-answers`, with what was written out before.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from bench import data
from participation import ward_pack
from participation.access.actors import Actor, Role, system, visitor
from participation.app import create_app
from participation.foundation import clock
from participation.foundation.db import Base, db, transaction
from participation.foundation.ids import new_token
from participation.plans.models import PlanNode
from participation.surveys import commands, queries
from participation.surveys.domain import (
    Audience,
    MatrixSpec,
    MultipleSpec,
    NumberSpec,
    Option,
    QuestionDraft,
    ResultsShown,
    ScaleSpec,
    SingleSpec,
    SurveyDraft,
    TextSpec,
    counts_of,
)
from participation.surveys.domain.margins import Margin
from participation.surveys.domain.matching import match_margins
from participation.surveys.domain.variables import Variable
from participation.surveys.domain.xlsform import Form
from participation.surveys.domain.xlsform.workbooks import write_workbook
from participation.surveys.models import Answer, AnswerCount, Response

BY = system("bench")
BY_EDITOR = Actor(roles=frozenset({Role.EDITOR, Role.ANALYST}))
QUESTIONS = 40
TIMES = 20
BATCH = 5_000
#: Rows of a file of answers that is taken in.
IMPORTED = 10_000


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(prog="run.py bench surveys", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds of submitting")
    parser.add_argument("--folder", type=Path, help="where an earlier run was kept, or is to be kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-surveys-") as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        measure(environ_of(folder), folder, options.people, options.seconds)


def environ_of(folder: Path) -> dict[str, str]:
    """Return the settings of the program under measurement."""
    return {
        **os.environ,
        "APP_ENV": "production",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/participation.sqlite3",
        "PUBLIC_URL": "http://127.0.0.1",
        "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
        "JOBS_INSIDE": "0",
    }


def measure(environ: dict[str, str], folder: Path, people: int, seconds: float) -> None:
    """Print every measurement."""
    # Each part in a process of its own: a process begins with the memory of the one that started it.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        public_id = apart.submit(measure_inside, environ, folder, people).result()
    for form in ("csv", "json", "xlsx", "sav"):
        export(environ, folder, public_id, form)
    submit(environ, public_id, seconds)
    imports(environ, folder, public_id)


def measure_inside(environ: dict[str, str], folder: Path, people: int) -> str:
    """Make the survey where it is not there, measure tables and pages; return its public id."""
    app = create_app(environ)
    kept = folder / "survey.txt"
    if not kept.exists():
        began = time.perf_counter()
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with transaction():
                ward_pack.load(app.config["WARD"], by=BY)
            made = make(people)
            token = data.staff(Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR)
        kept.write_text(f"{made} {token}")
        print(f"{people:,} × {QUESTIONS} answers prepared in {time.perf_counter() - began:.0f} s")
    public_id, token = kept.read_text().split()
    print(f"\n{'what':58}{'wanted':>12}{'measured':>12}  met")
    with app.app_context():
        began = time.process_time()
        wrong = differences()
        line("recount of everything, s", time.process_time() - began, None)
        line("kept counts that differ from the recount", wrong, 0)
        tables(public_id)
    pages(app, public_id, token)
    return public_id


def make(people: int) -> str:
    """Make the survey and its answers; return its public id."""
    chance, subject_id = random.Random(4), about_id()
    with transaction():
        survey = commands.draft_survey(
            SurveyDraft(
                title="大きなアンケート",
                intro="測定のための架空のアンケートです。",
                subject_id=subject_id,
                consultation_id=None,
                opens_at=clock.now() - timedelta(days=1),
                closes_at=clock.now() + timedelta(days=30),
                audience=Audience.ANYONE,
                results_shown=ResultsShown.LIVE,
                is_one_tap=False,
            ),
            by=BY_EDITOR,
        )
        for number in range(QUESTIONS):
            commands.add_question(survey, question(number), by=BY_EDITOR)
        commands.publish_survey(survey, by=BY_EDITOR)
    questionnaire = queries.get_questionnaire(survey)
    ids = {each.code: each.id for each in queries.list_questions(survey)}
    survey_id, public_id = survey.id, survey.public_id
    counted: Counter[tuple[str, str]] = Counter()
    for start in range(0, people, BATCH):
        responses, answers = [], []
        for number in range(start + 1, min(start + BATCH, people) + 1):
            given = {code: value for code, value in answered(chance) if value is not None}
            responses.append(response(survey_id, number))
            answers += [
                {"response_id": number, "question_id": ids[code], "value": value, "contribution_id": None}
                for code, value in given.items()
            ]
            counted.update(counts_of(questionnaire, given))
        with transaction():
            db.session.execute(insert(Response), responses)
            db.session.execute(insert(Answer), answers)
    with transaction():
        known = {
            (row.question_code, row.choice): row
            for row in db.session.scalars(select(AnswerCount).where(AnswerCount.survey_id == survey_id))
        }
        for (code, choice), count in counted.items():
            if (code, choice) in known:
                known[code, choice].count = count
            else:
                db.session.add(
                    AnswerCount(survey_id=survey_id, question_code=code, choice=choice, count=count)
                )
    return public_id


def about_id() -> int:
    """Return the subject that the survey asks about: a viewpoint of the ward's plan."""
    return db.session.scalars(select(PlanNode.subject_id).where(PlanNode.code == data.VIEWPOINT)).one()


def response(survey_id: int, number: int) -> dict[str, Any]:
    """Return a row of a response."""
    return {
        "id": number,
        "survey_id": survey_id,
        "respondent_key": f"bench:{number}",
        "shares_texts": False,
        "answered_at": clock.now(),
        "changed_at": None,
        "form_version": 1,
        "origin": "web",
        "seed": number,
        "attributes": {},
        "paper_number": None,
        "entered_by_id": None,
    }


def options(count: int) -> tuple[Option, ...]:
    """Return options a1, a2 …"""
    return tuple(Option(code=f"a{number}", label=f"選択肢{number}") for number in range(1, count + 1))


def question(number: int) -> QuestionDraft:
    """Return the question with this number: half of one choice, and of every other kind some."""
    kind = number % 10
    spec: Any
    if number == 39:
        spec = TextSpec(limit=500)
    elif kind in (3, 7):
        spec = MultipleSpec(options=options(8))
    elif kind == 5:
        spec = ScaleSpec(low_label="低い", high_label="高い")
    elif kind == 6:
        spec = NumberSpec(least=0, most=120, unit="歳")
    elif kind == 8:
        spec = MatrixSpec(rows=options(5), columns=options(4))
    else:
        spec = SingleSpec(options=options(6))
    return QuestionDraft(
        text=f"測定のための設問{number + 1}です",
        help="",
        is_required=False,
        spec=spec,
        is_attribute=number < 3,
    )


def answered(chance: random.Random) -> Iterator[tuple[str, Any]]:
    """Yield (question code, stored answer) of one respondent; one in twenty answers is missing."""
    lean = chance.randrange(3)
    for number in range(QUESTIONS):
        code, kind = f"q{number + 1}", number % 10
        if chance.random() < 0.05:
            continue
        if number == 39:
            yield (
                code,
                "公園が近くにあり、歩きやすい道があるとよいと思います。" if chance.random() < 0.2 else None,
            )
        elif kind in (3, 7):
            yield code, [f"a{each}" for each in sorted(chance.sample(range(1, 9), chance.randint(1, 4)))]
        elif kind == 5:
            yield code, min(5, chance.randint(1, 4) + lean // 2)
        elif kind == 6:
            yield code, str(chance.randint(18, 95))
        elif kind == 8:
            yield code, {f"a{row}": f"a{chance.randint(1, 4)}" for row in range(1, 6)}
        else:
            yield code, f"a{min(6, chance.randint(1, 5) + lean % 2)}"


def differences() -> int:
    """Return how many of the kept counts are not those of a recount."""
    with transaction():
        return sum(commands.recount_surveys(check_only=True, by=BY).values())


def tables(public_id: str) -> None:
    """Measure cross tables: plain, of choices and tables and numbers, filtered, weighted, in public."""
    page = queries.show_survey(queries.get_survey(public_id))
    variables = queries.list_variables(page)

    def by_key(key: str) -> Any:
        return queries.find_variable(variables, key)

    first, second, third = by_key("q1"), by_key("q2"), by_key("q3")
    matches = match_margins(invented_margins(third), {"甲": first, "乙": second, "丙": third})
    with transaction():
        began = time.perf_counter()
        run = commands.weight_survey(page.survey, matches, by=BY_EDITOR)
        line("weights of everybody to a joined margin and another, s", time.perf_counter() - began, None)
    wanted: dict[str, Callable[[], Any]] = {
        "one choice × one choice": lambda: queries.show_crosstab(page.survey, second, first),
        "several choices × several choices": lambda: queries.show_crosstab(
            page.survey, by_key("q4"), by_key("q8")
        ),
        "row of a table × number": lambda: queries.show_crosstab(page.survey, by_key("q9-a1"), by_key("q7")),
        "filtered by a third": lambda: queries.show_crosstab(page.survey, second, first, only=(third, "a1")),
        "weighted": lambda: queries.show_crosstab(page.survey, second, first, run_id=run.id),
        "several × several, weighted": lambda: queries.show_crosstab(
            page.survey, by_key("q4"), by_key("q8"), run_id=run.id
        ),
    }
    for words, make_table in wanted.items():
        line(f"table, {words}, s", timed(make_table, 3), 2.0)
    rows = ["q2", "q3", "q4", "q5", "q6"]
    line("ten tables for everybody, proved together, s", timed(lambda: publishable(page, rows), 1), None)


def invented_margins(third: Variable) -> list[Margin]:
    """Return a joined margin of two questions (甲×乙) and one of a third (丙), of as many people."""
    groups = ("a1＋a2", "a3", "a4", "a5＋a6")
    joined = {
        f"{one}×{other}": 1000 + 60 * place + 20 * across
        for place, one in enumerate(groups)
        for across, other in enumerate(groups)
    }
    total, own = sum(joined.values()), [category.code for category in third.axis.categories]
    alone = {code: total // len(own) for code in own[1:]}
    alone[own[0]] = total - sum(alone.values())
    return [
        Margin("甲×乙", joined, "架空", clock.today()),
        Margin("丙", alone, "架空", clock.today()),
    ]


def publishable(page: Any, rows: list[str]) -> None:
    """Lay out tables as staff prepare them for everybody."""
    found = queries.prepare_tables(page, rows, ["q1", "q7"]).content
    if len(found["tables"]) + len(found["refused"]) != 2 * len(rows):
        raise SystemExit("tables are missing")


def pages(app: Flask, public_id: str, token: str) -> None:
    """Measure pages, the page cache emptied before each reading."""
    client = app.test_client()
    client.set_cookie("sid", token)
    guest = app.test_client()
    for words, path, reader in (
        ("results in public", f"/surveys/{public_id}/results", guest),
        ("results for staff", f"/desk/surveys/{public_id}/results", client),
        ("table for staff", f"/desk/surveys/{public_id}/crosstab?rows=q2&columns=q1", client),
    ):
        sizes = []

        def read(path: str = path, reader: Any = reader, sizes: list[int] = sizes) -> None:
            app.extensions["page_cache"].clear()
            answer = reader.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            sizes.append(len(answer.get_data()))

        read()
        limit = 300.0 if "results" in words else 2000.0
        line(
            f"{words}, ms (slowest of {TIMES})", timed(read, TIMES if "results" in words else 3) * 1000, limit
        )
        line(f"{words}, kB", sizes[-1] / 1000, 60)


def export(environ: dict[str, str], folder: Path, public_id: str, form: str) -> None:
    """Measure a file: seconds, and the largest memory of the process that writes it."""
    path = folder / f"answers.{form}"
    took, memory, _ = shell(environ, "export", public_id, "--format", form, "--output", str(path))
    line(f"export as {form}: s", took, None)
    line(f"export as {form}: MB of memory", memory, 200)
    line(f"export as {form}: MB of file", path.stat().st_size / 1e6, None)


def shell(environ: dict[str, str], *arguments: str) -> tuple[float, float, str]:
    """Run `flask surveys …` in a process of its own; return seconds, its largest memory in MB, what it said."""
    began = time.perf_counter()
    code = (
        "import resource,sys;from participation.app import create_app;import click;"
        "app=create_app();"
        f"r=app.test_cli_runner().invoke(args=['surveys',*{list(arguments)!r}]);"
        "print(r.output, r.exception or '', file=sys.stderr) if r.exit_code else print(r.stdout);"
        "k=max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF,resource.RUSAGE_CHILDREN));"
        "print(k);sys.exit(r.exit_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    said, _, kilobytes = done.stdout.strip().rpartition("\n")
    return time.perf_counter() - began, int(kilobytes) / 1024, said


def imports(environ: dict[str, str], folder: Path, public_id: str) -> None:
    """Measure taking in a questionnaire, and answers that were written out: all of them, and once more."""
    sheet, table = folder / "form.xlsx", folder / "part.csv"
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        apart.submit(write_sheet, environ, public_id, sheet).result()
        took, _, said = shell(environ, "import-form", str(sheet), "--title", "取り込んだもの", "--json")
        line(f"import-form, {QUESTIONS} questions: s", took, None)
        made = json.loads(said)["survey"]
        apart.submit(publish, environ, made).result()
    with (folder / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(islice(csv.reader(file), IMPORTED + 1))
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    for words, wanted in (("new", len(rows) - 1), ("there already", 0)):
        took, memory, said = shell(environ, "import-answers", made, str(table), "--json")
        told = json.loads(said)
        if (told["added"], told["errors"]) != (wanted, []):
            raise SystemExit(f"import-answers took {told['added']} of {wanted}: {told['errors'][:3]}")
        line(f"import-answers, rows a second, {words}", (len(rows) - 1) / took, None)
        line(f"import-answers, MB of memory, {words}", memory, None)


def write_sheet(environ: dict[str, str], public_id: str, path: Path) -> None:
    """Write the questionnaire as an XLSForm."""
    app = create_app(environ)
    with app.app_context():
        survey = queries.get_survey(public_id)
        path.write_bytes(write_workbook(Form(queries.get_questionnaire(survey), title=survey.title)))


def publish(environ: dict[str, str], public_id: str) -> None:
    """Open a survey that was taken in."""
    app = create_app(environ)
    with app.app_context(), transaction():
        commands.publish_survey(queries.get_survey(public_id), by=BY_EDITOR)


def submit(environ: dict[str, str], public_id: str, seconds: float) -> None:
    """Measure answers taken a second, by two processes at once."""
    workers = min(2, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, get_context("spawn")) as apart:
        found = list(apart.map(answer_for, [environ] * workers, [public_id] * workers, [seconds] * workers))
    taken = sum(each for each, _ in found)
    line(f"answers taken a second, {workers} processes", taken / seconds, 100, at_least=True)
    # What others do on the machine slows the figure above, and this one hardly.
    line("processor time an answer, ms", sum(used for _, used in found) / max(1, taken) * 1000, None)


def answer_for(environ: dict[str, str], public_id: str, seconds: float) -> tuple[int, float]:
    """Answer the survey as somebody new again and again; return how often, and seconds of processor time."""
    app = create_app(environ)
    chance = random.Random(os.getpid())
    with app.app_context():
        survey = queries.get_survey(public_id)
        # As the page did that shows the form: what a published survey asks is read once for all.
        questionnaire, _ = queries.get_asked(survey)
        taken, used, until = 0, 0.0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            given: dict[str, list[str]] = {}
            stored = {code: value for code, value in answered(chance) if value is not None}
            for asked in questionnaire.questions:
                if asked.code in stored:
                    for part, sent in asked.spec.given(stored[asked.code]).items():
                        given[f"{asked.code}-{part}" if part else asked.code] = sent
            began = time.process_time()
            with transaction():
                commands.answer_survey(survey, given, by=visitor(new_token()))
            used += time.process_time() - began
            taken += 1
    return taken, used


def timed(function: Callable[[], Any], times: int) -> float:
    """Return the slowest of some runs, in seconds of this process: others use the machine, too."""
    slowest = 0.0
    for _ in range(times):
        began = time.process_time()
        function()
        slowest = max(slowest, time.process_time() - began)
    return slowest


def line(words: str, measured: float, limit: float | None, *, at_least: bool = False) -> None:
    """Print one row."""
    if limit is None:
        print(f"{words:58}{'':>12}{measured:>12.2f}", flush=True)
        return
    met = measured >= limit if at_least else measured <= limit
    print(
        f"{words:58}{'≥' if at_least else '≤':>4}{limit:>8g}{measured:>12.2f}  {'yes' if met else 'NO'}",
        flush=True,
    )
