"""Suggestions worked out on the laptop itself: what a text means, what was answered to the like, when to keep quiet."""
