"""`python -m anju`: the project's command line."""

import sys

from anju.config.command import main

sys.exit(main())
