"""How a file of text is to be read, as far as a user says it."""

from dataclasses import dataclass

from nnplug.core.errors import SettingsError

DELIMITERS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "pipe": "|",
    "colon": ":",
    "space": " ",
    "\\t": "\t",
}
"""Delimiters by name, for those that are awkward to type."""


@dataclass(frozen=True)
class Options:
    """How to read a file of text; None for what is to be found out.

    delimiter : what parts the cells: a character or a name
    header : whether the first line names the columns
    encoding : of the characters
    missing : texts that are missing values, beside empty cells, NA, NaN and the like
    inherited : which of these another table was read with, and so none of a file that is no text
    """

    delimiter: str | None = None
    header: bool | None = None
    encoding: str | None = None
    missing: tuple[str, ...] = ()
    inherited: frozenset[str] = frozenset()

    def character(self) -> str | None:
        """Return the delimiter's character; raises SettingsError for what is none."""
        if self.delimiter is None:
            return None
        character = DELIMITERS.get(self.delimiter.lower(), self.delimiter)
        if len(character) != 1 or character.isalnum() or character in '"\r\n.-+':
            raise SettingsError(
                f"--delimiter {self.delimiter!r} is no delimiter",
                f"a single character, or {', '.join(list(DELIMITERS)[:-1])}",
            )
        return character
