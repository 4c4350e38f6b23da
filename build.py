#!/usr/bin/env python3
"""The thin entry: hands its arguments to fleuron."""

import sys

from fleuron.cli import main

if __name__ == "__main__":
    sys.exit(main())
