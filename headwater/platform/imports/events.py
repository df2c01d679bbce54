"""What happens to imports."""

from headwater.platform.events import Event


class ImportReverted(Event):
    """An import was taken back to its end: what its file brought besides its records goes now."""

    name = "import.reverted"
    import_id: int
    record: str
