"""The message catalogues of the rooms: `messages.py compile|collect|check`.

Texts are written in English in code and templates; each room keeps its Chinese in
`locale/zh_Hans/LC_MESSAGES/django.po`. A text belongs to the nearest folder above it that has a `locale`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "headwater"
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
JINJA = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "newstyle_gettext": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")

Key = tuple[str | None, str | tuple[str, ...] | list[str]]


def rooms() -> list[Path]:
    """Every folder that keeps messages, deepest first; kernel and platform keep theirs by the settings."""
    found = {path.parent for path in PACKAGE.rglob("locale") if path.is_dir()}
    found |= {PACKAGE / "kernel", PACKAGE / "platform"}
    return sorted(found, key=lambda path: -len(path.parts))


def catalogue_path(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def texts() -> Iterator[tuple[Path, Path, int, str | tuple[str, ...], str | None]]:
    """All translatable texts: (room, file, line, message or (singular, plural), context)."""
    owners = rooms()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or {"migrations", "static", "locale"} & set(
            path.parts
        ):
            continue
        if path.suffix == ".txt" and "templates" not in path.parts:
            continue
        room = next((room for room in owners if path.is_relative_to(room)), PACKAGE)
        method, options = ("python", {}) if path.suffix == ".py" else ("jinja2.ext.babel_extract", JINJA)
        for line, message, _comments, context in extract_from_file(method, path, KEYWORDS, (), options):
            if message:
                yield room, path, line, message, context


def collected() -> dict[Path, Catalog]:
    """What each room's catalogue has to hold."""
    wanted: dict[Path, Catalog] = {}
    for room, path, _line, message, context in texts():
        catalogue = wanted.setdefault(room, Catalog(locale=LANGUAGE, charset="utf-8"))
        place = path.relative_to(ROOT).as_posix()
        # No line numbers: they would change with every edit.
        locations = (
            []
            if (known := catalogue.get(_identity(message), context)) and _has(known, place)
            else [(place, 0)]
        )
        catalogue.add(message, None, locations, context=context)
    return wanted


def _identity(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _has(message: Message, place: str) -> bool:
    return any(known == place for known, _line in message.locations)


def present(room: Path) -> Catalog:
    """What a room's catalogue holds now; empty when there is none."""
    path = catalogue_path(room)
    if not path.exists():
        return Catalog(locale=LANGUAGE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8", abort_invalid=True)


def gaps() -> list[str]:
    """What is missing or wrong in the catalogues, a line each; empty when they are complete."""
    found: list[str] = []
    for room, wanted in collected().items():
        if not catalogue_path(room).exists():
            found.append(f"{catalogue_path(room).relative_to(ROOT)}: does not exist ({len(wanted)} texts)")
            continue
        held = present(room)
        for message in wanted:
            if message.id:
                found += _faults(room, message, held.get(_identity(message.id), message.context))
    return found + collisions()


def collisions() -> list[str]:
    """Texts that rooms translate differently: Django merges all catalogues, so one of them would win."""
    told: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for path in sorted(PACKAGE.rglob("django.po")):
        room = path.parents[2].parent.relative_to(PACKAGE).as_posix()
        for message in present(path.parents[2].parent):
            string = message.string if isinstance(message.string, str) else "".join(message.string)
            if message.id and string:
                said = told.setdefault((message.context, _identity(message.id)), {})
                said.setdefault(string, []).append(room)
    return [
        f"{text!r}{f' ({context})' if context else ''} is translated differently, give it a context: "
        + "; ".join(f"{string} in {', '.join(rooms)}" for string, rooms in said.items())
        for (context, text), said in sorted(told.items(), key=str)
        if len(said) > 1
    ]


def _faults(room: Path, wanted: Message, held: Message | None) -> list[str]:
    where = f"{catalogue_path(room).relative_to(ROOT)}: {wanted.id!r}"
    strings = [] if held is None else [held.string] if isinstance(held.string, str) else list(held.string)
    if not strings or not all(strings):
        return [f"{where} is not translated"]
    if held is not None and held.fuzzy:
        return [f"{where} is marked fuzzy"]
    singular = wanted.id if isinstance(wanted.id, str) else wanted.id[-1]
    asked = _placeholders(singular)
    return [f"{where}: placeholders differ in {text!r}" for text in strings if _placeholders(text) != asked]


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def collect() -> int:
    """Bring each room's .po in step with its texts: new ones empty, gone ones removed."""
    for room, wanted in collected().items():
        held = present(room)
        for message in wanted:
            known = held.get(_identity(message.id), message.context) if message.id else None
            if known is not None and known.string:
                message.string = known.string
                message.flags |= known.flags
        path = catalogue_path(room)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(HEADER.encode())
            write_po(file, wanted, width=0, sort_by_file=True, omit_header=True)
    missing = gaps()
    print("\n".join(missing) or "every text is translated")
    return 0


HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def compile_all() -> int:
    """Write the .mo beside each .po."""
    for path in sorted(PACKAGE.rglob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=LANGUAGE, charset="utf-8", abort_invalid=True)
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
    return 0


def main() -> int:
    """The command line."""
    word = sys.argv[1] if len(sys.argv) == 2 else ""
    if word == "compile":
        return compile_all()
    if word == "collect":
        return collect()
    if word == "check":
        missing = gaps()
        print("\n".join(missing) or "every text is translated")
        return 1 if missing else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
