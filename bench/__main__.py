"""`python -m bench [what]`: generate the data once per size, measure, write bench/RESULTS.md.

`python -m bench generate` stops after the data.
"""

import os
import shutil
import sys
from pathlib import Path

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
GENERATION = "2"  # of the data that is drawn: homes with older data are made anew


def main() -> int:
    size = os.environ.get("SIZE", "100k")
    if size not in SIZES:
        print(f"SIZE={size}: use one of {', '.join(SIZES)}")
        return 2
    home = Path(os.environ.get("BENCH_HOME", ".headwater-bench")).resolve() / size
    _make_room(home)
    os.environ |= {
        "HEADWATER_HOME": str(home),
        "HEADWATER_DEMO": "0",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    from headwater.config.env import env
    from headwater.platform.database import EmbeddedServer

    with EmbeddedServer(env.home, settings={"shared_buffers": "1GB"}).use():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from bench import generate, measures, report

        generate.ensure(SIZES[size])
        (home / "generation").write_text(GENERATION)
        only = [word for word in sys.argv[1:] if word]
        if only != ["generate"]:
            report.write(size, measures.run(only), whole=not only)
    return 0


def _make_room(home: Path) -> None:
    """The folder of this size; what another generator drew into it, or did not finish, is thrown away."""
    mark = home / "generation"
    if (home / "postgres").exists() and (not mark.exists() or mark.read_text().strip() != GENERATION):
        print(f"{home} holds no data of this generator: made anew", flush=True)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)


if __name__ == "__main__":
    sys.exit(main())
