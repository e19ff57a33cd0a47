"""Are model files data and never code? Tens of thousands of damaged and hostile ones, loaded.

    python benchmarks/fuzz_models.py [--cases 40000] [--seed 0] [--short]

Sound files of several kinds are changed by the mutations of `fuzz_mutations.py`. Each result must
be refused with one RunFileError of one line, by `nnplug.load`, by what reads it to train on, and by
what lists runs; or be read as what it is, compared with what zipfile, NumPy and json read. Nothing
else may be raised, no case may take longer than a few seconds, and the process may take no more
memory than it is given. The exit code is 1 where anything of this does not hold.
"""

import argparse
import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[pool] = "1"  # NumPy reads this once, when it is imported

sys.path.append(str(Path(__file__).resolve().parent))

import fuzz_json  # noqa: E402, F401 - it adds its mutations to those below
import numpy as np  # noqa: E402 - after the line on threads
from fuzz_mutations import BLIND, KNOWING, TRAP  # noqa: E402 - found on this path

import nnplug  # noqa: E402 - after the line on threads
from nnplug.core.errors import NnplugError, RunFileError  # noqa: E402 - likewise
from nnplug.core.registry import default_registry  # noqa: E402 - likewise
from nnplug.engine.checkpoint import restore_run  # noqa: E402 - likewise
from nnplug.engine.run import Run  # noqa: E402 - likewise
from nnplug.engine.runs import details, look  # noqa: E402 - likewise
from nnplug.engine.settings import Settings  # noqa: E402 - likewise
from nnplug.engine.train import prepare  # noqa: E402 - likewise

SECONDS = 5
"""The longest that one case may take."""

MEMORY = 1 << 30
"""Bytes that the process may map beyond what it has at the start."""

DEEP = "linear:units=4 batch_norm relu residual[linear:units=4 dropout tanh prelu] layer_norm"

SOURCES: tuple[dict[str, Any], ...] = (
    {"hidden_dims": (3,)},
    {"layers": DEEP, "callback": "early_stopping", "test_split": 0.3, "dataset": "moons:n=20"},
    {"optimizer": "l_bfgs", "dtype": "float32", "restore_best": True, "hidden_dims": (2,)},
    {"dataset": "blobs:n=30", "schedule": "cosine:floor=0.1", "clip": 1.0, "hidden_dims": (3,)},
)


@dataclass
class Found:
    """What became of the cases: how many of each mutation were refused or read; what is wrong."""

    refused: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class TooSlowError(Exception):
    """A case took too long."""


def sources(folder: Path) -> list[tuple[bytes, Run]]:
    """Return the bytes of sound model files, each with a run that it can be restored to."""
    found = []
    for i, settings in enumerate(SOURCES):
        hidden = {"hidden": settings["hidden_dims"]} if "hidden_dims" in settings else {}
        options = {k: v for k, v in settings.items() if k != "hidden_dims"}
        run = nnplug.train(**options, **hidden, epochs=6).save(folder / f"sound{i}")
        found.append(((run / "model.npz").read_bytes(), _run(**settings)))
    table = folder / "table.csv"
    lines = [f"{i % 7},{'uvw'[i % 3]},{i % 5 - 2}" for i in range(20)]
    table.write_text("\n".join(["a,b,y", *lines]))
    settings = {"data": str(table), "target": ("y",), "task": "regression"}
    run = nnplug.train(**settings, hidden=[3], epochs=6).save(folder / "table")
    of_a_table = _run(**settings, hidden_dims=(3,))
    return [*found, ((run / "model.npz").read_bytes(), of_a_table)]


def _run(**settings: Any) -> Run:
    return prepare(Settings().but(**settings, epochs=6), default_registry()).run


def fuzz(cases: int, seed: int, folder: Path) -> Found:
    """Load so many damaged files."""
    found = Found()
    rng = random.Random(seed)
    sound = sources(folder)
    names = [*BLIND, *KNOWING]
    run = folder / "hostile"
    run.mkdir()
    for case in range(cases):
        content, fitting = rng.choice(sound)
        name = names[case % len(names)]
        own = random.Random(rng.getrandbits(64))
        changed = (BLIND | KNOWING)[name](content, own)
        (run / "model.npz").write_bytes(changed)
        wrong = judge(run, changed, fitting, found, name, same=changed == content)
        if wrong:
            kept = folder.parent / f"fuzz-{seed}-{case}.npz"
            kept.write_bytes(changed)
            found.wrong.append(f"case {case}, {name}: {wrong} ({kept})")
    if Path(TRAP).exists():
        found.wrong.append("something was executed")
        Path(TRAP).unlink()
    return found


def judge(run: Path, content: bytes, fitting: Run, found: Found, name: str, *, same: bool) -> str:
    """Load one file in every way; return what is wrong, or nothing."""
    ways = (
        lambda: _load(run, content),
        lambda: _load(run, content, best=True),
        lambda: _restore(run, fitting),
        lambda: _details(run),
        lambda: _look(run),
    )
    said = []
    for way in ways:
        began = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            said.append(way() or "")
        except RunFileError as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            said.append("refused" if _is_plain(error) else f"said badly: {str(error)[:300]!r}")
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            said.append(f"{type(error).__name__}: {str(error)[:200]}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if time.monotonic() - began > SECONDS:
            said.append("too slow")
    wrong = [one for one in said if one not in ("", "refused")]
    if said[0] == "" and name in BLIND and not same:
        wrong.append("read, although its SHA-256 is wrong")
    (found.refused if said[0] == "refused" else found.read)[name] += 1
    return "; ".join(wrong)


def _load(run: Path, content: bytes, *, best: bool = False) -> str:
    model = nnplug.load(run, best=best)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        weights = np.load(io.BytesIO(archive.read("best.npy" if best else "w.npy")))
        meta = json.loads(archive.read("meta.json"))
    if not np.array_equal(model.network.w, weights, equal_nan=True):
        return "other weights than the file's"
    if len(model.network.layers) != len(meta["layers"]) or model.epoch != meta["epoch"]:
        return "another network than the file's"
    columns = model.preparation.shape
    x: Any = np.zeros((3, *columns))
    if any(model.preparation.categories):
        x = np.array([[(own or ("0",))[0] for own in model.preparation.categories]] * 3, object)
    try:
        z = model.predict(x)
    except NnplugError:
        return ""  # a network of finite weights may still not give what its task calls for
    return "" if z.shape[0] == 3 else "predictions of another shape"


def _restore(run: Path, fitting: Run) -> str:
    restore_run(fitting, run / "model.npz")
    return ""


def _details(run: Path) -> str:
    json.dumps(details(run, default_registry()))
    return ""


def _look(run: Path) -> str:
    listed = look(run)
    return "" if listed.is_run or "\n" not in listed.ended else "said in several lines"


def _is_plain(error: RunFileError) -> bool:
    text = f"{error.message}{error.hint or ''}"
    return len(text) < 1500 and text.isprintable()


def main() -> int:
    """Read the command line, load, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="1500 cases")
    options = parser.parse_args()
    cases = 1500 if options.short else options.cases
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")

    def too_slow(signum: int, frame: FrameType | None) -> None:
        raise TooSlowError

    signal.signal(signal.SIGALRM, too_slow)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        (folder / "warm-up").mkdir()
        sources(folder / "warm-up")  # all is imported that will be, before memory is limited
        if sys.platform == "linux":  # elsewhere, nobody keeps to it
            limit = _mapped() + MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resident = _peak()
        (folder / "files").mkdir()
        found = fuzz(cases, options.seed, folder / "files")
        grown = _peak() - resident
    print(f"{cases} cases in {time.monotonic() - began:.0f} s, seed {options.seed}")
    print(f"{'refused':>8}{'read':>8}")
    for name in [*BLIND, *KNOWING]:
        print(f"{found.refused[name]:8}{found.read[name]:8}  {name}")
    print(f"{found.refused.total():8}{found.read.total():8}  all")
    print(f"the process took {grown / 2**20:.0f} MiB more than before the first case")
    for line in found.wrong[:50]:
        print(f"WRONG {line}")
    print(f"{len(found.wrong)} of {cases} cases are wrong")
    return 1 if found.wrong else 0


def _mapped() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main())
