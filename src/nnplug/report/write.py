"""From folders to a report: Markdown, HTML and figures in a folder of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nnplug.comparison.outcomes import Settled, settle_claims
from nnplug.core.errors import RunFileError
from nnplug.core.registry import Registry
from nnplug.engine.files import write_whole
from nnplug.report.comparison import add_comparison
from nnplug.report.document import Document
from nnplug.report.draft import Draft
from nnplug.report.html import as_html
from nnplug.report.markdown import as_markdown
from nnplug.report.run import add_run
from nnplug.report.setup import setup_blocks
from nnplug.report.sources import ComparisonSource, RunSource, Source, read_source

HTML, MARKDOWN, FOLDER = "report.html", "report.md", "report"


@dataclass(frozen=True)
class Written:
    """A report that was written.

    folder : where;  files : their paths below it, the report's own first
    claims : by the name of the comparison;  missing : runs that a comparison lacks, likewise
    notes : on characters that no font has
    """

    folder: Path
    files: Sequence[str]
    claims: dict[str, list[Settled]]
    missing: dict[str, int]
    notes: Sequence[str]


def write_report(
    folders: Sequence[Path],
    registry: Registry,
    *,
    target: Path | None = None,
    title: str | None = None,
    author: str = "",
) -> Written:
    """Make a report of runs and comparisons, and write it.

    target : a folder that is new or empty; by default `report` in the folder that is reported on,
        or `report` here for several, and with a number where that is taken
    Raises RunFileError for folders that hold neither, and for a target that holds something.
    """
    place = _place(folders, target)
    sources = [read_source(folder, registry) for folder in folders]
    draft = Draft()
    draft.add(*setup_blocks(sources))
    claims: dict[str, list[Settled]] = {}
    for i, source in enumerate(sources, 1):
        prefix = f"{i}-" if len(sources) > 1 else ""
        if isinstance(source, RunSource):
            add_run(draft, source, prefix)
        else:
            loaded = source.loaded
            settled = settle_claims(loaded.claims, loaded.comparison)
            claims[source.name] = settled
            add_comparison(draft, source, settled, prefix)
    made = f"made with nnplug on {date.today().isoformat()}"
    document = Document(title or _title(sources), author, made, draft.blocks)
    pictures = {name: data for name, data in draft.files.items() if name.endswith(".png")}
    files: dict[str, bytes | str] = {
        HTML: as_html(document, pictures),
        MARKDOWN: as_markdown(document),
        **draft.files,
    }
    _write(place, files)
    missing = {s.name: s.loaded.missing for s in sources if isinstance(s, ComparisonSource)}
    return Written(place, list(files), claims, missing, list(draft.notes))


def _place(folders: Sequence[Path], target: Path | None) -> Path:
    if target is not None:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise RunFileError(
                f"{target} exists already", "name another folder; nothing is overwritten"
            )
        return target
    parent = folders[0] if len(folders) == 1 else Path()
    number = 1
    while (place := parent / (FOLDER if number == 1 else f"{FOLDER}-{number}")).exists():
        number += 1
    return place


def _write(place: Path, files: dict[str, bytes | str]) -> None:
    try:
        (place / "figures").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFileError(
            f"cannot write {place}: {error.strerror or error}", "-o DIR names another folder"
        ) from None
    for name, content in files.items():
        write_whole(place / name, content)


def _title(sources: Sequence[Source]) -> str:
    """Return what a report is called that nobody gave a title."""
    if len(sources) > 1:
        return f"Report on {len(sources)} experiments"
    (source,) = sources
    if isinstance(source, RunSource):
        return f"A network for {source.settings.get('dataset', 'data')}"
    names = [axis.name.replace("_", "-") for axis in source.loaded.plan.axes]
    return f"Comparison: {', '.join(names) or 'one setting'}"
