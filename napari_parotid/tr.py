"""The texts of the interface, by their short names; no Qt here, so that the session can speak too."""

from parotid_training.words import capital, mark, tr

__all__ = ["capital", "mark", "tr"]
