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


def write(size: str, results: list[Result]) -> None:
    """Put the section of this size into the file; other sizes stay."""
    sections = {} if not PATH.exists() else _sections(PATH.read_text())
    sections[size] = _section(size, results)
    order = ["10k", "100k", "1M", "10M"]
    body = "\n".join(sections[key] for key in order if key in sections)
    PATH.write_text(f"{HEAD}\n{body}")
    print(sections[size])


def _sections(text: str) -> dict[str, str]:
    parts = text.split("## ")[1:]
    return {part.split(" ", 1)[0]: f"## {part.rstrip()}\n" for part in parts}


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
