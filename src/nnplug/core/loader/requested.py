"""Plugins without packaging: the file or module that `--plugin` names."""

import sys
from functools import partial
from importlib.metadata import EntryPoint
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from zlib import crc32

from nnplug.core.errors import PluginError
from nnplug.core.hooks import PROJECT
from nnplug.core.loader.plugin import Found, Provider


def requested(text: str) -> Found:
    """Return the plugin that `--plugin TEXT` names: a file that ends in .py, or a module.

    Raises PluginError where there is no such file.
    """
    path = Path(text).expanduser()
    if _is_module(text) and not (path.suffix and path.is_file()):
        module = partial(_import_module, text)
        return Found(Provider(text, text), text, module, origin="requested")
    path = path.resolve()
    if path.suffix != ".py" or not path.is_file():
        raise PluginError(
            f"--plugin {text or repr(text)}: {_what_is_wrong(text, path)}",
            "name a file that ends in .py, or a module that can be imported",
        )
    file = partial(_import_file, path)
    return Found(Provider(path.stem, path.name), str(path), file, origin="requested")


def _is_module(text: str) -> bool:
    """Say whether a module can be called so; "module:attribute" names what holds the hooks."""
    module, _, attribute = text.partition(":")
    parts = [*module.split("."), *(attribute.split(".") if attribute else ())]
    return not text.endswith((".py", ":")) and all(part.isidentifier() for part in parts)


def _what_is_wrong(text: str, path: Path) -> str:
    if not text.strip():
        return "it names nothing"
    if path.is_dir():
        return "it is a folder"
    return "it does not end in .py" if path.exists() else "there is no such file"


def _import_module(text: str) -> Any:
    try:
        return EntryPoint(text, text, PROJECT).load()
    except ModuleNotFoundError as error:
        file = Path(f"{text}.py")
        if error.name == text and file.is_file():
            raise PluginError(f"no module {text!r}", f"write --plugin ./{file}") from error
        if error.name == text and Path(text).is_dir():
            raise PluginError(
                f"no module {text!r}, but a folder",
                "name a file that ends in .py, or a module that can be imported",
            ) from error
        raise


def _import_file(path: Path) -> ModuleType:
    # The same name in every process, so that what one process pickles another one finds.
    name = f"nnplug_file_{path.stem}_{crc32(bytes(path)):08x}"
    changed = path.stat().st_mtime_ns
    known = sys.modules.get(name)
    if known is not None and getattr(known, "_nnplug_changed", None) == changed:
        return known
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = module_from_spec(spec)
    # Before it is executed: dataclasses and pickle look a class's module up there.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    module.__dict__["_nnplug_changed"] = changed
    return module
