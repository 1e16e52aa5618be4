"""run.py: what it does and says, without network. What it installs is not tried here."""

from __future__ import annotations

import ast
import contextlib
import errno
import fcntl
import importlib.util
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType

import pytest

from config import VARIABLES
from tests.support.browser import free_port

ROOT = Path(__file__).resolve().parents[1]
RUN = ROOT / "run.py"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module run.py, at home in an empty folder: nothing it does touches the project."""
    spec = importlib.util.spec_from_file_location("run_under_test", RUN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    home = tmp_path / "project"
    for name in ("core", "encoder", "test"):
        (home / "requirements").mkdir(parents=True, exist_ok=True)
        (home / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    (home / ".cache").mkdir()
    monkeypatch.setattr(module, "ROOT", home)
    monkeypatch.setattr(module, "VENV", home / ".venv")
    monkeypatch.setattr(module, "VENV_PYTHON", home / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "MARKER", home / ".venv" / "complete.json")
    monkeypatch.setattr(module, "INSTALL_LOG", home / ".cache" / "install.log")
    monkeypatch.delenv("DATA_DIR", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return module


def _say(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


# ── An old Python ───────────────────────────────────────────────────────────────────────────


def test_it_parses_on_python_3_6() -> None:
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_so_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    text = RUN.read_text(encoding="utf-8")
    guard = text[: text.index("import argparse")]
    monkeypatch.setattr(sys, "version_info", (3, 6, 15, "final", 0))
    monkeypatch.setattr(sys.stderr, "write", said.append)
    with pytest.raises(SystemExit) as ended:
        exec(compile(guard, "run.py", "exec"), {})
    assert ended.value.code == 2
    assert "Python 3.11 以上が必要です（今は 3.6 です）" in "".join(said)
    assert "needs Python 3.11" in "".join(said)


def test_it_imports_nothing_but_the_standard_library_before_its_environment_exists() -> None:
    tree = ast.parse(RUN.read_text(encoding="utf-8"))
    outside = {
        name.split(".")[0]
        for node in tree.body
        for name in _imported_names(node)
        if name.split(".")[0] not in sys.stdlib_module_names
    }
    assert outside == set()


def _imported_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


# ── The command line ────────────────────────────────────────────────────────────────────────


def test_help_names_every_command() -> None:
    told = _say("--help")
    assert told.returncode == 0
    for command in ("serve", "test", "check", "reset-demo", "flask", "bench", "--port", "--data", "--host"):
        assert command in told.stdout


def test_an_unknown_command_is_refused_with_the_list() -> None:
    told = _say("fly")
    assert told.returncode == 2
    assert "「fly」という命令はありません" in told.stderr
    assert "使い方" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "command", "port", "rest"),
    [
        ([], "start", 8000, []),
        (["--port", "8100"], "start", 8100, []),
        (["serve", "--postgres", "--port", "8100"], "serve", 8100, []),
        (["--port", "8100", "serve"], "serve", 8100, []),
        (["test", "-k", "port", "--fast"], "test", 8000, ["-k", "port", "--fast"]),
        (
            ["--data", "x", "flask", "plans", "import", "F", "--port", "1"],
            "flask",
            8000,
            ["plans", "import", "F", "--port", "1"],
        ),
    ],
)
def test_options_belong_to_run_and_the_rest_to_the_command(
    run: ModuleType, arguments: list[str], command: str, port: int, rest: list[str]
) -> None:
    said, options, left = run.parse(arguments)
    assert (said, options.port, left) == (command, port, rest)


def test_a_port_that_cannot_be_is_refused(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.parse(["--port", "70000"])
    assert "65535" in capsys.readouterr().err


# ── The environment ─────────────────────────────────────────────────────────────────────────


def _pretend_installed(run: ModuleType, **locks: str) -> None:
    run.VENV_PYTHON.parent.mkdir(parents=True)
    run.VENV_PYTHON.symlink_to(sys.executable)
    (run.VENV / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n")
    run.MARKER.write_text(json.dumps({"python": list(sys.version_info[:3]), "locks": locks}))


def _note_installs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    asked: list[tuple[str, bool]] = []

    def install(level: str, fresh: bool) -> None:
        asked.append((level, fresh))
        if fresh:
            _pretend_installed(run)

    monkeypatch.setattr(run, "install", install)
    return asked


def test_an_environment_is_made_once(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _note_installs(run, monkeypatch)
    run.ensure_environment("site")
    run.ensure_environment("site")
    assert asked == [("site", True)]


@pytest.mark.parametrize("lock", ["core", "encoder"])
def test_it_is_installed_again_when_a_lock_changed_and_only_then(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    asked = _note_installs(run, monkeypatch)
    run.ensure_environment("site")
    (run.ROOT / "requirements" / f"{lock}.txt").write_text("# newer\n")
    run.ensure_environment("site")
    run.ensure_environment("site")
    assert asked == [("site", True), ("site", False)]


def test_what_tests_need_contains_what_the_site_needs(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _note_installs(run, monkeypatch)
    run.ensure_environment("test")
    run.ensure_environment("site")
    assert asked == [("test", True)]


def test_an_installation_that_was_cut_off_is_made_anew(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(level: str, fresh: bool) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "install", cut_off)
        with pytest.raises(KeyboardInterrupt):
            run.ensure_environment("site")
    assert not run.MARKER.exists()
    asked = _note_installs(run, monkeypatch)
    run.ensure_environment("site")
    assert asked == [("site", True)]


def test_an_environment_of_another_python_is_made_anew(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pretend_installed(run, core=run.sum_of(run.locked_file("core")))
    assert run.installed() != {}
    run.MARKER.write_text(run.MARKER.read_text().replace(str(sys.version_info[1]), "99"))
    assert run.installed() == {}


def test_an_environment_whose_python_went_away_is_made_anew(run: ModuleType) -> None:
    _pretend_installed(run, core=run.sum_of(run.locked_file("core")))
    run.VENV_PYTHON.unlink()
    assert run.installed() == {}


def test_two_starts_at_once_install_one_after_the_other(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = threading.Semaphore(1)
    installs: list[str] = []

    def install(level: str, fresh: bool) -> None:
        assert busy.acquire(blocking=False), "two installations at once"
        time.sleep(0.2)
        _pretend_installed(run)
        installs.append(level)
        busy.release()

    monkeypatch.setattr(run, "install", install)
    starts = [threading.Thread(target=run.ensure_environment, args=("site",)) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert installs == ["site"]
    assert "終わるのを待っています" in capsys.readouterr().out


def test_the_next_start_waits_for_an_installer_whose_run_was_killed(run: ModuleType) -> None:
    path = run.ROOT / ".cache" / "setup.lock"
    with run.lock(path, "wait"):
        installer = subprocess.Popen(["sleep", "1"], pass_fds=tuple(run.HELD_LOCKS))
        assert run.run(["true"]).args == ["true"]
    with path.open("a") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    installer.wait()
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("Failed to establish a new connection: Temporary failure in name resolution", "ネットワーク"),
        ("error: Failed to fetch: dns error", "ネットワーク"),
        ("OSError: [Errno 28] No space left on device", "ディスクに空きがありません"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_a_failed_installation_says_why_and_where_to_look(run: ModuleType, log: str, says: str) -> None:
    run.INSTALL_LOG.write_text(log)
    failure = run.install_failed()
    assert says in failure.japanese
    assert "install.log" in failure.japanese


def test_a_python_without_venv_is_told_which_package_it_lacks(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(run, "apt_install", lambda packages: False)
    with pytest.raises(run.Stop, match=rf"python3\.{sys.version_info[1]}-venv"):
        run.ensure_venv_module()


def test_the_locks_agree_with_each_other_and_name_no_registry() -> None:
    locks = {
        path.stem: dict(re.findall(r"^([\w.-]+)==([^ ;\\]+)", path.read_text(), re.MULTILINE))
        for path in (ROOT / "requirements").glob("*.txt")
    }
    assert locks.keys() == {"core", "encoder", "test", "production"}
    for name in ("test", "production"):
        assert locks["core"].items() <= locks[name].items()
    assert locks["encoder"].items() <= locks["test"].items()
    for name in locks:
        assert "://" not in (ROOT / "requirements" / f"{name}.txt").read_text()


# ── The data folder ─────────────────────────────────────────────────────────────────────────


def test_the_signing_key_is_made_once_and_for_its_owner_only(run: ModuleType, tmp_path: Path) -> None:
    key = run.secret_key(tmp_path)
    assert run.secret_key(tmp_path) == key
    assert len(key) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("secret_key*")] == ["secret_key"]


def test_a_folder_that_cannot_be_written_is_named(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(run.tempfile, "TemporaryFile", refuse)
    with pytest.raises(run.Stop, match=re.escape(str(tmp_path))) as stopped:
        run.data_folder(tmp_path)
    assert "--data" in stopped.value.japanese


def test_a_file_where_the_folder_should_be_is_named(run: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(run.Stop, match="書けません"):
        run.data_folder(tmp_path / "file")


def test_a_full_disk_is_said(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run.tempfile, "TemporaryFile", refuse)
    with pytest.raises(run.Stop, match="空きがありません"):
        run.data_folder(tmp_path)


# ── The database ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def flask_calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Flask's commands, noted instead of run; `db current` answers nothing: the database is new."""
    calls: list[str] = []
    monkeypatch.setattr(run, "must_flask", lambda arguments, env: calls.append(" ".join(arguments)) or "")
    return calls


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    return {"DATA_DIR": str(folder), **settings}


def test_a_new_database_is_filled_with_the_demo_ward(
    run: ModuleType, tmp_path: Path, flask_calls: list[str]
) -> None:
    run.ensure_database(_environment(tmp_path))
    assert flask_calls == ["db current", "db upgrade", "demo load"]
    assert list(tmp_path.glob("filling-*")) == []


def test_a_database_that_was_there_keeps_its_data(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(
        run, "must_flask", lambda arguments, env: calls.append(" ".join(arguments)) or "0001 (head)"
    )
    run.ensure_database(_environment(tmp_path))
    assert calls == ["db current", "db upgrade"]


def test_a_database_of_production_is_never_filled(
    run: ModuleType, tmp_path: Path, flask_calls: list[str]
) -> None:
    run.ensure_database(_environment(tmp_path, APP_ENV="production", DATABASE_URL="postgresql://x/y"))
    assert flask_calls == ["db current", "db upgrade"]


def test_a_filling_that_was_cut_off_begins_again_on_an_empty_database(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flask_calls: list[str]
) -> None:
    def cut_off(arguments: list[str], env: dict[str, str]) -> str:
        if arguments == ["db", "upgrade"]:
            (tmp_path / run.DATABASE).write_text("half")
        if arguments == ["demo", "load"]:
            raise KeyboardInterrupt
        return ""

    with monkeypatch.context() as patch:
        patch.setattr(run, "must_flask", cut_off)
        with pytest.raises(KeyboardInterrupt):
            run.ensure_database(_environment(tmp_path))
    assert [path.name for path in tmp_path.glob("filling-*")] == ["filling-sqlite"]
    run.ensure_database(_environment(tmp_path))
    assert not (tmp_path / run.DATABASE).exists()
    assert flask_calls == ["db current", "db upgrade", "demo load"]


def test_somebody_elses_database_is_never_thrown_away(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flask_calls: list[str]
) -> None:
    (tmp_path / "filling-postgresql").write_text("")
    (tmp_path / run.DATABASE).write_text("data")
    monkeypatch.setattr(run, "empty_database", lambda env: pytest.fail("emptied"))
    run.ensure_database(_environment(tmp_path, DATABASE_URL="postgresql://x/y"))
    assert (tmp_path / run.DATABASE).read_text() == "data"


def test_a_half_filled_sqlite_says_nothing_about_the_embedded_postgresql(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flask_calls: list[str]
) -> None:
    (tmp_path / "filling-sqlite").write_text("")
    (tmp_path / run.DATABASE).write_text("half")
    monkeypatch.setattr(run, "empty_database", lambda env: pytest.fail("emptied"))
    run.ensure_database(_environment(tmp_path, DATABASE_URL="postgresql+psycopg://x/y", DATABASE_IS_OWN="1"))
    assert (tmp_path / "filling-sqlite").exists()


def test_what_a_command_logs_does_not_make_a_new_database_look_old(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def answer(
        command: list[str], env: dict[str, str], **options: object
    ) -> subprocess.CompletedProcess[bytes]:
        asked.append(command[3:])
        return subprocess.CompletedProcess(command, 0, b"", b"INFO  [alembic] Context impl SQLiteImpl.")

    monkeypatch.setattr(run, "run", answer)
    run.ensure_database(_environment(tmp_path))
    assert ["demo", "load"] in asked


def _reset(run: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ensure_environment", lambda level: None)
    _, options, _ = run.parse(["reset-demo", "--data", str(folder)])
    run.reset_demo(options)


def test_reset_demo_empties_the_data_folder_but_keeps_the_key(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flask_calls: list[str]
) -> None:
    folder = run.data_folder(tmp_path / "data")
    key = run.secret_key(folder)
    (folder / "mail").mkdir()
    (folder / "mail" / "letter.eml").write_text("x")
    (folder / run.DATABASE).write_text("x")
    _reset(run, folder, monkeypatch)
    assert not (folder / "mail").exists()
    assert not (folder / run.DATABASE).exists()
    assert run.secret_key(folder) == key
    assert flask_calls == ["db current", "db upgrade", "demo load", "demo accounts"]


def test_reset_demo_leaves_a_folder_alone_that_run_did_not_make(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(run.Stop, match=r"run\.py が作ったものではない"):
        _reset(run, tmp_path, monkeypatch)
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_reset_demo_waits_for_nobody_while_the_site_runs(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run.data_folder(tmp_path / "data")
    (folder / run.DATABASE).write_text("x")
    with (folder / "serving.lock").open("a") as serving:
        fcntl.flock(serving, fcntl.LOCK_SH)
        with pytest.raises(run.Stop, match="サイトが動いています"):
            _reset(run, folder, monkeypatch)
    assert (folder / run.DATABASE).exists()


@pytest.mark.parametrize(("name", "value"), [("DATABASE_URL", "postgresql://x/y"), ("APP_ENV", "production")])
def test_reset_demo_never_touches_a_database_that_was_given_to_it(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(run.Stop, match="手元の見本"):
        _reset(run, tmp_path / "data", monkeypatch)


# ── Serving ─────────────────────────────────────────────────────────────────────────────────


def test_a_port_that_is_taken_is_said_with_one_that_is_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = _say("--port", str(port))
    assert told.returncode == 1
    assert f"ポート{port}は" in told.stderr
    advised = re.search(r"run\.py --port (\d+)", told.stderr)
    assert advised is not None, told.stderr
    assert int(advised.group(1)) > port


SLOW_SITE = """
import importlib.util, signal, sys, time
# Whoever runs the tests in the background has this signal ignored, and programs inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
spec = importlib.util.spec_from_file_location("run", sys.argv[1])
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)
def slow(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("answering", flush=True)
        time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"answered"]
run.serve(slow, "127.0.0.1", int(sys.argv[2]))
"""


@contextlib.contextmanager
def _slow_site() -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    site = subprocess.Popen(
        [sys.executable, "-c", SLOW_SITE, str(RUN), str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert site.stdout is not None
        assert "サイトを開きました" in site.stdout.readline()
        site.stdout.readline()
        yield site, port
    finally:
        site.kill()
        site.wait()
        site.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_the_server_ends(number: signal.Signals) -> None:
    with _slow_site() as (site, port):
        asked = HTTPConnection("127.0.0.1", port, timeout=10)
        asked.request("GET", "/slow")
        assert site.stdout is not None
        assert site.stdout.readline() == "answering\n"
        site.send_signal(number)
        answer = asked.getresponse()
        assert (answer.status, answer.read()) == (200, b"answered")
        asked.close()
        assert site.wait(timeout=10) == 0


def test_an_idle_server_ends_at_once_and_well() -> None:
    with _slow_site() as (site, _port):
        began = time.monotonic()
        site.send_signal(signal.SIGTERM)
        assert site.wait(timeout=10) == 0
        assert time.monotonic() - began < 5


# ── Tests and checks ────────────────────────────────────────────────────────────────────────


def test_results_are_read_from_the_report(run: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"></testsuite></testsuites>'
    )
    assert run.read_counts(report) == (4, 3, 3)
    assert run.read_counts(tmp_path / "none.xml") == (0, 0, 0)


def _test(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, *results: tuple[int, tuple[int, int, int]]
) -> int:
    waiting = list(results)
    for name in ("ensure_environment", "compile_program", "ensure_browser", "ensure_page_checkers"):
        monkeypatch.setattr(run, name, lambda *arguments: None)
    monkeypatch.setattr(run, "run_pytest", lambda arguments, env: waiting.pop(0))
    monkeypatch.setattr(run, "temporary_postgres", lambda *flags: contextlib.nullcontext("postgresql://x"))
    code: int = run.test([])
    assert waiting == []
    return code


def test_a_bench_on_postgresql_measures_a_server_that_survives_a_power_cut(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[list[str], str | None]] = []
    started: list[tuple[str, ...]] = []

    def start(*flags: str) -> contextlib.nullcontext[str]:
        started.append(flags)
        return contextlib.nullcontext("postgresql://own")

    def measure(command: list[object], env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        found.append(([str(part) for part in command[3:]], env.get("DATABASE_URL")))
        return subprocess.CompletedProcess([], 0)

    for name in ("ensure_environment", "compile_program"):
        monkeypatch.setattr(run, name, lambda *arguments: None)
    monkeypatch.setattr(run, "temporary_postgres", start)
    monkeypatch.setattr(run, "run", measure)
    monkeypatch.setenv("DATABASE_URL", "postgresql://given")
    assert run.main(["bench", "casting", "--postgres"]) == 0
    monkeypatch.delenv("DATABASE_URL")
    assert run.main(["bench", "casting", "--postgres"]) == 0
    assert run.main(["bench", "casting"]) == 0
    assert started == [()]
    assert [url for _, url in found] == ["postgresql://given", "postgresql://own", None]
    assert found[0][0] == ["casting", "--postgres"]


def test_both_databases_are_reported_in_a_line_each(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _test(run, monkeypatch, (0, (5, 0, 1)), (0, (4, 0, 0))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "SQLite: 5 passed, 0 failed, 1 skipped" in lines
    assert "PostgreSQL: 4 passed, 0 failed, 0 skipped" in lines


@pytest.mark.parametrize(
    ("sqlite", "postgresql", "code"),
    [
        ((1, (4, 1, 0)), (0, (5, 0, 0)), 1),
        ((0, (5, 0, 0)), (1, (4, 1, 0)), 1),
        ((0, (5, 0, 0)), (5, (0, 0, 0)), 0),
        ((5, (0, 0, 0)), (5, (0, 0, 0)), 5),
        ((0, (5, 0, 0)), (4, (0, 0, 0)), 4),
    ],
)
def test_it_fails_when_either_database_fails_or_nothing_was_tested(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    sqlite: tuple[int, tuple[int, int, int]],
    postgresql: tuple[int, tuple[int, int, int]],
    code: int,
) -> None:
    assert _test(run, monkeypatch, sqlite, postgresql) == code


def test_what_is_missing_for_the_browser_is_said_loudly(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _test(run, monkeypatch, (0, (5, 0, 0)), (0, (5, 0, 0)))
    said = capsys.readouterr().out
    assert "★ Chromium がない" in said
    assert "★ npm がない" in said


def test_where_the_light_browser_is_not_to_be_had_the_whole_one_is_asked_for(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def install(packages: tuple[str, ...]) -> bool:
        asked.append(packages[0])
        return packages[0] == "chromium"

    monkeypatch.setattr(run, "apt_install", install)
    monkeypatch.setattr(run, "has_japanese_font", lambda: True)
    monkeypatch.setattr(run, "find_chromium", lambda: "/usr/bin/chromium" if "chromium" in asked else None)
    assert run.ensure_browser() == "/usr/bin/chromium"
    assert asked == ["chromium-headless-shell", "chromium"]
    assert run.ensure_browser() == "/usr/bin/chromium"
    assert len(asked) == 2


def test_settings_of_a_running_site_do_not_reach_the_tests(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {variable.name for variable in VARIABLES} | {"TEST_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    for name in names:
        monkeypatch.setenv(name, "of a running site")
    assert not names & set(run.clean_environment())


def _repository(folder: Path, **files: str) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    for name, text in files.items():
        (folder / name).write_text(text)
    git("add", "-A")


@pytest.mark.parametrize(
    "text",
    ["https://files.pythonhost" + "ed.org/x", "//regis" + "try.npmjs.org/", "cp x /ho" + "me/someone/y"],
)
def test_a_tracked_file_that_names_a_registry_or_a_home_is_found(run: ModuleType, text: str) -> None:
    _repository(run.ROOT, good="nothing", bad=text)
    code, output = run.tracked_files_name_no_place()
    assert (code, "bad:1:" in output) == (1, True)


def test_a_tracked_file_that_names_the_folder_it_stands_in_is_found(run: ModuleType) -> None:
    _repository(run.ROOT, good="nothing", bad=f"see {run.ROOT}/x")
    assert run.tracked_files_name_no_place()[0] == 1


def test_tracked_files_that_name_no_place_pass(run: ModuleType) -> None:
    _repository(run.ROOT, good="nothing", also="https://www.city.example.jp/")
    assert run.tracked_files_name_no_place() == (0, "")
