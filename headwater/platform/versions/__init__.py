"""Versions of what an administrator sets up: rules and the like. Rows are added and never change.

The owning room keeps the present version beside its record for reading; here lies every one that ever was,
with its author, moment and note. Restoring an old version is saving its content again.
"""

from headwater.platform.versions.difference import Change, difference
from headwater.platform.versions.effects import effect_address, register_effect
from headwater.platform.versions.saving import Version, save_version, version, versions_of

__all__ = [
    "Change",
    "Version",
    "difference",
    "effect_address",
    "register_effect",
    "save_version",
    "version",
    "versions_of",
]
