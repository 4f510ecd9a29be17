"""Steps of the schema, numbered; a released one never changes."""
