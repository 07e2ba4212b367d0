"""`python -m demo`: see demo/serve.py."""

from __future__ import annotations

import sys

from demo.serve import main

sys.exit(main())
