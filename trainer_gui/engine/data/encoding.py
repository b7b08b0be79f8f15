"""Which encoding the bytes of a text file are in."""

from __future__ import annotations

import codecs
import re

from trainer_gui.engine.data.letters import east_asian_encoding, single_byte_encoding

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
    "iso8859-2": "Latin-2 (ISO 8859-2)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "mac_cyrillic": "Mac Cyrillic",
    "cp1253": "Windows-1253 (Greek)",
    "iso8859-7": "ISO 8859-7 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp437": "DOS (code page 437)",
    "cp850": "DOS (code page 850)",
    "cp852": "DOS (code page 852, Central Europe)",
    "cp866": "DOS (code page 866, Cyrillic)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "euc_kr": "Korean (EUC-KR)",
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4 << 20  # bytes in which words are looked for
_RAW = 1 << 16  # bytes that are kept as they are
_MOST_WORDS = 20_000
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(rb"[A-Za-z0-9]{0,12}[\x80-\xff][A-Za-z\x80-\xff]{0,24}")


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
        self._words: dict[bytes, int] = {}
        self._raw = b""
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
            self._take(chunk, first.start())

    def _take(self, chunk: bytes, first: int) -> None:
        """Keeps the words with bytes beyond ASCII of a chunk, and its first lines with such."""
        begin = max(chunk.rfind(b"\n", 0, first), chunk.rfind(b"\r", 0, first)) + 1
        sample = chunk[begin : begin + _SAMPLE // 16]
        self._sampled += len(sample)
        if not self._raw:
            raw = sample[:_RAW]
            end = max(raw.rfind(b"\n"), raw.rfind(b"\r"))
            self._raw = raw if len(raw) < _RAW or end < 0 else raw[:end]
        for word in _WORD.findall(sample):
            if word in self._words or len(self._words) < _MOST_WORDS:
                self._words[word] = self._words.get(word, 0) + 1

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
        return east_asian_encoding(self._raw) or single_byte_encoding(self._words)


def marked_encoding(start: bytes) -> str | None:
    """The encoding that a byte-order mark, or a zero in every second byte, gives away."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    sample = start[:16384]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) >= 4:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        # Separators, digits and line ends have a zero in every language.
        if odd > 0.05 * half and even < 0.05 * odd:
            return _if_text(sample, "utf-16-le")
        if even > 0.05 * half and odd < 0.05 * even:
            return _if_text(sample, "utf-16-be")
    return None


def _if_text(sample: bytes, encoding: str) -> str | None:
    """The encoding, where the bytes are text in it."""
    text = sample[: len(sample) - 2].decode(encoding, "replace")
    odd = sum(letter == "\ufffd" or (ord(letter) < 32 and letter not in "\t\n\r\f\x1a") for letter in text)
    return encoding if odd <= 0.01 * len(text) else None
