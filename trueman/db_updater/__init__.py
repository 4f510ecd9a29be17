"""The event log to PostgreSQL, exactly once."""
