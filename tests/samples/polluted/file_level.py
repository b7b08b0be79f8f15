"""Files that are polluted as a whole: name, encoding, line ends, size."""

from __future__ import annotations

import codecs
import random
from collections.abc import Iterator

from tests.samples.polluted.case import Case, case
from tests.samples.polluted.source import ALL_SHEETS, SHEETS, Sheet, numbers, places, sales, sensors

# A few words of each language in which the letters of an encoding stand.
WORDS = {
    "German": "Straße Größe Müller Köln Bäcker schön Frühjahr Öl Ärzte weiß Länge kürzer",
    "French": "été forêt Noël garçon où élève château déjà très hôtel œuvre Besançon",
    "Spanish": "niño mañana corazón años Málaga español según última pequeño Perú",
    "Swedish": "Malmö Örebro Åland fågel kött blå Västerås smörgås ägg äpple",
    "Portuguese": "São ação coração não avó três Brasília açúcar mãe pães",
    "Polish": "Łódź Kraków Gdańsk źródło żółty ćwiartka wąż święto mężczyzna pięć śnieg wysokość",
    "Czech": "Plzeň Děčín Třebíč žlutý kůň úpěl Říčany Zlín měření šířka délka výška",
    "Hungarian": "Győr Pécs Székesfehérvár hűtő mérő szűrő magasság súly fehér zöld",
    "Russian": "Москва Казань Пермь Самара вес рост высота ширина красный зелёный Ульяновск город",
    "Greek": "Αθήνα Θεσσαλονίκη Πάτρα ύψος βάρος μήκος κόκκινο πράσινο άσπρο Κρήτη πόλη",
    "Turkish": "İstanbul İzmir Eskişehir ağırlık yükseklik kırmızı yeşil beyaz şehir Diyarbakır çiçek",
    "Chinese": "北京 上海 广州 重量 高度 红色 绿色 城市 温度 数据 中国 成都 杭州 是的 没有",
    "Taiwanese": "臺北 高雄 臺中 重量 高度 紅色 綠色 城市 溫度 資料 花蓮 嘉義",
    "Japanese": "東京 大阪 名古屋 高さ 重さ あか みどり しろい カタカナ データ 温度 都市",
    "Korean": "서울 부산 대구 무게 높이 빨강 초록 도시 온도 자료 인천 광주",
}
ENCODED = (
    ("German", "cp1252"),
    ("German", "latin-1"),
    ("German", "mac_roman"),
    ("German", "cp850"),
    ("French", "cp1252"),
    ("French", "mac_roman"),
    ("French", "iso8859-15"),
    ("Spanish", "cp1252"),
    ("Spanish", "mac_roman"),
    ("Swedish", "latin-1"),
    ("Swedish", "mac_roman"),
    ("Portuguese", "cp1252"),
    ("Polish", "cp1250"),
    ("Polish", "iso8859-2"),
    ("Czech", "cp1250"),
    ("Czech", "iso8859-2"),
    ("Hungarian", "cp1250"),
    ("Russian", "cp1251"),
    ("Russian", "koi8-r"),
    ("Russian", "cp866"),
    ("Russian", "iso8859-5"),
    ("Greek", "cp1253"),
    ("Greek", "iso8859-7"),
    ("Turkish", "cp1254"),
    ("Chinese", "gb18030"),
    ("Taiwanese", "big5"),
    ("Japanese", "shift_jis"),
    ("Japanese", "euc_jp"),
    ("Korean", "euc_kr"),
    ("Russian", "utf-16-le"),
    ("Chinese", "utf-16-le"),
    ("German", "utf-16-be"),
    ("Russian", "utf-8"),
    ("Chinese", "utf-8"),
)


def spoken(language: str, rows: int = 40) -> Sheet:
    """A table in a language."""
    draw = random.Random(language)
    words = WORDS[language].split()
    names = tuple(words[:3])
    body = tuple(
        (place * 3 % 17, draw.choice(words[3:]), f"{draw.choice(words[3:])} {draw.choice(words[3:])}")
        for place in range(rows)
    )
    return Sheet(language, names, body)


def cases() -> Iterator[Case]:
    """Every case of this level."""
    for sheet in ALL_SHEETS:
        yield case("file", "nothing", sheet)
        yield case("file", "every cell in quotation marks", sheet.written(quote_all=True))
    yield from _names()
    yield from _encodings()
    yield from _endings()
    yield from _sizes()


def _names() -> Iterator[Case]:
    sheet = sales()
    for name in ("source", "\u00a0", "\u00a0.csv", "$.csv", ".csv", "source.pdf", "source.loremipsumdolor"):
        yield case("file", f"named {name!r}", sheet, file_name=name)
    yield case("file", "commas in a file named tsv", sheet, file_name="source.tsv")
    yield case("file", "semicolons in a file named csv", sensors().written(separator=";"))


def _encodings() -> Iterator[Case]:
    for sheet in (sales(), places()):
        text = sheet.content()
        yield case("file", "UTF-8 with a mark", sheet, codecs.BOM_UTF8 + text.encode())
        yield case("file", "UTF-16 with a mark", sheet, text.encode("utf-16"))
        for encoding in ("utf-16-le", "utf-16-be"):
            yield case("file", f"{encoding} without a mark", sheet, encoding=encoding, by_pollock=False)
        yield case("file", "UTF-32", sheet, encoding="utf-32", by_pollock=False)
    for encoding in ("latin-1", "cp1252", "mac_roman"):
        yield case("file", encoding, places(), encoding=encoding, by_pollock=encoding == "latin-1")
    for language, encoding in ENCODED:
        sheet = spoken(language)
        yield case(
            "file", f"in {encoding}", sheet, sheet.content().encode(encoding, "replace"), by_pollock=False
        )


def _endings() -> Iterator[Case]:
    for sheet in SHEETS:
        for ending in ("\n", "\r"):
            yield case("file", f"lines end with {ending!r}", sheet.written(ending=ending))
        text = sheet.content()
        yield case("file", "no line end at the end", sheet, text.rstrip("\r\n"))
        yield case("file", "two line ends at the end", sheet, text + "\r\n")
        yield case("file", "many blank lines at the end", sheet, text + "\r\n" * 9, by_pollock=False)
        yield case("file", "blanks in the last line", sheet, text + "   ", by_pollock=False)
        mixed = "".join(line + ("\n", "\r\n", "\r")[place % 3] for place, line in enumerate(sheet.lines()))
        yield case("file", "mixed line ends", sheet, mixed, by_pollock=False)
        yield case("file", "an end mark of DOS", sheet, text + "\x1a", by_pollock=False)


def _sizes() -> Iterator[Case]:
    for sheet in SHEETS:
        yield case("file", "nothing in it", sheet, b"", names=None, rows=())
        yield case("file", "a heading alone", sheet, sheet.content(sheet.lines()[:1]), rows=())
        yield case("file", "one row", sheet.written(rows=sheet.rows[1:2]))
        yield case("file", "no heading", sheet.written(heading=False))
    yield case("file", "no heading", numbers().written(heading=False))
    wide = _repeated(sales(), columns=1024)
    yield case("file", "1,024 columns", wide)
    yield case("file", "17,000 columns", _repeated(sales(), columns=17_000), large=True)
    many = sales().written(rows=sales().rows * 1000)
    yield case("file", "60,000 rows", many, large=True)


def _repeated(sheet: Sheet, columns: int) -> Sheet:
    size = len(sheet.names)
    places = [place % size for place in range(columns)]
    names = tuple(f"{sheet.names[place]} {number}" for number, place in enumerate(places))
    rows = tuple(tuple(row[place] for place in places) for row in sheet.rows)
    return sheet.written(names=names, rows=rows)
