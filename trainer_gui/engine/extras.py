"""Whether a part of the program that is installed only on request is there."""

from importlib.util import find_spec

from trainer_gui.engine.problems import refuse


def absent(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the packages that are not installed."""
    return tuple(each for each in packages if find_spec(each) is None)


def must_be_installed(key: str, purpose: str, packages: tuple[str, ...], extra: str, *, field: str) -> None:
    """Raises UserError with the command to type where one of the packages is missing.

    `key` is that of the problem; `purpose` begins the sentence, such as “Exporting to ONNX”.
    """
    lacking = absent(packages)
    if lacking:
        raise refuse(
            key,
            "{purpose} needs {packages}, which this installation does not have.",
            'Install the extra “{extra}” with: pip install "trainer-gui[{extra}]"',
            field=field,
            purpose=purpose,
            packages=", ".join(lacking),
            extra=extra,
        )
