"""Files of every kind are read to rows; broken ones are refused or marked, never half lost."""

import csv
import io
import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from headwater.platform.imports import headers
from headwater.platform.imports.errors import FileRefused
from headwater.platform.imports.table import Layout, Table, kept_rows, read_table
from headwater.platform.imports.types import Column, Guess, SourceRow, Target

HEADER = ["姓名", "手机", "公司"]
ROWS = [["张三", "13800138000", "华为科技有限公司"], ["李四", "13900139000", "联通"]]


def read(
    folder: Path, content: bytes, layout: Layout | None = None, most_rows: int = 100_000
) -> tuple[Table, list[SourceRow]]:
    source, kept = folder / "source", folder / "kept"
    source.write_bytes(content)
    table = read_table(
        source, kept, layout or Layout(), most_rows=most_rows, name_of_column=lambda number: f"列 {number}"
    )
    return table, kept_rows(kept, offset=0, first=1, most=100_000)[0]


def text_of(rows: list[list[str]], separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    table, rows = read(tmp_path, text_of([HEADER, *ROWS], separator).encode(encoding))
    assert [column.header for column in table.columns] == HEADER
    assert [row.cells for row in rows] == ROWS
    assert [row.line for row in rows] == [2, 3]
    assert table.layout.separator == separator


def test_short_gbk_words_that_look_like_utf8(tmp_path: Path) -> None:
    """联通 in GBK is valid UTF-8 by accident; the rest of the file decides."""
    content = text_of([["名称", "手机"], ["联通", "1"], ["移动", "2"], ["张三丰的公司", "3"]]).encode(
        "gb18030"
    )
    assert read(tmp_path, content)[1][0].cells == ["联通", "1"]


def test_lines_of_two_encodings(tmp_path: Path) -> None:
    good = text_of([HEADER, *([ROWS[0]] * 20)]).encode()
    table, rows = read(tmp_path, good + "李四,13900139000,中国移动通信\r\n".encode("gb18030"))
    assert rows[-1].cells == ["李四", "13900139000", "中国移动通信"]
    assert not table.broken


def test_undecodable_row_is_marked(tmp_path: Path) -> None:
    content = text_of([HEADER, *ROWS]).encode() + b"\xff\xff\xfe,1,2\r\n"
    table, rows = read(tmp_path, content)
    assert (table.rows, table.broken, rows[-1].problem) == (3, 1, "row.encoding")


def test_ragged_rows(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b"a,b,c\n1\n1,2,3,,\n1,2,3,4\n\n,,\n5,6,7\n")
    assert [row.cells for row in rows] == [
        ["1", "", ""],
        ["1", "2", "3"],
        ["1", "2", "3", "4"],
        ["5", "6", "7"],
    ]
    assert [row.problem for row in rows] == ["", "", "row.too_many_cells", ""]
    assert [row.line for row in rows] == [2, 3, 4, 7]


def test_quotes(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b'a,b\n"x ""y"", z","line\nbreak"\n5" pipe,2\n')
    assert [row.cells for row in rows] == [['x "y", z', "line\nbreak"], ['5" pipe', "2"]]


def test_a_quote_that_never_closes_loses_one_row(tmp_path: Path) -> None:
    lines = [f"name{number},{number}" for number in range(2000)]
    lines[700] = '"name700,700'
    _, rows = read(tmp_path, ("a,b\n" + "\n".join(lines)).encode())
    assert len(rows) == 2000
    assert [row.number for row in rows if row.problem] == [701]
    assert rows[-1].line == 2001


def test_an_unclosed_quote_near_the_end(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b'a,b\n1,2\n"3,4\n5,6\n')
    assert [(row.cells, row.problem) for row in rows] == [
        (["1", "2"], ""),
        (['"3', "4"], "row.quote"),
        (["5", "6"], ""),
    ]


def test_nul_bytes_are_dropped(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b"a,b\nx\x00y,2\n")
    assert rows[0].cells == ["xy", "2"]


@pytest.mark.parametrize("length", [40_000, 1_000_000, 6_000_000])
def test_giant_cells_are_marked(tmp_path: Path, length: int) -> None:
    _, rows = read(tmp_path, b"a,b\n1,2\n3," + b"x" * length + b"\n5,6\n")
    assert [bool(row.problem) for row in rows] == [False, True, False]
    assert max(len(cell) for row in rows for cell in row.cells) <= 32_000


def test_headers_that_repeat_or_lack(tmp_path: Path) -> None:
    table, _ = read(tmp_path, "名称,,名称,名称 \n1,2,3,4\n".encode())
    assert [column.header for column in table.columns] == ["名称", "列 2", "名称 (2)", "名称 (3)"]


def test_title_above_the_header(tmp_path: Path) -> None:
    table, rows = read(
        tmp_path, "2024年客户名单,,\n,,\n姓名,手机,公司\n张三,13800138000,A\n李四,13900139000,B\n".encode()
    )
    assert [column.header for column in table.columns] == HEADER
    assert len(rows) == 2


def test_no_header_at_all(tmp_path: Path) -> None:
    table, rows = read(tmp_path, "张三,13800138000\n李四,13900139000\n".encode())
    assert [column.header for column in table.columns] == ["列 1", "列 2"]
    assert len(rows) == 2


def test_excel_separator_line(tmp_path: Path) -> None:
    table, rows = read(tmp_path, b"sep=;\na;b\n1,5;2\n")
    assert [column.header for column in table.columns] == ["a", "b"]
    assert rows[0].cells == ["1,5", "2"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"a,b\n", "file.no_rows"),
        (b"\n\n\n", "file.no_rows"),
        (b"%PDF-1.7 ...", "file.not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "file.not_a_table"),
        (os.urandom(40) + bytes(range(32)) * 40, "file.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.old_workbook"),
        (b"PK\x03\x04 no archive", "file.not_a_workbook"),
        (
            (",".join(f"c{n}" for n in range(5000)) + "\n" + "1," * 4999 + "1\n").encode(),
            "file.too_many_columns",
        ),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, content)
    assert refusal.value.code == code
    assert refusal.value.detail


def test_too_many_rows(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, b"a\n" + b"1\n" * 101, most_rows=100)
    assert refusal.value.code == "file.too_many_rows"


# --- workbooks


def workbook(folder: Path) -> bytes:
    path = folder / "made.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("空")
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, ["名称", "电话", "日期", "金额"])
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write(1, 0, "张三")
    sheet.write_number(1, 1, 13800138000)
    sheet.write_datetime(1, 2, datetime(2024, 5, 6), day)
    sheet.write_formula(1, 3, "=1+1", value=2)
    sheet.write(2, 0, "李四")
    sheet.write_string(2, 1, "1.38E+10")
    sheet.write_datetime(2, 2, datetime(2024, 5, 6, 12, 30), moment)
    sheet.write_number(2, 3, 12.5)
    book.close()
    return path.read_bytes()


def test_workbook(tmp_path: Path) -> None:
    table, rows = read(tmp_path, workbook(tmp_path))
    assert table.sheets == ["空", "名单"]
    assert [row.cells for row in rows] == [
        ["张三", "13800138000", "2024-05-06", "2"],
        ["李四", "1.38E+10", "2024-05-06 12:30:00", "12.5"],
    ]
    assert rows[0].line == 2
    assert date.fromisoformat(rows[0].cells[2])


def test_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(130):
                part.write(b"\0" * 10_000_000)
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, out.getvalue())
    assert refusal.value.code == "file.zip_bomb"


def test_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "a" * 1_000_000)
    content = out.getvalue().replace((1_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    with pytest.raises(FileRefused):
        read(tmp_path, content)


def test_a_header_that_claims_four_gigabytes(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "a" * 1_000_000)
    content = out.getvalue().replace((1_000_000).to_bytes(4, "little"), (2**32 - 2).to_bytes(4, "little"))
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, content)
    assert refusal.value.code == "file.zip_bomb"


def test_a_sheet_from_corner_to_corner_is_refused_and_takes_nobodys_memory(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "姓名")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, path.read_bytes())
    assert refusal.value.code in {"file.not_a_workbook", "file.too_many_columns"}


def test_macros_are_not_looked_at(tmp_path: Path) -> None:
    plain = workbook(tmp_path)
    out = io.BytesIO(plain)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
    table, rows = read(tmp_path, out.getvalue())
    assert (table.rows, rows[0].cells[0]) == (2, "张三")


def test_five_thousand_columns(tmp_path: Path) -> None:
    line = ",".join(f"c{number}" for number in range(5_000)).encode()
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, line + b"\n" + line + b"\n")
    assert refusal.value.code == "file.too_many_columns"
    assert "5" in refusal.value.detail


def test_word_document_is_no_workbook(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path, out.getvalue())
    assert refusal.value.code == "file.not_a_workbook"


# --- what the columns hold


def test_guesses_of_columns(tmp_path: Path) -> None:
    header = [
        "id",
        "yes",
        "zero",
        "pick",
        "num",
        "day",
        "at",
        "mail",
        "mobile",
        "long",
        "free",
        "none",
        "select",
    ]
    rows = [
        [
            f"k-{n}",
            "Yes" if n % 3 else "No",
            str(n % 2),
            f"choice {n % 5}",
            str(n * 1.5),
            f"2024-01-{n % 28 + 1:02d}",
            f"2024/1/{n % 28 + 1} 09:30",
            f"p{n}@example.com",
            f"138{n:08d}",
            "words " * (50 if n == 7 else 1),
            f"free text {n}",
            "",
            "Select" if n % 2 else f"c{n % 4}",
        ]
        for n in range(100)
    ]
    table, _ = read(tmp_path, text_of([header, *rows]).encode())
    found = {column.header: column for column in table.columns}
    assert {key: column.guess for key, column in found.items()} == {
        "id": Guess.TEXT,
        "yes": Guess.BOOLEAN,
        "zero": Guess.BOOLEAN,
        "pick": Guess.PICKLIST,
        "num": Guess.NUMBER,
        "day": Guess.DATE,
        "at": Guess.DATETIME,
        "mail": Guess.EMAIL,
        "mobile": Guess.PHONE,
        "long": Guess.LONG_TEXT,
        "free": Guess.TEXT,
        "none": Guess.EMPTY,
        "select": Guess.PICKLIST,
    }
    assert found["id"].is_unique
    assert not found["pick"].is_unique
    assert found["select"].blanks == ["Select"]
    assert sorted(found["pick"].values) == [f"choice {n}" for n in range(5)]


@pytest.mark.skipif(not os.environ.get("HEADWATER_REAL_LEADS"), reason="needs a real list of leads")
def test_a_real_list(tmp_path: Path) -> None:
    table, rows = read(tmp_path, Path(os.environ["HEADWATER_REAL_LEADS"]).read_bytes())
    assert (table.rows, len(table.columns), table.broken) == (9240, 37, 0)
    assert len(rows) == 9240
    found = {column.header: column for column in table.columns}
    assert found["Prospect ID"].is_unique
    assert found["Specialization"].blanks == ["Select"]
    assert found["TotalVisits"].guess == Guess.NUMBER
    assert found["Magazine"].guess == Guess.BOOLEAN
    assert found["Tags"].guess == Guess.PICKLIST


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_our_error_file_added_is_left_alone_when_it_comes_back(language: str) -> None:
    with translation.override(language):
        added = [str(one) for one in headers.remarks()]
    targets = [Target("name", "姓名", "text"), Target("reason", "原因", "text", headers=("原因", "reason"))]
    twice = ["姓名", *added, *added]
    columns = [Column(place, header, samples=["x"]) for place, header in enumerate(twice)]
    assert headers.remark_columns(columns) == frozenset(range(1, 7))
    assert [plan.target for plan in headers.guess(columns, targets)] == ["name", *[""] * 6]
    theirs = [Column(place, header) for place, header in enumerate(["姓名", "结果", "原因"])]
    assert not headers.remark_columns(theirs)
