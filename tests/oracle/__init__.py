"""The sync oracle: random histories on the shipped code, compared with what the server would show afresh."""
