"""The history of the schema, one file a step. Run by `trueman.infra.database.connection.migrate`."""
