"""The rules of the house that import contracts cannot say. Each rule is shown what it must catch.

A rule is a function from a module to the sentences that say what is wrong with it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from flask import Flask
from importlinter.cli import lint_imports

from participation.access import rules as access_rules
from tests.architecture.source import (
    PACKAGE,
    ROOMS,
    ROOT,
    SERVICES,
    Module,
    dotted,
    floors,
    functions,
    imported,
    listed,
    modules,
    public_functions,
    slices,
)

#: Slices whose commands are inner: the command that calls them asks permission and writes the record.
INNER = frozenset({"contributions", "subjects"})
ACCESS = "participation.access.rules"
AUDIT = "participation.audit.trail"
ROUTE_METHODS = frozenset({"route", "get", "post", "put", "patch", "delete"})
ACCESS_DECLARATIONS = frozenset({"public", "signed_in", "requires"})
COMMITS = frozenset({"commit", "rollback", "begin", "begin_nested"})
CHANGES = frozenset({"insert", "update", "delete", "insert_once"})
BANNED_FILES = frozenset(
    [
        "util",
        "utils",
        "helper",
        "helpers",
        "common",
        "contrib",
        "manager",
        "managers",
        "misc",
        "service",
        "services",
        "processor",
        "processors",
    ]
)
BANNED_CLASSES = re.compile(r"(Manager|Handler|Processor|Service|Helper|Utils?|Mixin)$")
BANNED_FUNCTIONS = re.compile(r"^_?(do|handle|process)_")
#: Rooms that are tested through others: forms and subscribers through the doors they serve.
UNTESTED_ROOMS = frozenset({"slice", "events", "models", "forms", "subscribers"})


# ── Rules ───────────────────────────────────────────────────────────────────────────────────


def imports_stand_at_the_top(module: Module) -> Iterator[str]:
    for function in functions(module.tree):
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield f"line {node.lineno}: an import inside {function.name}()"


def an_init_is_a_docstring(module: Module) -> Iterator[str]:
    if module.is_init and len(module.parts) <= 2:
        body = module.tree.body
        if len(body) != 1 or not ast.get_docstring(module.tree):
            yield "__init__.py holds a docstring and nothing else"


def a_slice_introduces_itself(module: Module) -> Iterator[str]:
    if module.is_init and len(module.parts) == 2 and module.package not in SERVICES:
        text = ast.get_docstring(module.tree) or ""
        for mark in ("Words: ", "Tables: ", "Below: ", "Start reading at "):
            if mark not in text:
                yield f"the docstring of a slice has a line 「{mark.strip()}」"


def everything_public_is_explained(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield "the module has no docstring"
    for node in module.tree.body:
        is_public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        if is_public and not ast.get_docstring(node):
            yield f"line {node.lineno}: {node.name} has no docstring"


def names_say_what_a_thing_is(module: Module) -> Iterator[str]:
    for part in module.parts:
        if part in BANNED_FILES:
            yield f"nothing is called {part}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and BANNED_CLASSES.search(node.name):
            yield f"line {node.lineno}: no class is called {node.name}"
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and BANNED_FUNCTIONS.search(node.name):
            yield f"line {node.lineno}: no function is called {node.name}"


def a_command_asks_and_records(module: Module) -> Iterator[str]:
    """First access.require(by, "slice.verb", …), then, somewhere, audit.record(by, the same).

    Only the fetching of the thing that is asked about may come before: `point = rows.get_point(…)`.
    """
    if module.room != "commands" or module.package in SERVICES | INNER or module.is_init:
        return
    names = imported(module)
    for command in public_functions(module):
        where = f"line {command.lineno}: {command.name}()"
        if "by" not in [argument.arg for argument in command.args.kwonlyargs]:
            yield f"{where} takes no keyword `by`"
        body = command.body[1:] if ast.get_docstring(command) else command.body
        while len(body) > 1 and _fetches(body[0]):
            body = body[1:]
        asked = _by_and_action(body[0], ACCESS, "require", names) if body else None
        if asked is None:
            yield f'{where} does not begin with access.require(by, "{module.package}.…")'
            continue
        if not asked.startswith(f"{module.package}."):
            yield f"{where} asks for {asked}, which another slice owns"
        recorded = {_by_and_action(node, AUDIT, "record", names) for node in ast.walk(command)}
        if asked not in recorded:
            yield f'{where} does not write audit.record(by, "{asked}", …)'


def an_inner_command_leaves_permission_to_its_caller(module: Module) -> Iterator[str]:
    if module.room == "commands" and module.package in INNER:
        for name, source in imported(module).items():
            if source.startswith((ACCESS, AUDIT)):
                yield f"{name} is imported, but inner commands neither ask nor record"


def _fetches(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and dotted(statement.value.func).rpartition(".")[2].startswith(("get_", "find_"))
    )


def _by_and_action(node: ast.AST, module: str, function: str, names: dict[str, str]) -> str | None:
    call = node.value if isinstance(node, ast.Expr) else node
    if not isinstance(call, ast.Call) or len(call.args) < 2:
        return None
    owner, _, called = dotted(call.func).rpartition(".")
    by, action = call.args[:2]
    matches = called == function and names.get(owner) == module and dotted(by) == "by"
    return action.value if matches and isinstance(action, ast.Constant) else None


def only_transaction_commits(module: Module) -> Iterator[str]:
    if module.name == "participation/foundation/db.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMMITS:
            yield f"line {node.lineno}: {node.func.attr}() belongs to transaction()"


def rows_are_made_by_their_owner(module: Module) -> Iterator[str]:
    """Only <slice>/commands constructs, inserts, updates or deletes the slice's models."""
    if module.package == "demo":
        return
    names, owners = imported(module), models()
    own = {name: f"{module.package}.{name}" for name in _classes_here(module)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        touched = [dotted(node.func)]
        if touched[0].rpartition(".")[2] in CHANGES and node.args:
            touched.append(dotted(node.args[0]))
        for name in touched:
            owner = owners.get(_full_name(name, names)) or owners.get(f"participation.{own.get(name, '')}")
            if owner is None:
                continue
            is_owner = module.package == owner and (owner in SERVICES or module.room == "commands")
            if not is_owner:
                yield f"line {node.lineno}: {name} is changed here, but {owner} owns it"


def _full_name(name: str, names: dict[str, str]) -> str:
    first, _, rest = name.partition(".")
    return f"{names.get(first, '')}.{rest}".strip(".")


def _classes_here(module: Module) -> set[str]:
    if module.room != "models":
        return set()
    return {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}


@cache
def models() -> dict[str, str]:
    """Return the owner of each model, by the name it is imported under."""
    found = {}
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and _has_table(node):
                found[f"participation.{'.'.join(module.parts)}.{node.name}"] = module.package
    return found


def _has_table(node: ast.ClassDef) -> bool:
    return any(
        isinstance(line, ast.Assign) and dotted(line.targets[0]) == "__tablename__" for line in node.body
    )


def a_view_says_who_may_open_it(module: Module) -> Iterator[str]:
    """Directly under the route: @public, @signed_in or @requires("slice.verb")."""
    for function in functions(module.tree):
        decorators = function.decorator_list
        for position, decorator in enumerate(decorators):
            if not _is_route(decorator):
                continue
            below = decorators[position + 1] if position + 1 < len(decorators) else None
            if below is not None and _is_route(below):
                continue
            called = below.func if isinstance(below, ast.Call) else below
            if called is None or dotted(called) not in ACCESS_DECLARATIONS:
                yield f"line {function.lineno}: {function.name}() does not say under its route who may open it"


def _is_route(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ROUTE_METHODS
        and bool(decorator.args)
        and isinstance(decorator.args[0], ast.Constant)
        and str(decorator.args[0].value).startswith("/")
    )


def a_relationship_is_loaded_on_purpose(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "relationship":
            lazy = [keyword.value for keyword in node.keywords if keyword.arg == "lazy"]
            if not lazy or not isinstance(lazy[0], ast.Constant) or lazy[0].value != "raise":
                yield f'line {node.lineno}: relationship() says lazy="raise"'


def the_clock_is_asked_for_the_time(module: Module) -> Iterator[str]:
    if module.name == "participation/foundation/clock.py":
        return
    names = imported(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = _full_name(dotted(node.func), names)
            if re.fullmatch(r"datetime\.(datetime|date)\.(now|utcnow|today)|time\.time", called):
                yield f"line {node.lineno}: {called}() – ask foundation.clock"


def settings_come_from_config(module: Module) -> Iterator[str]:
    if module.name in ("participation/app.py", "participation/cli.py"):
        return
    names = imported(module)
    for node in ast.walk(module.tree):
        if _full_name(dotted(node), names) in ("os.environ", "os.getenv"):
            yield f"line {node.lineno}: only config.py's settings know the environment"


def imports_lead_down(module: Module) -> Iterator[str]:
    order = {name: height for height, floor in enumerate(reversed(floors())) for name in floor}
    here = module.package or module.parts[0]
    if here == "__init__":
        return
    if here not in order:
        yield f"{here} stands on no floor"
        return
    for source in imported(module).values():
        parts = source.split(".")
        if parts[0] != "participation" or len(parts) < 2 or parts[1] == here or parts[1] not in order:
            continue
        if order[parts[1]] >= order[here]:
            yield f"{source} is imported, which is not on a floor below {here}"


RULES: tuple[Callable[[Module], Iterator[str]], ...] = (
    imports_stand_at_the_top,
    imports_lead_down,
    an_init_is_a_docstring,
    a_slice_introduces_itself,
    everything_public_is_explained,
    names_say_what_a_thing_is,
    a_command_asks_and_records,
    an_inner_command_leaves_permission_to_its_caller,
    only_transaction_commits,
    rows_are_made_by_their_owner,
    a_view_says_who_may_open_it,
    a_relationship_is_loaded_on_purpose,
    the_clock_is_asked_for_the_time,
    settings_come_from_config,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Callable[[Module], Iterator[str]]) -> None:
    broken = [f"{module.name}: {wrong}" for module in modules() for wrong in rule(module)]
    assert not broken, listed(broken)


# ── What each rule must catch ───────────────────────────────────────────────────────────────

COMMAND = '''
from participation.access import rules as access
from participation.audit import trail as audit
def open_thing(thing, *, by):
    """Open it."""
    {first}
    {then}
'''
ASKS = 'access.require(by, "opinions.open", thing)'
RECORDS = 'audit.record(by, "opinions.open", thing)'
VIEW = """
@bp.get("/things")
{declaration}
def index(): ...
"""


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (imports_stand_at_the_top, "opinions/queries.py", "def f():\n    import json\n"),
        (imports_lead_down, "plans/queries.py", "from participation.opinions import queries\n"),
        (imports_lead_down, "surveys/queries.py", "from participation.votes import queries\n"),
        (imports_lead_down, "plans/queries.py", "def f():\n    from participation.opinions import queries\n"),
        (imports_lead_down, "attic/queries.py", ""),
        (an_init_is_a_docstring, "opinions/__init__.py", '"""Opinions."""\nfrom x import y\n'),
        (a_slice_introduces_itself, "opinions/__init__.py", '"""Opinions (意見)."""\n'),
        (everything_public_is_explained, "opinions/queries.py", '"""Reading."""\ndef get_it(): ...\n'),
        (names_say_what_a_thing_is, "opinions/utils.py", ""),
        (names_say_what_a_thing_is, "opinions/domain.py", "class OpinionManager: ...\n"),
        (names_say_what_a_thing_is, "opinions/domain.py", "def process_opinion(): ...\n"),
        (a_command_asks_and_records, "opinions/commands.py", COMMAND.format(first=RECORDS, then=ASKS)),
        (a_command_asks_and_records, "opinions/commands.py", COMMAND.format(first=ASKS, then="pass")),
        (
            a_command_asks_and_records,
            "opinions/commands.py",
            COMMAND.format(first=f"thing.opened = True\n    {ASKS}", then=RECORDS),
        ),
        (
            a_command_asks_and_records,
            "opinions/commands.py",
            COMMAND.format(first=ASKS, then=RECORDS.replace("open", "close")),
        ),
        (
            a_command_asks_and_records,
            "plans/commands.py",
            COMMAND.format(first=ASKS, then=RECORDS),
        ),
        (a_command_asks_and_records, "opinions/commands.py", "def open_thing(thing): ...\n"),
        (
            an_inner_command_leaves_permission_to_its_caller,
            "contributions/commands.py",
            "from participation.access import rules as access\n",
        ),
        (only_transaction_commits, "opinions/commands.py", "db.session.commit()\n"),
        (
            rows_are_made_by_their_owner,
            "opinions/queries.py",
            "from participation.subjects.models import Subject\nSubject(kind='x')\n",
        ),
        (
            rows_are_made_by_their_owner,
            "subjects/queries.py",
            "from participation.subjects.models import Subject\nupdate(Subject).values(title='x')\n",
        ),
        (
            rows_are_made_by_their_owner,
            "opinions/commands.py",
            "from participation.subjects import models\nmodels.Subject(kind='x')\n",
        ),
        (a_view_says_who_may_open_it, "opinions/views.py", VIEW.format(declaration="")),
        (a_view_says_who_may_open_it, "opinions/views.py", VIEW.format(declaration="@cached_for_guests")),
        (a_relationship_is_loaded_on_purpose, "opinions/models.py", "x = relationship()\n"),
        (
            the_clock_is_asked_for_the_time,
            "opinions/commands.py",
            "from datetime import datetime\ndatetime.now(UTC)\n",
        ),
        (settings_come_from_config, "opinions/views.py", "import os\nos.environ['X']\n"),
        (settings_come_from_config, "opinions/views.py", "from os import environ\nenviron['X']\n"),
    ],
)
def test_a_rule_catches_what_breaks_it(rule: Callable[[Module], Iterator[str]], path: str, text: str) -> None:
    assert list(rule(Module(PACKAGE / path, text)))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (a_command_asks_and_records, "opinions/commands.py", COMMAND.format(first=ASKS, then=RECORDS)),
        (
            a_command_asks_and_records,
            "opinions/commands.py",
            COMMAND.format(first=f"thing = rows.get_thing(thing)\n    {ASKS}", then=RECORDS),
        ),
        (a_view_says_who_may_open_it, "opinions/views.py", VIEW.format(declaration="@public")),
        (a_view_says_who_may_open_it, "o/views.py", VIEW.format(declaration='@requires("o.read")')),
        (
            rows_are_made_by_their_owner,
            "subjects/commands.py",
            "from participation.subjects.models import Subject\nSubject(kind='x')\n",
        ),
        (a_relationship_is_loaded_on_purpose, "o/models.py", 'x = relationship(lazy="raise")\n'),
    ],
)
def test_a_rule_lets_pass_what_keeps_it(
    rule: Callable[[Module], Iterator[str]], path: str, text: str
) -> None:
    assert list(rule(Module(PACKAGE / path, text))) == []


# ── Rules about the whole house ─────────────────────────────────────────────────────────────


def test_the_import_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0


def test_every_module_of_a_slice_is_a_room() -> None:
    strays = [
        module.name
        for module in modules()
        if module.package in slices() and module.package != "demo"
        if not (module.is_init and len(module.parts) == 2) and module.room not in ROOMS
    ]
    assert not strays, listed(strays)


def test_every_room_and_every_service_has_its_tests() -> None:
    missing = []
    for module in modules():
        if not module.package or module.is_init or module.room in UNTESTED_ROOMS:
            continue
        folder = ROOT / "tests" / module.package
        if not [*folder.glob(f"test_{module.room}.py"), *folder.glob(f"test_{module.room}_*.py")]:
            missing.append(f"tests/{module.package}/test_{module.room}.py")
    assert not missing, listed(sorted(set(missing)))


def test_every_action_that_the_code_names_has_a_rule(app: Flask) -> None:
    known = {rule.action for rule in access_rules.all_rules()}
    unknown = [
        f"{place}: {action}"
        for place, action in (*_actions_in_code(), *_actions_in_templates())
        if action not in known
    ]
    assert not unknown, listed(unknown)


def test_every_rule_belongs_to_the_slice_in_its_name(app: Flask) -> None:
    strangers = [
        f"{rule.action} in {rule.decide.__module__}"
        for rule in access_rules.all_rules()
        if rule.decide.__module__.split(".")[1] != rule.action.split(".")[0]
    ]
    assert not strangers, listed(strangers)


def test_every_rule_says_in_japanese_who_may(app: Flask) -> None:
    """The first line of a rule's docstring stands in docs/permissions.md, which the ward's staff read."""
    silent = [rule.action for rule in access_rules.all_rules() if not re.search("[ぁ-ん]", rule.meaning)]
    assert not silent, listed(silent)


def _actions_in_code() -> Iterator[tuple[str, str]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            called = dotted(node.func).rpartition(".")[2]
            position = {"requires": 0, "require": 1, "can": 1, "can_ever": 1}.get(called)
            if position is None or len(node.args) <= position:
                continue
            action = node.args[position]
            if isinstance(action, ast.Constant) and isinstance(action.value, str):
                yield f"{module.name}:{node.lineno}", action.value


def _actions_in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for action in re.findall(r"\bcan\(\s*[\"']([\w.]+)[\"']", path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix(), action
