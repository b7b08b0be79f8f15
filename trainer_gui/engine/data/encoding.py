"""Which encoding the bytes of a text file are in."""

from __future__ import annotations

import codecs
import re

NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte-order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (Western Europe)",
    "latin-1": "Latin-1 (ISO 8859-1)",
    "mac_roman": "Mac Roman",
    "iso8859-15": "Latin-9 (ISO 8859-15)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp437": "DOS (code page 437)",
    "cp850": "DOS (code page 850)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc_kr": "Korean (EUC-KR)",
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON = frozenset("äöüÄÖÜßéèêëáàâãåæçñíìîïóòôõøúùûýœšžÅÆØÉÇÑ")
_SIGNS = frozenset("€£°²³µ±§’‘“”–—…•×«»©®½¼¾ ·")
_SAMPLE = 4 << 20  # bytes; enough to tell one table of letters from another
_HIGH = re.compile(rb"[\x80-\xff]")
_PIECE = re.compile(rb"([A-Za-z]?)([\x80-\xff]{1,3})([A-Za-z]?)")


class Watch:
    """Sees all bytes of a file, piece by piece, and says which encoding they are in.

    A file whose first million bytes are plain may hold its first accented letter in the last row, so the
    answer is given only after everything has been seen.
    """

    def __init__(self) -> None:
        self._start: str | None = None
        self._seen_any = False
        self._check: codecs.IncrementalDecoder | None = None
        self._tail = b""
        self._pieces: dict[tuple[bytes, bytes, bytes], int] = {}
        self._zeros = 0
        self._sampled = 0

    def update(self, chunk: bytes) -> None:
        """Takes the next bytes of the file."""
        if not self._seen_any and chunk:
            self._seen_any = True
            self._start = marked_encoding(chunk)
            self._check = codecs.getincrementaldecoder(self._start or "utf-8")("strict")
        if self._check is not None:
            try:
                self._check.decode(chunk)
            except (UnicodeDecodeError, UnicodeError):
                self._check = None
        self._zeros += chunk.count(0)
        if self._check is None and self._sampled < _SAMPLE and (first := _HIGH.search(chunk)):
            sample = chunk[max(0, first.start() - 1) :][: _SAMPLE // 16]
            self._sampled += len(sample)
            for piece in _PIECE.findall(sample):
                self._pieces[piece] = self._pieces.get(piece, 0) + 1

    @property
    def zeros(self) -> int:
        """How many zero bytes there were; in text there are none, save in UTF-16 and UTF-32."""
        return 0 if self._start and self._start.startswith(("utf-16", "utf-32")) else self._zeros

    def encoding(self) -> str:
        """The name of the codec, one of NAMES."""
        if self._start is not None:
            return self._start  # what is damaged after a byte-order mark is still that encoding
        if self._check is not None:
            try:
                self._check.decode(b"", True)
            except UnicodeDecodeError:
                pass
            else:
                return "utf-8"
        return _single_byte(self._pieces)


def marked_encoding(start: bytes) -> str | None:
    """The encoding that a byte-order mark, or a zero in every second byte, gives away."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    sample = start[:4096]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) >= 4:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        if odd > 0.4 * half and even < 0.02 * half:
            return "utf-16-le"
        if even > 0.4 * half and odd < 0.02 * half:
            return "utf-16-be"
    return None


def _single_byte(pieces: dict[tuple[bytes, bytes, bytes], int]) -> str:
    # Windows-1252 and Latin-1 agree on everything that people write; five bytes are in Latin-1 alone.
    scores = {name: _plausibility(pieces, name) for name in ("cp1252", "mac_roman", "latin-1")}
    scores["mac_roman"] *= 0.9  # rarer, so it must be clearly better
    return max(scores, key=lambda name: scores[name])


def _plausibility(pieces: dict[tuple[bytes, bytes, bytes], int], encoding: str) -> float:
    """How much the letters beyond ASCII look like words of a Western language; higher is better."""
    score = 1e-9
    for (before, high, after), times in pieces.items():
        weight = min(times, 50)
        try:
            text = high.decode(encoding)
        except UnicodeDecodeError:
            score -= 2 * weight
            continue
        for letter in text:
            inside = bool(before or after)
            if letter in _COMMON:
                # A capital after a small letter is what a wrong table gives: “MŠnchen”.
                odd = letter.isupper() and before.islower()
                score += -weight if odd else weight
            elif letter in _SIGNS:
                score += -0.3 * weight if before and after and letter not in "’–µ" else 0.5 * weight
            elif ord(letter) < 0xA0:
                score -= 2 * weight
            else:
                score -= weight if inside else 0.2 * weight
    return score
