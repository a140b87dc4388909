"""The worker with the real trainer, which keeps what it has learned after every step."""

from __future__ import annotations

import sys

from parotid_training.learn import adapt
from parotid_training.workspace.worker import main

adapt.SAVE_SECONDS = -1.0
sys.exit(main())
