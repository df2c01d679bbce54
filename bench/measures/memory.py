"""What the whole product takes while nobody uses it, the embedded PostgreSQL included."""

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.served import served
from bench.timing import Result

GOAL = 400.0  # MB
RESTS_FOR = 20.0  # seconds until start-up work is over
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def memory() -> Iterator[Result]:
    """Proportional set size, so that pages shared by several processes count once."""
    if not Path("/proc/self/smaps_rollup").exists():
        return
    with tempfile.TemporaryDirectory(prefix="headwater-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs under an account of its own when we are root
        with served(home) as product:
            time.sleep(RESTS_FOR)
            sizes = {pid: _pss(pid) for pid in family(product.pid) | database(home)}
    total = sum(sizes.values()) / 1024
    note = f"PSS of {len(sizes)} processes, an empty database"
    yield Result("whole product idle, PostgreSQL included", total, None, "MB", "< 400 MB", total < GOAL, note)


def database(home: Path) -> set[int]:
    """The server is nobody's child: it outlives whoever started it."""
    found = next(home.rglob("postmaster.pid"), None)
    return set() if found is None else family(int(found.read_text().split("\n", 1)[0]))


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = set(), [pid]
    while todo:
        one = todo.pop()
        found.add(one)
        todo += children.get(one, [])
    return found


def _pss(pid: int) -> int:
    try:
        match = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:  # it has ended meanwhile
        return 0
    return int(match[1]) if match else 0
