"""Traders made of code: they see views and return commands."""
