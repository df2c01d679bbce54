"""The table of results, kept beside the benchmarks: one section a size."""

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.timing import Result
from headwater.kernel.sql import value

PATH = Path(__file__).with_name("RESULTS.md")
HEAD = """# Measured

Written by `make bench` (`SIZE=1M make bench`). Each line is a ratio to a floor measured in the same run, alternating: bare psycopg with
hand-written SQL and orjson for reads, bare INSERT / UPDATE / COPY for writes. CPU is this process's own, the minimum over batches; wall times
are medians. Only ratios can be compared between machines.
"""


# What must cost the same however many leads are stored.
FLAT = (
    "list, filtered + scoped + sorted, 50 rows", "lead page: record + first timeline page",
    "create one lead over the API", "update one lead over the API", "batch assign 10,000",
    "dispatch 10,000 waiting leads by three rules", "recycle sweep, nothing due", "recycle sweep, 10,000 due",
)  # fmt: skip
_FLAT_TITLE = "flat: the same work at each size"


def write(size: str, results: list[Result], *, whole: bool) -> None:
    """Put the section of this size into the file; other sizes stay, and other lines where not all was measured."""
    sections = {} if not PATH.exists() else _sections(PATH.read_text())
    made = _section(size, results)
    if not whole and size in sections:
        made = _merged(sections[size], made)
    sections[size] = made
    order = [key for key in ("10k", "100k", "1M", "10M") if key in sections]
    body = "\n".join(sections[key] for key in order)
    PATH.write_text(f"{HEAD}\n{body}\n{_flat({key: sections[key] for key in order})}")
    print(sections[size])


def _sections(text: str) -> dict[str, str]:
    parts = text.split("## ")[1:]
    return {part.split(" ", 1)[0]: f"## {part.rstrip()}\n" for part in parts}


def _lines(section: str) -> dict[str, str]:
    """The lines of a section by the work they measure, whatever stands in brackets behind it."""
    found = [
        line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| work ")
    ]
    return {line.split(" | ")[0].removeprefix("| ").split(" (")[0]: line for line in found}


def _merged(section: str, newer: str) -> str:
    lines = _lines(section) | _lines(newer)
    head = section.split("|---", 1)[0] + "|---" + section.split("|---", 1)[1].split("\n", 1)[0]
    return "\n".join([head, *lines.values()]) + "\n"


def _flat(sections: dict[str, str]) -> str:
    """A table of all sizes side by side: the product's figure, and its ratio where there is a floor."""
    table = [f"## {_FLAT_TITLE}", "", f"| work | {' | '.join(sections)} |", f"|---|{'---|' * len(sections)}"]
    by_size = [_lines(section) for section in sections.values()]
    for work in FLAT:
        cells = []
        for lines in by_size:
            parts = [part.strip() for part in lines[work].split("|")] if work in lines else []
            cells.append(f"{parts[2]}{f', {parts[4]}×' if parts[4] else ''}" if parts else "")
        if any(cells):
            table.append(f"| {work} | {' | '.join(cells)} |")
    return "\n".join(table) + "\n"


def _section(size: str, results: list[Result]) -> str:
    leads = value("SELECT count(*) FROM leads_lead")
    activities = value("SELECT count(*) FROM engagement_activity")
    lines = [
        f"## {size} leads ({leads:,} leads, {activities:,} follow-ups)",
        "",
        f"{date.today().isoformat()} · {os.cpu_count()} CPUs · {platform.python_implementation()}"
        f" {platform.python_version()} · {value('SHOW server_version')} PostgreSQL · Django {version('django')}",
        "",
        "| work | product | floor | ratio | goal | met |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        note = f" ({result.note})" if result.note else ""
        floor = "" if result.floor is None else f"{result.floor:,.2f}"
        ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
        lines.append(
            f"| {result.work}{note} | {result.product:,.2f} {result.unit} | {floor} |"
            f" {ratio} | {result.goal} | {'yes' if result.met else 'no'} |"
        )
    return "\n".join(lines) + "\n"
