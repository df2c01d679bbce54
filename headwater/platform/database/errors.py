"""What can keep the embedded server from running."""


class DatabaseRefused(Exception):
    """The embedded server cannot run; the message says why and what to do next."""
