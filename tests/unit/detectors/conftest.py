import pytest

from detectors.models import Models, load_models
from tests.unit.detectors.clips import MODELS


@pytest.fixture(scope="session")
def models() -> Models:
    """The shipped networks, loaded once."""
    return load_models(MODELS)
