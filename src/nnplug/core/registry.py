"""From a name, a spec, a class or an instance to a component; and back to what to type."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from nnplug.core.component import Component, contract_faults
from nnplug.core.errors import ContractError, SpecError, UnknownNameError
from nnplug.core.kinds import KINDS, article
from nnplug.core.loader.catalogue import Catalogue, Discover, Warn, warn_on_stderr
from nnplug.core.loader.choice import Choice
from nnplug.core.loader.discovery import BUILTIN, installed
from nnplug.core.loader.plugin import Found, Offer, Plugin, Provider
from nnplug.core.loader.search import find, find_everywhere, offer_of, to_type
from nnplug.core.provenance import blamed
from nnplug.core.spec import Spec, build, format_spec, read_spec, split_chain

__all__ = [
    "Entry",
    "Plugin",
    "Provider",
    "Registry",
    "default_registry",
    "set_default",
    "set_up_worker",
]


@dataclass(frozen=True)
class Entry:
    """A component as it is listed.

    name, aliases : what to type, "package:name" where the name alone means another component
    """

    kind: str
    name: str
    aliases: tuple[str, ...]
    cls: type[Component]
    provider: Provider


def _accepted(kind: str) -> tuple[str, ...]:
    """Return the kinds that serve where `kind` is wanted."""
    if kind not in KINDS:
        raise UnknownNameError(f"there is no kind {kind!r}", f"the kinds are {', '.join(KINDS)}")
    return ("layer", "activation") if kind == "layer" else (kind,)


def _class(component: Component | type[Component]) -> type[Component]:
    if isinstance(component, type):
        return component
    from nnplug.core.chain import as_named

    return type(as_named(component))


class Registry:
    """What resolves names.

    strict : a broken or incompatible plugin is an error, and not a warning
    only : names of the plugins or packages that load, or None for all
    disabled : names of those that do not
    extra : files ("./mine.py") or modules to load besides what is installed
    warn : takes one line for each plugin or component that is set aside
    discover : finds what is installed, asked at the first name that is not built in
    builtin : the plugin whose names nobody replaces
    """

    def __init__(
        self,
        *,
        strict: bool = False,
        only: Iterable[str] | None = None,
        disabled: Iterable[str] = (),
        extra: Iterable[str] = (),
        warn: Warn = warn_on_stderr,
        discover: Discover = installed,
        builtin: Found = BUILTIN,
    ) -> None:
        choice = Choice(
            strict, None if only is None else tuple(only), tuple(disabled), tuple(extra)
        )
        self._catalogue = Catalogue(choice, warn, discover, builtin)
        self._offers: dict[type[Any], Offer] = {}
        # What many runs ask again and again, and what nothing that is loaded later can change.
        self._builtins: dict[tuple[Any, ...], tuple[Offer, type[Component]]] = {}
        self._accepted: WeakSet[type[Any]] = WeakSet()

    def settings(self) -> dict[str, Any]:
        """Return plain data from which another process makes an equal one: `Registry(**data)`."""
        catalogue = self._catalogue
        # Files by their whole path: the other process may work elsewhere.
        return {**catalogue.choice.data(), "extra": [f.target for f in catalogue.requested]}

    def build(self, kind: str, thing: Any) -> Any:
        """Return the component of this kind that `thing` means.

        thing : a spec ("adam:lr=0.01"), a table, a component class or an instance; classes that no
            plugin gives are welcome. Where a layer is wanted, an activation becomes one.
        Raises SpecError, UnknownNameError, AmbiguousNameError, ContractError or PluginError.
        """
        component = self._component(_accepted(kind), thing)
        if kind != "layer":
            return component
        from nnplug.core.chain import as_layer  # NumPy only where numbers are near

        return as_layer(component)

    def build_chain(self, thing: Any) -> tuple[Any, ...]:
        """Return layers one after the other, from a chain's text or a list of things."""
        if isinstance(thing, str):
            thing = split_chain(thing)
        elif isinstance(thing, (Mapping, Component, type)):
            thing = [thing]
        return tuple(self.build("layer", item) for item in thing)

    def get(self, kind: str, name: str) -> type[Component]:
        """Return the class of this kind and name, or of "package:name"."""
        package, _, bare = name.rpartition(":")
        _accepted(kind)
        return find(self._catalogue, (kind,), bare, package or None)[1]

    def everywhere(self, name: str) -> list[tuple[str, type[Component]]]:
        """Return each kind that has this name with its class; raises UnknownNameError.

        Like `get`, it asks no stranger for a name that is built in.
        """
        package, _, bare = name.rpartition(":")
        hits = find_everywhere(self._catalogue, bare, package or None)
        return [(offer.kind, cls) for offer, cls in hits]

    def entries(self, kind: str | None = None) -> list[Entry]:
        """Return all components, of one kind or by kind; built-ins first, then by name."""
        kinds = list(KINDS) if kind is None else list(_accepted(kind)[:1])
        catalogue = self._catalogue
        catalogue.load()
        found = []
        for offer in list(catalogue.offers()):
            cls = catalogue.resolve(offer) if offer.kind in kinds else None
            if cls is not None:
                found.append((offer, cls))
        catalogue.report()
        catalogue.remark()
        found.sort(
            key=lambda pair: (
                kinds.index(pair[0].kind),
                pair[0].provider != catalogue.builtin.provider,
                pair[0].name,
                pair[0].provider.package,
            )
        )
        return [
            Entry(offer.kind, name, tuple(aliases), cls, offer.provider)
            for offer, cls in found
            for name, *aliases in [[to_type(catalogue, offer, name) for name in offer.names]]
        ]

    def builtin_names(self, kind: str) -> list[str]:
        """Return the names and aliases of the built-ins of a kind; imports none of them."""
        self._catalogue.start()
        return [
            name
            for offer in self._catalogue.offers(of=[self._catalogue.builtin])
            if offer.kind == kind
            for name in (offer.name, *offer.aliases)
        ]

    def plugins(self) -> list[Plugin]:
        """Return all plugins, with every component imported that they give.

        Neither warns nor raises: the answer holds what there is to say.
        """
        self._catalogue.load()
        for offer in list(self._catalogue.offers()):
            self._catalogue.resolve(offer)
        return self._catalogue.plugins()

    def not_loaded(self, package: str) -> list[Plugin]:
        """Return what is known of a package's plugins that are disabled, broken or incompatible."""
        return [
            plugin
            for plugin in self._catalogue.plugins()
            if plugin.status != "loaded" and plugin.provider.answers_to(package)
        ]

    def provider(self, component: Component | type[Component]) -> Provider:
        """Return who gives a component; for a class that no plugin gives, its module."""
        offer = self._offer(component)
        return Provider("", _class(component).__module__) if offer is None else offer.provider

    def name(self, component: Component | type[Component]) -> str:
        """Return the name under which a component is known; the class's own if no plugin has it."""
        offer = self._offer(component)
        return _class(component).__name__ if offer is None else to_type(self._catalogue, offer)

    def spec(self, component: Component) -> str:
        """Return the spec that makes an equal component: "adam:lr=0.01"."""
        return format_spec(component, self.name)

    def describe(self, component: Component | type[Component]) -> str:
        """Return what messages call it: "activation 'mish' from nnplug-mish 0.2"."""
        kind, provider = _class(component).kind, self.provider(component)
        offer = self._offer(component)
        name = _class(component).__name__ if offer is None else offer.name
        return f"{kind} {name!r} from {provider.text}"

    def is_own(self, component: Component) -> bool:
        """Say whether a component is built in, or a class that no plugin gives."""
        provider = self.provider(component)
        return provider == self._catalogue.builtin.provider or not provider.plugin

    def signed(self, component: Component) -> str:
        """Return the spec, and who gives it if that is a stranger: "mish from nnplug-mish 0.2"."""
        spec = self.spec(component)
        return spec if self.is_own(component) else f"{spec} from {self.provider(component).text}"

    def _offer(self, component: Component | type[Component]) -> Offer | None:
        cls = _class(component)
        if cls not in self._offers:
            offer = offer_of(self._catalogue, cls)
            if offer is None:
                return None  # and asked again: its plugin may be loaded later
            self._offers[cls] = offer
        return self._offers[cls]

    def _component(self, kinds: tuple[str, ...], thing: Any) -> Any:
        if isinstance(thing, Component):
            self._accept_class(kinds, type(thing))
            return thing
        if isinstance(thing, type):
            cls = self._accept_class(kinds, thing)
            spec, label = Spec(cls.__name__), f"{cls.kind} {cls.__name__}"
        else:
            spec = read_spec(thing)
            offer, cls = self._find(kinds, spec.name, spec.package)
            own = offer.provider == self._catalogue.builtin.provider
            label = f"{offer.kind} {offer.name!r}" if own else offer.text
        with blamed(self):
            return build(cls, spec, label, self.build)

    def _find(
        self, kinds: tuple[str, ...], name: str, package: str | None
    ) -> tuple[Offer, type[Component]]:
        key = (kinds, name, package)
        if key not in self._builtins:
            found = find(self._catalogue, kinds, name, package)
            if found[0].provider != self._catalogue.builtin.provider:
                return found
            self._builtins[key] = found
        return self._builtins[key]

    def _accept_class(self, kinds: tuple[str, ...], cls: type[Any]) -> type[Component]:
        if not issubclass(cls, Component):
            raise SpecError(
                f"{cls.__name__} is no component",
                f"derive it from nnplug.{KINDS[kinds[0]].contract_name}",
            )
        if cls.kind not in kinds:
            what = article(cls.kind) if cls.kind else "of no kind"
            raise SpecError(f"{cls.__name__} is {what}, not {article(kinds[0])}")
        if cls not in self._accepted:
            faults = contract_faults(cls)
            if faults:
                raise ContractError("; ".join(faults))
            self._accepted.add(cls)
        return cls


_default: Registry | None = None


def default_registry() -> Registry:
    """Return the registry of this process, made at first use from the environment.

    It reads NNPLUG_PLUGINS (which plugins load; empty: none) and NNPLUG_STRICT.
    """
    global _default
    if _default is None:
        _default = Registry(**Choice.of(os.environ).data())
    return _default


def set_default(registry: Registry | None) -> Registry | None:
    """Make `registry` that of this process and return the one before.

    None for a fresh one from the environment, at next use.
    """
    global _default
    before, _default = _default, registry
    return before


def set_up_worker(settings: dict[str, Any]) -> None:
    """Make this process resolve names as another one does, from its `registry.settings()`.

    What `--plugin` names is loaded at once, so that components from there can be unpickled.
    """
    set_default(Registry(**settings))
    default_registry().builtin_names("layer")
