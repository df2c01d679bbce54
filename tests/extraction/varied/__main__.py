"""`python -m tests.extraction.varied taught|kept|later|last FOLDER` draws a set: flat, photographed, and its truth."""

import json
import sys
from pathlib import Path

from tests.extraction.varied.cards import count, make_card
from tests.extraction.varied.drawing import flat, photo


def main(which: str, folder: Path) -> None:
    """Draw the set."""
    folder.mkdir(parents=True, exist_ok=True)
    truth: list[dict[str, str]] = []
    for number in range(count(which)):
        card = make_card(which, number)
        picture = flat(card)
        picture.save(folder / f"{which}_{number:02d}.png")
        photo(picture, number + {"taught": 0, "kept": 1000, "later": 2000, "last": 3000}[which]).save(
            folder / f"{which}_{number:02d}_photo.jpg", quality=90
        )
        for end, variant in ((".png", "flat"), ("_photo.jpg", "photo-like")):
            truth.append(
                {"file": f"{which}_{number:02d}{end}", "variant": variant, "lang": card.language} | card.truth
            )
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
