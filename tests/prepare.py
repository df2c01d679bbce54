"""What every run of the tests begins with, made ahead: the migrated template, and an installation to copy."""

import os

import django

from tests import server

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    django.setup()
    from tests.installation import first_installation

    with server.use_test_server():
        with server.exclusively() as connection:
            server.make_template(connection, f"template_{server.migration_state()}")
        first_installation()


if __name__ == "__main__":
    main()
