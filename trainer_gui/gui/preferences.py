"""What the window remembers from one start to the next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

_MOST_RECENT = 8


class Preferences:
    """A small file in the app's own folder. What cannot be written is forgotten, never a reason to stop."""

    def __init__(self, folder: Path) -> None:
        self._file = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self._gone: frozenset[str] = frozenset()

    @classmethod
    def of_this_person(cls) -> "Preferences":
        """Those in the app's own folder on this computer."""
        from trainer_gui.engine.home import home

        return cls(home())

    def recent(self) -> list[str]:
        """Files and folders that were opened, the last one first; those known to be gone are passed over."""
        return [each for each in self._text_list("data/recent") if each not in self._gone]

    def search_for_recent(self) -> Callable[[Callable[[str, float | None], None]], None]:
        """The work that finds out which of them are gone: a drive may take long to answer."""
        names = self._text_list("data/recent")

        def search(report: Callable[[str, float | None], None]) -> None:
            for each in names:
                report("Looking for recent files", None)
                if not Path(each).exists():
                    self._gone |= {each}

        return search

    def add_recent(self, location: str) -> None:
        """Remembers a file or folder as the last one opened."""
        self._gone -= {location}
        others = [each for each in self._text_list("data/recent") if each != location]
        self._file.setValue("data/recent", [location, *others][:_MOST_RECENT])

    def geometry(self) -> QByteArray | None:
        """Where the window stood, and how large it was."""
        found = self._file.value("window/geometry")
        return found if isinstance(found, QByteArray) and not found.isEmpty() else None

    def set_geometry(self, geometry: QByteArray) -> None:
        """Remembers where the window stands."""
        self._file.setValue("window/geometry", geometry)

    def text(self, name: str, default: str = "") -> str:
        """One remembered word."""
        return str(self._file.value(name, default) or default)

    def set_text(self, name: str, value: str) -> None:
        """Remembers a word."""
        self._file.setValue(name, value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """One remembered yes or no."""
        return self.text(name, "yes" if default else "no") == "yes"

    def set_flag(self, name: str, value: bool) -> None:
        """Remembers a yes or no."""
        self.set_text(name, "yes" if value else "no")

    def words(self, name: str) -> list[str]:
        """A remembered list of words."""
        return self._text_list(name)

    def set_words(self, name: str, values: list[str]) -> None:
        """Remembers a list of words."""
        self._file.setValue(name, values)

    def save(self) -> None:
        """Writes everything to disk now."""
        self._file.sync()

    def _text_list(self, name: str) -> list[str]:
        found: Any = self._file.value(name)
        if isinstance(found, str):  # a list of one comes back as its only element
            return [found] if found else []
        return [str(each) for each in found] if isinstance(found, list) else []
