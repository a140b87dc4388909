"""The worker with a toy in place of the training: a child process of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

from toys import toy_train

from parotid_training.workspace.worker import work

sys.exit(work(Path(sys.argv[1]), toy_train))
