"""Languages are named only where the text is clear."""

import pytest

from meddx_desktop.readers.language import detect_language

CLEAR = {
    "en": "The patient was seen in the clinic with a history of chest pain and has no fever.",
    "de": "Der Patient hat seit drei Tagen Fieber und klagt über Schmerzen in der Brust, die nicht "
    "ausstrahlen.",
    "fr": "Le patient se plaint de douleurs dans la poitrine depuis trois jours et il n'a pas de "
    "fièvre.",
    "es": "El paciente refiere dolor en el pecho desde hace tres días y no tiene fiebre por "
    "la noche.",
    "it": "Il paziente riferisce dolore al torace da tre giorni e non ha febbre, la pressione è "
    "normale.",
    "pt": "O paciente refere dor no peito há três dias e não tem febre; a pressão está normal em "
    "casa.",
    "nl": "De patiënt heeft sinds drie dagen pijn op de borst en er is geen koorts bij het "
    "onderzoek.",
    "ru": "Пациент жалуется на боль в груди, которая была вчера; температура нормальная, объём.",
    "zh": "患者三天前受凉后出现发热，伴有咳嗽，无胸痛，没有呼吸困难，在家治疗。",
    "ja": "三日前から発熱があり、咳が続いている。胸痛はない。",
    "ko": "환자는 3일 전부터 열이 있었고 기침이 계속되었다.",
    "el": "Ο ασθενής αναφέρει πόνο στο στήθος εδώ και τρεις ημέρες.",
}
UNCLEAR = [
    "",
    "BP 120/80, HR 72, T 36.6",
    "Amoxicillin 500 mg 1-0-1",
    "Hb 13.2 g/dl Na 140 K 4.1 Cr 0.9",
    "Ibuprofen Paracetamol Metformin Ramipril Simvastatin Bisoprolol",
    "胸部异常",
    "боль в груди",
    "the",
    "de la de la",
    "12345 67890 " * 50,
]


@pytest.mark.parametrize(("language", "text"), CLEAR.items())
def test_a_clear_sentence_names_its_language(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", UNCLEAR)
def test_an_unclear_text_names_none(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize("pair", [("en", "de"), ("en", "fr"), ("de", "nl"), ("es", "pt")])
def test_a_text_in_two_languages_names_none_or_one_of_them(pair: tuple[str, str]) -> None:
    assert detect_language(CLEAR[pair[0]] + " " + CLEAR[pair[1]]) in {None, *pair}


def test_an_english_note_with_a_chinese_name_stays_english() -> None:
    assert detect_language(CLEAR["en"] * 3 + " 王小明") == "en"
