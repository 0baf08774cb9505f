"""How much a decoded text looks like something a person wrote."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from meddx_desktop.readers.language import detect_language

# The commonest characters of each script; a wrong code page hits them only by chance.
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老"
    "從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等"
    "患病痛史诊断检查既往体征发热咳嗽治疗血压心肺腹部無於後為來時會說個們這對過學國沒還"
    "者年月日患者痛検査診断所見既往歴現病歴胸部腹部右左性炎血圧熱認術後前"
)
_COMMON_HANGUL = frozenset(
    "이다는을를의에가은하고지로한사자어으도기리서여나시인해과대아일있정수성그부전제보면들었습니음없환통증열침진단"
    "소견복흉병력약치료검상특항주원장신생간심폐혈압당뇨좌우만계속되터와게적발생후내외동무안호흡없았까요"
)
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбчй")
_COMMON_GREEK = frozenset("αοιετσνηυρπκμλςάέήίόύώ")
_PUNCTUATION = frozenset("’“”–‘—°µ²±½…•«»¿¡ºª€·×³„")
_LETTERS = {
    "de": "äöüß",
    "fr": "éèàçêëîïôûùœæ",
    "es": "áéíóúüñ",
    "it": "àèéìòù",
    "pt": "áàâãçéêíóôõú",
    "nl": "éëïóüèö",
    "en": "éèöïñ",
    "sv": "åäöé",
    "da": "æøåé",
    "no": "æøåé",
    "fi": "äöå",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "ro": "ăâîșşțţ",
    "hu": "áéíóöőúüű",
    "tr": "çğıöşüİâî",
    "ca": "àçèéíïòóúü",
}
_ANY_LETTERS = frozenset("".join(_LETTERS.values()))
_RUN = re.compile(r"[^\W\d_]+")


def plausibility(text: str) -> float:
    """Score a decoded text in about [-2, 1]; only non-ASCII characters count, higher is better.

    The function words of a Latin text are plain ASCII in every code page, so they name the
    language first and the language names the accented letters to expect.
    """
    foreign = Counter(character for character in text if character > "\x7f")
    if not foreign:
        return 0.0
    language = detect_language(text)
    expected = frozenset(_LETTERS[language]) if language in _LETTERS else None
    total = sum(_value(character, expected) * count for character, count in foreign.items())
    return total / foreign.total() - _misspelled_share(text)


def _value(character: str, expected: frozenset[str] | None) -> float:
    if character in _PUNCTUATION:
        return 0.8
    if expected is not None and character.isalpha():
        return 1.0 if character.lower() in expected else 0.1
    return _value_by_script(character, ord(character))


def _value_by_script(character: str, code: int) -> float:
    if 0x3040 <= code <= 0x30FF or character in _COMMON_HAN:
        return 1.0
    if character in _COMMON_HANGUL or character in _COMMON_CYRILLIC or character in _COMMON_GREEK:
        return 0.9
    if character in _ANY_LETTERS or 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 0.8
    if 0x0590 <= code <= 0x06FF or 0x0E00 <= code <= 0x0E7F:
        return 0.75
    is_rare_east_asian = 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3
    return 0.35 if is_rare_east_asian else _value_by_category(character)


def _value_by_category(character: str) -> float:
    match unicodedata.category(character):
        case "Cc" | "Co" | "Cn":
            return -2.0
        case "Ll":
            return 0.3
        case "Lu" | "Lo" | "Nd":
            return 0.0
    return -0.2


def _misspelled_share(text: str) -> float:
    """Return the share of foreign words with mixed scripts or a capital after a small letter."""
    words = [word for word in _RUN.findall(text) if not word.isascii()]
    if not words:
        return 0.0
    return sum(_is_misspelled(word) for word in words) / len(words)


def _is_misspelled(word: str) -> bool:
    scripts = {_script(character) for character in word}
    if len(scripts - {"cjk"}) > 1 or ("cjk" in scripts and any(map(str.islower, word))):
        return True
    return any(
        before.islower() and after.isupper() and after > "\x7f" for before, after in pairwise(word)
    )


def _script(character: str) -> str:
    code = ord(character)
    if code < 0x250:
        return "latin"
    if code >= 0x2E80:
        return "cjk"
    return unicodedata.name(character, "UNKNOWN").split(" ", 1)[0].lower()
