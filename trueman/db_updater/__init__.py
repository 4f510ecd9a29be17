"""The event log into PostgreSQL, exactly once: rows and offset change in one transaction."""
