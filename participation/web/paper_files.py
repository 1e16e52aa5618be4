"""Papers as downloads: written once into the data folder, and given out until what they say changes.

Whether anything public changed is one cheap question (`change_probe`). If something did, the paper
is asked for its seal: a file is written anew only when the paper itself says something else.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Response, current_app, request

from participation import papers
from participation.foundation import clock
from participation.papers.files import CONTENT_TYPES, Form, write
from participation.papers.package import Enclosed, write_package
from participation.papers.paper import Paper
from participation.web import change_probe
from participation.web.downloads import download_header

#: Files that are kept; the ones made longest ago go first.
MOST_FILES = 200
_MOST_KNOWN = 500
PIECE = 64 * 1024
LONGEST_WRITING = timedelta(days=1)

_known: OrderedDict[Hashable, tuple[object, str, str]] = OrderedDict()
#: One paper at a time: a file takes a processor for up to some seconds.
_writing = threading.Lock()
_remembering = threading.Lock()


def public_paper(
    make: Callable[[], Paper], form: Form, *, key: tuple[Hashable, ...], in_cp932: bool = False
) -> Response:
    """Return a public paper as a download; `key` names what `make` would make."""
    folder = _folder()
    whole_key = (str(folder), form, in_cp932, *key)
    stamp = change_probe.stamp()
    with _remembering:
        known = _known.get(whole_key)
    if known is not None and known[0] == stamp:
        _, name, seal = known
        path = folder / _file_name(seal, form, in_cp932)
        if path.exists():
            return _answer(path, name, form, in_cp932, seal)
    paper = make()
    name, seal = paper.name, _seal(paper)
    path = folder / _file_name(seal, form, in_cp932)
    with _writing:
        if not path.exists():
            write(paper, form, path, in_cp932=in_cp932)
            _forget_oldest(folder)
    with _remembering:
        _known[whole_key] = (stamp, name, seal)
        _known.move_to_end(whole_key)
        while len(_known) > _MOST_KNOWN:
            _known.popitem(last=False)
    return _answer(path, name, form, in_cp932, seal)


def private_paper(paper: Paper, form: Form) -> Response:
    """Return a paper for one reader as a download; nothing of it stays behind."""
    with _writing, tempfile.TemporaryDirectory(prefix="private-", dir=_folder()) as name:
        path = Path(name) / f"paper.{form}"
        write(paper, form, path)
        response = Response(path.read_bytes())
    _describe(response, paper.name, form, in_cp932=False)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def private_package(enclosed: Sequence[Enclosed], *, name: str, title: str, issuer: str) -> Response:
    """Return several papers for one reader as one ZIP file; nothing of it stays behind."""
    with _writing, tempfile.TemporaryDirectory(prefix="private-", dir=_folder()) as folder:
        path = Path(folder) / "package.zip"
        write_package(enclosed, path, title=title, issuer=issuer, made_at=clock.now().astimezone(clock.JST))
        response = Response(path.read_bytes())
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = download_header(name, "zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _folder() -> Path:
    folder = Path(current_app.config["DATA_DIR"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _file_name(seal: str, form: Form, in_cp932: bool) -> str:
    return f"{seal}{'-cp932' if in_cp932 else ''}.{form}"


def _forget_oldest(folder: Path) -> None:
    left_over = (clock.now() - LONGEST_WRITING).timestamp()
    for path in folder.iterdir():
        if path.is_dir() and path.stat().st_mtime < left_over:  # A process was killed while it wrote.
            shutil.rmtree(path, ignore_errors=True)
    files = [(path.stat().st_mtime_ns, path) for path in folder.iterdir() if path.is_file()]
    for _, path in sorted(files)[:-MOST_FILES]:
        path.unlink(missing_ok=True)


def _seal(paper: Paper) -> str:
    return hashlib.blake2b(f"{paper.seal()} {_program()}".encode(), digest_size=16).hexdigest()


@cache
def _program() -> str:
    """Names the state of the program that writes papers: after an update every file is written anew."""
    sum_ = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(papers.__file__).parent.glob("*.*")):
        sum_.update(path.read_bytes())
    return sum_.hexdigest()


def _answer(path: Path, name: str, form: Form, in_cp932: bool, seal: str) -> Response:
    size = path.stat().st_size
    response = Response(_read(path), direct_passthrough=True)
    _describe(response, name, form, in_cp932)
    response.content_length = size
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{seal}-{form}{'-cp932' if in_cp932 else ''}")
    response.make_conditional(request.environ)
    return response


def _read(path: Path) -> Iterator[bytes]:
    """Opened with the first piece: for an answer without a body nothing is."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _describe(response: Response, name: str, form: Form, in_cp932: bool) -> None:
    content_type = CONTENT_TYPES[form]
    if in_cp932:
        content_type = content_type.replace("utf-8", "Shift_JIS")
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = download_header(name, form)
