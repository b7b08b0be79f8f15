"""Pictures that formulas draw: fractals, contours and textures, each category a formula of its own.

Networks that have learned to tell such categories apart know edges, corners and patterns, without a single
photograph (Kataoka et al., 2020, arXiv:2101.08515).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Random = np.random.Generator
Grey = NDArray[np.float32]  # [side, side], 0 to 1

_PARTICLES = 700
_STEPS = 60  # of which the first ones only find the way to the fractal
_FIRST = 15
_APART = 0.22  # the least difference of two colours, 0 to 1
_FINER = 3  # times the side, at which lines are drawn before they are made small


class Category(ABC):
    """One formula; every picture of it differs in place, turn, size and small changes of the formula."""

    @abstractmethod
    def drawn(self, random: Random, side: int) -> Grey:
        """One picture without its colours."""


@dataclass(frozen=True)
class Fractal(Category):
    """The points that some affine maps lead to (iterated function system).

    `maps` is [maps, 2, 3]. How strongly they draw together is chosen as by Anderson and Farrell (2022,
    arXiv:2110.03091), since most maps drawn at random give no shape at all.
    """

    maps: NDArray[np.float64]

    def drawn(self, random: Random, side: int) -> Grey:
        maps = self.maps * random.uniform(0.92, 1.08, self.maps.shape)
        sizes = np.abs(np.linalg.det(maps[:, :, :2])) + 1e-3
        points = random.uniform(-1, 1, (_PARTICLES, 2))
        seen = []
        for step in range(_STEPS):
            chosen = maps[random.choice(len(maps), _PARTICLES, p=sizes / sizes.sum())]
            points = np.einsum("pij,pj->pi", chosen[:, :, :2], points) + chosen[:, :, 2]
            points = np.clip(points, -1e3, 1e3)
            if step >= _FIRST:
                seen.append(points)
        every = np.concatenate(seen) @ _turn(random.uniform(0, 2 * math.pi)).T
        low, high = np.quantile(every, [0.02, 0.98], axis=0)
        every = (every - (low + high) / 2) / max(1e-9, float((high - low).max()))
        every = every * random.uniform(0.6, 1.0) + random.uniform(-0.12, 0.12, 2) + 0.5
        counts, _, _ = np.histogram2d(every[:, 0], every[:, 1], bins=side, range=((0, 1), (0, 1)))
        light: Grey = (np.log1p(counts) / math.log1p(max(1.0, counts.max()))).astype(np.float32)
        return light ** np.float32(random.uniform(0.5, 0.9))


@dataclass(frozen=True)
class Contour(Category):
    """Closed lines within each other, whose distance from the middle is a sum of waves.

    After the contours of Kataoka et al. (2022, arXiv:2206.09132). `waves` is [waves, 2]: how many of them
    go around, and how high they are.
    """

    waves: NDArray[np.float64]
    lines: int
    twist: float  # radians from the innermost to the outermost line
    corners: int
    thickness: float  # of the side

    def drawn(self, random: Random, side: int) -> Grey:
        from PIL import Image, ImageDraw

        large = side * _FINER
        picture = Image.new("L", (large, large))
        pen = ImageDraw.Draw(picture)
        angles = np.linspace(0, 2 * math.pi, self.corners + 1)
        heights = self.waves[:, 1] * random.uniform(0.7, 1.3, len(self.waves))
        phases = random.uniform(-0.4, 0.4, len(self.waves))
        middle = large * random.uniform(0.4, 0.6, 2)
        size, turn = large * random.uniform(0.32, 0.52), random.uniform(0, 2 * math.pi)
        flatter = random.uniform(0.75, 1.0)
        for line in range(self.lines):
            share = (line + 1) / self.lines
            waves = heights[:, None] * np.cos(self.waves[:, :1] * angles + phases[:, None])
            radius = size * share * (1 + waves.sum(0))
            around = angles + turn + self.twist * share
            x, y = radius * np.cos(around), flatter * radius * np.sin(around)
            places = np.stack([middle[0] + x, middle[1] + y], axis=1)
            width = max(1, round(large * self.thickness * random.uniform(0.7, 1.3)))
            pen.line([(float(x), float(y)) for x, y in places], fill=255, width=width, joint="curve")
        return _small(picture, side)


@dataclass(frozen=True)
class Texture(Category):
    """Noise of which only waves of some distances and directions are left, then bent in one of four ways."""

    distance: float  # waves across the picture
    spread: float  # of the distance, as a share
    direction: float
    sharpness: float  # 0: alike in all directions
    bend: int  # 0: as it is, 1: ridges, 2: patches, 3: spots
    second: float  # the distance of a second kind of waves, as a multiple; 0 for none

    def drawn(self, random: Random, side: int) -> Grey:
        rows, columns = np.meshgrid(np.fft.fftfreq(side) * side, np.fft.fftfreq(side) * side, indexing="ij")
        zoom, turn = random.uniform(0.85, 1.15), self.direction + random.uniform(-0.2, 0.2)
        far = np.hypot(rows, columns) + 1e-9
        kept = np.zeros_like(far)
        for distance in (self.distance, self.distance * self.second):
            if distance > 0:
                kept += np.exp(-(((far - zoom * distance) / (self.spread * distance + 0.5)) ** 2))
        kept *= np.exp(self.sharpness * (np.cos(2 * (np.arctan2(rows, columns) - turn)) - 1))
        waves = np.fft.ifft2(np.fft.fft2(random.normal(size=(side, side))) * kept).real
        waves /= waves.std() + 1e-9
        if self.bend == 1:
            waves = 1 - np.abs(waves) * 1.3
        elif self.bend == 2:
            waves = np.tanh(3 * waves)
        elif self.bend == 3:
            waves = np.tanh(4 * (waves - 0.9))
        light: Grey = np.clip((waves + 1.5) / 3, 0, 1).astype(np.float32)
        return light


def categories(count: int, seed: int) -> list[Category]:
    """So many formulas: half of them fractals, the others contours and textures in turn."""
    random = np.random.default_rng(seed)
    found: list[Category] = []
    for number in range(count):
        if number % 2 == 0:
            found.append(_fractal(random))
        elif number % 4 == 1:
            found.append(_contour(random))
        else:
            found.append(_texture(random))
    return found


def picture(category: Category, random: Random, side: int) -> NDArray[np.uint8]:
    """One coloured picture of a category, uint8 [side, side, 3]."""
    light = category.drawn(random, side)
    if random.random() < 0.5:
        light = light[:, ::-1]
    front, back = _colours(random, grey=random.random() < 0.2)
    shade = _slope(random, side) * random.uniform(0, 0.25)
    behind = back + random.normal(0, random.uniform(0, 0.06), (side, side, 1))
    mixed = light[..., None] * front + (1 - light[..., None]) * behind + shade[..., None]
    return (np.clip(mixed, 0, 1) * 255).round().astype(np.uint8)


def _fractal(random: Random) -> Fractal:
    count = int(random.integers(2, 5))
    while True:
        strengths = np.sort(random.uniform(0.05, 1.0, (count, 2)), axis=1)[:, ::-1]
        total = float((strengths * (1.0, 2.0)).sum())
        if (5 + count) / 2 <= total <= (6 + count) / 2 and strengths.max() < 0.98:
            break
    maps = np.empty((count, 2, 3))
    for number, pair in enumerate(strengths):
        signs = random.choice([-1.0, 1.0], 2)
        turns = random.uniform(0, 2 * math.pi, 2)
        maps[number, :, :2] = _turn(turns[0]) @ np.diag(pair) @ _turn(turns[1]) @ np.diag(signs)
        maps[number, :, 2] = random.uniform(-1, 1, 2)
    return Fractal(maps)


def _contour(random: Random) -> Contour:
    count = int(random.integers(1, 4))
    waves = np.stack([random.integers(1, 12, count), random.uniform(0.05, 0.4, count) / count], axis=1)
    corners = int(random.choice([3, 4, 5, 6, 7, 8, 60, 90, 120]))
    return Contour(
        waves.astype(np.float64),
        lines=int(random.integers(1, 8)),
        twist=float(random.choice([0.0, random.uniform(-1.5, 1.5)])),
        corners=corners,
        thickness=float(random.uniform(0.012, 0.05)),
    )


def _texture(random: Random) -> Texture:
    return Texture(
        distance=float(np.exp(random.uniform(math.log(2.5), math.log(16)))),
        spread=float(random.uniform(0.08, 0.5)),
        direction=float(random.uniform(0, math.pi)),
        sharpness=float(random.choice([0.0, random.uniform(0.5, 12)])),
        bend=int(random.integers(4)),
        second=float(random.choice([0.0, random.uniform(1.8, 3.5)])),
    )


def _colours(random: Random, *, grey: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two colours, or two kinds of grey, that can be told apart."""
    while True:
        front, back = np.broadcast_to(random.uniform(0, 1, (2, 1 if grey else 3)), (2, 3))
        if np.abs(front - back).mean() > _APART:
            return front, back


def _slope(random: Random, side: int) -> NDArray[np.float64]:
    """Light that falls from one side, -1 to 1."""
    line = np.linspace(-1, 1, side)
    turn = random.uniform(0, 2 * math.pi)
    return (math.cos(turn) * line[:, None] + math.sin(turn) * line[None, :]) / math.sqrt(2)


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _small(image: Picture, side: int) -> Grey:
    from PIL import Image

    small = image.resize((side, side), Image.Resampling.BOX)
    light: Grey = np.asarray(small, dtype=np.float32) / np.float32(255)
    return light
