"""Opens one picture file, whatever it is stored as, as an upright picture with 8 bits a channel."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

ENDINGS = (".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".bmp", ".tif", ".tiff", ".webp", ".gif")
MOST_PIXELS = 89_000_000  # more are either a mistake or made to fill the memory

_FORMATS = ("PNG", "JPEG", "BMP", "DIB", "TIFF", "WEBP", "GIF")
_ORIENTATION = 0x0112
_GREY_MODES = ("1", "L", "LA", "La", "I", "F")
_SIXTEEN_BITS = 65535
_PILLOW = re.compile(r"PIL\.")


@dataclass(frozen=True)
class PictureFacts:
    """What the head of a picture file tells: its size in pixels once turned upright, and if it is grey."""

    width: int
    height: int
    grey: bool


def look_at(path: Path, *, thoroughly: bool, content: bytes | None = None) -> PictureFacts:
    """The facts of a picture; `thoroughly` decodes all of it, so that a torn file is noticed.

    `content` are the bytes of the file where they are at hand. Raises UserError where it is no picture,
    damaged, too large, or may not be read.
    """
    from PIL import Image as Pillow

    try:
        with _opened(path, content) as picture:
            turned = _orientation(picture) in (5, 6, 7, 8)
            width, height = picture.size
            grey = _is_grey(picture)
            if thoroughly:
                # At an eighth of the size a JPEG is unpacked just as far, and several times as fast.
                picture.draft(None, (max(1, width // 8), max(1, height // 8)))
                picture.load()
            elif picture.format in ("JPEG", "PNG") and not _has_its_end(path, picture.format, content):
                raise _broken(path, "its end is missing")
    except UserError:
        raise
    except _faults() as error:
        raise _broken(path, _reason(error)) from error
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    return PictureFacts(height, width, grey) if turned else PictureFacts(width, height, grey)


def open_picture_file(path: Path, about: int | None = None) -> Image:
    """The picture in mode L, RGB or RGBA, upright; of an animation the first frame.

    16 bits a channel are scaled to 8, not cut off. `about` is for showing only: a large JPEG is then unpacked
    no larger than needed for so many pixels, several times as fast. Raises UserError as `look_at` does.
    """
    from PIL import Image as Pillow

    try:
        with _opened(path) as picture:
            orientation = _orientation(picture)
            if about is not None:
                picture.draft(None, (about, about))
            picture.load()
            return _upright(eight_bits(picture), orientation)
    except UserError:
        raise
    except _faults() as error:
        raise _broken(path, _reason(error)) from error
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise _too_large(path) from error


def eight_bits(picture: Image) -> Image:
    """The picture in mode L, RGB or RGBA. Deep grey values keep their order: black stays black."""
    from PIL import Image as Pillow

    mode = picture.mode
    if mode in ("L", "RGB", "RGBA"):
        return picture.copy()
    if mode == "1":
        return picture.convert("L")
    if mode.startswith("I") or mode == "F":
        import numpy as np

        values = np.asarray(picture)
        if values.dtype.kind == "u" and values.dtype.itemsize == 2:
            # What floats would give, by way of a list of all values: a large picture would fill the memory.
            return Pillow.fromarray(_scaled(np.arange(_SIXTEEN_BITS + 1, dtype=np.uint16), mode)[values])
        return Pillow.fromarray(_scaled(values, mode))
    if mode in ("LA", "La", "PA", "RGBa") or (mode == "P" and "transparency" in picture.info):
        return picture.convert("RGBA")
    if mode == "P" and _is_grey(picture):
        return picture.convert("L")
    return picture.convert("RGB")


def _scaled(values: NDArray[Any], mode: str) -> NDArray[np.uint8]:
    """Grey values of any depth as uint8 [height, width]."""
    import numpy as np

    depth = values.astype(np.float64)
    finite = depth[np.isfinite(depth)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if mode == "F" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif mode in ("I", "F") and low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    elif low >= 0 and high <= _SIXTEEN_BITS:
        low, high = 0.0, float(_SIXTEEN_BITS)  # the same scale for every picture, so that dark stays dark
    known = np.nan_to_num(depth, nan=low, posinf=high, neginf=low)
    scaled = (known - low) * (255.0 / (high - low)) if high > low else np.zeros_like(known)
    return np.clip(np.round(scaled), 0, 255).astype(np.uint8)


def _opened(path: Path, content: bytes | None = None) -> Image:
    """The picture with its header read. Only the formats that are promised are tried."""
    import io

    from PIL import Image as Pillow

    _silence_remarks()
    if not path.is_file():  # a pipe would be waited for, and a device never ends
        raise _broken(path, "it is no file" if path.exists() else "it is no longer there")
    picture = Pillow.open(path if content is None else io.BytesIO(content), formats=_FORMATS)
    width, height = picture.size
    if width * height > MOST_PIXELS:
        picture.close()
        raise _too_large(path)
    if not width or not height:
        picture.close()
        raise _broken(path, "it has no pixels")
    return picture


def _silence_remarks() -> None:
    """Keeps Pillow's remarks on damaged tags and large pictures off the terminal: ours are in words.

    For good, and not around a call: filters belong to the whole process, and pictures are opened by threads.
    """
    if not any(each[3] is not None and each[3] == _PILLOW for each in warnings.filters):
        warnings.filterwarnings("ignore", module=_PILLOW.pattern)


def _is_grey(picture: Image) -> bool:
    if picture.mode == "P":
        palette = picture.getpalette("RGB") or []
        return all(r == g == b for r, g, b in zip(palette[::3], palette[1::3], palette[2::3], strict=False))
    return picture.mode in _GREY_MODES or picture.mode.startswith("I;16")


def _orientation(picture: Image) -> int:
    try:
        found = picture.getexif().get(_ORIENTATION, 1)
    except _faults():  # a damaged remark about the picture does not spoil the picture
        return 1
    return found if isinstance(found, int) else 1


def _upright(picture: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _faults() -> tuple[type[Exception], ...]:
    """What Pillow raises on damaged files: hardly documented, so this is what was seen."""
    import struct
    import zlib

    return (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        EOFError,
        OverflowError,
        MemoryError,
        RuntimeError,
        struct.error,
        zlib.error,
    )


def _has_its_end(path: Path, kind: str, content: bytes | None) -> bool:
    sign = b"\xff\xd9" if kind == "JPEG" else b"IEND"
    if content is not None:
        return sign in content[-4096:]
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 4096))
        return sign in file.read()


def _reason(error: Exception) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is no picture of a known kind"
    if isinstance(error, PermissionError):
        return "it may not be read by this user"
    if isinstance(error, FileNotFoundError):
        return "it is no longer there"
    if "truncated" in str(error).lower():
        return "its end is missing"
    return "it is damaged"


def _broken(path: Path, reason: str) -> UserError:
    return refuse(
        "picture.broken",
        "The picture {name} cannot be opened: {reason}.",
        "Save it again, or take it away.",
        field="data",
        name=path.name,
        reason=reason,
    )


def _too_large(path: Path) -> UserError:
    return refuse(
        "picture.too_large",
        "The picture {name} has more than {most} million pixels.",
        "Save it smaller; a model looks at far fewer.",
        field="data",
        name=path.name,
        most=MOST_PIXELS // 1_000_000,
    )
