import pytest

from nnplug.core.registry import Registry
from nnplug.play.session import Session


@pytest.fixture
def registry():
    return Registry(discover=lambda: ())


@pytest.fixture
def session(registry):
    """Build a session of a setup; tables are looked up among `tables`, by name."""

    def build(setup=None, tables=None):
        return Session(setup or {}, 1, registry, (tables or {}).__getitem__)

    return build
