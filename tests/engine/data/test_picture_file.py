"""One picture file, whatever it is stored as."""

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.data.picture_file import look_at, open_picture_file
from trainer_gui.engine.problems import UserError


@pytest.mark.parametrize(
    ("mode", "colour", "expected", "pixel"),
    [
        ("1", 1, "L", 255),
        ("L", 120, "L", 120),
        ("LA", (120, 10), "RGBA", (120, 120, 120, 10)),
        ("RGB", (1, 2, 3), "RGB", (1, 2, 3)),
        ("RGBA", (1, 2, 3, 4), "RGBA", (1, 2, 3, 4)),
        ("I;16", 65535, "L", 255),
        ("I;16", 25700, "L", 100),
        ("I;16", 100, "L", 0),
    ],
)
def test_that_every_mode_becomes_eight_bits(tmp_path, mode, colour, expected, pixel):
    path = tmp_path / "x.png"
    Image.new(mode, (4, 3), colour).save(path)
    picture = open_picture_file(path)
    assert picture.mode == expected
    assert picture.getpixel((2, 1)) == pixel


def test_that_sixteen_bits_are_scaled_and_not_cut_off(tmp_path):
    values = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    for name in ("x.png", "x.tif"):
        Image.fromarray(values).save(tmp_path / name)
        pixels = np.asarray(open_picture_file(tmp_path / name))
        assert pixels.min() == 0
        assert pixels.max() == 255
        assert len(np.unique(pixels)) > 250


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (-3.0, 8.0), (0.0, 200.0), (0.0, 60000.0), (0.0, 1e9), (5.0, 5.0)]
)
def test_that_pictures_of_any_numbers_are_brought_into_range(tmp_path, low, high):
    values = np.linspace(low, high, 64, dtype=np.float32).reshape(8, 8)
    Image.fromarray(values).save(tmp_path / "x.tif")
    picture = open_picture_file(tmp_path / "x.tif")
    assert picture.mode == "L"
    pixels = np.asarray(picture).ravel().astype(int)
    assert (np.diff(pixels) >= 0).all()


def test_that_palettes_become_colours_or_grey(tmp_path):
    colours = Image.new("RGB", (4, 4), (250, 10, 10)).convert("P", palette=Image.Palette.ADAPTIVE)
    colours.save(tmp_path / "colour.png")
    assert open_picture_file(tmp_path / "colour.png").getpixel((0, 0)) == (250, 10, 10)
    grey = Image.new("P", (4, 4), 90)
    grey.putpalette([value for value in range(256) for _ in range(3)])
    grey.save(tmp_path / "grey.png")
    assert open_picture_file(tmp_path / "grey.png").mode == "L"
    assert look_at(tmp_path / "grey.png", thoroughly=True).grey
    colours.save(tmp_path / "clear.png", transparency=0)
    assert open_picture_file(tmp_path / "clear.png").mode == "RGBA"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_that_turned_pictures_are_upright(tmp_path, orientation):
    upright = np.zeros((20, 30, 3), dtype=np.uint8)
    upright[:10, :15] = 255  # white at the top left, so that every turn is told from the others
    upright[:10, 15:] = 120
    turned = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p, 1),
        7: lambda p: np.rot90(p.transpose(1, 0, 2), 2),
        8: lambda p: np.rot90(p, -1),
    }[orientation](upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(turned)).save(tmp_path / "x.png", exif=exif)
    facts = look_at(tmp_path / "x.png", thoroughly=False)
    assert (facts.width, facts.height) == (30, 20)
    assert np.array_equal(np.asarray(open_picture_file(tmp_path / "x.png")), upright)


def test_that_an_animation_gives_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    assert open_picture_file(tmp_path / "x.gif").convert("RGB").getpixel((0, 0)) == (250, 0, 0)


@pytest.mark.parametrize("side", [9_500, 20_000])
def test_that_pictures_made_to_fill_the_memory_are_refused(tmp_path, side):
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    for use in (lambda: look_at(path, thoroughly=True), lambda: open_picture_file(path)):
        with pytest.raises(UserError) as refusal:
            use()
        assert refusal.value.problem.key == "picture.too_large"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on every damaged tag
@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "tif", "webp", "gif"])
def test_that_a_file_torn_anywhere_is_a_picture_or_refused(tmp_path, ending):
    noise = np.random.default_rng(1).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / f"whole.{ending}")
    whole = (tmp_path / f"whole.{ending}").read_bytes()
    torn = tmp_path / f"torn.{ending}"
    refused: list[str] = []
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        torn.write_bytes(whole[:end])
        try:
            assert open_picture_file(torn).size == (16, 16)
        except UserError as error:
            refused.append(error.problem.key)
    assert len(refused) > 10
    assert set(refused) == {"picture.broken"}
