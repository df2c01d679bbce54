"""Precision and recall of the duplicate suggestions on labelled sets, with the defaults of the product.

    python scripts/match_quality.py FOLDER

FOLDER holds `febrl3.csv` with `febrl3_links.csv`, and `chicago_sites_with_true_ids.csv`; what is missing is
left out.
"""

import csv
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")

import django

django.setup()

from headwater.duplicates.matching.corpus import frequencies_of as corpus  # noqa: E402
from headwater.duplicates.matching.grouping import groups, pairs_by_keys, pairs_within  # noqa: E402
from headwater.duplicates.matching.keys import keys_of  # noqa: E402
from headwater.duplicates.matching.profiles import Profile, read_profile  # noqa: E402
from headwater.duplicates.matching.scoring import LIKELY, score  # noqa: E402

Pair = tuple[str, str]


def main(folder: Path) -> int:
    for name, load in (("febrl3", febrl), ("chicago", chicago)):
        found = load(folder)
        if found is not None:
            report(name, *found)
    return 0


def febrl(folder: Path) -> tuple[dict[str, Profile], set[Pair]] | None:
    if not (folder / "febrl3.csv").exists():
        return None
    profiles = {
        row["rec_id"]: read_profile(
            person=f"{row['given_name']} {row['surname']}",
            address=f"{row['street_number']} {row['address_1']} # {row['address_2']}",
            locality=row["suburb"],
            postcode=row["postcode"],
            region=row["state"],
            born=row["date_of_birth"],
            number=row["soc_sec_id"],
        )
        for row in _rows(folder / "febrl3.csv")
    }
    truth = {_pair(row["rec_id_1"], row["rec_id_2"]) for row in _rows(folder / "febrl3_links.csv")}
    return profiles, truth


def chicago(folder: Path) -> tuple[dict[str, Profile], set[Pair]] | None:
    path = folder / "chicago_sites_with_true_ids.csv"
    if not path.exists():
        return None
    rows = _rows(path)
    profiles = {
        row["Id"]: read_profile(
            company=row["Site name"], address=row["Address"], postcode=row["Zip"], phones=[row["Phone"]],
            emails=[row["Email Address"].strip().lower()], website=row["Website"].strip(),
        )
        for row in rows
    }  # fmt: skip
    same: dict[str, list[str]] = {}
    for row in rows:
        same.setdefault(row["True Id"], []).append(row["Id"])
    return profiles, pairs_within(same.values())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one <= other else (other, one)


def report(name: str, profiles: Mapping[str, Profile], truth: set[Pair]) -> None:
    start = time.perf_counter()
    frequencies = corpus(profiles)
    candidates = pairs_by_keys({key: keys_of(profile) for key, profile in profiles.items()})
    scores = {pair: score(profiles[pair[0]], profiles[pair[1]], frequencies).bits for pair in candidates}
    likely = {pair for pair, bits in scores.items() if bits >= LIKELY}
    spent = time.perf_counter() - start
    sizes = f"{len(profiles)} records, {len(truth)} true pairs, {len(candidates)} candidates"
    print(f"{name}: {sizes}, {spent:.1f} s")
    print(f"  candidates hold {len(candidates & truth) / len(truth):.4f} of the true pairs")
    told("pairs", likely, truth)
    told("groups", pairs_within(groups(sorted(likely))), truth)
    if "-v" in sys.argv:
        for limit in range(2, 20):
            told(f"{limit}", {pair for pair, bits in scores.items() if bits >= limit}, truth)


def told(what: str, found: set[Pair], truth: set[Pair]) -> None:
    right = len(found & truth)
    precision, recall = right / max(len(found), 1), right / len(truth)
    print(f"  {what:<7} precision {precision:.4f}  recall {recall:.4f}  ({len(found)} found)")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
