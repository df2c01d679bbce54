"""The design system: page frames, components, formatters and the building blocks of record screens."""
