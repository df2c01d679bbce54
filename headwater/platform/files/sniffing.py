"""What a file really is, from its first bytes; the name and the browser's word count for nothing."""

import re
import zipfile
from typing import BinaryIO

_OCTETS = "application/octet-stream"
HEAD = 4096

_MAGIC: list[tuple[int, bytes, str]] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
]
_EXECUTABLE = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_REFUSED_ENDINGS = re.compile(
    r"\.(exe|dll|com|scr|msi|bat|cmd|ps1|psm1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|jar|lnk|reg|sh|bash|app|apk|cpl|pif)$",
    re.IGNORECASE,
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def is_dangerous(name: str, head: bytes) -> bool:
    """A program by its content or its name."""
    if head.startswith(b"#!") and not head.startswith(b"#!AMR"):
        return True
    return head.startswith(_EXECUTABLE) or bool(_REFUSED_ENDINGS.search(name.strip(" .")))


def content_type(file: BinaryIO) -> str:
    """The media type; plain text for anything readable, markup included, so that nothing is ever run."""
    file.seek(0)
    head = file.read(HEAD)
    for offset, magic, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return _office(file) if kind == "application/zip" else kind
    if b"\x00" not in head and _is_text(head):
        return "text/plain"
    return _OCTETS


def _office(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:200]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return "application/zip"


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            # The last character may be cut in two.
            (head[:-4] if len(head) == HEAD else head).decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
