"""Hostile text made safe."""
