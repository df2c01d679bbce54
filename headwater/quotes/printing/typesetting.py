"""A paper's data to its PDF, in a process of its own."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from headwater.quotes.errors import PaperFailed

PATIENCE = 40  # seconds; two hundred lines take less than one
_AT_ONCE = threading.BoundedSemaphore(2)  # each takes a core and some memory for a moment
_log = structlog.get_logger(__name__)


def fonts_folder() -> Path:
    """Where the Chinese typefaces lie: inside a wheel."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.sans_path()).parent


def print_paper(data: Mapping[str, Any], logo: Path | None) -> bytes:
    """The PDF; refuses `PaperFailed` when the press breaks down or takes too long."""
    order = {"data": data, "logo": str(logo or ""), "fonts": str(fonts_folder())}
    words = [sys.executable, "-I", "-X", "utf8", str(Path(__file__).with_name("press.py"))]
    known = ("PATH", "LANG", "LD_LIBRARY_PATH", "HOME", "TMPDIR")
    environment = {name: value for name, value in os.environ.items() if name in known}
    environment["RAYON_NUM_THREADS"] = "1"
    with _AT_ONCE:
        try:
            done = subprocess.run(
                words,
                input=orjson.dumps(order),
                capture_output=True,
                timeout=PATIENCE,
                env=environment,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as failure:
            _log.warning("quotes.paper_failed", reason=type(failure).__name__)
            raise PaperFailed from failure
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        # What the press complains of may quote the paper: its last line names the sort of failure.
        said = done.stderr.decode(errors="replace").strip().splitlines()
        _log.warning("quotes.paper_failed", reason=said[-1][:80].split(":")[0] if said else "")
        raise PaperFailed
    return done.stdout
