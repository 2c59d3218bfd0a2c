"""The queue page: find work, read, answer, know whom one talks to."""
