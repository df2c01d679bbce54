"""An icon as markup: one symbol of the sprite, sized by class, silent to screen readers."""

from functools import lru_cache

from markupsafe import Markup, escape

from headwater.ui.assets import asset, icon_names

_SIZES = {12, 14, 16, 18, 20, 24, 32}


class UnknownIcon(LookupError):
    """The name is not in assets/icons.txt."""


def icon(name: str, size: int = 16, label: str = "", css: str = "") -> Markup:
    """The icon; with `label` it speaks, without it is decoration. Raises `UnknownIcon`."""
    return _icon(name, size, str(label), css, asset("icons.svg"))


@lru_cache(maxsize=2048)
def _icon(name: str, size: int, label: str, css: str, sprite: str) -> Markup:
    if name not in icon_names():
        raise UnknownIcon(f"{name!r} is not in assets/icons.txt")
    if size not in _SIZES:
        raise ValueError(f"icons come in {sorted(_SIZES)}")
    classes = "hw-icon" + (f" hw-icon-{size}" if size != 16 else "") + (f" {escape(css)}" if css else "")
    voice = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 - every part is ours or escaped above
        f'<svg class="{classes}" {voice}><use href="{sprite}#{name}"></use></svg>'
    )
