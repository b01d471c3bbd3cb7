"""Where this installation keeps what it ships: models, and the SQL of its schema."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).parent
MIGRATIONS = _PACKAGE / "sql" / "migrations"


def models_folder() -> Path:
    """`models/` beside the packages in a checkout; share/vms/models of the environment when installed."""
    beside = _PACKAGE.parent / "models"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "vms" / "models"
