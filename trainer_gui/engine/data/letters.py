"""How much bytes look like words of some language when they are read in an encoding."""

from __future__ import annotations

from collections.abc import Mapping

# The letters beyond ASCII that a language uses; those before the bar are met often.
_WESTERN = {
    "German": "äöüßÄÖÜ|éèàÉ",
    "French": "éèàêçôîù|âûëïœÉÀÇÈÊÎÔÙæÿŒËÏÂÛ",
    "Spanish": "áéíóúñ|üÁÉÍÓÚÑÜçªº",
    "Portuguese": "ãçáéíóõâêú|ôàÁÉÍÓÚÂÊÔÇÃÕÀüªº",
    "Italian": "àèéìòù|ÀÈÉÌÒÙ",
    "Nordic": "åäöæø|ÅÄÖÆØéü",
    "Icelandic": "áéíóúýþæöð|ÁÉÍÓÚÝÞÆÖÐ",
    "Estonian": "äöõü|šžÄÖÕÜŠŽ",
}
_CENTRAL = {
    "Polish": "ąćęłńóśźż|ĄĆĘŁŃÓŚŹŻ",
    "Czech": "áčéěířšýžůú|ďňóťľĺŕäôÁČĎÉĚÍŇÓŘŠŤÚŮÝŽĽ",
    "Hungarian": "áéíóöőüű|úÁÉÍÓÖŐÚÜŰ",
    "Croatian": "čćđšž|ČĆĐŠŽ",
    "Romanian": "ăâîșțşţ|ĂÂÎȘȚŞŢ",
    "German": "äöüß|ÄÖÜ",
}
_CYRILLIC = {
    "Russian": "оеаинтсрвлкмдпуяыьгзбчйхж|шюцщэфъёАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЬЭЮЯЁ",
    "Ukrainian": "оаинівтерслкудмпязьбгйчхцюжїє|шщфґАБВГДЕЖЗИІЇЄЙКЛМНОПРСТУФХЦЧШЩЬЮЯҐ",
    "Serbian": "аоиенсртујквдпмлзбгђжцчћшњљ|хфџАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ",
}
_GREEK = {"Greek": "αοιετσνηυρπκμλςωίάόέήώύδγχθφβξ|ζψϊϋΐΰΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏΪ"}
_TURKISH = {"Turkish": "ığüşçöİ|ĞÜŞÇÖâîû"}
_BALTIC = {
    "Lithuanian": "ąčęėįšųūž|ĄČĘĖĮŠŲŪŽ",
    "Latvian": "āčēģīķļņšūž|ĀČĒĢĪĶĻŅŠŪŽ",
    "Estonian": "äöõüšž|ÄÖÕÜŠŽ",
}
_HEBREW = {"Hebrew": "יוהלארתמבשנעםדחקפכגטסןצזךףץ|"}
_ARABIC = {"Arabic": "اليمونرتبةعدسفهكقأحجشطصخإىذثضئءزغ|ؤظآ"}

# Each encoding with its languages, and how much less usual it is than others.
_ENCODINGS: tuple[tuple[str, Mapping[str, str], float], ...] = (
    ("cp1252", _WESTERN, 0.0),
    ("latin-1", _WESTERN, 0.01),
    ("iso8859-15", _WESTERN, 0.15),
    ("mac_roman", _WESTERN, 0.25),
    ("cp850", _WESTERN, 0.3),
    ("cp437", _WESTERN, 0.31),
    ("cp1250", _CENTRAL, 0.05),
    ("iso8859-2", _CENTRAL, 0.1),
    ("cp852", _CENTRAL, 0.35),
    ("cp1251", _CYRILLIC, 0.0),
    ("koi8-r", _CYRILLIC, 0.1),
    ("iso8859-5", _CYRILLIC, 0.15),
    ("cp866", _CYRILLIC, 0.15),
    ("mac_cyrillic", _CYRILLIC, 0.3),
    ("cp1253", _GREEK, 0.05),
    ("iso8859-7", _GREEK, 0.1),
    ("cp1254", _TURKISH, 0.1),
    ("cp1257", _BALTIC, 0.15),
    ("cp1255", _HEBREW, 0.3),
    ("cp1256", _ARABIC, 0.3),
)
_OTHER_SCRIPTS = (_CYRILLIC, _GREEK, _HEBREW, _ARABIC)
_SIGNS = frozenset("€£°²³µ±§’‘“”„–—…•×÷«»©®™½¼¾ºª\u00a0·¢¥")
_OFTEN, _SELDOM, _SIGN, _FOREIGN, _WRONG = 0.0, -0.5, -0.3, -3.0, -5.0
_MIXTURE = 0.7  # how much less usual it is that a text mixes languages than that it is in one
_MOST_TIMES = 20  # that one word counts
_DOUBT = 10


def single_byte_encoding(words: Mapping[bytes, int]) -> str:
    """The likeliest encoding of these words, each with bytes beyond ASCII, and how often it came."""
    best, best_score = "cp1252", -1e9
    seen = sum(sum(byte > 127 for byte in word) * min(times, _MOST_TIMES) for word, times in words.items())
    doubt = 1 + _DOUBT / max(1, seen)  # a few letters alone do not make a rare encoding likely
    for encoding, languages, unusual in _ENCODINGS:
        apart = languages in _OTHER_SCRIPTS
        texts = [(word.decode(encoding, "replace"), min(times, _MOST_TIMES)) for word, times in words.items()]
        scores = [_likeness(texts, *_letters_of(letters), apart=apart) for letters in languages.values()]
        everything = ("".join("".join(_letters_of(each)) for each in languages.values()), "")
        score = max(*scores, _likeness(texts, *everything, apart=apart) - _MIXTURE) - unusual * doubt
        if score > best_score:
            best, best_score = encoding, score
    return next(each for each, _, _ in _ENCODINGS if _same(words, each, best))


def _same(words: Mapping[bytes, int], one: str, other: str) -> bool:
    """Whether both read every word alike; then it is the more usual one, listed first, that is named."""
    return all(word.decode(one, "replace") == word.decode(other, "replace") for word in words)


def _letters_of(letters: str) -> tuple[str, str]:
    often, _, seldom = letters.partition("|")
    return often, seldom


def _likeness(texts: list[tuple[str, int]], often: str, seldom: str, *, apart: bool) -> float:
    """How usual the letters beyond ASCII are, 0 at best, on average. `apart` is a script of its own."""
    total, weight = 0.0, 0
    for text, times in texts:
        for place, letter in enumerate(text):
            if letter.isascii():
                continue
            before = text[place - 1] if place else ""
            after = text[place + 1 : place + 2]
            total += times * _value(letter, before, after, often, seldom, apart)
            weight += times
    return total / weight if weight else 0.0


def _value(letter: str, before: str, after: str, often: str, seldom: str, apart: bool) -> float:
    if letter in often or letter in seldom:
        value = _OFTEN if letter in often else _SELDOM
        if letter.isupper() and before.islower():
            value += _FOREIGN  # a capital after a small letter is what a wrong table gives: “MŠnchen”
        beside = (before + after).strip()
        if apart:
            value += _FOREIGN if any(each.isascii() and each.isalpha() for each in beside) else 0.0
        elif before and not before.isascii() and before.isalpha():
            value += -1.0  # in these languages two such letters seldom stand together
        return value + (_FOREIGN if before.isdigit() else 0.0)
    if letter in _SIGNS:
        inside = (before.isalpha() or letter in "½¼¾") and after.isalpha()
        return _WRONG if inside and letter not in "’–·" else _SIGN
    return _FOREIGN if letter.isalpha() else _WRONG


def _leads(text: bytes) -> list[tuple[int, int]]:
    """The pairs of bytes that letters of two bytes are made of."""
    pairs = []
    place = 0
    while place < len(text) - 1:
        if text[place] >= 0x81:
            pairs.append((text[place], text[place + 1]))
            place += 2
        else:
            place += 1
    return pairs


def east_asian_encoding(sample: bytes) -> str | None:
    """The encoding of Chinese, Japanese or Korean text, or None where the bytes are not clearly one."""
    pairs = _leads(sample)
    if len(pairs) < 4:
        return None
    size = len(pairs)
    kana = sum(lead in (0xA4, 0xA5) and trail >= 0xA1 for lead, trail in pairs)
    if _decodes(sample, "euc_jp") and kana > 0.1 * size:
        return "euc_jp"
    hangul = sum(0xB0 <= lead <= 0xC8 and trail >= 0xA1 for lead, trail in pairs)
    signs = sum(0xA1 <= lead <= 0xA3 and trail >= 0xA1 for lead, trail in pairs)
    if _decodes(sample, "cp949") and hangul > 0.6 * size and hangul + signs > 0.97 * size:
        return "euc_kr"
    simple = sum(0xB0 <= lead <= 0xD7 and trail >= 0xA1 for lead, trail in pairs)
    if _decodes(sample, "gb18030") and simple > 0.6 * size and simple + signs > 0.9 * size:
        return "gb18030"
    low = sum(0x40 <= trail <= 0x7E for _, trail in pairs)
    usual = sum(0xA4 <= lead <= 0xC6 for lead, _ in pairs)
    if _decodes(sample, "big5") and low > 0.1 * size and usual > 0.85 * size:
        return "big5"
    japanese = sum(0x82 <= lead <= 0x83 or 0x88 <= lead <= 0x97 for lead, _ in pairs)
    # Half-width letters are single bytes there, which Western text would be full of.
    if _decodes(sample, "cp932") and japanese > 0.85 * size:
        return "shift_jis"
    return None


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
