"""The set of components is whole: each has its look, its example, its test; looks keep to the house's rules."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.components.conftest import COMPONENTS, ROOT
from tests.support.page import PageClient

STYLES = ROOT / "static" / "css"
EXAMPLES = ROOT / "templates" / "gallery"
#: Components that look like another one (a button, a field, a voice) or like nothing at all.
WITHOUT_LOOK = {
    "checkboxes",
    "default_button",
    "kept_values",
    "link_button",
    "radios",
    "select",
    "submission_fields",
    "term",
    "text_area",
    "voice_list",
}
#: Parts that need no look of their own: what stands around them gives it.
PLAIN_PARTS = {
    "pt-breadcrumb__link",
    "pt-data-list__text",
    "pt-desk__main",
    "pt-empty__text",
    "pt-figures__count",
    "pt-history__what",
    "pt-join__action",
    "pt-link-list__link",
    "pt-notice__text",
    "pt-phase__part",
    "pt-plan-item__body",
    "pt-share",
    "pt-tally__number",
    "pt-tree",
    "pt-tree__branch",
    "pt-tree__node",
    "pt-voices",
}
SAMPLE_PAGES = sorted(p.stem for p in (EXAMPLES / "pages").glob("*.html") if not p.stem.startswith("_"))
OWN_STYLES = sorted(p for p in STYLES.rglob("*.css"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_component_has_a_look_and_every_look_a_component() -> None:
    assert {path.stem for path in (STYLES / "components").glob("*.css")} == COMPONENTS - WITHOUT_LOOK


def test_every_component_has_an_example() -> None:
    assert {path.stem for path in (EXAMPLES / "components").glob("*.html")} == COMPONENTS


def test_every_component_has_a_test() -> None:
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert COMPONENTS - tests == set()


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_a_components_example_is_a_sound_page(name: str, gallery: PageClient) -> None:
    gallery.get("gallery.component", name=name)


@pytest.mark.parametrize("name", SAMPLE_PAGES)
def test_a_sample_page_is_a_sound_page(name: str, gallery: PageClient) -> None:
    page = gallery.get("gallery.page", name=name)
    assert len(page.html.encode()) <= 60_000


def test_the_gallery_lists_every_component(gallery: PageClient) -> None:
    assert {link.text for link in gallery.get("gallery.index").links} >= COMPONENTS


@pytest.mark.parametrize("path", OWN_STYLES, ids=named)
def test_only_base_css_speaks_of_elements(path: Path) -> None:
    if path.name == "base.css":
        return
    assert [found for selector in selectors(path) for found in element_names(selector)] == []


@pytest.mark.parametrize("path", OWN_STYLES, ids=named)
def test_colours_come_from_roles(path: Path) -> None:
    if path.name == "tokens.css":
        return
    literal = re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", rules(path))
    assert [colour for colour in literal if colour not in ("#000", "#fff")] == []


@pytest.mark.parametrize("path", OWN_STYLES, ids=named)
def test_every_role_that_is_used_exists(path: Path) -> None:
    there = set(re.findall(r"(--[\w-]+)\s*:", "".join(rules(each) for each in all_styles())))
    assert set(re.findall(r"var\((--[\w-]+)", rules(path))) - there == set()


def test_every_class_that_a_component_uses_has_a_look() -> None:
    looks = set(re.findall(r"\.(pt-[\w-]+)", "".join(rules(path) for path in OWN_STYLES)))
    used = {
        name
        for folder in ("components", "layouts")
        for path in (ROOT / "templates" / folder).glob("*.html")
        for value in re.findall(r'class="([^"]*)"', path.read_text("utf-8"))
        for name in re.findall(r"pt-[\w-]+", value)
    }
    assert used - looks - PLAIN_PARTS == set()


def test_a_bundle_names_only_files_that_exist() -> None:
    plan = tomllib.loads((STYLES / "bundles.toml").read_text("utf-8"))
    empty = [
        pattern
        for bundle in plan.values()
        for pattern in bundle["files"]
        if pattern != "css/pages/*.css" and not list((ROOT / "static").glob(pattern))
    ]
    assert empty == []


def test_all_scripts_together_are_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "static" / "js").rglob("*.js")) <= 40_000


def all_styles() -> list[Path]:
    return [*OWN_STYLES, *(ROOT / "static" / "vendor").glob("design-tokens@*/tokens.css")]


def rules(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def selectors(path: Path) -> list[str]:
    text = re.sub(r'"[^"]*"', '""', rules(path))
    return [found.strip() for found in re.findall(r"([^{};]+)\{", text) if not found.strip().startswith("@")]


def element_names(selector: str) -> list[str]:
    without = re.sub(r"\[[^\]]*\]|::?[\w-]+|\.[\w-]+", " ", selector)
    return [word for word in re.findall(r"[a-z][\w-]*", without) if word not in ("root",)]


@pytest.mark.parametrize("selector", [".pt-x > b", "textarea.pt-x", ".pt-x p + .pt-y"])
def test_an_element_in_a_selector_is_caught(selector: str) -> None:
    assert element_names(selector)


@pytest.mark.parametrize(
    "selector", [".pt-x[rows]:not(:last-child)::after", ".pt-x > :where(* + *)", ":root"]
)
def test_a_class_in_a_selector_is_not_caught(selector: str) -> None:
    assert element_names(selector) == []
