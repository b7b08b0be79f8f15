"""What the start does before the window: old Pythons, displays, libraries of the system, pip's words."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS_FOR_OLD_PYTHONS = ("run.py", "test.py", "interpreter.py")


@pytest.mark.parametrize("name", SCRIPTS_FOR_OLD_PYTHONS)
def test_that_an_old_python_can_read_the_scripts_that_speak_to_it(packaging: Path, name: str) -> None:
    tree = ast.parse((packaging / name).read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = {each.names[0].name for each in ast.walk(tree) if isinstance(each, ast.Import)}
    known = set(sys.stdlib_module_names) | {"interpreter", "launcher", "gate"}
    assert imported <= known


def test_that_an_old_python_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import interpreter

    monkeypatch.setattr(interpreter, "NEEDED", (9, 1))  # every Python of today is too old for that
    monkeypatch.setattr(interpreter, "newer_python", list)
    monkeypatch.setattr("shutil.which", lambda name: name if name == "apt-get" else None)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(SystemExit) as ended:
        interpreter.settle("run.py", [])
    assert ended.value.code == 1
    said = interpreter.too_old("3.9")
    assert "This is Python 3.9, and the program needs Python 9.1 or newer." in said
    assert "sudo apt-get install python9.1 python9.1-venv" in said


def test_that_a_newer_python_on_the_path_is_asked_before_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import interpreter

    (tmp_path / "python3.14").write_text("#!/bin/sh\nexit 127\n")  # a shim for a version that is not there
    (tmp_path / "python3.12").symlink_to(sys.executable)
    (tmp_path / "python3.14").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreter.newer_python() == [str(tmp_path / "python3.12")]
    (tmp_path / "python3.12").unlink()
    assert interpreter.newer_python() == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":4242"}, False),
        ({"WAYLAND_DISPLAY": "wayland-4242", "XDG_RUNTIME_DIR": "/nonexistent"}, False),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, True),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, False),
    ],
)
def test_that_a_display_counts_only_where_it_answers(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    import display

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert display.has_display() is expected


def test_that_a_missing_library_comes_with_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import qt_libraries
    import system_packages

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(qt_libraries, "missing_libraries", lambda _: ["libEGL.so.1", "libxcb-cursor.so.0"])
    monkeypatch.setattr(qt_libraries, "any_font", lambda: False)
    monkeypatch.setattr(system_packages, "_is_root", lambda: False)
    monkeypatch.setattr(system_packages, "_sudo_asks_nothing", lambda: False)
    for name, command in (
        ("apt-get", "sudo apt-get install -y fonts-dejavu-core libegl1 libxcb-cursor0"),
        ("dnf", "sudo dnf install -y dejavu-sans-fonts libglvnd-egl xcb-util-cursor"),
        ("pacman", "sudo pacman -S --needed libglvnd ttf-dejavu xcb-util-cursor"),
        ("zypper", "sudo zypper install -y dejavu-fonts libEGL1 libxcb-cursor0"),
    ):
        monkeypatch.setattr("shutil.which", lambda asked, name=name: asked if asked == name else None)
        said = qt_libraries.check(Path("site-packages"), for_window=True)
        assert "libEGL.so.1, libxcb-cursor.so.0, any font" in said
        assert command in said


def test_that_every_library_has_a_name_with_each_package_manager() -> None:
    import qt_libraries
    import system_packages

    assert tuple(each.name for each in system_packages.MANAGERS) == qt_libraries.MANAGERS
    assert {len(names) for names in qt_libraries.PACKAGES.values()} == {len(qt_libraries.MANAGERS)}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldd is a program of Linux")
def test_that_a_library_that_no_system_has_is_found_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import PySide6
    import qt_libraries

    monkeypatch.setenv("DISPLAY", ":0")
    plugins = qt_libraries.platform_plugins(Path(PySide6.__path__[0]).parent, for_window=True)
    assert [each.name for each in plugins] == ["libqoffscreen.so", "libqxcb.so"]
    odd = tmp_path / "libqoffscreen.so"
    odd.write_bytes(plugins[0].read_bytes().replace(b"libX11.so.6", b"libQ11.so.6"))
    assert "libQ11.so.6" in qt_libraries.missing_libraries([odd])
    assert "libQ11.so.6" not in qt_libraries.missing_libraries(plugins)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: [Errno 13] Permission denied: '/x'", "belongs to you"),
        (
            "NewConnectionError(...)\nERROR: No matching distribution found for torch",
            "network does not answer",
        ),
        ("SSLError(SSLCertVerificationError)", "certificate"),
        ("ERROR: No matching distribution found for torch<2.14,>=2.9", "no build of torch"),
        ("Something odd\n\nERROR: it broke\n", "pip's last words: ERROR: it broke"),
        ("", "installation.log"),
    ],
)
def test_that_pips_failures_become_sentences(tmp_path: Path, said: str, expected: str) -> None:
    import installation

    assert expected in installation.reason(said, 1, tmp_path / "installation.log")


def test_that_a_killed_pip_is_laid_to_memory(tmp_path: Path) -> None:
    import installation

    assert "memory" in installation.reason("", -9, tmp_path / "installation.log")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  Downloading torch-2.13.0-cp311-none-linux.whl (180.3 MB)", "Downloading torch (180.3 MB)"),
        ("Processing /some/where/numpy-2.4.6-cp311.whl (from x)", "Taking numpy"),
        ("Installing collected packages: a, b, c", "Writing 3 libraries to the disk"),
    ],
)
def test_that_pips_lines_are_made_short(line: str, expected: str) -> None:
    import installation

    assert installation.SHOWN.match(line)
    assert installation.short(line) == expected


def test_that_the_log_holds_no_password(tmp_path: Path) -> None:
    import installation

    log = tmp_path / "installation.log"
    with pytest.raises(installation.LaunchError):
        installation.install(Path(sys.executable), ["--index-url", "ftp://me:secret@host", "--oops"], log)
    assert "ftp://host" in log.read_text()
    assert "secret" not in log.read_text()


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ("", -4, "processor is too old"),
        ("ImportError: DLL load failed while importing _C", 1, "Visual C++"),
        ("Traceback\nImportError: libtorch.so is odd", 1, "ImportError: libtorch.so is odd"),
    ],
)
def test_that_libraries_that_do_not_load_are_explained(said: str, code: int, expected: str) -> None:
    import soundness

    assert expected in soundness.import_failure(said, code, Path("installation.log"))


def test_that_a_second_start_waits_for_the_first(tmp_path: Path, packaging: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from lock import held\n"
        "with held(Path(sys.argv[1]), 'waiting'):\n"
        "    print('inside', flush=True)\n"
        "    sys.stdin.readline()\n"
        "print('left', flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "lock")]

    def start() -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=packaging)

    with start() as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "inside\n"
        with start() as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "waiting\n"
            first.kill()  # a lock must not outlive its process
            assert second.stdout.readline() == "inside\n"
            second.communicate("go on\n")


def test_that_options_come_first_and_the_rest_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import launcher

    monkeypatch.delenv("TRAINER_TORCH_INDEX", raising=False)
    options = launcher.parser().parse_args(["--cpu", "train", "data.csv", "--cpu"])
    assert options.cpu
    assert options.arguments == ["train", "data.csv", "--cpu"]
    assert launcher.torch_wanted(options).index == ""
    monkeypatch.setenv("TRAINER_TORCH_INDEX", "file:///index")
    assert launcher.torch_wanted(launcher.parser().parse_args([])).index == "file:///index"


def test_that_words_are_told_from_data(tmp_path: Path) -> None:
    import first_run

    table = tmp_path / "table.csv"
    table.write_text("a,b\n")
    assert first_run.is_command(["train", "x"])
    assert not first_run.is_command([])
    assert not first_run.is_command(["sample:iris"])
    assert not first_run.is_command([str(table)])


def test_that_foreign_libraries_are_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import installation

    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert "PYTHONPATH" not in installation.clean_environment()
    assert installation.clean_environment()["PATH"] == os.environ["PATH"]


def test_that_the_gate_counts_what_pytest_ran(tmp_path: Path) -> None:
    import gate

    report = tmp_path / "report.xml"
    assert str(gate.counted(report)) == "0 passed, 0 failed"
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>')
    assert str(gate.counted(report)) == "5 passed, 2 failed, 2 skipped"


def test_that_a_failing_test_fails_the_gate_and_every_check_is_run_all_the_same(
    tmp_path: Path, packaging: Path
) -> None:
    (tmp_path / "test_small.py").write_text("def test_a():\n    pass\n\ndef test_b():\n    assert 1 == 2\n")
    script = (
        "import json, sys, gate; from pathlib import Path\n"
        "class Here:\n"
        "    checkout, python, site_packages = Path(sys.argv[1]), sys.executable, Path(sys.argv[1])\n"
        "    def make_ready(self, *_): pass\n"
        "gate.Environment = Here\n"
        "gate.qt_libraries.check = lambda *_, **__: ''\n"
        "gate.CHECKS = (gate.Check('one', ('-c', 'raise SystemExit(3)')), gate.Check('two', ('-c', '')))\n"
        "sys.exit(gate.run(json.loads(sys.argv[2])))\n"
    )
    arguments = json.dumps(["--", "-q", "-p", "no:cacheprovider"])
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), arguments],
        cwd=packaging,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "== one: FAILED (exit code 3)" in ended.stdout
    assert "== two: passed" in ended.stdout
    assert ended.stdout.splitlines()[-2:] == ["Failed: one, pytest.", "1 passed, 1 failed"]
