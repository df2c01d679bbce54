"""`python -m bench`: generate the data once per size, measure, write bench/RESULTS.md."""

import os
import sys
from pathlib import Path

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}


def main() -> int:
    size = os.environ.get("SIZE", "100k")
    if size not in SIZES:
        print(f"SIZE={size}: use one of {', '.join(SIZES)}")
        return 2
    home = Path(os.environ.get("BENCH_HOME", ".headwater-bench")).resolve() / size
    home.mkdir(parents=True, exist_ok=True)
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
        only = [word for word in sys.argv[1:] if word]
        report.write(size, measures.run(only), whole=not only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
