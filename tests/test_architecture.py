"""The house rules, held against the source: who imports whom, how long things grow, what may not be said where."""

from __future__ import annotations

import ast
import functools
import re
import statistics
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from tests.source import (
    LAYERS,
    ROOT,
    Import,
    Module,
    all_imports,
    calls,
    imports,
    is_ours,
    is_outside,
    is_under,
    layer_of,
    modules,
    others,
    part,
    root,
    spans,
)

# --- The rules -------------------------------------------------------------------------------------------------------

OURS: dict[str, set[str]] = {
    "domain": set(),
    "protocol": {"domain"},
    "text": {"domain"},
    "store": {"domain"},
    "assist": {"domain", "store", "text"},
    "sync": {"domain", "protocol", "store"},
    "desk": {"domain", "text", "store", "assist", "sync"},
    "server": {"domain", "protocol", "text", "store", "assist"},
    "cli": set(LAYERS),
}

OUTSIDE: dict[str, set[str]] = {  # beside the standard library, and msgspec, in which all records are written
    "domain": {"dateutil"},
    "protocol": {"zstandard"},
    "text": {"nh3", "markdown_it", "phonenumbers", "pypdf", "docx"},
    "store": {"sqlalchemy", "sqlcipher3", "keyring", "cryptography"},
    "assist": {"numpy"},
    "sync": {"websockets", "requests"},
    "desk": {"PySide6", "shiboken6", "pyqtgraph", "qtawesome", "enchant"},
    "server": {
        *("starlette", "uvicorn", "argon2", "prometheus_client", "websockets", "h11"),
        *("sqlalchemy", "sqlcipher3", "cryptography"),
        *("authlib", "joserfc", "pyotp", "webauthn"),
        *("scim2_models", "scim2_server", "pydantic", "imapclient"),
    },
    "cli": {"requests", "websockets"},
}
EXTRAS: dict[str, tuple[str, ...]] = {  # what is installed beside the base where a layer runs
    **dict.fromkeys(("domain", "protocol", "text", "store", "assist"), ()),
    **dict.fromkeys(("sync", "desk"), ("desk",)),
    "server": ("server",),
    "cli": ("desk", "server"),
}
SERVER_ONLY = {
    *("starlette", "uvicorn", "argon2", "prometheus_client", "authlib", "joserfc", "pyotp", "webauthn", "h11"),
    *("scim2_models", "scim2_server", "pydantic", "imapclient"),
}

# The domain is pure, the protocol does no I/O: these would bring the world in. Prefixes: `os` forbids `os.path` too.
WORLD = {
    *("os", "io", "pathlib", "tempfile", "shutil", "glob", "subprocess", "multiprocessing", "threading", "concurrent"),
    *("asyncio", "socket", "select", "selectors", "ssl", "http", "urllib.request", "sqlite3", "logging", "signal"),
}
CHANCE = {"time", "random", "secrets", "uuid"}
FORBIDDEN = {"domain": WORLD | CHANCE, "protocol": WORLD}

SHARED = {"kernel", "people", "cases", "governed"}  # what capabilities may build on
GENERIC = ("agentdesk.store", "agentdesk.protocol", "agentdesk.sync")  # know no capability by name
GENERIC_SEES = {"", "kernel", "catalogue"}

# Modules that may name threads, with the reason.
THREADS = {
    "agentdesk.sync.worker": "the one that listens",
    "agentdesk.sync.passport": "starts none; of the threads that need a new token one asks for it",
    "agentdesk.sync.recall": "starts none; decides between the one that sends and the one that takes back",
    "agentdesk.sync.ahead": "starts none; what an errand reads is at its end before its file is closed",
    "agentdesk_server.hub.filling": "the reader's pages are read and encoded off the event loop",
    "agentdesk_server.audit.room": "the log is indexed, searched and proved off the event loop",
    "agentdesk_server.writer": "the one writer commits off the event loop",
    "agentdesk_server.channels.email.imap": "a mailbox is listened to where the server's silence holds up nobody",
    "agentdesk_server.egress.door": "names are looked up where a resolver that hangs holds up nothing else",
    "agentdesk.assist": "a process of its own: it hears the desk while it reads texts",
    "agentdesk.desk.bridge": "errands beside the worker: keyring, sign-in, opening files, slow questions",
    "agentdesk.desk.late": "starts none; holds what its callers wait for until the worker runs",
    "agentdesk.desk.bugreport": "starts none; hears of what breaks in any",
}
# Modules that may block in a nested event loop, with the reason.
LOOPS = {
    "agentdesk.desk.app": "the application's own loop",
}
NESTED = {
    "QMessageBox": {"about", "aboutQt", "critical", "information", "question", "warning"},
    "QFileDialog": {"getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"},
    "QInputDialog": {"getText", "getMultiLineText", "getInt", "getDouble", "getItem"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
# Composition: these may import ours when it is needed, so that the window paints first and each command starts fast.
COMPOSE = (
    *("agentdesk.cli", "agentdesk.__main__", "agentdesk.desk.app"),
    "agentdesk_server.provisioning.directory",  # SCIM takes a second to load, and most servers have no directory
    "agentdesk_server.gate.oidc.flow",  # and so many have no provider to sign in with
    "agentdesk_server.gate.errands",  # or no passkeys
)
# And the list of pages, though not the pages themselves: each is loaded when it is first opened.
PAGES = "agentdesk.desk.pages"
# Heavy libraries may be imported late by the one module that owns them. More owners need a line here.
LATE: dict[str, set[str]] = {"agentdesk.store.signature": {"cryptography"}}

FILE_MOST, FILE_MEDIAN = 400, 120
FUNCTION_MOST, FUNCTION_MEDIAN = 60, 8
CLASS_MOST = 200

# --- Who may import whom ---------------------------------------------------------------------------------------------


def _told(breaches: list[str]) -> None:
    assert not breaches, "\n  " + "\n  ".join(breaches)


def test_there_is_something_to_hold() -> None:
    """An empty tree would pass every test below."""
    assert {"domain", "protocol", "store", "sync", "desk", "server"} <= {module.layer for module in modules()}


def test_every_module_lies_in_a_layer() -> None:
    """Folders are layers; there is no drawer beside them."""
    _told([module.at(1) for module in modules() if module.layer not in LAYERS])


def test_layers_import_only_their_own() -> None:
    """The table of the architecture, left half."""
    breaches = []
    for module, imported in all_imports():
        if is_ours(imported.target) and part(imported.target, 1) != "__version__":
            layer = layer_of(imported.target)
            if layer not in OURS.get(module.layer, set()) | {module.layer}:
                breaches.append(f"{module.at(imported.line)}: {module.layer} imports {imported.target}")
    _told(breaches)


def test_layers_import_only_their_libraries() -> None:
    """The table of the architecture, right half."""
    breaches = []
    for module, imported in all_imports():
        allowed = OUTSIDE.get(module.layer, set()) | {"msgspec"}
        if is_outside(imported.target) and root(imported.target) not in allowed:
            breaches.append(f"{module.at(imported.line)}: {module.layer} imports {imported.target}")
    _told(breaches)


@functools.cache
def _declared(*extras: str) -> set[str]:
    """The distributions that pyproject.toml asks for: the base and these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    return {_canonical(Requirement(line).name) for line in lines}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_is_imported_is_declared() -> None:
    """Nothing works only because another library happened to bring it, or a neighbour installed it."""
    comes_from = {**metadata.packages_distributions(), "shiboken6": ["PySide6-Essentials"]}
    breaches = []
    for module in modules() + others():
        declared = _declared(*EXTRAS.get(module.layer, ("desk", "server", "dev")))
        for imported in imports(module):
            name = root(imported.target)
            local = name in {"tests", "scripts"} or not is_outside(imported.target)
            if not local and not declared & {_canonical(dist) for dist in comes_from.get(name, [])}:
                breaches.append(f"{module.at(imported.line)}: {imported.target}")
    _told(breaches)


def test_only_the_server_imports_the_servers_libraries() -> None:
    """A laptop installs none of them."""
    found = [(m, i) for m, i in all_imports() if root(i.target) in SERVER_ONLY and m.layer != "server"]
    _told([f"{module.at(imported.line)}: {imported.target}" for module, imported in found])


@pytest.mark.parametrize("layer", sorted(FORBIDDEN))
def test_pure_layers_let_no_world_in(layer: str) -> None:
    """No file, socket, clock or dice where the same inputs must always give the same changes."""
    found = [(m, i) for m, i in all_imports() if m.layer == layer and is_under(i.target, *FORBIDDEN[layer])]
    _told([f"{module.at(imported.line)}: {imported.target}" for module, imported in found])


def test_pure_layers_ask_no_clock_and_open_nothing() -> None:
    """The time of a decision comes with the command; the built-in doors to the world stay shut."""
    clocks = {(kind, verb) for kind in ("datetime", "date") for verb in ("now", "utcnow", "today")}
    breaches = []
    for module in (module for module in modules() if module.layer in FORBIDDEN):
        breaches += [module.at(line) for on, verb, line in calls(module) if (on, verb) in clocks]
        names = [node for node in ast.walk(module.tree) if isinstance(node, ast.Name)]
        breaches += [f"{module.at(node.lineno)}: {node.id}" for node in names if node.id in {"open", "print", "input"}]
    _told(breaches)


def test_capabilities_do_not_import_one_another() -> None:
    """What crosses over is a reference or a second command; only the shared nouns and the catalogue are common."""
    breaches = []
    for module, imported in all_imports():
        own, other = part(module.name, 2), part(imported.target, 2)
        both_domain = is_under(module.name, "agentdesk.domain") and is_under(imported.target, "agentdesk.domain")
        if both_domain and own != "catalogue" and other not in SHARED | {own}:
            breaches.append(f"{module.at(imported.line)}: {own} imports {other or imported.target}")
    _told(breaches)


def test_the_kernel_stands_alone() -> None:
    """All else rests on it."""
    found = [(m, i) for m, i in all_imports() if is_under(m.name, "agentdesk.domain.kernel") and is_ours(i.target)]
    _told([m.at(i.line) for m, i in found if not is_under(i.target, "agentdesk.domain.kernel")])


def test_generic_layers_know_no_capability() -> None:
    """A new capability needs no code in store, protocol or sync: they see the kernel and the catalogue."""
    breaches = []
    for module, imported in all_imports():
        domain = is_under(imported.target, "agentdesk.domain")
        if domain and is_under(module.name, *GENERIC) and part(imported.target, 2) not in GENERIC_SEES:
            breaches.append(f"{module.at(imported.line)}: {imported.target}")
    _told(breaches)


def test_pages_do_not_import_one_another() -> None:
    """They ask the shell to open a reference."""
    pages = "agentdesk.desk.pages"
    breaches = []
    for module, imported in all_imports():
        own, other = part(module.name, 3), part(imported.target, 3)
        if is_under(module.name, pages) and is_under(imported.target, pages) and own and other != own:
            breaches.append(f"{module.at(imported.line)}: {own} imports {imported.target}")
    _told(breaches)


def _owners() -> dict[str, set[str]]:
    """Library to the modules that import it."""
    owners: dict[str, set[str]] = {}
    for module, imported in all_imports():
        if is_outside(imported.target):
            owners.setdefault(root(imported.target), set()).add(module.name)
    return owners


def _may_be_late(module: Module, imported: Import) -> bool:
    if is_under(module.name, *COMPOSE) or module.name == PAGES or root(imported.target) in LATE.get(module.name, set()):
        return True
    return is_outside(imported.target) and _owners()[root(imported.target)] == {module.name}


def test_no_import_hides_in_a_function() -> None:
    """Late is for composition and for a heavy library in the one module that owns it, never to dodge a cycle."""
    late = [(m, i) for m, i in all_imports() if i.late and not _may_be_late(m, i)]
    _told([f"{module.at(imported.line)}: {imported.target}" for module, imported in late])


def test_imports_are_written_as_imports() -> None:
    """What is found by its name in a string, no tool can follow."""
    dodges = {"import_module", "__import__"}
    breaches = [f"{m.at(i.line)}: {i.target}" for m, i in all_imports() if i.target.split(".")[-1] in dodges]
    for module in modules():
        for node in ast.walk(module.tree):
            named = getattr(node, "attr", "") if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if named in dodges:
                breaches.append(f"{module.path.name}: {named}")
    _told(breaches)


def test_qt_is_what_we_install() -> None:
    """The distribution brings the essentials of Qt: a module of the add-ons is there only by chance."""
    files = metadata.files("PySide6_Essentials") or []
    essential = {path.name.split(".")[0] for path in files if path.suffix in {".so", ".pyd"}}
    assert "QtWidgets" in essential
    used = [(m, i) for m, i in all_imports() if part(i.target, 1).startswith("Qt") and root(i.target) == "PySide6"]
    _told([f"{m.at(i.line)}: {i.target}" for m, i in used if part(i.target, 1) not in essential])


# --- What is said only in its place ----------------------------------------------------------------------------------


def test_style_lives_in_the_theme() -> None:
    """Tokens and one style sheet."""
    theme = "agentdesk.desk.theme"
    named = [
        module.at(node.lineno)
        for module in modules()
        if not is_under(module.name, theme)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "setStyleSheet"
    ]
    _told(named)


def test_one_thread_thinks_and_one_listens() -> None:
    """Who starts threads is on the list, with a reason."""
    makers = {"threading", "_thread", "concurrent.futures", "multiprocessing"}
    qt = {f"PySide6.QtCore.{name}" for name in ("QThread", "QThreadPool", "QRunnable")}
    used = [(m, i) for m, i in all_imports() if is_under(i.target, *makers) or i.target in qt]
    _told([f"{m.at(i.line)}: {i.target}" for m, i in used if not is_under(m.name, *THREADS)])


def test_no_loop_within_the_loop() -> None:
    """A dialog that blocks lets the world change behind the back of the code that waits for it."""
    breaches = []
    for module in modules():
        if module.layer == "desk" and not is_under(module.name, *LOOPS):
            for on, name, line in calls(module):
                if name in {"exec", "exec_", "processEvents"} or name in NESTED.get(on, set()):
                    breaches.append(f"{module.at(line)}: {on}.{name}")
    _told(breaches)


# --- Sizes to feel at home in ----------------------------------------------------------------------------------------


def test_every_module_opens_with_a_line() -> None:
    """It could stand on a map."""
    breaches = [module.at(1) for module in modules() + others() if not ast.get_docstring(module.tree)]
    _told(breaches)


def test_files_are_short() -> None:
    """One that outgrows this becomes a package of the same name with the same exports."""
    _told([f"{m.at(1)}: {m.lines} lines" for m in modules() + others() if m.lines > FILE_MOST])
    assert statistics.median(module.lines for module in modules()) <= FILE_MEDIAN


def test_functions_are_short() -> None:
    """They do one thing."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [(m, *span) for m in modules() + others() for span in spans(m, *kinds)]
    _told([f"{m.at(line)}: {name} has {length} lines" for m, name, line, length in found if length > FUNCTION_MOST])
    lengths = [length for module in modules() for _, _, length in spans(module, *kinds)]
    assert statistics.median(lengths) <= FUNCTION_MEDIAN


def test_classes_are_short() -> None:
    """Rather a function."""
    found = [(m, *span) for m in modules() for span in spans(m, ast.ClassDef)]
    _told([f"{m.at(line)}: {name} has {length} lines" for m, name, line, length in found if length > CLASS_MOST])
