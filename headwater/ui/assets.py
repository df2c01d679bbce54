"""Addresses of built files: plain names ("app.css") to content-hashed ones, as the manifest says."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

DIST = Path(__file__).resolve().parent / "static" / "dist"


class AssetMissing(RuntimeError):
    """The web build has not run, or it does not know the name."""


@lru_cache(maxsize=8)
def _read(name: str, changed_at: float) -> dict[str, str] | list[str]:
    found: dict[str, str] | list[str] = json.loads((DIST / name).read_text(encoding="utf-8"))
    return found


def _stamp(name: str) -> float:
    """When a file was built; in production files stay as they are while a process lives."""
    if not settings.DEBUG:
        return 0.0
    path = DIST / name
    return path.stat().st_mtime if path.exists() else 0.0


def _load(name: str) -> dict[str, str] | list[str]:
    path = DIST / name
    if not path.exists():
        raise AssetMissing(f"{path} is missing: run `npm run build` in assets/")
    return _read(name, _stamp(name))


def asset(name: str) -> str:
    """The address of a built file, safe to be cached for ever; raises `AssetMissing`."""
    return _address(name, _stamp("manifest.json"))


@lru_cache(maxsize=64)
def _address(name: str, changed_at: float) -> str:
    manifest = _load("manifest.json")
    if not isinstance(manifest, dict) or name not in manifest:
        raise AssetMissing(f"no built file is called {name!r}")
    return static(f"dist/{manifest[name]}")


def parts_of(entry: str) -> tuple[str, ...]:
    """Addresses of what a script imports at once, so that the browser fetches all of it in one go."""
    return _parts(entry, _stamp("sizes.json"))


@lru_cache(maxsize=16)
def _parts(entry: str, changed_at: float) -> tuple[str, ...]:
    sizes: Any = _load("sizes.json")
    return tuple(static(f"dist/{name}") for name in sizes[entry]["files"][1:])


@lru_cache(maxsize=4)
def _icon_names(changed_at: float) -> frozenset[str]:
    return frozenset(_load("icons.json"))


def icon_names() -> frozenset[str]:
    """The icons in the sprite."""
    return _icon_names(_stamp("icons.json"))


def built_file(name: str) -> Path:
    """Where a built file lies; raises `AssetMissing`."""
    return DIST / Path(asset(name)).name
