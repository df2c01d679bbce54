"""A worker with a few tasks of the tests, to be started and killed as a process of its own."""

import os
import sys
import time
from datetime import datetime


def main() -> None:
    import django

    django.setup()
    register()
    from headwater.platform.jobs import run_worker

    run_worker(concurrency=2)


def register() -> None:
    from headwater.kernel import sql
    from headwater.platform.jobs import is_stopping, periodic, task

    @task("test.note", retries=0)
    def note(*, text: str) -> None:
        sql.execute("INSERT INTO test_note VALUES (%s, %s)", (text, os.getpid()))

    @task("test.slow", retries=0)
    def slow(*, seconds: float) -> None:
        sql.execute("INSERT INTO test_note VALUES ('slow began', %s)", (os.getpid(),))
        end = time.monotonic() + seconds
        while time.monotonic() < end and not is_stopping():
            time.sleep(0.05)
        sql.execute("INSERT INTO test_note VALUES ('slow ended', %s)", (os.getpid(),))

    @periodic("* * * * *", name="test.clock")
    def clock(at: datetime) -> None:
        sql.execute("INSERT INTO test_note VALUES ('clock', %s)", (os.getpid(),))


if __name__ == "__main__":
    sys.exit(main())
