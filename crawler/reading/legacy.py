"""The Vietnamese encodings from before Unicode: their letters, and what a word says for or against each of them.

All tables stand on one view of a text, the byte view: each character is the byte it has in windows-1252, as U+0000 to U+00FF.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

WINDOWS_1252 = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x100))
TO_BYTES = {ord(c): b for b, c in enumerate(WINDOWS_1252) if b != ord(c)}
FROM_BYTES = {b: c for b, c in enumerate(WINDOWS_1252) if b != ord(c)}


def _rows(rows: Mapping[int, str]) -> dict[str, str]:
    return {chr(first + i): letter for first, letters in rows.items() for i, letter in enumerate(letters)}


# TCVN 5712:1993 VN3, the "ABC" fonts. It has no capitals with tones: those are typed as small letters in a font of capitals (.VnTimeH).
TCVN3 = _rows({
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ", 0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
})  # fmt: skip
# RFC 1456.
VISCII = {"\x02": "Ẳ", "\x05": "Ẵ", "\x06": "Ẫ", "\x14": "Ỷ", "\x19": "Ỹ", "\x1e": "Ỵ"} | _rows({
    0x80: "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ", 0x90: "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ", 0xA1: "ắằặấầẩậẽẹếềểễệố", 0xB0: "ồổỗỠƠộờởịỰỨỪỬơớƯ", 0xC0: "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ",
    0xD0: "ĐứÒÓÔạỷừửÙÚỹỵÝỡư", 0xE0: "àáâãảăữẫèéêẻìíĩỉ", 0xF0: "đựòóôõỏọụùúũủýợỮ",
})  # fmt: skip
# The Vietnamese Professionals Society's, as Netscape and Mozilla read it ("x-viet-vps").
VPS = _rows({
    0x02: "ẠẬẶẸỆ", 0x10: "ỊỌỘỢỤỰ", 0x19: "Ỵ", 0x1C: "ẪỮ", 0x80: "ÀẢÃẤẦẨọỗĂếềểệẮẰẲ", 0x90: "Ế‘’ỀỂỄỐỒỔỖýỷỵỚỜỞ", 0xA1: "ắằẳẵặỠớÙờởỡŨỨợỪ",
    0xB0: "ổỬỲỸÍÌộỈĨÓửữÒỎÕự", 0xC0: "ầÁÂấẩẫậđẻÉÊẹỉễịỹ", 0xD0: "ƯỦồốÔỏơÈừứÚũưÝẺ", 0xE0: "àáâãảạă", 0xE8: "èéêẽìí", 0xEF: "ĩẴĐòóôõ",
    0xF7: "Ơụùúủ", 0xFD: "ỶẼỳ",
})  # fmt: skip
# windows-1258 shown as windows-1252: a few letters of its own, and five tones that follow their vowel.
WINDOWS_1258 = _rows({
    0xC3: "Ă", 0xCC: "\u0300", 0xD0: "Đ", 0xD2: "\u0309", 0xD5: "Ơ", 0xDD: "Ư", 0xDE: "\u0303", 0xE3: "ă", 0xEC: "\u0301", 0xF0: "đ",
    0xF2: "\u0323", 0xF5: "ơ", 0xFD: "ư",
}) | {c: c for c in "ÀÁÂÈÉÊÍÓÔÙÚàáâèéêíóôùú"}  # fmt: skip


def _vni() -> dict[str, str]:
    """VNI for Windows: a vowel is followed by the letter that draws its marks; ơ, ư, đ, ỵ and i with a tone are letters of their own."""
    tones = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
    table = dict(zip("ôöñíìæóòî", "ơưđíìỉĩịỵ", strict=True))
    for vowels, carrier, marks in (("aeouyôö", "", "ùøûõï"), ("aeo", "\u0302", "áàåãä"), ("a", "\u0306", "éèúüë")):
        for vowel, (mark, tone) in product(vowels, zip(marks, tones, strict=True)):
            table[vowel + mark] = unicodedata.normalize("NFC", table.get(vowel, vowel) + carrier + tone)
    table |= {"aâ": "â", "eâ": "ê", "oâ": "ô", "aê": "ă"}
    for code, letter in list(table.items()):  # the vowel's case counts, its mark may be small or capital
        table |= {
            code[0] + code[1:].upper(): letter,
            code[0].upper() + code[1:]: letter.upper(),
            code.upper(): letter.upper(),
        }
    return table


VNI = _vni()
_VNI_LETTER = re.compile("|".join(sorted(VNI, key=len, reverse=True)))
# Signs and no letters: â, ã and ằ never stand alone, đ does only after a figure ("500 đ").
_ALONE = re.compile(r"(?<![A-Za-z\xa1-\xff])([©·»]|(?<!\d)(?<!\d\s)®)(?![A-Za-z\xa1-\xff])")
_NO_BREAK = re.compile(
    r"(?<=[A-Z])\xa0(?![a-z\xa1-\xff])"
)  # Õ; elsewhere the byte is the space that it is in windows-1252
_UTF8 = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_TCVN3, _VISCII, _VPS, _1258 = map(str.maketrans, (TCVN3, VISCII, VPS, WINDOWS_1258))


def _from_tcvn3(view: str) -> str:
    return "".join(part if i % 2 else part.translate(_TCVN3) for i, part in enumerate(_ALONE.split(view)))


def _from_vni(view: str) -> str:
    return _VNI_LETTER.sub(lambda m: VNI[m[0]], view)


def _from_1258(view: str) -> str:
    return unicodedata.normalize("NFC", view.translate(_1258))


def _from_viscii(view: str) -> str:
    return "Õ".join(part.translate(_VISCII) for part in _NO_BREAK.split(view))


def _from_vps(view: str) -> str:
    return view.translate(_VPS)


def _from_utf8(view: str) -> str:
    return _UTF8.sub(lambda m: m[0].encode("latin-1").decode("utf-8", "ignore") or m[0], view)


@dataclass(frozen=True, eq=False)
class Legacy:
    """An encoding: `convert` takes the byte view to Unicode in NFC; `own` are the characters beyond ASCII that it has letters for."""

    name: str
    convert: Callable[[str], str]
    own: str
    word: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "word", re.compile(f"[A-Za-z\xc0-\xff{re.escape(self.own)}]+"))


def _beyond(codes: Mapping[str, str]) -> str:
    return "".join(sorted({c for c in "".join(codes) if c > "\x7f"}))


LEGACY = {
    legacy.name: legacy
    for legacy in (
        Legacy("tcvn3", _from_tcvn3, _beyond(TCVN3)),
        Legacy("vni", _from_vni, _beyond(VNI)),
        Legacy("utf-8", _from_utf8, "".join(map(chr, range(0x80, 0xF5)))),
        Legacy("windows-1258", _from_1258, _beyond(WINDOWS_1258)),
        Legacy("viscii", _from_viscii, _beyond(VISCII)),
        Legacy("vps", _from_vps, _beyond(VPS)),
    )
}

# -- words --------------------------------------------------------------------------------------------------------------------

_ONSET = "(?:gi|qu|ngh(?=[eêi])|ng(?![eêi])|gh(?=[eêi])|g(?![eê])|k(?=[eêiy])|c(?![eêiy])|[cknpt]h|tr|[bdđhlmnrstvx])?"
_OPEN = (
    "a[imouy]?|an[gh]?|ă(?:m|ng?)|â(?:[muy]|ng?)|e[mo]?|eng?|ê[mu]?|ên[gh]?|i[amu]?|inh?|iê(?:[mu]|ng?)|o[aeim]?|o?ong?|oa[imoy]|oan[gh]?"
    "|oă(?:m|ng?)|oe[no]|ô[im]?|ông?|ơ[imn]?|u[aimyơ]?|ung?|uâ(?:y|ng?)|uê(?:nh)?|uô(?:[im]|ng?)|uy[au]|u?ynh|uyên|ư[aimu]?|ưng?|ươ(?:[imu]|ng?)"
    "|y|yê(?:[mu]|ng?)"
)
_STOPPED = (
    "a(?:ch?|[kpt])|ă[ckpt]|â[ckpt]|e[cpt]|ê(?:ch|[cpt])|i(?:ch|[cpt])|iê[cpt]|o[ckpt]|ooc|oa(?:ch?|[pt])|oă[ct]|oet|ô[ckpt]|ơ[pt]|u[ckpt]"
    "|uât|uêch|uô[ct]|u?y(?:ch|[pt])|u?yêt|ư[cpt]|ươ[cpt]"
)
_SYLLABLE = re.compile(f"{_ONSET}(?P<rime>(?P<stopped>{_STOPPED})|{_OPEN})")
_EITHER = ("oa", "oe", "oo", "uy")  # hòa and hoà
_MARKED = re.compile("[ăâêôơư]")
_LETTERS = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NO_TONES = dict.fromkeys(map(ord, _TONES))
_LONGEST = 40  # letters: what is longer is no word, nor a few of them glued together


def is_syllable(word: str) -> bool:
    """Whether a word in NFC and small letters is spelt as a Vietnamese syllable; tones stand where they can.

    >>> [is_syllable(w) for w in ("đảng", "nghiệp", "quốc", "giá", "hoà", "hòa", "nguyôn", "café", "hoc", "họi", "hoị", "t¸c")]
    [True, True, True, True, True, True, False, False, False, True, False, False]
    """
    if len(word) > 7:
        return False
    letters = [unicodedata.normalize("NFD", c) for c in word]
    tones = [(place, tone) for place, parts in enumerate(letters) for tone in _TONES if tone in parts]
    bare = unicodedata.normalize("NFC", "".join(letters).translate(_NO_TONES))
    syllable = _SYLLABLE.fullmatch(bare)
    if syllable is None or len(tones) > 1:
        return False
    if not tones:
        return not syllable["stopped"]
    place, tone = tones[0]
    return _bears_tone(syllable["rime"], place - syllable.start("rime")) and not (
        syllable["stopped"] and tone not in "\u0301\u0323"
    )


def _bears_tone(rime: str, place: int) -> bool:
    """Whether the tone may stand there: on the last vowel that has a mark of its own, else on the first one."""
    marked = [m.start() for m in _MARKED.finditer(rime)]
    return place == marked[-1] if marked else place == 0 or (place == 1 and rime.startswith(_EITHER))


FOR, BOTH, AGAINST, SILENT = range(4)


@lru_cache(maxsize=1 << 16)
def verdict(name: str, word: str) -> int:
    """What a word of the byte view says of an encoding.

    FOR: a syllable only when converted. BOTH: a syllable either way, or an acronym. AGAINST: no syllable when converted, or a syllable
    in letters that the encoding does not have. SILENT: a sign that stands alone, or a word that the encoding leaves as it is.

    >>> [verdict("tcvn3", w) for w in ("§¶ng", "bé", "Q§", "café", "Ngày", "©")] == [FOR, BOTH, BOTH, AGAINST, AGAINST, SILENT]
    True
    """
    legacy = LEGACY[name]
    shown, after = word.translate(FROM_BYTES), legacy.convert(word)
    before = _is_written(shown) and is_syllable(shown.lower())
    if after == word:
        has_letters = name != "utf-8" and all(c < "\x80" or c in legacy.own for c in word)
        return AGAINST if before and not has_letters else SILENT
    if len(word) == 1:
        return BOTH if word >= "\xc0" and word not in "×÷" and is_syllable(after.lower()) else SILENT
    parts = _LETTERS.findall(after)
    if _MARK.search(after) or not all(_is_likely(part) for part in parts):
        return AGAINST
    return FOR if not before and any(is_syllable(part.lower()) and not part.isascii() for part in parts) else BOTH


def _is_written(word: str) -> bool:
    """Whether a writer may have put its capitals there; "nhÊt" is TCVN3."""
    return word.islower() or word.isupper() or word[1:].islower()


def _is_likely(part: str) -> bool:
    """A syllable, all of small letters beyond ASCII when TCVN3 was typed with the capitals locked; or an acronym."""
    written = _is_written(part) or not any(c.islower() and c.isascii() for c in part)
    return (written and is_syllable(part.lower())) or (part.isupper() and len(part) <= 6)


@dataclass(frozen=True, slots=True)
class Tally:
    """The words of a text for, against and indifferent to an encoding; `proof` are the distinct words for it."""

    gain: int = 0
    both: int = 0
    bad: int = 0
    proof: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str, view: str, foreign: int = 0) -> "Tally":
        """The tally of a text in the byte view that has `foreign` letters of no western encoding besides."""
        words = [word for word in LEGACY[name].word.findall(view) if not word.isascii()]
        said = [verdict(name, word) if len(word) <= _LONGEST else AGAINST for word in words]
        gain = said.count(FOR)
        proof = frozenset(word for word, says in zip(words, said, strict=True) if says == FOR) if gain else frozenset()
        return cls(gain, said.count(BOTH), said.count(AGAINST) + foreign, proof)

    @classmethod
    def sum(cls, tallies: Iterable["Tally"]) -> "Tally":
        each = list(tallies)
        return cls(
            sum(tally.gain for tally in each),
            sum(tally.both for tally in each),
            sum(tally.bad for tally in each),
            frozenset().union(*(tally.proof for tally in each)),
        )

    def sure(self, letters: int) -> bool:
        """Four words in five for the encoding, with so many legacy letters in distinct words that chance is out of the question."""
        weight = sum(c > "\x7f" for word in self.proof for c in word)
        return weight >= letters and self.gain + self.both >= 4 * self.bad and 3 * self.gain >= self.both
