"""Names of components: which ones match, which one to type, and what was meant by an unknown one.

A name that is built in is never replaced. What `--plugin` names comes next, because the user asked
for it by hand. Installed packages are equals: where two give a name, it takes `package:name`.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from nnplug.core.errors import AmbiguousNameError, PluginError, UnknownNameError
from nnplug.core.kinds import KINDS, article
from nnplug.core.loader.plugin import Fault, Offer, Plugin, fold, fold_package

_MANY = 14
_FEW = 2


def matching(offers: Iterable[Offer], kinds: Sequence[str], name: str) -> list[Offer]:
    """Return the offers of this name, those of the first kind first.

    A package that gives a name in several of the kinds means the first of them.
    """
    key = fold(name)
    named = [offer for offer in offers if offer.kind in kinds and key in offer.keys]
    named.sort(key=lambda offer: kinds.index(offer.kind))
    first = {offer.provider: offer.kind for offer in reversed(named)}
    return [offer for offer in named if offer.kind == first[offer.provider]]


def qualified(offer: Offer, name: str, others: Iterable[Offer]) -> str:
    """Return "package:name", or "plugin:name" where that package gives `others` of the name."""
    twice = any(
        other.provider != offer.provider
        and fold_package(other.provider.package) == fold_package(offer.provider.package)
        for other in others
    )
    return f"{offer.provider.plugin if twice else offer.provider.package}:{name}"


def ambiguous(offers: Sequence[Offer], name: str) -> AmbiguousNameError:
    """Return the error for a name that several packages give."""
    givers = " and ".join(f"{o.provider.text}" for o in offers)
    choices = " or ".join(qualified(offer, name, offers) for offer in offers)
    return AmbiguousNameError(f"{offers[0].kind} {name!r} is given by {givers}", f"write {choices}")


def set_aside(faults: Sequence[Fault]) -> PluginError:
    """Return the error for a name that is there, but whose component is broken."""
    return PluginError("; ".join(fault.text for fault in faults), "nnplug plugins shows more")


def unknown(
    kinds: Sequence[str],
    name: str,
    package: str | None,
    offers: Sequence[Offer],
    plugins: Sequence[Plugin],
) -> UnknownNameError:
    """Return the error for a name that nobody gives: what was meant, and what to type.

    kinds : where it was looked for; none for everywhere
    """
    kind = kinds[0] if kinds else "component"
    if package is not None:
        message, hints = _in_package(kind, name, package, offers, plugins)
    else:
        message, near = _meant(kinds, name, offers)
        hints = [_listing(kind, offers)] if kinds and not near else []
        hints += _not_loaded(plugins, name)
    return UnknownNameError(message, "; ".join(hints) or "nnplug list shows what there is")


def _meant(kinds: Sequence[str], name: str, offers: Sequence[Offer]) -> tuple[str, bool]:
    """Return the message for an unknown name, and whether it names one of the kind."""
    elsewhere = list(dict.fromkeys(o.kind for o in offers if fold(name) in o.keys))
    if elsewhere:
        what = " and ".join(article(kind) for kind in elsewhere)
        return f"{name!r} is {what}, not {article(kinds[0])}", False
    missing = f"no {kinds[0] if kinds else 'component'} is called {name!r}"
    own = [offer for offer in offers if offer.kind in kinds]
    # What is much like another kind's name is a better guess than what is a little like its own.
    for guesses, likeness in ((own, 0.75), (offers, 0.75), (own, 0.6)):
        near = _near(name, guesses, likeness)
        if near and guesses is own:
            return f"{missing}; did you mean {' or '.join(repr(name) for name in near)}?", True
        if near:
            choice = " or ".join(f"the {offer.kind} {name!r}" for name, offer in near.items())
            return f"{missing}; did you mean {choice}?", False
    return missing, False


def _near(name: str, offers: Iterable[Offer], likeness: float) -> dict[str, Offer]:
    known = {fold(known): (known, offer) for offer in offers for known in offer.names}
    return dict(known[key] for key in get_close_matches(fold(name), known, 2, likeness))


def _listing(kind: str, offers: Iterable[Offer]) -> str:
    names = list(dict.fromkeys(offer.name for offer in offers if offer.kind == kind))
    shown = ", ".join(names[:_MANY]) + (", ..." if len(names) > _MANY else "")
    return f"{KINDS[kind].plural}: {shown}" if names else f"no plugin gives {article(kind)}"


def _not_loaded(plugins: Sequence[Plugin], name: str) -> list[str]:
    """Return the plugins that might have given the name: the likeliest two, and how many more."""
    hints = []
    for status in ("broken", "incompatible", "disabled"):
        those = [plugin for plugin in plugins if plugin.status == status]
        likely = [plugin for plugin in those if plugin.provider.resembles(name)] or those
        # Why the others are not loaded, a line of its own has said.
        shown = [
            f"{p.provider.text} ({p.reason})" if status == "disabled" else p.provider.text
            for p in likely[:_FEW]
        ]
        more = [f"{len(those) - len(shown)} more"] if len(those) > len(shown) else []
        if those:
            hints.append(f"{status}: {' and '.join(shown + more)}")
    return [*hints, "see: nnplug plugins"] if hints else []


def _in_package(
    kind: str, name: str, package: str, offers: Sequence[Offer], plugins: Sequence[Plugin]
) -> tuple[str, list[str]]:
    asked = [plugin for plugin in plugins if plugin.provider.answers_to(package)]
    if not asked:
        hint = f"pip install {package} may help; --plugin names a file"
        if any(fold(package) in map(fold, offer.names) for offer in offers):
            hint = f"{package} is a component: its hyperparameters are written {package}:key=value"
        return f"no plugin or package {package!r} is installed", [hint]
    if not any(plugin.status == "loaded" for plugin in asked):
        return asked[0].text, ["see: nnplug plugins"]
    own = [offer for offer in offers if offer.provider.answers_to(package)]
    gives = ", ".join(offer.name for offer in own if offer.kind == kind) or "none"
    return f"{package} gives no {kind} {name!r}", [f"it gives {gives}; see: nnplug list"]
