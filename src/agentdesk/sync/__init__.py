"""The replica (truth + pending), the session as a state machine, the socket, the worker thread."""
