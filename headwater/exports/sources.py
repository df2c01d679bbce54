"""Files that are no lists of records: rooms above say how theirs are written.

Everything else is as for lists: waiting and being taken up, limits, notices, the page of one's files,
downloads on record, removal after some days.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.exports.models import ExportJob
from headwater.kernel.access import Access

Write = Callable[[ExportJob, Access, Path], int]
Describe = Callable[[Mapping[str, Any], Access], str]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of file.

    `write(job, access, path)` writes the whole of it with the asker's rights of that moment and gives the
    number of rows; `describe(wish, access)` says in a line what is in it.
    """

    key: str
    write: Write
    describe: Describe


_sources: dict[str, Source] = {}


def register_source(key: str, *, write: Write, describe: Describe) -> None:
    """Make a kind of file known; rooms call this from `registrations.py`."""
    _sources[key] = Source(key, write, describe)


def source_of(key: str) -> Source:
    """The source of a key that the code itself wrote."""
    return _sources[key]
