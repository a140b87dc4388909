"""How long a test waits for what must happen: far longer than it takes, so that a busy machine fails no test."""

from __future__ import annotations

SECONDS = 60.0
MS = 60_000
