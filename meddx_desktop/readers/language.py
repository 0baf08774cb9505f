"""The language of a record, named only where the text itself is clear about it."""

import re
from collections import Counter

_STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to a in is was with for on at by from this that were are has had his her "
        "she he be not or which without after there no denies year old an it as patient who left "
        "right",
        "de": "der die das und ist mit von zu den ein eine nicht auf im bei dem des wurde sich "
        "nach keine kein ohne für aus wird am zum zur einer einem war werden sowie rechts links",
        "fr": "le la les de des et est un une du dans pour avec sur au aux par pas qui que ce il "
        "elle sans à été ne son sa ses plus chez depuis droit gauche",
        "es": "el la los las de del y en un una que con por para se no es al su sin fue como más "
        "desde paciente años lo presenta derecho izquierdo",
        "it": "il lo la i gli le di del della e è un una in con per che non al alla da dal si nel "
        "nella sono paziente anni senza presenta destro sinistro",
        "pt": "o a os as de do da dos das e em um uma que com por para não no na ao se foi sem "
        "mais paciente anos há direito esquerdo pelo pela",
        "nl": "de het een en van in is met op voor te niet zijn was bij aan door naar dat die geen "
        "patiënt jaar er werd wordt ook links rechts uit",
        "sv": "och att det som en på är av för med den till inte om ett han hon utan från vid har",
        "da": "og at det som en på er af for med den til ikke om et han hun uden fra ved har blev",
        "no": "og at det som en på er av for med den til ikke om et han hun uten fra ved har ble",
        "fi": "ja on ei että oli se hän joka ovat mutta kun sekä myös jossa ole potilas tai",
        "pl": "i w na z do nie się jest to że od po przez o oraz bez dla był lub jako pacjent",
        "cs": "a v na je se s z do že pro od po bez byl nebo jako při pacient který není",
        "ro": "și în la cu de pe un o este nu din care pentru a fost fără sau mai pacient",
        "hu": "a az és hogy nem is egy van volt ez meg de vagy már csak beteg nélkül",
        "tr": "ve bir bu ile için da de olarak olan çok daha gibi var yok hasta sonra",
        "ca": "el la els les de del i en un una que amb per no es al sense pacient més",
    }.items()
}
_CYRILLIC_MARKS = {"ru": "ыэёъ", "uk": "іїєґ", "sr": "ђћџљњј", "bg": ""}
# Function words of Chinese and simplified forms; characters that only Japan writes so.
_CHINESE_CHARACTERS = "的了是在不有与與及为為无這这个們们诊发热现检压诉岁随边肿胀痛伴"
_JAPANESE_CHARACTERS = "発圧検歴薬様査断悪関応働"
_WORD = re.compile(r"[^\W\d_]+")
_READ_CHARACTERS = 20_000
_FEWEST_STOP_WORDS = 4
_LEAST_STOP_SHARE = 0.12
_LEAST_LEAD = 1.35
_FEWEST_LETTERS = 12


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a record's language, or None where it is not clear.

    Scripts that one language owns decide by themselves; Latin text is counted against function
    words and needs both enough of them and a clear lead over the next language.
    """
    letters = [character for character in text[:_READ_CHARACTERS] if character.isalpha()]
    if len(letters) < _FEWEST_LETTERS:
        return None
    scripts = Counter(map(_script, letters))
    east_asian = _east_asian(scripts, text)
    if east_asian is not None or scripts["han"] + scripts["kana"] > 0.3 * len(letters):
        return east_asian
    script, count = scripts.most_common(1)[0]
    if count < 0.7 * len(letters):
        return None
    match script:
        case "latin":
            return _by_stop_words(text[:_READ_CHARACTERS])
        case "cyrillic":
            return _cyrillic(letters)
        case "el" | "he" | "th":
            return script
    return None


def _script(character: str) -> str:
    code = ord(character)
    for start, end, script in _SCRIPT_RANGES:
        if start <= code <= end:
            return script
    return "other"


_SCRIPT_RANGES = (
    (0x0041, 0x024F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x04FF, "cyrillic"),
    (0x0590, 0x05FF, "he"),
    (0x0E00, 0x0E7F, "th"),
    (0x3040, 0x30FF, "kana"),
    (0x4E00, 0x9FFF, "han"),
    (0xAC00, 0xD7A3, "hangul"),
)


def _east_asian(scripts: Counter[str], text: str) -> str | None:
    """Tell Japanese by kana, Korean by hangul, and Chinese by its function words without kana."""
    han, kana, hangul = scripts["han"], scripts["kana"], scripts["hangul"]
    written = han + kana + hangul
    if written < _FEWEST_LETTERS or written < 0.3 * scripts.total():
        return None
    if hangul > 0.5 * written:
        return "ko"
    if kana > 0.05 * written:
        return "ja" if kana > 0.1 * written else None
    chinese = sum(text.count(character) for character in _CHINESE_CHARACTERS)
    japanese = sum(text.count(character) for character in _JAPANESE_CHARACTERS)
    return "zh" if chinese >= max(3, 0.03 * han) and chinese > 5 * japanese else None


def _cyrillic(letters: list[str]) -> str | None:
    counts = Counter(character.lower() for character in letters)
    marks = {
        language: sum(counts[character] for character in characters)
        for language, characters in _CYRILLIC_MARKS.items()
    }
    own = max(marks, key=marks.__getitem__)
    rest = sum(marks.values()) - marks[own]
    is_clear = marks[own] >= max(2, 0.005 * len(letters)) and marks[own] > 5 * rest
    return own if is_clear else None


def _by_stop_words(text: str) -> str | None:
    words = Counter(word.lower() for word in _WORD.findall(text))
    hits = {
        language: (
            sum(words[word] for word in stop_words),
            sum(word in words for word in stop_words),
        )
        for language, stop_words in _STOP_WORDS.items()
    }
    ranked = sorted(hits, key=hits.__getitem__, reverse=True)
    (best, distinct), (second, _) = hits[ranked[0]], hits[ranked[1]]
    is_clear = (
        best >= _FEWEST_STOP_WORDS
        and distinct >= _FEWEST_STOP_WORDS - 1
        and best >= _LEAST_STOP_SHARE * words.total()
        and best >= _LEAST_LEAD * second
    )
    return ranked[0] if is_clear else None
