"""The pages of the desk, one file a capability."""
