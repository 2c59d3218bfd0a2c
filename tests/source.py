"""The source, read once for the tests that hold the house rules: modules, their layers, imports, calls and lengths."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("domain", "protocol", "text", "store", "assist", "sync", "desk", "cli", "server")


@dataclass(frozen=True)
class Import:
    """One imported name, absolute: `agentdesk.store.tables`, or with what is taken from it."""

    target: str
    line: int
    late: bool


@dataclass(frozen=True, eq=False)
class Module:
    """One source file and what stands in it."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def layer(self) -> str:
        """Its layer; the command line is all that lies at the top of the package."""
        return layer_of(self.name)

    def at(self, line: int) -> str:
        """A place that an editor can open."""
        return f"{self.path.relative_to(ROOT)}:{line}"


def layer_of(name: str) -> str:
    """The layer of a module, or of a name that is imported; "unknown:…" for what lies beside the layers."""
    if not is_ours(name):
        return f"unknown:{root(name)}"
    if root(name) == "agentdesk_server":
        return "server"
    folder = part(name, 1)
    return folder if folder in LAYERS else "cli" if folder in {"", "__main__"} else f"unknown:{folder}"


def _read(base: Path, path: Path) -> Module:
    name = ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
    text = path.read_text(encoding="utf-8")
    return Module(name, path, ast.parse(text), text.count("\n"))


@functools.cache
def modules() -> tuple[Module, ...]:
    """Everything that ships."""
    bases = (ROOT / "src", ROOT / "server_stub")
    return tuple(_read(base, path) for base in bases for path in sorted(base.rglob("*.py")))


@functools.cache
def others() -> tuple[Module, ...]:
    """Tests and scripts: held to the same lengths."""
    return tuple(_read(ROOT, path) for folder in ("tests", "scripts") for path in sorted((ROOT / folder).rglob("*.py")))


def _base(module: Module, node: ast.ImportFrom) -> str:
    """The absolute name that a `from … import` starts from."""
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.path.name == "__init__.py" else module.name.split(".")[:-1]
    parts = package[: len(package) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _targets(module: Module, node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{_base(module, node)}.{alias.name}" for alias in node.names]


def _walk(node: ast.AST, late: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below, and whether it lies in a function."""
    for child in ast.iter_child_nodes(node):
        yield child, late
        inside = late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _walk(child, inside)


@functools.cache
def imports(module: Module) -> tuple[Import, ...]:
    """Every import of a module, wherever in it."""
    return tuple(
        Import(target, node.lineno, late)
        for node, late in _walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in _targets(module, node)
    )


def root(target: str) -> str:
    """The package that a dotted name begins with."""
    return target.split(".")[0]


def is_ours(target: str) -> bool:
    """From this repository."""
    return root(target) in {"agentdesk", "agentdesk_server"}


def is_outside(target: str) -> bool:
    """Neither ours nor the standard library."""
    return not is_ours(target) and root(target) not in sys.stdlib_module_names


def is_under(name: str, *prefixes: str) -> bool:
    """The name is one of these modules, or lies in one."""
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def part(name: str, index: int) -> str:
    """One part of a dotted name, empty when it is not that long."""
    parts = name.split(".")
    return parts[index] if len(parts) > index else ""


def all_imports() -> Iterator[tuple[Module, Import]]:
    """Every import of everything that ships."""
    return ((module, imported) for module in modules() for imported in imports(module))


def calls(module: Module) -> Iterator[tuple[str, str, int]]:
    """Each call of an attribute: what it is called on (if a plain name), the attribute, the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            yield on, node.func.attr, node.lineno


def spans(module: Module, *kinds: type[ast.AST]) -> list[tuple[str, int, int]]:
    """Name, first line and length of each function or class."""
    return [
        (node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(module.tree)
        if isinstance(node, kinds) and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
