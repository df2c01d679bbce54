"""The process that looks at pictures: `python -m headwater.extraction.ocr.eyes`.

Talks over its standard streams in frames of a length and as many bytes: a picture in, a JSON answer and a
small JPEG out. It imports no part of the house but this file, so that it starts fast, and takes limits on
itself before it looks at the first picture: whatever a picture does, it does it here. It ends when nobody
has asked for a while, which gives all memory back.
"""

import io
import itertools
import json
import math
import os
import resource
import select
import signal
import struct
import sys
from typing import Any, BinaryIO

READ_SIDE = 1600  # a card is read at most this large
KEPT_SIDE = 1600
CODE_SIDE = 2400
MOST_PIXELS = 64_000_000
MOST_LINES = 120
FORMATS = ("JPEG", "PNG", "WEBP")

Point = tuple[float, float]


class Refused(Exception):
    """The picture is not read; `code` says why."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def main() -> int:
    idle, memory = float(sys.argv[1]), int(sys.argv[2])
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not mix with the frames
    _limit(memory)
    eyes = None
    while True:
        ready, _, _ = select.select([source], [], [], idle)
        raw = read_frame(source) if ready else None
        if raw is None:
            return 0
        try:
            picture = open_picture(raw)
            if eyes is None:
                eyes = load()
            answer, small = look(eyes, picture)
        except Refused as refused:
            answer, small = {"refused": refused.code, "facts": refused.facts}, b""
        except MemoryError:
            answer, small = {"refused": "memory", "facts": {}}, b""
        write_frame(sink, json.dumps(answer).encode())
        write_frame(sink, small)


def read_frame(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = source.read(length)
    return body if len(body) == length else None


def write_frame(sink: BinaryIO, body: bytes) -> None:
    sink.write(struct.pack(">I", len(body)) + body)
    sink.flush()


def _limit(memory: int) -> None:
    """Few rights: bounded memory, no new files, no core, last in the queue for the processor."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.nice(5)


def open_picture(raw: bytes) -> Any:
    """The picture upright and no larger than needed; refuses what is none, or too large, before decoding."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the limit here is our own and refuses before anything is decoded
    try:
        opened = Image.open(io.BytesIO(raw), formats=FORMATS)
        pixels = opened.width * opened.height
        if pixels > MOST_PIXELS:
            raise Refused("too_many_pixels", megapixels=round(pixels / 1e6), limit=MOST_PIXELS // 10**6)
        if min(opened.size) < 40:
            raise Refused("too_small")
        opened.draft("RGB", (CODE_SIDE, CODE_SIDE))  # a JPEG is decoded at a part of its size
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((CODE_SIDE, CODE_SIDE), Image.Resampling.LANCZOS)
        if "A" in upright.getbands() or "transparency" in upright.info:
            clear = upright.convert("RGBA")
            white = Image.new("RGBA", clear.size, "white")
            return Image.alpha_composite(white, clear).convert("RGB")
        return upright.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise Refused("unreadable") from error


def load() -> Any:
    """The models from the wheel; nothing is looked for elsewhere."""
    from rapidocr import RapidOCR

    threads = min(2, os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_vertical_padding": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def look(eyes: Any, picture: Any) -> tuple[dict[str, Any], bytes]:
    """Codes and lines of a picture, and the picture as it is shown beside them."""
    import numpy as np
    from PIL import Image

    codes = read_codes(picture)
    small = picture.copy()
    small.thumbnail((READ_SIDE, READ_SIDE), Image.Resampling.LANCZOS)
    pixels = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
    quads = _detected(eyes, pixels)
    turns = _turns(eyes, pixels, quads)
    if turns:
        small = small.rotate(90 * turns, expand=True)
        pixels = np.ascontiguousarray(np.rot90(pixels, turns))
        quads = _detected(eyes, pixels)
    quads, small, pixels = _framed(quads, small, pixels)
    lines = _lines(eyes, pixels, quads, small.size)
    out = io.BytesIO()
    small.thumbnail((KEPT_SIDE, KEPT_SIDE))
    small.save(out, "JPEG", quality=82)
    answer = {"lines": lines, "codes": codes, "width": small.width, "height": small.height}
    return answer, out.getvalue()


def read_codes(picture: Any) -> list[str]:
    """The text of QR and like codes."""
    import zxingcpp

    wanted = zxingcpp.BarcodeFormat.QRCode | zxingcpp.BarcodeFormat.DataMatrix | zxingcpp.BarcodeFormat.Aztec
    return [found.text[:4000] for found in zxingcpp.read_barcodes(picture, formats=wanted) if found.text][:5]


def _detected(eyes: Any, pixels: Any) -> list[list[Point]]:
    """The corners of the lines; of very many only the longest."""
    from rapidocr.main import RapidOCRError

    try:
        _crops, found = eyes.detect_and_crop(pixels, {})
    except RapidOCRError:
        return []
    quads = [[(float(x), float(y)) for x, y in quad] for quad in found.boxes]
    return sorted(quads, key=lambda quad: -max(_sides(quad)))[:MOST_LINES]


def _turns(eyes: Any, pixels: Any, quads: list[list[Point]]) -> int:
    """How many quarter turns to the left set the picture upright.

    The longest lines tell in which direction they run, and the model which of them stand on their head.
    """
    longest = [_along(quad) for quad in quads[:8]]
    if not longest:
        return 0
    _images, told = eyes.cls_and_rotate([_crop(pixels, quad) for quad in longest])
    across = down = 0.0
    for (a, b, _c, _d), (label, score) in zip(longest, told.cls_res, strict=True):
        weight = -float(score) if label == "180" else float(score)
        across += (b[0] - a[0]) * weight
        down += (b[1] - a[1]) * weight
    return round(math.atan2(down, across) / (math.pi / 2)) % 4


def _framed(quads: list[list[Point]], small: Any, pixels: Any) -> tuple[list[list[Point]], Any, Any]:
    """The picture without most of the table around the card: as far as its lines reach, and a margin."""
    if not quads:
        return quads, small, pixels
    across = [point[0] for quad in quads for point in quad]
    down = [point[1] for quad in quads for point in quad]
    margin = 0.16 * max(max(across) - min(across), max(down) - min(down)) + 12
    left, top = max(0, int(min(across) - margin)), max(0, int(min(down) - margin))
    right, bottom = min(small.width, int(max(across) + margin)), min(small.height, int(max(down) + margin))
    moved = [[(x - left, y - top) for x, y in quad] for quad in quads]
    return moved, small.crop((left, top, right, bottom)), pixels[top:bottom, left:right]


def _along(quad: list[Point]) -> list[Point]:
    """The corners begun so that the first side is a long one."""
    across, down = _sides(quad)
    return quad if across >= down else [*quad[1:], quad[0]]


def _upright(quad: list[Point], slant: float) -> list[Point]:
    """The corners from the upper left one clockwise, as they lie on the straightened card."""
    flat = {point: _turned(point, -slant) for point in quad}
    first = min(quad, key=lambda point: sum(flat[point]))
    last = max(quad, key=lambda point: sum(flat[point]))
    rest = [point for point in quad if point not in (first, last)]
    if len(rest) != 2:
        return quad
    rest.sort(key=lambda point: flat[point][1] - flat[point][0])
    return [first, rest[0], last, rest[1]]


def _crop(pixels: Any, quad: list[Point]) -> Any:
    """What lies within four corners, as a rectangle whose upper side is the first one."""
    import cv2
    import numpy as np

    width, height = (max(1, round(side)) for side in _sides(quad))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    bend = cv2.getPerspectiveTransform(np.array(quad, dtype=np.float32), target)
    return cv2.warpPerspective(
        pixels, bend, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC
    )


def _sides(quad: list[Point]) -> tuple[float, float]:
    a, b, c, d = quad
    return (math.dist(a, b) + math.dist(d, c)) / 2, (math.dist(a, d) + math.dist(b, c)) / 2


def _lines(eyes: Any, pixels: Any, quads: list[list[Point]], size: tuple[int, int]) -> list[dict[str, Any]]:
    from rapidocr.main import RapidOCRError

    slant = _slant(quads)
    quads = [_upright(quad, slant) for quad in quads]
    crops = [_crop(pixels, quad) for quad in quads]
    if not crops:
        return []
    try:
        read = eyes.recognize_txt(crops)
    except RapidOCRError:
        return []
    found: list[dict[str, Any]] = []
    for crop, quad, text, score in zip(crops, quads, read.txts, read.scores, strict=True):
        if not text.strip():
            continue
        flat = [_turned(point, -slant) for point in quad]
        across, down = [p[0] for p in flat], [p[1] for p in flat]
        left, right = min(p[0] for p in quad), max(p[0] for p in quad)
        top, bottom = min(p[1] for p in quad), max(p[1] for p in quad)
        found.append(
            {
                "text": with_blanks(text[:300], crop),
                "score": round(float(score), 4),
                "box": [min(across), min(down), max(across), max(down)],
                "size": min(_sides(quad)),
                "place": [
                    100 * left / size[0],
                    100 * top / size[1],
                    100 * right / size[0],
                    100 * bottom / size[1],
                ],
            }
        )
    return found


def _slant(quads: list[list[Point]]) -> float:
    """The angle at which most lines run; of an upright picture no more than an eighth of a turn."""
    angles: list[tuple[float, float]] = []
    for quad in quads:
        a, b, _c, _d = _along(quad)
        across, down = _sides(_along(quad))
        if across > 2 * down:
            angle = math.atan2(b[1] - a[1], b[0] - a[0])
            angles.append(((angle + math.pi / 2) % math.pi - math.pi / 2, across))
    whole, so_far = sum(length for _angle, length in angles), 0.0
    for angle, length in sorted(angles):
        so_far += length
        if so_far >= whole / 2:
            return angle
    return 0.0


def _turned(point: Point, angle: float) -> Point:
    x, y = point
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def with_blanks(text: str, crop: Any) -> str:
    """Blanks between Chinese characters, which the model leaves out: `市场部 副经理`.

    Only for lines of Chinese characters alone, whose even pitch tells where a gap stands.
    """
    import cv2

    if not 4 <= len(text) <= 16 or not all("一" <= char <= "鿿" for char in text):
        return text
    gray = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    height = gray.shape[0]
    inner = gray[int(height * 0.12) : max(int(height * 0.88), 1)]
    _limit_found, ink = cv2.threshold(inner, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if ink.mean() > 0.5:
        ink = 1 - ink
    columns = ink.sum(axis=0) > max(1, 0.03 * inner.shape[0])
    inked = columns.nonzero()[0]
    if len(inked) < 10:
        return text
    first, last = int(inked[0]), int(inked[-1])
    gaps = [(int(a) + 1, int(b)) for a, b in itertools.pairwise(inked) if b - a > 1]
    pitch = (last - first + 1) / len(text)
    wide = [(start, end) for start, end in gaps if end - start > 0.27 * pitch]
    told = sorted(end - start for start, end in gaps)
    usual = told[len(told) // 2] if told else 0
    wide = [(start, end) for start, end in wide if end - start > 2.2 * usual or len(gaps) < len(text) - 1]
    if not wide or len(wide) > 2:
        return text
    blank = sum(end - start for start, end in wide) - len(wide) * 0.1 * pitch
    glyph = (last - first + 1 - blank) / len(text)
    parts, done, shift = [], 0, 0.0
    for start, end in wide:
        at = round((start - first - shift) / glyph)
        shift += (end - start) - 0.1 * pitch
        if not done < at < len(text):
            continue
        parts.append(text[done:at])
        done = at
    return " ".join([*parts, text[done:]])


if __name__ == "__main__":
    sys.exit(main())
