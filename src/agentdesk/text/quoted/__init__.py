"""What of a text is quoted or signed: the thread shows it folded, also where no mail was ever read."""

from .folds import Fold, find_folds

__all__ = ["Fold", "find_folds"]
