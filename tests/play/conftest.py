import pytest

from nnplug.core.registry import Registry
from nnplug.play.session import Session
from play_page import Page


@pytest.fixture
def registry():
    return Registry(discover=lambda: ())


@pytest.fixture
def session(registry):
    """Build a session of a setup; tables are looked up among `tables`, by name."""

    def build(setup=None, tables=None):
        return Session(setup or {}, 1, registry, (tables or {}).__getitem__)

    return build


@pytest.fixture
def page(registry, tmp_path):
    return Page(registry, tmp_path)


@pytest.fixture
def built(page):
    page.ask("setup", setup={"epochs": 50}, id=1)
    page.frame()
    return page
