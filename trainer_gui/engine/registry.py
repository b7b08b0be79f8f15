"""A named collection that fills itself from one package: a new kind is one new file."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, Protocol, TypeVar

from trainer_gui.engine.problems import refuse


class Named(Protocol):
    """What a registry holds: something with a name that people write and a label that they read."""

    name: str
    label: str


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """Every instance of `kind` that a module of `package` holds at its top level, by name.

    The package is read at the first use, not at import, so that a registry costs nothing until asked.
    """

    def __init__(self, package: str, kind: type[T], what: str) -> None:
        self._package = package
        self._kind = kind
        self._what = what
        self._found: dict[str, T] | None = None

    def _all(self) -> dict[str, T]:
        if self._found is None:
            found: dict[str, T] = {}
            package = import_module(self._package)
            for module_info in iter_modules(package.__path__):
                module = import_module(f"{self._package}.{module_info.name}")
                for each in vars(module).values():
                    if isinstance(each, self._kind):
                        assert each.name not in found or found[each.name] is each, each.name
                        found[each.name] = each
            order = sorted(found.values(), key=lambda each: (getattr(each, "position", 100), each.name))
            self._found = {each.name: each for each in order}
        return self._found

    def __iter__(self) -> Iterator[T]:
        return iter(self._all().values())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def names(self) -> tuple[str, ...]:
        """The names, in the order in which they are shown."""
        return tuple(self._all())

    def __getitem__(self, name: str) -> T:
        """The one with this name; raises UserError with the known names."""
        try:
            return self._all()[name]
        except KeyError:
            raise refuse(
                "registry.unknown",
                "There is no {what} named “{name}”.",
                "Known are: {names}.",
                field=self._what,
                what=self._what,
                name=name,
                names=", ".join(self._all()),
            ) from None
