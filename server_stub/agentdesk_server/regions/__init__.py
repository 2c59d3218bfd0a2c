"""Other regions: what they tell is taken in at a door of their own, and what they may see of ours is told to them."""

from .sending import Sending

__all__ = ["Sending"]
