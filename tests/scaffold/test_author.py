"""Who holds the copyright: who was asked for, who git knows, or the authors of the package."""

import subprocess
from pathlib import Path

import pytest

from nnplug.scaffold.author import author_name


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, and a git configuration with a name."""
    config = tmp_path / "gitconfig"
    config.write_text('[user]\n\tname = "Ada  Lovelace"\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def test_git_s_name_is_taken(git: Path) -> None:
    assert author_name("nnplug-mish", git) == "Ada Lovelace"


def test_a_repository_s_own_name_goes_first(git: Path) -> None:
    for words in (("init", "-q"), ("config", "user.name", "Grace Hopper")):
        subprocess.run(["git", *words], cwd=git, check=True)
    assert author_name("nnplug-mish", git) == "Grace Hopper"


def test_who_is_asked_for_goes_before_git(git: Path) -> None:
    assert author_name("nnplug-mish", git, "Emmy Noether") == "Emmy Noether"
    assert author_name("nnplug-mish", git, " \n") == "Ada Lovelace"


def test_without_a_name_they_are_the_package_s_authors(
    git: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text("")
    assert author_name("nnplug-mish", git) == "The nnplug-mish authors"
    monkeypatch.setenv("PATH", str(git))  # where there is no git
    assert author_name("nnplug-mish", git) == "The nnplug-mish authors"


def test_a_name_is_one_line_of_what_can_be_printed() -> None:
    nowhere = Path("nowhere")
    assert author_name("nnplug-mish", nowhere, "A\n\tB\x00\x7f\udc80") == "A B"
    assert author_name("nnplug-mish", nowhere, 'J. "Q" Müller \\') == 'J. "Q" Müller \\'
