#!/usr/bin/env python3
"""Django's management commands; the same as `headwater django ...`."""

import sys

from headwater.entry.cli import main

if __name__ == "__main__":
    sys.exit(main(["django", *sys.argv[1:]]))
