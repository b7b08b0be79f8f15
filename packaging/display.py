"""Says whether there is a display that a window can open on."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
from pathlib import Path

DRAWN_FOR_NOBODY = {"offscreen", "minimal", "minimalegl"}
PATIENCE = 5.0  # seconds that a display may take to answer


def has_display() -> bool:
    """Whether a display answers. Always so on macOS and Windows."""
    if sys.platform in ("darwin", "win32"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform in DRAWN_FOR_NOBODY:
        return False
    if platform not in ("", "xcb", "wayland"):
        return True  # chosen on purpose, such as vnc or eglfs
    return _wayland_answers() or _x11_answers()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    address = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(PATIENCE)
        try:
            caller.connect(str(address))
        except OSError:
            return False
    return True


def _x11_answers() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # cannot be asked before the library is there; Qt needs it, so it will be installed
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    answers: list[bool] = []

    def call() -> None:
        connection = xcb.xcb_connect(None, None)
        answers.append(not xcb.xcb_connection_has_error(connection))
        xcb.xcb_disconnect(connection)

    # A forwarded display whose other end is gone neither answers nor refuses, so nobody waits for it.
    caller = threading.Thread(target=call, daemon=True)
    caller.start()
    caller.join(PATIENCE)
    return answers == [True]
