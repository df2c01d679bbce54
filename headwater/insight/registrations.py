"""What reports add to the house."""


def register() -> None:
    """Called once when Django is ready."""
