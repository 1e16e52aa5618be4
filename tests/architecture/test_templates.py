"""Every template parses, uses only what exists, and leaves markup to the components."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, TemplateError, meta, nodes

from participation.app import create_app
from tests.architecture.source import listed

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
#: Names that Jinja gives a macro without its asking.
GIVEN = frozenset({"caller", "varargs", "kwargs", "loop", "self", "super"})
#: Folders that may hold class names: what a page looks like is decided there and nowhere else.
WITH_MARKUP = ("components/", "layouts/", "gallery/")
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
)


@pytest.fixture(scope="module")
def templated(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is developed, gallery included."""
    return create_app(
        {
            "APP_ENV": "development",
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
        }
    )


def names() -> list[str]:
    """Return every template, as `render_template` names it."""
    return sorted(
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*")
        if path.suffix in (".html", ".txt")
    )


@cache
def source(name: str) -> str:
    """Return the text of a template."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def tree(env: Environment, name: str) -> nodes.Template:
    """Return the syntax tree of a template."""
    return env.parse(source(name), name, str(TEMPLATES / name))


# ── What templates use ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", names())
def test_a_template_compiles_so_its_filters_and_tests_exist(name: str, templated: Flask) -> None:
    templated.jinja_env.get_template(name)


def test_what_a_template_includes_extends_and_imports_exists(templated: Flask) -> None:
    env = templated.jinja_env
    missing = [
        f"{name}: {wanted}"
        for name in names()
        for wanted in meta.find_referenced_templates(tree(env, name))
        if wanted is not None and not (TEMPLATES / wanted).is_file()
    ]
    assert not missing, listed(missing)


def test_macros_are_called_with_parameters_that_they_have(templated: Flask) -> None:
    env = templated.jinja_env
    assert [f"{name}: {wrong}" for name in names() for wrong in wrong_calls(env, tree(env, name))] == []


def wrong_calls(env: Environment, template: nodes.Template) -> Iterator[str]:
    """Say what is wrong with the calls of imported macros in a template."""
    known: dict[str, nodes.Macro] = {macro.name: macro for macro in template.find_all(nodes.Macro)}
    modules: dict[str, dict[str, nodes.Macro]] = {}
    for statement in template.find_all((nodes.FromImport, nodes.Import)):
        if not isinstance(statement.template, nodes.Const):
            continue
        macros, others = exported(env, statement.template.value)
        if isinstance(statement, nodes.Import):
            modules[statement.target] = macros
            continue
        for wanted in statement.names:
            there, here = wanted if isinstance(wanted, tuple) else (wanted, wanted)
            if there in macros:
                known[here] = macros[there]
            elif there not in others:
                yield f"line {statement.lineno}: {statement.template.value} has no {there}"
    with_block = {id(block.call) for block in template.find_all(nodes.CallBlock)}
    shadowed = {
        id(call)
        for macro in template.find_all(nodes.Macro)
        for call in macro.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in {argument.name for argument in macro.args}
    }
    for call in template.find_all(nodes.Call):
        if id(call) in shadowed:
            continue
        macro = _called(call, known, modules)
        if isinstance(macro, str):
            yield f"line {call.lineno}: {macro}"
        elif macro is not None:
            yield from _misfits(call, macro, has_block=id(call) in with_block)


def exported(env: Environment, name: str) -> tuple[dict[str, nodes.Macro], set[str]]:
    """Return the macros of a template and the other names that it sets."""
    body = tree(env, name).body
    macros = {node.name: node for node in body if isinstance(node, nodes.Macro)}
    others = {
        node.target.name
        for node in body
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name)
    }
    return macros, others


def _called(
    call: nodes.Call, known: dict[str, nodes.Macro], modules: dict[str, dict[str, nodes.Macro]]
) -> nodes.Macro | str | None:
    if isinstance(call.node, nodes.Name):
        return known.get(call.node.name)
    if isinstance(call.node, nodes.Getattr) and isinstance(call.node.node, nodes.Name):
        macros = modules.get(call.node.node.name)
        if macros is not None:
            return macros.get(call.node.attr, f"{call.node.node.name} has no {call.node.attr}")
    return None


def _misfits(call: nodes.Call, macro: nodes.Macro, *, has_block: bool) -> Iterator[str]:
    parameters = [argument.name for argument in macro.args]
    uses = {name.name for name in macro.find_all(nodes.Name)}
    given = [keyword.key for keyword in call.kwargs]
    unknown = set(given) - set(parameters)
    if unknown and "kwargs" not in uses:
        yield f"line {call.lineno}: {macro.name}() has no {', '.join(sorted(unknown))}"
    if len(call.args) > len(parameters) and "varargs" not in uses:
        yield f"line {call.lineno}: {macro.name}() takes {len(parameters)} parameters, not {len(call.args)}"
    required = parameters[: len(parameters) - len(macro.defaults)]
    missing = [one for one in required[len(call.args) :] if one not in given and one != "caller"]
    if missing and not call.dyn_args and not call.dyn_kwargs:
        yield f"line {call.lineno}: {macro.name}() is called without {', '.join(missing)}"
    if has_block and "caller" not in uses:
        yield f"line {call.lineno}: {macro.name}() makes no use of what stands in its call block"


def test_components_know_only_their_parameters(templated: Flask) -> None:
    env = templated.jinja_env
    unknown = {
        name: sorted(strange)
        for name in names()
        if name.startswith("components/")
        if (strange := undeclared(env, name))
    }
    assert unknown == {}


def undeclared(env: Environment, name: str) -> set[str]:
    """Return the names that a template uses and nobody gives it."""
    template = tree(env, name)
    # Jinja's own list also names what is set in one branch and used in the same branch.
    set_here = {node.name for node in template.find_all(nodes.Name) if node.ctx == "store"}
    return meta.find_undeclared_variables(template) - env.globals.keys() - GIVEN - set_here


def test_links_in_templates_lead_to_pages_that_exist(templated: Flask) -> None:
    wrong = []
    for name in names():
        for call in tree(templated.jinja_env, name).find_all(nodes.Call):
            problem = wrong_address(templated, call)
            if problem:
                wrong.append(f"{name}:{call.lineno}: {problem}")
    assert not wrong, listed(wrong)


def wrong_address(app: Flask, call: nodes.Call) -> str:
    """Say what is wrong with a call of url_for or asset_url whose target is written out."""
    if not isinstance(call.node, nodes.Name) or not call.args or not isinstance(call.args[0], nodes.Const):
        return ""
    target = call.args[0].value
    if call.node.name == "asset_url":
        return "" if (STATIC / target).is_file() else f"there is no static/{target}"
    if call.node.name != "url_for" or target.startswith("."):
        return ""
    if target not in app.view_functions:
        return f"there is no page {target}"
    given = {keyword.key for keyword in call.kwargs}
    routes = list(app.url_map.iter_rules(target))
    if call.dyn_kwargs or any(route.arguments <= given | set(route.defaults or {}) for route in routes):
        return ""
    return f"{target} needs {sorted(routes[0].arguments - given)}"


def test_scripts_that_templates_ask_for_exist() -> None:
    asked = {module for name in names() for module in modules_asked_for(source(name))}
    there = {path.stem for path in (STATIC / "js" / "components").glob("*.js")}
    assert (sorted(asked - there), sorted(there - asked)) == ([], [])


def modules_asked_for(text: str) -> Iterator[str]:
    """Yield the scripts that a template asks for: data-module="a b", data-module="{{ 'a' if … }}", module="a"."""
    for value in re.findall(r'\bdata-module="([^"]*)"', text):
        written_out = re.findall(r"'([a-z_ ]+)'", value) if "{{" in value else [value]
        yield from " ".join(written_out).split()
    yield from re.findall(r"[(,]\s*module\s*=\s*[\"']([a-z_]+)[\"']", text)


# ── What templates leave to others ──────────────────────────────────────────────────────────


def test_pages_leave_class_names_to_components() -> None:
    with_classes = [
        name
        for name in names()
        if name.endswith(".html") and not name.startswith(WITH_MARKUP)
        if re.search(r"\bclass\s*=", source(name))
    ]
    assert not with_classes, listed(with_classes)


def test_nothing_is_written_into_pages_that_the_security_policy_refuses() -> None:
    inline = [f"{name}: {found.group()}" for name in names() for found in INLINE.finditer(source(name))]
    assert not inline, listed(inline)


def test_nothing_is_marked_as_safe_in_a_template(templated: Flask) -> None:
    marked = [
        f"{name}:{use.lineno}"
        for name in names()
        for use in tree(templated.jinja_env, name).find_all(nodes.Filter)
        if use.name == "safe"
    ]
    assert not marked, listed(marked)


def test_every_letter_begins_with_its_subject() -> None:
    without = [
        name
        for name in names()
        if name.startswith("mail/") and not Path(name).name.startswith("_")
        if not re.search(r"^Subject: \S", source(name), re.MULTILINE)
    ]
    assert not without, listed(without)


# ── What these tests must catch ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        '{% from "components/button.html" import no_such_macro %}',
        '{% from "components/button.html" import button %}{{ button(no_such_parameter=1) }}',
        '{% import "components/button.html" as parts %}{{ parts.no_such_macro() }}',
        "{% macro plain(text) %}{{ text }}{% endmacro %}{% call plain(text=1) %}x{% endcall %}",
        "{% macro plain(text) %}{{ text }}{% endmacro %}{{ plain() }}",
        "{% macro plain(text) %}{{ text }}{% endmacro %}{{ plain(1, 2) }}",
    ],
)
def test_a_wrong_call_of_a_macro_is_caught(text: str, templated: Flask) -> None:
    assert list(wrong_calls(templated.jinja_env, templated.jinja_env.parse(text)))


@pytest.mark.parametrize(
    "text", ['{{ url_for("no.such_page") }}', '{{ url_for("static") }}', '{{ asset_url("css/no-such.css") }}']
)
def test_a_wrong_address_is_caught(text: str, templated: Flask) -> None:
    (call,) = templated.jinja_env.parse(text).find_all(nodes.Call)
    assert wrong_address(templated, call)


def test_a_filter_that_does_not_exist_is_caught(templated: Flask) -> None:
    with pytest.raises(TemplateError, match="no_such_filter"):
        templated.jinja_env.from_string("{{ 1|no_such_filter }}")


@pytest.mark.parametrize("text", ['<p style="x">', "<style>", '<a onclick="x()">', "<script>x</script>"])
def test_what_is_written_into_a_page_is_caught(text: str) -> None:
    assert INLINE.search(text)


@pytest.mark.parametrize("text", ['<script src="x.js">', '<script type="application/json">', "<p>on = 1</p>"])
def test_what_may_stand_in_a_page_is_not_caught(text: str) -> None:
    assert not INLINE.search(text)
