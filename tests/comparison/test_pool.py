"""Worker processes: the same numbers as here, and nothing lost where one is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nnplug.comparison.compare import run_plan
from nnplug.comparison.execute import InProcess
from nnplug.comparison.plan import Plan, prepare_plan
from nnplug.comparison.plan_file import plan_of
from nnplug.comparison.pool import ATTEMPTS, LocalPool
from nnplug.comparison.records import Comparison, Record
from nnplug.comparison.store import Store
from nnplug.core.registry import Registry, default_registry


def plan(**base: Any) -> Plan:
    return plan_of({"vary": ["optimizer=gd adam l_bfgs"], "seeds": 4, "base": base})


def compared(plan: Plan, executor: Any, **more: Any) -> Comparison:
    return run_plan(plan, prepare_plan(plan, default_registry()), executor, **more)


def numbers(comparison: Comparison) -> dict[tuple[int, int], Any]:
    """Return what came of each run but what the machine's speed decides."""
    return {
        (one.setting, one.seed): {**one.as_json(), "seconds": None, "together": None}
        for one in comparison.records
    }


class Counted:
    """A progress that counts."""

    epochs = 0

    def advance(self, epochs: int) -> None:
        self.epochs += epochs


def test_two_workers_give_the_same_numbers() -> None:
    asked, registry = plan(epochs=30), default_registry()
    counted = Counted()
    here = compared(asked, InProcess(registry), progress=counted)
    assert counted.epochs == 30 * 12
    assert numbers(here) == numbers(compared(asked, LocalPool(2, registry)))


PLUGIN = '''
import os, signal, numpy as np, nnplug
from nnplug import Activation, Callback

class Kills(Callback):
    """Kills its process where a file does not exist yet, or always."""
    path: str = ""
    def on_epoch(self, run):
        if run.epoch == 3 and not os.path.exists(self.path):
            if self.path:
                open(self.path, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)

class Prints(Callback):
    """Prints."""
    def on_epoch(self, run):
        print("to stdout")

@nnplug.hookimpl
def nnplug_callbacks():
    return {"kills": Kills, "prints": Prints}
'''


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "mine.py").write_text(PLUGIN)
    return Registry(extra=[str(tmp_path / "mine.py")])


def with_callback(registry: Registry, *callbacks: str) -> Comparison:
    asked = plan_of(
        {"vary": {"callback": ["none", *callbacks]}, "seeds": 3, "base": {"epochs": 10}}
    )
    return run_plan(asked, prepare_plan(asked, registry), LocalPool(2, registry))


def test_a_worker_that_is_killed_costs_only_time(registry: Registry, tmp_path: Path) -> None:
    once = tmp_path / "killed"
    found = with_callback(registry, f'kills:path="{once}"')
    assert once.exists()
    assert [one.status for one in found.records] == ["done"] * 6
    assert found.complete()


def test_what_kills_every_worker_fails_and_nothing_else(registry: Registry) -> None:
    found = with_callback(registry, "kills")
    by_setting = [[one.status for one in found.of(i)] for i in (0, 1)]
    assert by_setting == [["done"] * 3, ["failed"] * 3]
    assert found.of(1)[0].error == f"its worker process died {ATTEMPTS} times while it ran"


def test_what_a_component_prints_is_no_message(registry: Registry) -> None:
    assert [one.status for one in with_callback(registry, "prints").records] == ["done"] * 6


def test_workers_have_one_blas_thread_and_end_with_their_parent(tmp_path: Path) -> None:
    code = f"""
import sys
from nnplug.comparison.compare import run_plan
from nnplug.comparison.plan import prepare_plan
from nnplug.comparison.plan_file import plan_of
from nnplug.comparison.pool import LocalPool
from nnplug.core.registry import Registry

registry = Registry(extra=[{str(tmp_path / "slow.py")!r}])
base = {{"epochs": 1000, "callback": ["slow"]}}
asked = plan_of({{"vary": ["lr=0.1 1"], "seeds": 2, "base": base}})
run_plan(asked, prepare_plan(asked, registry), LocalPool(2, registry))
"""
    (tmp_path / "slow.py").write_text(
        "import os, time, nnplug\n"
        "class Slow(nnplug.Callback):\n"
        '    """Waits."""\n'
        "    def on_epoch(self, run):\n"
        f"        path = {str(tmp_path)!r} + f'/{{os.getpid()}}'\n"
        "        if run.epoch == 1:\n"
        "            with open(path + '.new', 'w') as file:\n"
        "                file.write(os.environ['OPENBLAS_NUM_THREADS'])\n"
        "            os.rename(path + '.new', path)\n"
        "        time.sleep(0.02)\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks():\n"
        "    return {'slow': Slow}\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    workers = list(until(lambda: [p for p in tmp_path.iterdir() if p.name.isdigit()], 2))
    assert [path.read_text() for path in workers] == ["1", "1"]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    gone = until(lambda: [p for p in workers if not alive(int(p.name))], 2)
    assert len(list(gone)) == 2


def until(find: Any, count: int) -> Iterator[Any]:
    """Wait for so many things to be found, for at most half a minute."""
    end = time.monotonic() + 30
    while len(found := find()) < count and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.05)
    yield from found


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and whose end nobody has read is as good as gone.
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_comparison_that_was_killed_goes_on(tmp_path: Path) -> None:
    asked, registry = plan(epochs=20), default_registry()
    whole = compared(asked, InProcess(registry))
    store = Store(tmp_path)

    class KilledError(BaseException):
        pass

    def kill_at_five(record: Record) -> None:
        if len(list(store.records())) == 5:
            raise KilledError

    with pytest.raises(KilledError):
        compared(asked, InProcess(registry), store=store, on_record=kill_at_five)
    # The line that was being written when it was killed:
    with (tmp_path / "runs.jsonl").open("a") as file:
        file.write('{"setting": 0, "seed"')
    trained: list[Record] = []
    rest = compared(asked, InProcess(registry), store=store, on_record=trained.append)
    assert len(trained) == 12 - 5
    assert numbers(rest) == numbers(whole)
    assert len(list(store.records())) == 12
    again: list[Record] = []
    assert numbers(
        compared(asked, LocalPool(2, registry), store=store, on_record=again.append)
    ) == (numbers(whole))
    assert again == []


def test_an_idle_worker_that_is_killed_is_not_asked_again(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnplug.comparison import pool

    made: list[Any] = []

    class Watched(pool._Worker):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(pool, "_Worker", Watched)
    asked = plan_of({"vary": "epochs=3 4 5 6 7 8", "seeds": 1})

    def kill_another(record: Record) -> None:
        if len(made) == 2:  # one of them is idle or about to be
            for worker in list(made):
                worker.process.kill()

    found = run_plan(
        asked, prepare_plan(asked, registry), LocalPool(2, registry), on_record=kill_another
    )
    assert [one.status for one in found.records] == ["done"] * 6


def test_what_another_program_prints_is_no_message(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(
        "import os, nnplug\n"
        "class Noisy(nnplug.Callback):\n"
        '    """Lets another program print."""\n'
        "    def on_epoch(self, run):\n"
        "        os.system('echo hello')\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks():\n"
        "    return {'noisy': Noisy}\n"
    )
    noisy = Registry(extra=[str(tmp_path / "noisy.py")])
    asked = plan_of({"vary": "callback=none noisy", "seeds": 1, "base": {"epochs": 2}})
    found = run_plan(asked, prepare_plan(asked, noisy), LocalPool(2, noisy))
    assert [one.status for one in found.records] == ["done"] * 2
