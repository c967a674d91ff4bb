"""`python -m engine.cli` is the `laneway` command."""

import sys

from engine.cli.main import main

sys.exit(main())
