"""A real browser on a real server: fixtures for journeys, axe-core and html-validate.

`site` is the demo ward served by run.py's own server on a free port, one database for each test file.
`tab` is a browser tab; whatever its pages complain about (a script error, a refused inline style, an
answer of 5xx) fails the test at its end.

Import the fixtures in the conftest.py of the folder that uses them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.sharing import made_once

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "assets" / "node_modules"
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
#: The rules of axe-core whose answer depends on whether the page is light or dark.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
#: Resolves when a page shows the colours of a scheme: asked for, nothing fading any more.
SETTLED = """async scheme => {
    const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
    const asked = () => matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
    for (let waited = 0; !asked() && waited < 100; waited += 1) await pause(10);
    await pause(60);
    // On a busy machine a frame may be long in coming, and until it comes even the shortest fading has not begun.
    const ends = animation => animation.effect.getComputedTiming().endTime !== Infinity;
    const fading = () => document.getAnimations().filter(each => ends(each) && each.playState !== "finished");
    for (let waited = 0; fading().length > 0 && waited < 500; waited += 1) await pause(10);
}"""
#: Whether this page was looked at in the dark already; a page that has just come is light from its beginning.
WAS_DARK = "() => { const before = window.wasDark; window.wasDark = true; return Boolean(before); }"
WIDTHS = (360, 768, 1280)


# ── The site ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Site:
    """A running site: its address and its data folder (letters are files in it)."""

    url: str
    data: Path


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a freshly loaded demo ward, made once for all workers of a test run."""
    return made_once(tmp_path_factory, "demo-data", load_demo)


@pytest.fixture(scope="module")
def site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo ward, served to this test file alone."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_data, data)
    with serve(data) as running:
        yield running


@contextmanager
def serve(data: Path, **settings: str) -> Iterator[Site]:
    """Serve a data folder as `python3 run.py` does, on a free port of this machine."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = (data / "server.log").open("wb")
    command = [sys.executable, str(ROOT / "run.py"), "_serve", "127.0.0.1", str(port)]
    server = subprocess.Popen(
        command, env=environment(data, url) | settings, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        _wait_for(url, server, data)
        yield Site(url, data)
    finally:
        server.terminate()
        code = server.wait(timeout=20)
        log.close()
    assert code == 0, f"the server ended with {code}: {(data / 'server.log').read_text()[-2000:]}"


def load_demo(data: Path, **settings: str) -> None:
    """Make the tables of a new database and fill it with the demo ward."""
    for arguments in (["db", "upgrade"], ["demo", "load"]):
        _run_flask(arguments, environment(data, "http://127.0.0.1") | settings)


def free_port() -> int:
    """Return a port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, url: str) -> dict[str, str]:
    """Return the environment of a site on SQLite in a data folder."""
    return os.environ | {
        "APP_ENV": "development",
        "DATA_DIR": str(data),
        "FLASK_APP": "participation.app",
        "PUBLIC_URL": url,
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "journeys-only-journeys-only-journeys-only",
        "DATABASE_URL": f"sqlite:///{data / 'participation.sqlite3'}",
    }


def _run_flask(arguments: Sequence[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"


def _wait_for(url: str, server: subprocess.Popen[bytes], data: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{url}/healthz", timeout=1):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the site did not open: {(data / 'server.log').read_text()[-2000:]}")


# ── The browser ─────────────────────────────────────────────────────────────────────────────


def chromium() -> str | None:
    """Return the path of a Chromium on this machine ($CHROMIUM names another)."""
    given = os.environ.get("CHROMIUM")
    return next(
        (found for name in ([given] if given else CHROMIUM_NAMES) if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this test run."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@contextmanager
def visit(browser: Browser, site: Site, **options: Any) -> Iterator[Page]:
    """Open a tab of its own (own cookies); at its end fail on everything its pages complained about."""
    context = browser.new_context(
        base_url=site.url,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        color_scheme=options.pop("color_scheme", "light"),
        reduced_motion="reduce",
        viewport=options.pop("viewport", {"width": 1280, "height": 900}),
        **options,
    )
    complaints = _listen(context, site)
    page = context.new_page()
    page.set_default_timeout(10_000)
    # A page may take long while other tests use the machine: walks look at what pages say, not at how soon.
    page.set_default_navigation_timeout(30_000)
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    """A tab in which nobody is logged in."""
    with visit(browser, site) as page:
        yield page


def _listen(context: BrowserContext, site: Site) -> list[str]:
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(f"script error: {error.error}"))
    context.on(
        "console",
        lambda message: (
            complaints.append(f"{message.type}: {message.text}")
            # A form that must be mended answers 422, which the browser's console calls an error.
            if message.type == "error" and not re.search(r"status of 4\d\d", message.text)
            else None
        ),
    )
    context.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    context.on(
        "request",
        lambda asked: (
            complaints.append(f"a request left the site: {asked.url}")
            if not asked.url.startswith((site.url, "data:", "blob:"))
            else None
        ),
    )
    return complaints


# ── Checks of a page ────────────────────────────────────────────────────────────────────────


@cache
def _axe_source() -> str | None:
    path = MODULES / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def axe(page: Page, *, dark: bool = True) -> list[str]:
    """Return what axe-core finds on the page (WCAG 2.2 A and AA), light and dark; skip if it is missing."""
    source = _axe_source()
    if source is None:
        pytest.skip("axe-core is not installed: run npm ci in assets/ (python3 run.py test does it)")
    found: list[str] = []
    # evaluate() is not bound by the page's content security policy; a script element would be.
    page.evaluate(source)
    in_the_dark = [("dark", {"runOnly": {"type": "rule", "values": COLOUR_RULES}})]
    for scheme, checks in [("light", {"runOnly": AXE_RULES}), *(in_the_dark if dark else [])]:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if scheme == "dark" or page.evaluate(WAS_DARK):
            # The colours of the other scheme come a moment later; until then axe would see a mixture.
            page.evaluate(SETTLED, scheme)
        result = page.evaluate(
            "checks => axe.run(document, {...checks, resultTypes: ['violations'], elementRef: false})", checks
        )
        for violation in result["violations"]:
            found.extend(
                f"{scheme} {page.url} {violation['id']}: {violation['help']}\n    {node['html'][:200]}\n"
                f"    {node.get('failureSummary', '').strip()}"
                for node in violation["nodes"]
            )
    if dark:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def overflows(page: Page, widths: Sequence[int] = (320, *WIDTHS)) -> list[str]:
    """Return the widths at which the page can be scrolled sideways, with what sticks out."""
    found = []
    before = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        excess = page.evaluate(
            """() => {
                const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
                if (wide <= 0) return null;
                const edge = document.documentElement.clientWidth;
                const out = [...document.querySelectorAll('body *')]
                    .filter(element => element.getBoundingClientRect().right > edge + 1);
                return `${wide}px: ${out.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | ')}`;
            }"""
        )
        if excess:
            found.append(f"{page.url} at {width}px sticks out by {excess}")
    if before:
        page.set_viewport_size(before)
    return found


def html_faults(sources: Mapping[str, str]) -> list[str]:
    """Return what html-validate finds in pages, given as {name: HTML}; skip if it is missing."""
    program = MODULES / "html-validate" / "bin" / "html-validate.mjs"
    if not program.is_file():
        pytest.skip("html-validate is not installed: run npm ci in assets/ (python3 run.py test does it)")
    if not sources:
        return []
    # Playwright brings a node of its own, so the one on the machine need not be new enough.
    node = compute_driver_executable()[0]
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, html) in enumerate(sources.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(html, encoding="utf-8")
            names[str(path)] = name
        settings = Path(__file__).with_name("html-validate.json")
        done = subprocess.run(
            [node, program, "--config", settings, "--formatter", "json", *names],
            capture_output=True,
            text=True,
        )
        assert done.stdout, f"html-validate did not run: {done.stderr}"
        return [
            f"{names[result['filePath']]}:{message['line']}: {message['message']} ({message['ruleId']})"
            for result in json.loads(done.stdout)
            for message in result["messages"]
        ]
