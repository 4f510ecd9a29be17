"""The engine: reads commands from the log, applies the core, appends the results."""
