"""The headed sections of a record."""

import re
from collections.abc import Iterator
from itertools import islice

from meddx_desktop.case.text_record import Section

# Headings of clinical notes as they are commonly written, in any case, alone or before a colon.
_KNOWN = """
chief complaint|complaint|presenting complaint|reason for visit|reason for consultation
reason for admission|reason for exam|reason for examination|indication|indications|clinical history
clinical information|clinical indication|history|history of present illness|present illness|hpi
interval history|past medical history|past history|pmh|past surgical history|surgical history
medical history|family history|social history|obstetric history|allergies|medications
current medications|home medications|discharge medications|admission medications|immunizations
review of systems|ros|physical examination|physical exam|examination|exam|vital signs|vitals
subjective|objective|assessment|plan|assessment and plan|impression|impression and plan|findings
technique|comparison|conclusion|conclusions|recommendation|recommendations|laboratory data
laboratory|laboratory studies|laboratory results|labs|imaging|radiology|diagnostic studies
diagnosis|diagnoses|preoperative diagnosis|postoperative diagnosis|admission diagnosis
discharge diagnosis|final diagnosis|differential diagnosis|procedure|procedures
procedure performed|procedures performed|description of procedure|anesthesia|specimens|complications
estimated blood loss|operative findings|hospital course|course in hospital|brief hospital course
disposition|discharge instructions|discharge condition|condition on discharge|follow-up|follow up
followup|background|methods|results|consultations|general|heent|neck|chest|lungs|heart
cardiovascular|abdomen|extremities|neurologic|neurological|skin|summary|addendum
anamnese|aktuelle anamnese|familienanamnese|sozialanamnese|eigenanamnese|vorerkrankungen|befund
beurteilung|diagnose|diagnosen|therapie|medikation|allergien|procedere|verlauf|fragestellung|technik
motif|motif de consultation|antécédents|antécédents familiaux|histoire de la maladie|traitement
examen clinique|résultats|indication clinique
motivo de consulta|antecedentes|antecedentes familiares|enfermedad actual|exploración física
tratamiento|diagnóstico|plan de tratamiento|conclusión|hallazgos|técnica|impresión
anamnesi|anamnesi familiare|esame obiettivo|diagnosi|conclusioni|terapia
história da doença atual|antecedentes pessoais|exame físico|diagnóstico principal|conclusão
voorgeschiedenis|familieanamnese|lichamelijk onderzoek|conclusie|beleid
жалобы|анамнез|анамнез заболевания|анамнез жизни|объективный статус|диагноз|заключение|лечение
主诉|主訴|现病史|現病史|現病歴|既往史|既往歴|个人史|家族史|家族歴|过敏史|体格检查|身体所見|辅助检查|检查所见
所见|所見|诊断|診断|初步诊断|诊断意见|印象|治疗|治疗计划|処方|경과|주소|현병력|과거력|가족력|진단|소견|결론
"""
_KNOWN_HEADINGS = frozenset(name for line in _KNOWN.split("\n") for name in line.split("|") if name)

_NUMBER = r"(?:\d{1,2}[.)][ \t]*|#{1,6}[ \t]+|\*\*)?"
_BEFORE_COLON = re.compile(
    rf"^[ \t]*{_NUMBER}(?P<title>[^\W\d_][^\n:：;.!?]{{0,58}}?)[ \t]*(?:\*\*)?[:：]",
    re.MULTILINE,
)
_ALONE = re.compile(
    rf"^[ \t]*{_NUMBER}(?P<title>[^\W\d_][^\n:：;.!?]{{1,58}}?)[ \t]*(?:\*\*)?$",
    re.MULTILINE,
)
# Dictated notes that lost their line ends keep headings in capitals after a comma or a period.
_INLINE = re.compile(r"(?<=[.,;] )[ \t]*(?P<title>[A-Z][A-Z &/,'()-]{2,58}):")
_FEWEST_CAPITALS = 3
# A record has tens; a file made to stall the window could have millions.
_MOST_SECTIONS = 10_000


def find_sections(text: str) -> tuple[Section, ...]:
    """Find the headed parts of a normalized text, in order and without overlap.

    A section starts at the first letter of its heading and ends where the next begins, or at the
    end of the text, without the white space before it. A heading is known clinical wording
    or is written in capitals, and stands before a colon or alone on its line. Text before the
    first heading belongs to no section.
    """
    found = [
        (match.start("title"), match["title"])
        for matches in (_led_headings(text), _lone_headings(text), _inline_headings(text))
        for match in islice(matches, _MOST_SECTIONS)
    ]
    headings = dict(sorted(found))
    starts = [*headings, len(text)]
    return tuple(
        Section(title.strip(), start, start + len(text[start:end].rstrip()), _is_known_title(title))
        for (start, title), end in zip(headings.items(), starts[1:], strict=True)
    )


def _is_known(match: re.Match[str]) -> bool:
    return _is_known_title(match["title"])


def _is_known_title(title: str) -> bool:
    return " ".join(title.lower().split()) in _KNOWN_HEADINGS


def _is_in_capitals(title: str) -> bool:
    letters = [character for character in title if character.isalpha()]
    return len(letters) >= _FEWEST_CAPITALS and all(letter.isupper() for letter in letters)


def _led_headings(text: str) -> Iterator[re.Match[str]]:
    matches = _BEFORE_COLON.finditer(text)
    return (match for match in matches if _is_known(match) or _is_in_capitals(match["title"]))


def _lone_headings(text: str) -> Iterator[re.Match[str]]:
    return filter(_stands_alone, _ALONE.finditer(text))


def _inline_headings(text: str) -> Iterator[re.Match[str]]:
    return filter(_is_known, _INLINE.finditer(text))


def _stands_alone(match: re.Match[str]) -> bool:
    """Accept a heading without a colon only at the beginning or after an empty line."""
    if not (_is_known(match) or _is_in_capitals(match["title"])):
        return False
    line_end = match.start() - 1
    if line_end <= 0:
        return True
    line_start = match.string.rfind("\n", 0, line_end) + 1
    return not match.string[line_start:line_end].strip()
