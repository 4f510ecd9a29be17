"""TrueMan: a complete spot exchange that one command starts."""

__version__ = "0.6.0"
