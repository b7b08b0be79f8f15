"""Problems become banners; faults become a report that can be copied, never a bare traceback."""

import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Banner, Button, IconLabel, Label, LinkButton

Fix = tuple[str, Callable[[], None]]  # what the button says, and what it does
_MOST = 3  # banners at once


class Notices(QWidget):
    """Shows problems above the pages, the newest at the top, each until it is closed or no longer holds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self._banners: dict[str, Banner] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, 0)
        self._column.setSpacing(UNIT)
        self.hide()

    def show_problem(self, problem: Problem, fix: Fix | None = None) -> Banner:
        """Shows a problem with its advice, and a button for the fix where there is one."""
        tone = {"error": "error", "caution": "caution"}.get(problem.severity, "accent")
        return self.show_words(problem.key, problem.message, problem.advice, tone, fix)

    def show_words(
        self, key: str, title: str, text: str, tone: str = "accent", fix: Fix | None = None
    ) -> Banner:
        """Shows any words; the same key replaces what it said before."""
        self.take_away(key)
        banner = Banner(f"notice_{key}", closable=True)
        banner.show_words(title, text, tone, fix[0] if fix else "")  # type: ignore[arg-type]
        if fix is not None:
            banner.button.clicked.connect(fix[1])
            banner.button.clicked.connect(banner.close_button.click)
        banner.close_button.clicked.connect(lambda: self.take_away(key))
        self._banners[key] = banner
        self._column.insertWidget(0, banner)
        for old in list(self._banners)[:-_MOST]:
            self.take_away(old)
        self.show()
        return banner

    def take_away(self, key: str) -> None:
        """Removes what was said under a key."""
        banner = self._banners.pop(key, None)
        if banner is not None:
            banner.hide()
            self._column.removeWidget(banner)
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def shown(self) -> list[str]:
        """The keys of what is shown, the oldest first."""
        return list(self._banners)


class FaultReport(QDialog):
    """Tells that something in the program itself went wrong: a plain sentence first, details on request."""

    def __init__(self, line: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("faultReport")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setMinimumWidth(520)
        self._report = report_text(line, details)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * UNIT)
        column.setSpacing(GAP)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(IconLabel("warning", 28, "caution"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.addWidget(Label(self.tr("Something in Trainer itself went wrong."), "heading"))
        words.addWidget(
            Label(
                self.tr(
                    "It is not your fault, and your data and your runs are safe. You can go on working. "
                    "If it happens again, send the report to whoever looks after the program."
                ),
                "body",
                "muted",
                wrap=True,
            )
        )
        top.addLayout(words, 1)
        column.addLayout(top)
        self.details = QPlainTextEdit(self._report)
        self.details.setObjectName("faultDetails")
        self.details.setReadOnly(True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setMinimumHeight(220)
        self.details.hide()
        column.addWidget(self.details)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.more = LinkButton(self.tr("Show details"), "faultMore")
        self.more.clicked.connect(self._on_more)
        copy = Button(self.tr("Copy report"), "faultCopy")
        copy.clicked.connect(self._on_copy)
        done = Button(self.tr("Close"), "faultClose")
        done.clicked.connect(self.accept)
        done.setDefault(True)
        row.addWidget(self.more)
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(done)
        return row

    def _on_more(self) -> None:
        shown = self.details.isHidden()
        self.details.setVisible(shown)
        self.more.setText(self.tr("Hide details") if shown else self.tr("Show details"))
        self.adjustSize()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


class Faults(QObject):
    """Gathers what nobody expected, from any thread, and shows one report at a time."""

    found = Signal(str, str)  # queued to the GUI thread, whoever says it

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._report: FaultReport | None = None
        self.found.connect(self.show_fault, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on exceptions that nobody caught are reported here, and still written to the terminal."""
        sys.excepthook = self._on_exception

    def show_fault(self, line: str, details: str) -> None:
        """Shows the report of a fault, unless one is shown already."""
        if self._report is None:
            self._report = FaultReport(line, details, self._window)
            self._report.finished.connect(self._on_closed)
            self._report.open()

    def _on_closed(self) -> None:
        self._report = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        from traceback import format_exception

        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self.found.emit(f"{kind.__name__}: {error}", "".join(format_exception(kind, error, trace)))


def report_text(line: str, details: str) -> str:
    """What a person sends: what happened, where, and on what kind of machine."""
    try:
        number = version("trainer-gui")
    except PackageNotFoundError:
        number = "(not installed)"
    about = f"Trainer {number} · Python {sys.version.split()[0]} · {platform.platform()}"
    return f"{line}\n{about}\n\n{details}".rstrip() + "\n"
