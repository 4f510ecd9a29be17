"""The tables of PostgreSQL, as SQLAlchemy sees them: the one description that migrations are checked against.

Nothing queries through these classes; services speak SQL over asyncpg. The grants stand in the migrations.
"""

from trueman.infra.database import history_models, identity_models
from trueman.infra.database.columns import Base

__all__ = ["Base", "history_models", "identity_models"]
