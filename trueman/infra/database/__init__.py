"""PostgreSQL: tables, migrations, and the questions that several services ask of it."""
