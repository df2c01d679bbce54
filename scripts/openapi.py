"""The API's description in `docs/openapi.json`: `openapi.py write|check`. Needs no database."""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "openapi.json"


def description() -> str:
    """As the running product would serve it, with keys in a stable order."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HEADWATER_HOME": home, "DATABASE_URL": "postgresql://nobody@localhost/nothing"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"
        import django
        import orjson

        django.setup()
        from headwater.entry.api import api

        schema = api.get_openapi_schema(path_prefix="/api/v1/")
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
        return orjson.dumps(schema, option=options, default=str).decode() + "\n"


def main() -> int:
    """Write it, or say whether what is committed is what the code does."""
    word = sys.argv[1] if len(sys.argv) == 2 else ""
    if word == "write":
        TARGET.write_text(description(), encoding="utf-8")
        return 0
    if word == "check":
        if TARGET.exists() and TARGET.read_text(encoding="utf-8") == description():
            return 0
        print("docs/openapi.json is not what the code does: run `make openapi` and look at the difference.")
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
