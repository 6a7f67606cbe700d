"""PostgreSQL and Valkey for one instance, without anything installed or running beforehand.

System programs are preferred; without them the ones inside the wheels of the extra "embedded" are
used. Both servers listen on a Unix socket only, in a folder that nobody else can enter.
"""

from workshop.services.cluster import (
    APPLICATION,
    DATABASE,
    OWNER,
    SUPERUSER,
    Cluster,
    throw_out,
)
from workshop.services.home import Home, failed_start, last_words, require_free_space
from workshop.services.postgres import PostgresServer
from workshop.services.postgres_programs import (
    PostgresPrograms,
    choose_postgres,
    installed_postgres,
)
from workshop.services.valkey import ValkeyProgram, ValkeyServer, find_valkey

__all__ = [
    "APPLICATION",
    "DATABASE",
    "OWNER",
    "SUPERUSER",
    "Cluster",
    "Home",
    "PostgresPrograms",
    "PostgresServer",
    "ValkeyProgram",
    "ValkeyServer",
    "choose_postgres",
    "failed_start",
    "find_valkey",
    "installed_postgres",
    "last_words",
    "require_free_space",
    "throw_out",
]
