"""The plugins of a process, loaded as far as somebody asked for them.

Their order never depends on who was loaded first: built-ins, what `--plugin` names, what is
installed by package.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import RLock

from nnplug.core.component import Component
from nnplug.core.errors import PluginError
from nnplug.core.loader.answer import Answer
from nnplug.core.loader.choice import Choice
from nnplug.core.loader.discovery import BUILTIN, decide, installed, unknown_names
from nnplug.core.loader.loading import load, load_late
from nnplug.core.loader.plugin import Fault, Found, Offer, Plugin
from nnplug.core.loader.requested import requested

SLOW = 1.0
"""Seconds that a plugin's import may take before others who wait for it are told of it."""

Warn = Callable[[str], None]
Discover = Callable[[], Sequence[Found]]


def warn_on_stderr(line: str) -> None:
    """Print a warning, one line."""
    print(f"nnplug: warning: {line}", file=sys.stderr)  # noqa: T201 - this is the place for it


class Catalogue:
    """What plugins give.

    choice : which plugins load
    warn : takes one line for each plugin or component that is set aside
    discover : finds what is installed, asked once and not before a name is missed
    builtin : the plugin whose names nobody replaces
    """

    def __init__(
        self,
        choice: Choice,
        warn: Warn = warn_on_stderr,
        discover: Discover = installed,
        builtin: Found = BUILTIN,
    ) -> None:
        self.choice = choice
        self.requested = [requested(text) for text in dict.fromkeys(choice.extra)]
        self.builtin = builtin
        self._warn = warn
        self._discover = discover
        self._installed: list[Found] | None = None
        self._plugins: dict[Found, Plugin] = {}
        self._owners: dict[Offer, Found] = {}
        self._classes: dict[Offer, type[Component] | None] = {}
        self._problems: list[str] = []
        self._remarked: set[str] = set()
        self._lock = RLock()

    def start(self) -> None:
        """Load the built-ins and what `--plugin` names, and all that is installed if strict."""
        if self.requested or self.choice.strict:
            self.installed()  # --plugin may name a module of an installed package
        for found in (self.builtin, *self.requested):
            self._load(found)
        if self.choice.strict:
            for found in self.installed():
                self._load(found)

    def load(self, wanted: Callable[[Found], bool] = lambda found: True) -> None:
        """Load those of the installed plugins that are wanted and not loaded yet."""
        self.start()
        for found in self.installed():
            if wanted(found):
                self._load(found)

    def installed(self) -> list[Found]:
        """Return what is installed, besides what `--plugin` names already."""
        with self._lock:
            if self._installed is None:
                everything = list(self._discover())
                packaged = {found.target: found for found in everything}
                self.requested = [
                    replace(packaged.get(f.target, f), origin="requested") for f in self.requested
                ]
                self._installed = [f for f in everything if f not in self.requested]
                self._problems += unknown_names(
                    [*everything, *self.requested], self.choice.only, self.choice.disabled
                )
            return self._installed

    def _load(self, found: Found) -> None:
        with self._lock:
            if found in self._plugins:
                return
            # Seen as loaded already by a plugin that asks for components while it is imported.
            self._plugins[found] = Plugin(found.provider, "loaded")
            try:
                plugin = self._decide(found) or load(found)
            except BaseException:  # Ctrl-C while it was imported
                del self._plugins[found]
                raise
            self._plugins[found] = plugin
            self._owners.update(dict.fromkeys(plugin.offers, found))
            if plugin.status in ("broken", "incompatible"):
                self._problems.append(plugin.text)
            self._problems += [fault.text for fault in plugin.faults]

    def _decide(self, found: Found) -> Plugin | None:
        if found == self.builtin:
            return None
        # Who names a plugin with --plugin wants it, whatever NNPLUG_PLUGINS lists.
        only = None if found in self.requested else self.choice.only
        return decide(found, only, self.choice.disabled)

    def plugins(self) -> list[Plugin]:
        """Return every plugin that was dealt with so far."""
        return self.chosen([self.builtin, *self.requested, *(self._installed or ())])

    def offers(self, *, of: Sequence[Found] | None = None) -> list[Offer]:
        """Return what plugins give that are loaded; `of` some, or all."""
        plugins = self.plugins() if of is None else self.chosen(of)
        return [offer for plugin in plugins for offer in plugin.offers]

    def faults(self, *, of: Sequence[Found]) -> list[Fault]:
        """Return the components of some plugins that are set aside."""
        return [fault for plugin in self.chosen(of) for fault in plugin.faults]

    def chosen(self, wanted: Sequence[Found]) -> list[Plugin]:
        """Return the plugins of these that were dealt with so far."""
        return [self._plugins[found] for found in wanted if found in self._plugins]

    def resolve(self, offer: Offer) -> type[Component] | None:
        """Return an offer's class, or None if that one component is set aside."""
        with self._lock:
            if offer not in self._classes:
                answer = load_late(self._owners[offer], offer)
                self._book(offer, answer)
                found = answer.value
                self._classes[offer] = None if isinstance(found, Fault) else found
            return self._classes[offer]

    def _book(self, offer: Offer, answer: Answer[type[Component] | Fault]) -> None:
        """Note how long a late import took, what it printed, and what came of it."""
        owner, found = self._owners[offer], answer.value
        plugin = self._plugins[owner]
        plugin = replace(
            plugin,
            seconds=(plugin.seconds or 0.0) + answer.seconds,
            printed=plugin.printed + answer.printed,
        )
        if isinstance(found, Fault):
            plugin = replace(
                plugin,
                offers=tuple(other for other in plugin.offers if other != offer),
                faults=(*plugin.faults, found),
            )
            self._problems.append(found.text)
        self._plugins[owner] = plugin

    def report(self) -> None:
        """Warn of all that was set aside since the last report; raise PluginError if strict."""
        with self._lock:
            if self.choice.strict and self._problems:
                raise PluginError(
                    self._problems[0], "nnplug plugins shows all; -p no:NAME leaves one out"
                )
            problems, self._problems = self._problems, []
        for line in problems:
            self._warn(f"{line} (see: nnplug plugins)")

    def remark(self, chosen: Offer | None = None) -> None:
        """Warn once of each installed plugin that prints or is slow, if it concerns this user.

        chosen : the component that was asked for: what its plugin prints may matter, and that
            another one takes time; None where all are listed
        """
        owner = None if chosen is None else self._owners[chosen].provider
        for plugin in self.chosen(self.installed()):
            if plugin.status != "loaded":
                continue  # there is a line about it
            own = plugin.provider == owner
            label = f"plugin {plugin.name!r} from {plugin.provider.text}"
            if plugin.printed and (own or chosen is None):
                said = next(filter(None, map(str.strip, plugin.printed.splitlines())), "")
                self._remark(f"{label} prints while it is imported: {said[:80]!r}")
            if (plugin.seconds or 0.0) >= SLOW and not own:
                self._remark(
                    f"{label} takes {plugin.seconds:.1f} s to import; "
                    f"-p no:{plugin.name} leaves it out"
                )

    def _remark(self, line: str) -> None:
        if line not in self._remarked:
            self._remarked.add(line)
            self._warn(f"{line} (see: nnplug plugins)")
