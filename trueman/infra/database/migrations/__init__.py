"""The history of the schema, one file a step. Run by `runner`, through `connection.migrate`."""
