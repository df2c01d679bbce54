"""The worker process: jobs and event subscribers."""

import os


def run_worker_process() -> int:
    """Work until SIGTERM or SIGINT, finishing what is in hand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
    import django

    django.setup()
    from headwater.platform.jobs import run_worker

    run_worker()
    return 0
