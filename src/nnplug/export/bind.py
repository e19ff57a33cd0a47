"""A pruned method as a plain function: what `self`, `p` and `ctx` mean is written out.

    def forward(self, x, p, ctx):
        return x * self.scale + p["b"]

becomes, for scale=2.0,

    def scaling(x, b):
        return x * 2.0 + b
"""

import ast
import keyword
import symtable
from collections.abc import Iterator
from typing import Any

from nnplug.export.bound import Bound, Role, Scope
from nnplug.export.edits import Edits
from nnplug.export.errors import ExportError
from nnplug.export.literals import literal
from nnplug.export.prune import header_end
from nnplug.export.source import ABSENT


class _NotFlatError(Exception):
    """A layer's parameters cannot stand among the arguments."""


def bind(text: str, role: Role, scope: Scope, label: str) -> Bound:
    """Return a pruned function, bound; raises ExportError where it cannot stand by itself.

    label : what messages call it
    """
    if role.keys:
        try:
            return _Binder(text, role, scope, label, flat=True).bound()
        except _NotFlatError:
            pass
    return _Binder(text, role, scope, label, flat=False).bound()


class _Binder:
    def __init__(self, text: str, role: Role, scope: Scope, label: str, *, flat: bool) -> None:
        function = ast.parse(text).body[0]
        assert isinstance(function, ast.FunctionDef)
        self.function, self.edits = function, Edits(text)
        self.role, self.scope, self.label, self.flat = role, scope, label, flat
        self.outer = outer_names(text)
        self.names = frozenset(_named(function))
        self.context = False

    def bound(self) -> Bound:
        if self.flat:
            self._refuse_clashes()
        for node in self.function.body:
            self.visit(node)
        given = self._arguments()
        self.edits.replace(0, header_end(self.edits.text) + 1)
        body = self.edits.made().rstrip()
        used = {node.id for node in _walk(body) if isinstance(node, ast.Name)}
        role = self.role
        dropped = {role.bound, None if self.context else role.context}
        if self.flat or role.parameters not in used:
            dropped.add(role.parameters)
        arguments = [text for name, text in given.items() if name not in dropped]
        parameters = "names" if self.flat else "dict" if role.parameters in used else "none"
        arguments += role.keys if self.flat else ()
        return Bound(tuple(arguments), body, parameters, self.context, self.names)

    def _arguments(self) -> dict[str, str]:
        """Return the text of each argument, with its default."""
        given = self.function.args
        if given.vararg or given.kwonlyargs or given.kwarg:
            raise ExportError(f"{self.label} has arguments with stars", "name them one by one")
        every = [argument.arg for argument in (*given.posonlyargs, *given.args)]
        found = {name: name for name in every}
        for name, default in zip(reversed(every), reversed(given.defaults), strict=False):
            if isinstance(default, ast.Name):
                text = self.scope.outside(default.id, [])[0]
            elif isinstance(default, ast.Constant):
                text = ast.unparse(default)
            else:
                raise ExportError(
                    f"{self.label} computes the default of {name}", "write a number or a name"
                )
            found[name] = f"{name}={text}"
        return found

    def _refuse_clashes(self) -> None:
        """Raise _NotFlatError where a parameter's name has another meaning in the function."""
        keys = set(self.role.keys)
        arguments = {one.arg for one in ast.walk(self.function) if isinstance(one, ast.arg)}
        plain = all(key.isidentifier() and not keyword.iskeyword(key) for key in keys)
        if keys & (arguments | self.outer) or not plain:
            raise _NotFlatError
        aliased = {
            id(one)
            for node in ast.walk(self.function)
            if isinstance(node, ast.stmt)
            for one in self._aliases(node)
        }
        for node in ast.walk(self.function):
            if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Load):
                continue
            if node.id in keys and id(node) not in aliased:
                raise _NotFlatError

    def _aliases(self, node: ast.stmt) -> Iterator[ast.Name]:
        """Yield the targets of `W, b = p["W"], p["b"]`; none for any other statement."""
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            return
        target, value = node.targets[0], node.value
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = value.elts if isinstance(value, ast.Tuple) else [value]
        if len(names) == len(values) and all(
            isinstance(name, ast.Name) and self._key(one) == name.id
            for name, one in zip(names, values, strict=True)
        ):
            yield from (name for name in names if isinstance(name, ast.Name))

    def _key(self, node: ast.AST) -> str | None:
        """Return the name of the parameter that `p["W"]` reads, None for anything else."""
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
            return None
        reads = _is_name(node.value, self.role.parameters) and isinstance(node.ctx, ast.Load)
        return str(node.slice.value) if reads else None

    def visit(self, node: ast.AST) -> None:
        """Bind what is in a statement or an expression."""
        if self.flat and isinstance(node, ast.stmt) and any(True for _ in self._aliases(node)):
            self.edits.drop(node)
        elif isinstance(node, ast.Assign) and self._ignores_cache(node):
            (target,) = node.targets
            assert isinstance(target, ast.Tuple)
            self.edits.keep_only(target, target.elts[0])
            self._inherited(node.value, alone=True)
        elif _is_super(node):
            self._inherited(node)
        elif isinstance(node, (ast.Attribute, ast.Name)):
            self._dotted(node)
        elif self.flat and self._key(node) is not None:
            assert isinstance(node, ast.Subscript)
            if self._key(node) not in self.role.keys:
                raise _NotFlatError
            self.edits.replace_node(node, str(self._key(node)))
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def _dotted(self, node: ast.Attribute | ast.Name) -> None:
        """Bind `name.attribute.attribute`."""
        chain: list[ast.Attribute] = []
        root: ast.AST = node
        while isinstance(root, ast.Attribute):
            chain.insert(0, root)
            root = root.value
        if not isinstance(root, ast.Name):
            self.visit(root)
        elif root.id == self.role.bound:
            if not chain or not isinstance(chain[0].ctx, ast.Load):
                raise ExportError(
                    f"{self.label} uses {root.id} as a whole",
                    f"what it needs of it is {root.id}.name, one by one",
                )
            text, used = self.scope.own([one.attr for one in chain])
            self.edits.replace_node(chain[used - 1], text)
        elif root.id == self.role.context:
            self._of_context(chain)
        elif root.id == self.role.parameters and self.flat:
            raise _NotFlatError
        elif root.id in self.outer:
            text, used = self.scope.outside(root.id, [one.attr for one in chain])
            whole = chain[used - 1] if used else root
            if text != self.edits.original(whole):
                self.edits.replace_node(whole, text)

    def _of_context(self, chain: list[ast.Attribute]) -> None:
        fact = self.role.facts.get(chain[0].attr, ABSENT) if chain else ABSENT
        known = None if fact is ABSENT else literal(fact)
        if known is None:
            self.context = True
        else:
            self.edits.replace_node(chain[0], known)

    def _ignores_cache(self, node: ast.Assign) -> bool:
        """Say whether `y, caches = super().forward(x, p, ctx)` is all that is said of caches."""
        targets = getattr(node.targets[0], "elts", [])
        value: Any = node.value
        if len(targets) != 2 or not _is_super(value) or not isinstance(targets[1], ast.Name):
            return False
        if not self.scope.inherited(value.func.attr).layer:
            return False
        read = [one for one in ast.walk(self.function) if _is_name(one, targets[1].id)]
        return len(read) == 1

    def _inherited(self, node: Any, *, alone: bool = False) -> None:
        """Bind `super().forward(x, p, ctx)`.

        alone : whether only the first of the two is wanted that a layer's returns
        """
        above = self.scope.inherited(node.func.attr)
        if not above.layer:
            self.edits.replace_node(node.func, above.name)
            for item in (*node.args, *node.keywords):
                self.visit(item)
            return
        if len(node.args) != 3 or node.keywords:
            raise ExportError(
                f"{self.label} calls super().forward in a way of its own", "write (x, p, ctx)"
            )
        x, p, _ = node.args
        before, after = ("", "") if alone else ("(", ", None)")
        self.edits.replace(self.edits.start(node), self.edits.start(x), f"{before}{above.name}(")
        self.visit(x)
        last = x
        if above.parameters != "none":
            stars = "**" if above.parameters == "names" else ""
            self.edits.replace(self.edits.end(x), self.edits.start(p), f", {stars}")
            self.visit(p)
            last = p
        self.edits.replace(self.edits.end(last), self.edits.end(node), f"){after}")


def outer_names(text: str) -> set[str]:
    """Return the names in a function that are defined outside it."""
    found: set[str] = set()
    tables = symtable.symtable(text, "", "exec").get_children()
    while tables:
        table = tables.pop()
        found |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
        tables += table.get_children()
    return found


def _walk(body: str) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(f"def f():\n{body}"))


def _named(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _is_name(node: ast.AST, name: str | None) -> bool:
    return name is not None and isinstance(node, ast.Name) and node.id == name


def _is_super(node: ast.AST) -> bool:
    """Say whether an expression is a call of a method of super()."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    inner = node.func.value
    return isinstance(inner, ast.Call) and _is_name(inner.func, "super") and not inner.args
