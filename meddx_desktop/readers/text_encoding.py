"""Bytes of a record to Unicode: byte order marks, UTF without marks, then detection by content."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from meddx_desktop.readers.text_plausibility import plausibility

_MARKS = (
    # The marks of UTF-32 begin with those of UTF-16, so they come first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
    "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "koi8_r", "koi8_u", "cp850", "cp866",
    "mac_roman", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949",
)  # fmt: skip
_SHOWN_NAMES = {
    "cp1252": "windows-1252",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1253": "windows-1253",
    "cp1254": "windows-1254",
    "cp1255": "windows-1255",
    "cp1256": "windows-1256",
    "cp1257": "windows-1257",
    "cp874": "windows-874",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "big5hkscs": "big5",
    "iso2022_jp_2": "iso-2022-jp",
}
_SAMPLE_BYTES = 1 << 16
_MOST_REPLACED = 0.01
_SURE_MARGIN = 0.1
_LEAST_SURE_SCORE = 0.6
_MOST_CHAOS = 0.35
_LEAST_WIDE_SCORE = 0.6
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJ])")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text with the name of its encoding; `is_sure` is false where the bytes fit several."""

    text: str
    encoding: str
    is_sure: bool = True
    replaced: int = 0


def decode_text(raw: bytes) -> DecodedText | None:
    """Decode the bytes of a record, or return None when they are not text in a known encoding.

    Undecodable bytes become U+FFFD and are counted in `replaced`; more than one in a hundred
    characters means that the bytes are not text.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_with(raw[len(mark) :], encoding)
    if _ISO_2022_JP.search(raw[:_SAMPLE_BYTES]) and raw.isascii():
        return _decode_with(raw, "iso2022_jp_2")
    wide = _wide_encoding(raw[:_SAMPLE_BYTES])
    if wide is not None:
        return _decode_with(raw, wide)
    if raw.isascii():
        return DecodedText(raw.decode("ascii"), "ascii")
    return _decode_utf8(raw) or _decode_detected(raw)


def _decode_with(raw: bytes, encoding: str, *, is_sure: bool = True) -> DecodedText | None:
    shown = _SHOWN_NAMES.get(encoding, encoding.replace("iso8859_", "iso-8859-").replace("_", "-"))
    try:
        return DecodedText(raw.decode(encoding), shown, is_sure)
    except UnicodeDecodeError:
        text = raw.decode(encoding, errors="replace")
    replaced = text.count("\ufffd")
    if replaced > max(1, _MOST_REPLACED * len(text)):
        return None
    return DecodedText(text, shown, is_sure, replaced)


def _decode_utf8(raw: bytes) -> DecodedText | None:
    try:
        return DecodedText(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", errors="replace")
    replaced = text.count("\ufffd")
    read = sum(character > "\x7f" for character in text[:_SAMPLE_BYTES]) - replaced
    # A file in another encoding has next to no valid multi-byte sequence: then it is not UTF-8.
    if replaced <= _MOST_REPLACED * len(text) and read > 4 * replaced:
        return DecodedText(text, "utf-8", replaced=replaced)
    return None


def _wide_encoding(sample: bytes) -> str | None:
    """Recognize UTF-16 and UTF-32 without a mark by where their zero bytes lie."""
    if len(sample) < 4 or b"\x00" not in sample:
        return None
    whole = len(sample) // 4 * 4
    zeros = [sample[phase:whole:4].count(0) * 4 / whole for phase in range(4)]
    if min(zeros[2], zeros[3]) > 0.95 and zeros[0] < 0.05:
        return "utf-32-le"
    if min(zeros[0], zeros[1]) > 0.95 and zeros[3] < 0.05:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if odd > 20 * even and _is_mostly_readable(sample, "utf-16-le"):
        return "utf-16-le"
    if even > 20 * odd and _is_mostly_readable(sample, "utf-16-be"):
        return "utf-16-be"
    # East Asian characters have zero low bytes too: only the text itself tells the byte order.
    scores = {
        encoding: plausibility(sample[:whole].decode(encoding, errors="replace"))
        for encoding in ("utf-16-le", "utf-16-be")
    }
    best = max(scores, key=scores.__getitem__)
    is_text = scores[best] > _LEAST_WIDE_SCORE and _is_mostly_readable(sample, best)
    return best if is_text else None


def _is_mostly_readable(sample: bytes, encoding: str) -> bool:
    text = sample[: len(sample) // 2 * 2].decode(encoding, errors="replace")
    readable = sum(character.isprintable() or character in "\t\r\n\f" for character in text)
    return readable >= 0.97 * len(text)


def _decode_detected(raw: bytes) -> DecodedText | None:
    """Rank the encodings that charset-normalizer finds clean by how plausible their text is.

    Its own order is unreliable on short records, where most bytes fit many code pages.
    """
    sample = raw[:_SAMPLE_BYTES]
    matches = from_bytes(sample, cp_isolation=[*_CANDIDATES], threshold=_MOST_CHAOS)
    proposed = [name for match in matches for name in match.could_be_from_charset]
    ranked = sorted(
        (
            (plausibility(text), -order, encoding)
            for order, encoding, text in _readings(sample, proposed)
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < 0:
        return None
    score, _, best = ranked[0]
    best_text = sample.decode(best, errors="replace")
    equal = {name for _, _, name in ranked if sample.decode(name, errors="replace") == best_text}
    rival = max((other for other, _, name in ranked if name not in equal), default=-2.0)
    is_sure = score > _LEAST_SURE_SCORE and score - rival > _SURE_MARGIN
    # Of encodings that read the same, the commonest is named.
    return _decode_with(raw, min(equal, key=_CANDIDATES.index), is_sure=is_sure)


def _readings(sample: bytes, proposed: list[str]) -> list[tuple[int, str, str]]:
    """Decode the sample in each candidate; those that charset-normalizer proposed come first."""
    order = [*dict.fromkeys(name for name in proposed if name in _CANDIDATES)]
    order += [name for name in _CANDIDATES if name not in order]
    readings = []
    for position, encoding in enumerate(order):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            # The sample may end within a character, so the decoder is not told that it is final.
            readings.append((position, encoding, decoder.decode(sample)))
        except UnicodeDecodeError:
            continue
    return readings
