"""Who holds the copyright of a package."""

import subprocess
from pathlib import Path

_PATIENCE = 5.0


def author_name(package: str, folder: Path, asked: str | None = None) -> str:
    """Return the name that was asked for, git's user.name in `folder`, or "The ... authors"."""
    return _plain(asked or "") or _plain(_from_git(folder)) or f"The {package} authors"


def _plain(text: str) -> str:
    """Return the text on one line, without what no file should have in a name."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _from_git(folder: Path) -> str:
    try:
        done = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""  # there is no git
    return done.stdout if done.returncode == 0 else ""
