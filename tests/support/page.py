"""A client that reads pages as a careful person would: every page it gets is checked before it is returned.

`PageClient.get` and `.post` fail on a wrong status, a missing or second h1, a title that does not begin
with it, ids that occur twice, controls without a label, pictures without alt, POST forms without a CSRF
token, links to nowhere inside the site, script or style written into the page, and what a template left over.
Only the standard library's html.parser is needed.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
#: What a reader does not read as text: furigana stands above its word, the rest is not shown.
UNREAD = frozenset({"rt", "rp", "script", "style", "template", "head"})
#: Inputs that carry their own name or need none.
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage", "aria-owns")
DATA_SCRIPTS = frozenset({"application/json", "application/ld+json"})
LEFTOVERS = re.compile(r"\{\{|\}\}|\{%|%\}|<[\w.]+ object at 0x|\bUndefined\b")
#: What a module of ours loads besides, by its own address: import "./other.js", import("./other.js").
IMPORTS = re.compile(r"""\b(?:import|from)\s*\(?\s*["'](\.[^"']+)["']""")
MAX_REDIRECTS = 5


@dataclass(eq=False)
class Node:
    """An element of a page."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)
    #: All elements of the page, and where among them those below this one end.
    order: list[Node] = field(default_factory=list, repr=False)
    begin: int = 0
    end: int | None = None

    def walk(self) -> list[Node]:
        """Return this element and all below it, in the order of the page."""
        return self.order[self.begin : self.end]

    def all(self, *tags: str, **attrs: str) -> list[Node]:
        """Return the elements below with one of the tags and all of the attributes (`data_x` for data-x)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            node
            for node in self.walk()
            if (not tags or node.tag in tags)
            and all(node.attrs.get(name) == value for name, value in wanted.items())
        ]

    def inside(self, tag: str) -> Node | None:
        """Return the nearest element around this one with the tag."""
        around = self.parent
        while around is not None and around.tag != tag:
            around = around.parent
        return around

    @property
    def text(self) -> str:
        """What a reader reads here, white space folded, furigana left out."""
        return fold("".join(self._texts()))

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag == "br":
                yield "\n"
            elif child.tag not in UNREAD:
                yield from child._texts()
                if child.tag in BLOCKS:
                    yield " "

    @property
    def name(self) -> str:
        """What an aid reads out for this element: its label, or its text and the alt of its pictures."""
        if self.attrs.get("aria-label"):
            return fold(self.attrs["aria-label"])
        pictures = " ".join(image.attrs.get("alt", "") for image in self.all("img"))
        titles = " ".join(title.text for title in self.all("title"))
        return fold(f"{self.text} {pictures} {titles}")


BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "label",
        "button",
    ]
)


def fold(text: str) -> str:
    """Return text with its white space folded."""
    return " ".join(text.split())


class _Reader(HTMLParser):
    """Builds the tree; notes tags that are not closed or close nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document")
        self.root.order.append(self.root)
        self.problems: list[str] = []
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice: {names}")
        order = self.root.order
        node = Node(tag, {name: value or "" for name, value in attrs}, [], self._open, order, len(order))
        order.append(node)
        self._open.children.append(node)
        if tag in VOID:
            node.end = len(order)
        else:
            self._open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._shut()

    def handle_endtag(self, tag: str) -> None:
        if self._open.tag == tag:
            self._shut()
        else:
            self.problems.append(f"</{tag}> where <{self._open.tag}> is open (line {self.getpos()[0]})")

    def _shut(self) -> None:
        self._open.end = len(self.root.order)
        self._open = self._open.parent or self.root

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    def finish(self) -> None:
        self.close()
        if self._open is not self.root:
            self.problems.append(f"<{self._open.tag}> is never closed")


def read(html: str) -> tuple[Node, list[str]]:
    """Return the tree of a page and what is wrong with its tags."""
    reader = _Reader()
    reader.feed(html)
    reader.finish()
    return reader.root, reader.problems


@dataclass(frozen=True)
class Link:
    """A link of a page: what it says and where it leads."""

    text: str
    href: str


class PageFault(AssertionError):
    """What is wrong with a page, all of it."""


class PageClient:
    """Gets pages of an application and checks each."""

    def __init__(self, app: Flask, client: FlaskClient | None = None) -> None:
        self.app = app
        self.client = client or app.test_client()
        #: The endpoints that a crawl has seen, files that are no pages included.
        self.crawled: set[str] = set()
        self._landed: set[str] = set()

    def get(self, target: str, *, expect: int = 200, **options: Any) -> Page:
        """Return the page at a path ("/plans") or an endpoint ("plans.show", slug=…), redirects followed."""
        path, options = self._resolve(target, options)
        return self._open("GET", path, expect=expect, **options)

    def post(self, target: str, data: Mapping[str, Any], *, expect: int = 200, **options: Any) -> Page:
        """Send a form and return the page it leads to. The CSRF token must be among the data."""
        path, options = self._resolve(target, options)
        return self._open("POST", path, expect=expect, data=dict(data), **options)

    def crawl(
        self, start: str = "/", *, within: str = "/", limit: int = 5_000, each: int | None = None
    ) -> dict[str, Page]:
        """Return every page that links lead to from `start`, by path; each was checked.

        Links to paths that do not begin with `within` are not followed. With `each`, no more than
        that many pages of every endpoint are opened. Addresses that differ only in where the reader
        is led afterwards (`next`) are one page: it is opened once, and `next` must be a page of the site.
        """
        waiting, wrong = deque([start]), list[str]()
        pages: dict[str, Page] = {}
        opened: Counter[str] = Counter()
        seen, found_on, led_to = {start}, {start: "the start"}, set[str]()
        while waiting and len(pages) < limit:
            path = waiting.popleft()
            endpoint = self._endpoint(urlsplit(path).path) if each else ""
            opened[endpoint] += 1
            if each and opened[endpoint] > each:
                continue
            try:
                page = self._crawled(path)
            except PageFault as fault:
                wrong.append(f"{fault}\n  (linked on {found_on[path]})")
                continue
            if page is None:
                continue
            pages[path] = page
            for link in page.links:
                address = urlsplit(urljoin(page.url, link.href))
                there = address.path + (f"?{address.query}" if address.query else "")
                is_here = not address.scheme and not address.netloc and there.startswith(within)
                if not is_here:
                    continue
                there, afterwards = _without_next(there)
                if afterwards is not None and afterwards not in led_to:
                    led_to.add(afterwards)
                    problem = _broken(page, "GET", afterwards.partition("#")[0], set())
                    if problem:
                        wrong.append(f"{there} leads on to 「{afterwards}」: {problem} (linked on {path})")
                if there not in seen:
                    seen.add(there)
                    found_on[there] = path
                    waiting.append(there)
        if wrong:
            raise PageFault(f"{len(wrong)} of {len(seen)} addresses are at fault:\n" + "\n".join(wrong))
        return pages

    def _crawled(self, path: str) -> Page | None:
        """Return the page, or None if the link leads to a file."""
        response = self._respond("GET", path)
        self.crawled.add(self._endpoint(response.request.path))
        _expect(response, 200, path)
        if response.mimetype != "text/html" or is_file(response):
            return None
        landing = _without_next(_address_of(response))[0]
        if landing != path and landing in self._landed:
            return None  # It led to a page that was read already.
        self._landed.add(landing)
        return Page(self, response, 200)

    def _endpoint(self, path: str) -> str:
        return self.app.url_map.bind("localhost").match(unquote(path))[0]

    def _resolve(self, target: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if target.startswith("/"):
            return target, options
        known = ("headers", "leftovers_ok", "fragment")
        values = {name: value for name, value in options.items() if name not in known}
        with self.app.test_request_context():
            path = self.app.url_for(target, **values)
        return path, {name: value for name, value in options.items() if name in known}

    def _open(
        self,
        method: str,
        path: str,
        *,
        expect: int,
        leftovers_ok: bool = False,
        fragment: bool = False,
        **options: Any,
    ) -> Page:
        response = self._respond(method, path, **options)
        return Page(self, response, expect, leftovers_ok=leftovers_ok, fragment=fragment)

    def _respond(self, method: str, path: str, **options: Any) -> TestResponse:
        response = self.client.open(path, method=method, **options)
        for _ in range(MAX_REDIRECTS):
            if response.status_code not in (301, 302, 303, 307, 308):
                return response
            if response.status_code in (307, 308):
                raise PageFault([f"{path} redirects with {response.status_code}, which sends the form again"])
            path = urljoin(path, response.headers["Location"])
            response = self.client.get(path)
        raise PageFault([f"{path}: more than {MAX_REDIRECTS} redirects"])


def _address_of(response: TestResponse) -> str:
    """Return the path of an answer's page, with its query."""
    query = response.request.query_string.decode()
    return response.request.path + (f"?{query}" if query else "")


def is_file(response: TestResponse) -> bool:
    """Whether an answer is a file to be kept, not a page of the site: a result as a document that stands alone."""
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def _without_next(address: str) -> tuple[str, str | None]:
    """Return an address without where it leads afterwards, and that (None if it does not say)."""
    path, _, query = address.partition("?")
    parameters = parse_qsl(query, keep_blank_values=True)
    afterwards = next((value for name, value in parameters if name == "next"), None)
    if afterwards is None:
        return address, None
    rest = urlencode([(name, value) for name, value in parameters if name != "next"])
    return path + (f"?{rest}" if rest else ""), afterwards


def _expect(response: TestResponse, status: int, path: str) -> None:
    if response.status_code != status:
        try:
            seen = read(response.get_data(as_text=True))[0].text[:600]
        except UnicodeDecodeError:
            seen = ""
        raise PageFault(f"{path} answered {response.status_code}, not {status}: {seen}")


class Page:
    """One page as it was answered, read and checked."""

    def __init__(
        self,
        client: PageClient,
        response: TestResponse,
        expect: int,
        *,
        leftovers_ok: bool = False,
        fragment: bool = False,
    ) -> None:
        self.client, self.response = client, response
        self.status = response.status_code
        self.path = response.request.path
        self.url = _address_of(response)
        _expect(response, expect, f"{response.request.method} {self.url}")
        if response.mimetype != "text/html":
            raise PageFault(f"{self.url} is {response.mimetype}, not a page")
        self.html = response.get_data(as_text=True)
        self.root, problems = read(self.html)
        problems += faults(self, leftovers_ok=leftovers_ok, fragment=fragment)
        if problems:
            raise PageFault(f"{self.url} has {len(problems)} fault(s):\n- " + "\n- ".join(problems))

    @property
    def h1(self) -> str:
        """The text of the page's heading."""
        return self.root.all("h1")[0].text

    @property
    def title(self) -> str:
        """The title of the page."""
        return fold("".join(str(part) for part in self.root.all("title")[0].children))

    @property
    def text(self) -> str:
        """Everything that can be read on the page, white space folded."""
        return self.root.text

    @property
    def main(self) -> Node:
        """The main part of the page."""
        return self.root.all("main")[0]

    @property
    def links(self) -> list[Link]:
        """All links, in the order of the page."""
        return [Link(node.name, node.attrs["href"]) for node in self.root.all("a") if "href" in node.attrs]

    @property
    def scripts(self) -> set[Path]:
        """The script files that the page loads: those it names, the modules it asks for, and what they import."""
        folder = Path(self.client.app.static_folder or "")
        static = self.client.app.static_url_path or ""
        named = [urlsplit(node.attrs["src"]).path for node in self.all("script") if "src" in node.attrs]
        waiting = [folder / path.removeprefix(f"{static}/") for path in named]
        modules = {name for node in self.root.walk() for name in node.attrs.get("data-module", "").split()}
        waiting += [folder / "js" / "components" / f"{name}.js" for name in modules]
        found: set[Path] = set()
        while waiting:
            script = waiting.pop()
            if script not in found:
                found.add(script)
                imports = IMPORTS.findall(script.read_text(encoding="utf-8"))
                waiting += [(script.parent / path).resolve() for path in imports]
        return found

    @property
    def forms(self) -> list[Form]:
        """All forms, in the order of the page."""
        return [Form(self, node) for node in self.root.all("form")]

    def all(self, *tags: str, **attrs: str) -> list[Node]:
        """Return the elements with one of the tags and all of the attributes."""
        return self.root.all(*tags, **attrs)

    def by_id(self, wanted: str) -> Node:
        """Return the element with this id."""
        found = [node for node in self.root.walk() if node.attrs.get("id") == wanted]
        assert found, f"{self.url} has no element with the id {wanted}"
        return found[0]

    def link(self, text: str) -> Link:
        """Return the one link with this text (or the only one that contains it)."""
        exact = [link for link in self.links if link.text == text]
        found = exact or [link for link in self.links if text in link.text]
        targets = sorted({link.href for link in found})
        assert found, f"{self.url} has no link 「{text}」. It has: {[link.text for link in self.links]}"
        assert len(targets) == 1, f"{self.url}: 「{text}」 leads to several places: {targets}"
        return found[0]

    def follow(self, text: str, *, expect: int = 200) -> Page:
        """Follow the link with this text."""
        return self.client.get(urljoin(self.url, self.link(text).href), expect=expect)

    def form(self, which: str | None = None) -> Form:
        """Return the form named by "#id", by its action's path, or by the text of one of its buttons.

        Without a name: the only form of the main part.
        """
        if which is None:
            found = [Form(self, node) for node in self.main.all("form")]
        elif which.startswith("#"):
            found = [form for form in self.forms if form.node.attrs.get("id") == which[1:]]
        elif which.startswith("/"):
            found = [form for form in self.forms if urlsplit(form.action).path == which]
        else:
            found = [form for form in self.forms if which in form.button_texts]
        names = [form.button_texts for form in self.forms]
        assert found, f"{self.url} has no form 「{which}」. Buttons: {names}"
        assert len(found) == 1, f"{self.url} has {len(found)} forms 「{which}」. Buttons: {names}"
        return found[0]

    def submit(self, which: str | None = None, /, *, expect: int = 200, **fields: Any) -> Page:
        """Fill in a form and send it as a browser would, hidden fields included.

        `which` as for `form()`; when it is a button's text, that button is pressed. A check box takes
        True, False or a list of values; None leaves a field out.
        """
        form = self.form(which)
        data = form.filled(fields, pressed=which)
        if form.method == "post":
            return self.client.post(form.action, data, expect=expect)
        query = [(name, value) for name, values in data.items() for value in values]
        response = self.client.client.get(urlsplit(form.action).path, query_string=query)
        return Page(self.client, response, expect)


class Form:
    """A form of a page."""

    def __init__(self, page: Page, node: Node) -> None:
        self.page, self.node = page, node
        self.method = node.attrs.get("method", "get").lower()
        self.action = urljoin(page.url, node.attrs.get("action") or page.url)

    def __repr__(self) -> str:
        return f"<Form {self.method} {self.action} {self.button_texts}>"

    @property
    def _elements(self) -> list[Node]:
        own = self.node.attrs.get("id")
        outside = [n for n in self.page.root.walk() if own and n.attrs.get("form") == own]
        inside = [n for n in self.node.walk() if n.attrs.get("form", own) == own]
        return [n for n in [*inside, *outside] if n.tag in ("input", "select", "textarea", "button")]

    @property
    def buttons(self) -> list[Node]:
        """The buttons that send the form."""
        return [
            node
            for node in self._elements
            if (node.tag == "button" and node.attrs.get("type", "submit") == "submit")
            or (node.tag == "input" and node.attrs.get("type") in ("submit", "image"))
        ]

    @property
    def button_texts(self) -> list[str]:
        """What the buttons say."""
        return [button.name or button.attrs.get("value", "") for button in self.buttons]

    @property
    def names(self) -> set[str]:
        """The names of all fields."""
        return {node.attrs["name"] for node in self._elements if node.attrs.get("name")}

    @property
    def values(self) -> dict[str, list[str]]:
        """What a browser would send if nobody touched the form."""
        sent: dict[str, list[str]] = {}
        for node in self._elements:
            name = node.attrs.get("name")
            if name and "disabled" not in node.attrs and node not in self.buttons:
                sent.setdefault(name, []).extend(_values(node))
        return {name: values for name, values in sent.items() if values}

    def choices(self, name: str) -> list[str]:
        """Return the values that may be chosen in a field (radio, check box, drop-down list)."""
        found: list[str] = []
        for node in self._elements:
            if node.attrs.get("name") != name:
                continue
            if node.tag == "select":
                found += [option.attrs.get("value", option.text) for option in node.all("option")]
            elif node.attrs.get("type") in ("radio", "checkbox"):
                found.append(node.attrs.get("value", "on"))
        return found

    def filled(self, fields: Mapping[str, Any], *, pressed: str | None = None) -> dict[str, list[Any]]:
        """Return what would be sent after these fields were filled in; refuses what a browser could not do."""
        sent: dict[str, list[Any]] = dict(self.values)
        for name, value in fields.items():
            assert name in self.names, f"{self!r} has no field {name}; it has {sorted(self.names)}"
            choices = self.choices(name)
            values = _as_list(value, choices)
            impossible = [one for one in values if choices and one not in choices]
            assert not impossible, f"{self!r}: {impossible} cannot be chosen in {name}; choices: {choices}"
            if values:
                sent[name] = values
            else:
                sent.pop(name, None)
        for button, text in zip(self.buttons, self.button_texts, strict=True):
            if text == pressed and button.attrs.get("name"):
                sent.setdefault(button.attrs["name"], []).append(button.attrs.get("value", ""))
                break
        return sent


def _values(node: Node) -> list[str]:
    if node.tag == "textarea":
        # A browser drops the first line break of a textarea and sends CRLF.
        written = "".join(str(child) for child in node.children)
        text = re.sub(r"\r\n?", "\n", written).removeprefix("\n")
        return [re.sub(r"\r?\n", "\r\n", text)]
    if node.tag == "select":
        options = node.all("option")
        chosen = [option for option in options if "selected" in option.attrs]
        if not chosen and "multiple" not in node.attrs:
            chosen = options[:1]
        return [option.attrs.get("value", option.text) for option in chosen]
    if node.attrs.get("type") in ("radio", "checkbox"):
        return [node.attrs.get("value", "on")] if "checked" in node.attrs else []
    if node.attrs.get("type") == "file":
        return []
    return [node.attrs.get("value", "")]


def _as_list(value: Any, choices: list[str]) -> list[Any]:
    if value is None or value is False:
        return []
    if value is True:
        return choices[:1] or ["on"]
    if isinstance(value, (list, tuple, set, frozenset)) and not (
        isinstance(value, tuple) and hasattr(value[0], "read")
    ):
        return [one if hasattr(one, "read") else str(one) for one in value]
    return [value if hasattr(value, "read") or isinstance(value, tuple) else str(value)]


# ── What can be wrong with a page ───────────────────────────────────────────────────────────


def faults(page: Page, *, leftovers_ok: bool = False, fragment: bool = False) -> list[str]:
    """Return everything that is wrong with a page, in words."""
    found = [
        *_id_faults(page),
        *_control_faults(page),
        *_picture_faults(page),
        *_form_faults(page),
        *_link_faults(page),
        *_inline_faults(page),
    ]
    if not leftovers_ok:
        found += _leftover_faults(page)
    if not fragment:
        found += _frame_faults(page)
    return found


def _frame_faults(page: Page) -> Iterator[str]:
    root = page.root
    if not root.all("html") or not root.all("html")[0].attrs.get("lang"):
        yield "the page does not say its language (html lang)"
    mains = root.all("main")
    if len(mains) != 1:
        yield f"{len(mains)} main elements, not 1"
    headings = root.all("h1")
    if len(headings) != 1 or not headings[0].text:
        yield f"{len(headings)} h1, not one with text: {[heading.text for heading in headings]}"
        return
    titles = [node for node in root.all("title") if node.inside("head")]
    if len(titles) != 1:
        yield f"{len(titles)} titles, not 1"
        return
    title = fold("".join(str(part) for part in titles[0].children))
    if not title.removeprefix("エラー：").startswith(headings[0].text):
        yield f"the title 「{title}」 does not begin with the heading 「{headings[0].text}」"


def _id_faults(page: Page) -> Iterator[str]:
    ids = Counter(node.attrs["id"] for node in page.root.walk() if "id" in node.attrs)
    for name, count in ids.items():
        if count > 1 or not name or name != name.strip():
            yield f"the id 「{name}」 occurs {count} times"
    for node in page.root.walk():
        for reference in REFERENCES:
            for name in node.attrs.get(reference, "").split():
                if name not in ids:
                    yield f"<{node.tag} {reference}> names 「{name}」, which is not on the page"


def _control_faults(page: Page) -> Iterator[str]:
    root = page.root
    labels = {label.attrs["for"]: label for label in root.all("label") if "for" in label.attrs}
    controls = [
        node
        for node in root.all("input", "select", "textarea")
        if node.attrs.get("type", "text") not in UNLABELLED
    ]
    by_id = {node.attrs["id"] for node in controls if "id" in node.attrs}
    for target in labels:
        if target not in by_id:
            yield f"a label is for 「{target}」, which is no control of the page"
    for node in controls:
        label = labels.get(node.attrs.get("id", "")) or node.inside("label")
        named = node.attrs.get("aria-label") or node.attrs.get("aria-labelledby")
        if not named and not (label and label.name):
            yield f"<{node.tag} name={node.attrs.get('name')}> has no label"
    for node in root.all("button", "a", "summary"):
        if (
            (node.tag != "a" or "href" in node.attrs)
            and not node.name
            and not node.attrs.get("aria-labelledby")
        ):
            yield f"<{node.tag} {node.attrs}> says nothing"


def _picture_faults(page: Page) -> Iterator[str]:
    for node in page.root.all("img", "area"):
        if "alt" not in node.attrs:
            yield f"<{node.tag} src={node.attrs.get('src')}> has no alt"


def _form_faults(page: Page) -> Iterator[str]:
    for form in page.forms:
        if form.method == "post" and not any(form.values.get("csrf_token", [])):
            yield f"{form!r} has no CSRF token"
        if form.method not in ("get", "post"):
            yield f"{form!r}: a browser knows get and post only"
        if form.node.inside("form"):
            yield f"{form!r} stands inside another form"


def _link_faults(page: Page) -> Iterator[str]:
    ids = {node.attrs["id"] for node in page.root.walk() if "id" in node.attrs}
    targets = [
        (node, "GET", node.attrs["href"]) for node in page.root.all("a", "link") if "href" in node.attrs
    ]
    targets += [
        (node, "GET", node.attrs["src"]) for node in page.root.all("img", "script") if "src" in node.attrs
    ]
    targets += [(form.node, form.method.upper(), form.action) for form in page.forms]
    for node, method, target in targets:
        problem = _broken(page, method, target, ids)
        if problem:
            yield f"<{node.tag}> leads to 「{target}」: {problem}"


def _broken(page: Page, method: str, target: str, ids: set[str]) -> str:
    if not target.strip():
        return "it is empty"
    parts = urlsplit(urljoin(page.url, target))
    if parts.scheme or parts.netloc:
        if parts.scheme in ("http", "https", "mailto", "tel") or (parts.scheme == "data" and method == "GET"):
            return ""
        return "no page has such an address"
    here = urlsplit(page.url)
    if parts.fragment and (parts.path, parts.query) == (here.path, here.query):
        return "" if unquote(parts.fragment) in ids else "no element has this id"
    return _unrouted(page.client.app, method, unquote(parts.path))


def _unrouted(app: Flask, method: str, path: str) -> str:
    try:
        endpoint, values = app.url_map.bind("localhost").match(path, method=method)
    except RequestRedirect:
        return ""
    except HTTPException as error:
        return f"the site has no such page ({error.code})"
    if endpoint == "static" and not (Path(app.static_folder or "") / values["filename"]).is_file():
        return "there is no such file"
    return ""


def _inline_faults(page: Page) -> Iterator[str]:
    for node in page.root.walk():
        if node.tag == "style":
            yield "a <style> stands in the page; the content security policy refuses it"
        if node.tag == "script" and "src" not in node.attrs and node.attrs.get("type") not in DATA_SCRIPTS:
            yield "a <script> without src stands in the page; the content security policy refuses it"
        for name in node.attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"<{node.tag} {name}=…> is written into the page; the content security policy refuses it"


def _leftover_faults(page: Page) -> Iterator[str]:
    for found in LEFTOVERS.findall(page.text):
        yield f"a template left 「{found}」 over"
    for node in page.root.walk():
        if any(isinstance(child, str) and child.strip() in ("None", "[]", "()") for child in node.children):
            yield f"<{node.tag}> shows a Python value: {node.text}"
        for name in ("href", "src", "action", "alt", "title", "aria-label", "placeholder"):
            value = node.attrs.get(name, "")
            if LEFTOVERS.search(value) or value == "None":
                yield f"<{node.tag} {name}> shows what a template left over: {value}"
