"""Reads the source tree for the checks: rooms, their order, imports."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "headwater"

# Top to bottom, as in .importlinter; rooms of one line do not know each other.
LAYERS: list[set[str]] = [
    {"entry"},
    {"handover"},
    {"dashboards"},
    {"funnels"},
    {"insight"},
    {"rollups"},
    {"routing", "lines", "duplicates", "forms", "hooks", "mailbox", "tracking", "forecasting"},
    {"targets"},
    {"orders"},
    {"quotes"},
    {"extraction", "memberships"},
    {"leads"},
    {"sales"},
    {"products"},
    {"pools", "acquisition"},
    {"currencies"},
    {"engagement"},
    {"exports"},
    {"customization"},
    {"organization"},
    {"ui"},
    {"platform"},
    {"kernel"},
    {"config"},
]


def level(room: str) -> int:
    """0 is the top."""
    return next(number for number, layer in enumerate(LAYERS) if room.partition(".")[0] in layer)


def room_of(module: str) -> str:
    """`headwater.leads.services.claiming` is of `leads`; the platform's parts are rooms of their own."""
    parts = module.split(".")
    if parts[0] != "headwater" or len(parts) < 2:
        return ""
    return ".".join(parts[1:3]) if parts[1] == "platform" and len(parts) > 2 else parts[1]


def sources() -> Iterator[tuple[str, ast.Module]]:
    """(dotted module name, tree) of every module, migrations left out."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield module_name(path), ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def foreign_objects(module: str, tree: ast.Module) -> list[str]:
    """`Model.objects` (and its like) said about a model of another room, as `line: text`."""
    origin: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                origin[name.asname or name.name] = f"{node.module}.{name.name}"
    found = []
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
        ):
            continue
        text = ast.unparse(node.value)
        if text.startswith("get_user_model("):
            owner = "organization"
        else:
            owner = room_of(origin.get(text.partition(".")[0], ""))
        if owner and owner != room_of(module):
            found.append(f"{module}:{node.lineno}: {ast.unparse(node)}")
    return found


def imports_at_start(module: str, tree: ast.Module, known: set[str]) -> set[str]:
    """The modules of ours that are imported while this one is being imported."""
    found: set[str] = set()
    for node in _executed(tree.body):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name in known}
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for name in node.names:
                deeper = f"{node.module}.{name.name}"
                found.add(deeper if deeper in known else node.module)
    return found - {module}


def _executed(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _executed(getattr(node, part, []))


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other in a circle."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        _depth_first(start, graph, seen, order)
    back: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            back[target].add(name)
    found, seen = [], set()
    for start in reversed(order):
        group: list[str] = []
        _depth_first(start, back, seen, group)
        if len(group) > 1:
            found.append(sorted(group))
    return found


def _depth_first(start: str, graph: dict[str, set[str]], seen: set[str], order: list[str]) -> None:
    if start in seen:
        return
    seen.add(start)
    waiting = [(start, iter(sorted(graph[start])))]
    while waiting:
        name, rest = waiting[-1]
        for target in rest:
            if target not in seen:
                seen.add(target)
                waiting.append((target, iter(sorted(graph[target]))))
                break
        else:
            waiting.pop()
            order.append(name)
