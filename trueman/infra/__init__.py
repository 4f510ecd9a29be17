"""Doors to the world, each a small Protocol beside its in-memory twin."""
