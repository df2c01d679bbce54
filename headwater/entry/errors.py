"""What the commands refuse."""


class CommandRefused(Exception):
    """A command cannot do what was asked; the message says why and what to do next."""
