"""Pictures: one drawn card is really read, and what is no card hurts nobody."""

import io
import os
import signal
import struct
import time
import zlib

import pytest
from PIL import Image

from headwater.extraction.errors import CardReaderBusy, PictureRefused, PictureTooSlow
from headwater.extraction.ocr import keeper as keeping
from headwater.extraction.ocr.eyes import MOST_PIXELS
from headwater.extraction.ocr.keeper import Keeper, check_bytes
from headwater.extraction.reading.cards import ordered
from headwater.extraction.reading.codes import read_with_codes
from tests.extraction.drawn_cards import flat, jpeg, make_card, photographed

pytestmark = pytest.mark.skipif(not keeping.is_installed(), reason="the extra [ocr] is not installed")


def png_of(width: int, height: int) -> bytes:
    """A picture that says it is that large, in a few bytes: one row, repeated, well packed."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"\0" * 1000, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_photograph_lying_on_its_side_is_read_and_memory_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "IDLE", 1)
    card = make_card(14)  # English, with a QR code
    picture = photographed(flat(card), 14).rotate(90, expand=True)
    keeper = Keeper()
    try:
        seen = keeper.see(jpeg(picture))
        found = read_with_codes(ordered(seen.lines), seen.codes)
        expected = {name: value for name, value in card.truth.items() if value}
        assert {name: found.value(name) for name in expected} == expected
        assert seen.width > seen.height
        assert seen.codes[0].startswith("BEGIN:VCARD")
        assert all(line.place and 0 <= line.place.left < line.place.right <= 100 for line in seen.lines)
        for raw, reason in (
            (png_of(12_000, 7_000), "too_many_pixels"),
            (png_of(1_000, 1_000), "unreadable"),
            (png_of(10, 10), "too_small"),
            (b"\xff\xd8\xff" + b"no picture" * 99, "unreadable"),
        ):
            began = time.monotonic()
            with pytest.raises(PictureRefused) as refused:
                keeper.see(raw)
            assert refused.value.facts["reason"] == reason
            assert time.monotonic() - began < 3
        deadline = time.monotonic() + 10
        while keeper.pid is not None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert keeper.pid is None  # asleep: the models' memory is given back
    finally:
        keeper.end()
    assert MOST_PIXELS < 12_000 * 7_000


def test_what_is_no_picture_troubles_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keeper, "_running", lambda self: pytest.fail("a process was started"))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for raw, reason in (
        (b"", "empty"),
        (svg, "kind"),
        (b"GIF89a" + bytes(99), "kind"),
        (b"%PDF-1.7", "kind"),
        (b"PK\x03\x04" + bytes(99), "kind"),
        (b"\xff\xd8\xff" + bytes(keeping.MAX_BYTES), "too_large"),
    ):
        with pytest.raises(PictureRefused) as refused:
            Keeper().see(raw)
        assert refused.value.facts["reason"] == reason
        assert refused.value.detail
        assert refused.value.advice


def test_one_that_hangs_or_dies_is_ended_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper()
    try:
        process = keeper._running()
        os.kill(process.pid, signal.SIGSTOP)
        monkeypatch.setattr(keeping, "WITHIN", 0.5)
        with pytest.raises(PictureTooSlow):
            keeper.see(jpeg(Image.new("RGB", (300, 200), "white")))
        assert keeper.pid is None
        monkeypatch.setattr(keeping, "WITHIN", 30.0)
        os.kill(keeper._running().pid, signal.SIGKILL)
        time.sleep(0.2)
        with pytest.raises(PictureRefused):  # a new process looked at it
            keeper.see(png_of(10, 10))
    finally:
        keeper.end()


def test_few_wait_and_the_rest_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper()
    for _ in range(1 + keeping.MOST_WAITING):
        assert keeper._waiting.acquire(blocking=False)
    with pytest.raises(CardReaderBusy) as busy:
        keeper.see(jpeg(Image.new("RGB", (300, 200))))
    assert busy.value.status == 429
    keeper._waiting.release()
    monkeypatch.setattr(keeping, "WAIT", 0.2)
    other = Keeper()  # another web process of this machine has the turn
    with other._turn(), pytest.raises(CardReaderBusy):
        keeper.see(jpeg(Image.new("RGB", (300, 200))))


def test_a_camera_turned_by_its_notes() -> None:
    from headwater.extraction.ocr.eyes import open_picture

    sheet = Image.new("RGB", (400, 200), "white")
    notes = sheet.getexif()
    notes[0x0112] = 6  # turned by a quarter
    out = io.BytesIO()
    sheet.save(out, "JPEG", exif=notes)
    assert open_picture(out.getvalue()).size == (200, 400)
    large = io.BytesIO()
    Image.new("RGB", (6000, 4000), "white").save(large, "JPEG")
    assert max(open_picture(large.getvalue()).size) <= 2400
    check_bytes(out.getvalue())
