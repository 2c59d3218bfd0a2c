"""The few widgets that the desk draws itself."""
