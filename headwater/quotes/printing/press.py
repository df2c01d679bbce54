"""Sets one document and ends: run as a process of its own, so that type and fonts burden nobody else.

Reads {"data": ..., "logo": path or "", "fonts": folder} from standard input, writes the PDF to its output.
Whatever people wrote travels as data; the template alone is code, and nothing outside its folder is read.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).with_name("paper.typ")


def print_paper(order: dict[str, object]) -> bytes:
    """The PDF of an order."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        data = dict(order["data"])  # type: ignore[call-overload]
        if order["logo"]:
            name = f"logo.{data['logo_kind']}"
            shutil.copyfile(str(order["logo"]), Path(folder) / name)
            data["logo"] = f"/{name}"
        main = Path(folder) / "paper.typ"
        shutil.copyfile(TEMPLATE, main)
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(order["fonts"])]
        )
        compiler = typst.Compiler(
            str(main),
            root=folder,
            font_paths=fonts,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            package_path=folder,
            package_cache_path=folder,
        )
        made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError(type(made).__name__)
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(print_paper(json.load(sys.stdin)))
