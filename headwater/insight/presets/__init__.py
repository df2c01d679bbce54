"""Reports that come with the house: `PRESETS` by their stable keys.

The exact definitions are those of the domain rules; what each counts stands in docs/guides/datasets.md.
"""

from collections.abc import Mapping

from headwater.insight.presets.building import Preset
from headwater.insight.presets.campaigns import CAMPAIGNS
from headwater.insight.presets.numbers import NUMBERS
from headwater.insight.presets.origins import ORIGINS
from headwater.insight.presets.people import PEOPLE
from headwater.insight.presets.stages import STAGES

PRESETS: Mapping[str, Preset] = {
    preset.key: preset for group in (CAMPAIGNS, ORIGINS, STAGES, PEOPLE, NUMBERS) for preset in group
}

__all__ = ["PRESETS", "Preset"]
