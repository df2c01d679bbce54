"""Write `requirements/*.txt` anew from the `.in` files: exact versions, hashes, no host names."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
# Each lock and what it is resolved from: the product always comes with reading of cards.
LOCKS = {"core": ("core.in", "ocr.in"), "dev": ("dev.in",), "node": ("node.in",), "uv": ("uv.in",)}
OPTIONS = [
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--python-version",
    "3.11",
]


def main() -> int:
    """Resolve each file; versions that still fit are kept unless `--upgrade` is given."""
    for name, sources in LOCKS.items():
        target = FOLDER / f"{name}.txt"
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *OPTIONS, *sys.argv[1:]]
        subprocess.run(
            [*command, *(str(FOLDER / source) for source in sources), "-o", str(target)],
            check=True,
            cwd=FOLDER.parent,
        )
        print(f"{target.name}: {target.read_text().count('==')} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
