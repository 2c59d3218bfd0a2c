"""Ways in and out: one adapter a file, each speaks only in commands."""
