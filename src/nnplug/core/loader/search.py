"""Who a name means, and how to type a component, among what the plugins give."""

from collections.abc import Iterator, Sequence
from shlex import quote

from nnplug.core.component import Component
from nnplug.core.errors import PluginError
from nnplug.core.hooks import PROJECT
from nnplug.core.kinds import KINDS
from nnplug.core.loader.catalogue import Catalogue
from nnplug.core.loader.names import ambiguous, matching, qualified, set_aside, unknown
from nnplug.core.loader.plugin import Found, Offer, fold, fold_package

Hit = tuple[Offer, type[Component]]


def find(catalogue: Catalogue, kinds: Sequence[str], name: str, package: str | None = None) -> Hit:
    """Return the one component of this name, loading no more plugins than it takes.

    kinds : where to look; a package that gives the name in several means the first
    package : the only one to look in, or None
    Raises UnknownNameError, AmbiguousNameError, or PluginError where the component is set aside.
    """
    for group in _groups(catalogue, name, package):
        hit = _choose(catalogue, kinds, name, group)
        if hit is not None:
            catalogue.report()
            _remark(catalogue, hit)
            return hit
    catalogue.load()  # to say what else there is
    raise unknown(kinds, name, package, catalogue.offers(), catalogue.plugins())


def find_everywhere(catalogue: Catalogue, name: str, package: str | None = None) -> list[Hit]:
    """Return the components of this name in all kinds, of the first group that has any."""
    for group in _groups(catalogue, name, package):
        choices = [_choose(catalogue, (kind,), name, group) for kind in KINDS]
        hits = [hit for hit in choices if hit is not None]
        if hits:
            catalogue.report()
            for hit in hits:
                _remark(catalogue, hit)
            return hits
    catalogue.load()
    raise unknown((), name, package, catalogue.offers(), catalogue.plugins())


def _remark(catalogue: Catalogue, hit: Hit) -> None:
    if hit[0] not in catalogue.offers(of=[catalogue.builtin]):
        catalogue.remark(hit[0])


def _groups(catalogue: Catalogue, name: str, package: str | None) -> Iterator[Sequence[Found]]:
    """Yield plugins that are equals, those that go first first; load them as they are asked for."""
    catalogue.start()
    if package is None:
        yield [catalogue.builtin]
        yield catalogue.requested
        broken = [p for p in catalogue.chosen(catalogue.requested) if p.status == "broken"]
        if broken:
            # Whoever else gives this name, the user has named the plugin that was to give it.
            target = next(f.target for f in catalogue.requested if f.provider == broken[0].provider)
            raise PluginError(
                broken[0].text, f"nnplug plugins --plugin {quote(target)} shows its traceback"
            )
        # The like-named package first, but then all: another one may give the name as well, and
        # whichever came first, installing it would change what the name means.
        catalogue.load(lambda found: found.provider.resembles(name))
        catalogue.load()
        catalogue.report()
        yield catalogue.installed()
    elif catalogue.builtin.provider.answers_to(package):
        yield [catalogue.builtin]
    else:
        catalogue.load(lambda found: found.provider.answers_to(package))
        catalogue.report()
        everything = [*catalogue.requested, *catalogue.installed()]
        group = [found for found in everything if found.provider.answers_to(package)]
        key = fold_package(package)
        exactly = [found for found in group if fold_package(found.provider.package) == key]
        yield exactly or group


def _choose(
    catalogue: Catalogue, kinds: Sequence[str], name: str, group: Sequence[Found]
) -> Hit | None:
    """Return what one of equals gives under this name, or None if none of them does."""
    classes: dict[type[Component], Offer] = {}
    for offer in matching(catalogue.offers(of=group), kinds, name):
        cls = catalogue.resolve(offer)
        if cls is not None:
            classes.setdefault(cls, offer)
    if len(classes) > 1:
        raise ambiguous(list(classes.values()), name)
    if classes:
        ((cls, offer),) = classes.items()
        return offer, cls
    faults = [
        fault
        for fault in catalogue.faults(of=group)
        if fault.kind in kinds and fold(name) in fault.keys
    ]
    if faults:
        raise set_aside(faults)
    return None


def offer_of(catalogue: Catalogue, cls: type[Component]) -> Offer | None:
    """Return the offer of a class, or None for one that no plugin gives."""
    catalogue.start()
    top = cls.__module__.partition(".")[0]
    if top not in (PROJECT, "__main__"):
        # Imported by hand, so its plugin may not have been asked yet.
        catalogue.load(lambda found: found.target.replace(":", ".").partition(".")[0] == top)
    for offer in catalogue.offers():
        if offer.kind != cls.kind:
            continue
        if offer.target is cls:
            return offer
        # The module may only pass a class on: whether it is the same one, the import tells.
        named = isinstance(offer.target, str) and offer.target.endswith(f":{cls.__qualname__}")
        if named and catalogue.resolve(offer) is cls:
            return offer
    return None


def to_type(catalogue: Catalogue, offer: Offer, name: str | None = None) -> str:
    """Return the name that means this offer: "package:name" where the name alone does not.

    name : one of its aliases, or None for its name
    """
    name = offer.name if name is None else name
    if offer in catalogue.offers(of=[catalogue.builtin]):
        return name
    requested = offer in catalogue.offers(of=catalogue.requested)
    before = [catalogue.builtin, *([] if requested else catalogue.requested)]
    equals = catalogue.requested if requested else catalogue.installed()
    # In a chain, layers and activations share their names.
    kinds = ("layer", "activation") if offer.kind in ("layer", "activation") else (offer.kind,)
    rivals = [
        other
        for group in (before, equals)
        for other in matching(catalogue.offers(of=group), kinds, name)
        if other.target != offer.target
    ]
    return qualified(offer, name, rivals) if rivals else name
