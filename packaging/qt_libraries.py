"""Finds the libraries of the system that Qt needs on Linux and that are not there."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import system_packages

MANAGERS = ("apt-get", "dnf", "zypper", "pacman")  # the order of the columns below
PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libEGL1", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libGL1", "libglvnd"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "libdbus-1-3", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "libfreetype6", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "libglib-2_0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "libgthread-2_0-0", "glib2"),
    "libX11.so.6": ("libx11-6", "libX11", "libX11-6", "libx11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libX11-xcb1", "libx11"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "libxcb-cursor0", "xcb-util-cursor"),
    "libxkbcommon-x11.so.0": (
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
    ),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "libxcb-render-util0",
        "xcb-util-renderutil",
    ),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "libxcb-util1", "xcb-util"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb", "libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb", "libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb", "libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb-xfixes0", "libxcb"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb", "libxcb-xinerama0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb-xkb1", "libxcb"),
    "libwayland-client.so.0": (
        "libwayland-client0",
        "libwayland-client",
        "libwayland-client0",
        "wayland",
    ),
    "libwayland-cursor.so.0": (
        "libwayland-cursor0",
        "libwayland-cursor",
        "libwayland-cursor0",
        "wayland",
    ),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl", "libwayland-egl1", "wayland"),
}
FONTS = ("fonts-dejavu-core", "dejavu-sans-fonts", "dejavu-fonts", "ttf-dejavu")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_ENDINGS = {".ttf", ".otf", ".ttc", ".pfb"}


def check(site_packages: Path, for_window: bool) -> str:
    """Sees to the libraries and the font that Qt needs; "" where all is well, else what to do, in words.

    `for_window` asks for what a window on a display needs; otherwise for what pictures of it need.
    Installs what is missing where that is allowed.
    """
    if not sys.platform.startswith("linux"):
        return ""
    missing = missing_libraries(platform_plugins(site_packages, for_window))
    lacks_font = not any_font()
    if not missing and not lacks_font:
        return ""
    manager = system_packages.manager()
    if manager is not None:
        packages = packages_of(missing, manager.name, lacks_font)
        if packages and system_packages.install(manager, packages):
            missing = missing_libraries(platform_plugins(site_packages, for_window))
            lacks_font = not any_font()
    if not missing and not lacks_font:
        return ""
    return _sentence(missing, lacks_font, manager)


def platform_plugins(site_packages: Path, for_window: bool) -> list[Path]:
    """The plugins of Qt that will be loaded here."""
    folder = site_packages / "PySide6" / "Qt" / "plugins" / "platforms"
    names = ["libqoffscreen.so"]
    if for_window and os.environ.get("DISPLAY"):
        names.append("libqxcb.so")
    if for_window and os.environ.get("WAYLAND_DISPLAY"):
        names += [each.name for each in sorted(folder.glob("libqwayland*.so"))]
    return [folder / name for name in names if (folder / name).exists()]


def missing_libraries(plugins: list[Path]) -> list[str]:
    """The names, such as `libEGL.so.1`, of the libraries that the plugins name and the system lacks."""
    if shutil.which("ldd") is None:
        return [name for name in PACKAGES if "wayland" not in name and not _loads(name)]
    told = subprocess.run(
        ["ldd", *map(str, plugins)], capture_output=True, text=True, errors="replace", check=False
    ).stdout
    missing = {line.split("=>")[0].strip() for line in told.splitlines() if "=> not found" in line}
    return sorted(missing)


def any_font() -> bool:
    """Whether the machine has a font at all; without one Qt draws no letter."""
    return any(
        file.suffix.lower() in FONT_ENDINGS
        for folder in FONT_FOLDERS
        for file in Path(folder).expanduser().rglob("*.*")
    )


def packages_of(missing: list[str], manager: str, lacks_font: bool) -> list[str]:
    """The packages that bring the missing libraries, by the names of one package manager."""
    column = MANAGERS.index(manager)
    packages = {PACKAGES[name][column] for name in missing if name in PACKAGES}
    if lacks_font:
        packages.add(FONTS[column])
    return sorted(packages)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _sentence(missing: list[str], lacks_font: bool, manager: system_packages.Manager | None) -> str:
    lacking = [*missing, "any font"] if lacks_font else missing
    sentence = f"The window needs libraries of the system that are not there: {', '.join(lacking)}. "
    packages = packages_of(missing, manager.name, lacks_font) if manager is not None else []
    if manager is None or not packages:
        return sentence + "Install them with the packages of your system, then run this again."
    return (
        sentence + f"Install them with this command, then run this again:\n\n    {manager.command(packages)}"
    )
