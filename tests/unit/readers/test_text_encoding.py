"""Detection of code pages on short records."""

import pytest

from meddx_desktop.readers.text_encoding import decode_text

GERMAN = (
    "Anamnese: Die Patientin klagt über Übelkeit und Schmerzen im rechten Oberbauch. Größe 168 cm. "
    "Keine Allergien bekannt. Für die Untersuchung wurde ein Ultraschall durchgeführt."
)
FRENCH = (
    "Antécédents : le patient a été opéré à l'âge de 12 ans. Il présente une fièvre élevée depuis "
    "trois jours, sans douleur à la poitrine. L'examen est normal."
)
SPANISH = (
    "El paciente presenta fiebre desde hace tres días, con tos y dolor de cabeza. La exploración "
    "física es normal; mañana se hará una radiografía del tórax."
)
POLISH = (
    "Pacjent zgłasza ból w klatce piersiowej od trzech dni. Nie ma gorączki. Ciśnienie jest "
    "prawidłowe. Zażywa leki na nadciśnienie oraz cukrzycę, że źle się czuje."
)
RUSSIAN = (
    "Жалобы: пациент жалуется на боль в груди и одышку в течение трёх дней. "
    "Температура нормальная. Сердце: тоны ясные, ритм правильный. Лёгкие без хрипов."
)
GREEK = "Ο ασθενής αναφέρει πόνο στο στήθος εδώ και τρεις ημέρες. Δεν υπάρχει πυρετός."
TURKISH = "Hasta üç gündür göğüs ağrısı ve öksürük şikayeti ile başvurdu. Ateş yok ve ilaç yok."
CHINESE = "主诉：发热伴咳嗽三天。现病史：患者三天前受凉后出现发热，体温最高达39度，无胸痛。"
TRADITIONAL = "主訴：發熱伴咳嗽三天。患者三天前受涼後出現發熱，體溫最高達39度，無胸痛，無呼吸困難。"
JAPANESE = "主訴：発熱と咳。三日前から発熱があり、咳が続いている。胸痛はない。既往歴：特になし。"
KOREAN = "주소: 발열과 기침. 환자는 3일 전부터 열이 있었고 기침이 계속되었다. 흉통은 없다."

ENCODED = [
    *((GERMAN, encoding) for encoding in ("cp1252", "iso8859-1", "cp850", "mac_roman", "utf-8")),
    *((FRENCH, encoding) for encoding in ("cp1252", "iso8859-15", "cp850", "mac_roman")),
    *((SPANISH, encoding) for encoding in ("cp1252", "cp850")),
    *((POLISH, encoding) for encoding in ("cp1250", "iso8859-2")),
    *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "cp866", "iso8859-5", "utf-16-le")),
    *((GREEK, encoding) for encoding in ("cp1253", "iso8859-7")),
    (TURKISH, "cp1254"),
    *((CHINESE, encoding) for encoding in ("gb2312", "gb18030", "utf-16-le", "utf-16-be")),
    (TRADITIONAL, "big5"),
    *((JAPANESE, encoding) for encoding in ("cp932", "euc_jp", "iso2022_jp")),
    *((KOREAN, encoding) for encoding in ("euc_kr", "cp949")),
]


@pytest.mark.parametrize(("text", "encoding"), ENCODED)
@pytest.mark.parametrize("repeats", [1, 20])
def test_the_text_comes_back_from_every_code_page(text: str, encoding: str, repeats: int) -> None:
    whole = "\n".join([text] * repeats)
    decoded = decode_text(whole.encode(encoding))
    assert decoded is not None
    assert decoded.text == whole
    assert decoded.replaced == 0


def test_a_truncated_wide_text_loses_only_its_last_character() -> None:
    decoded = decode_text(b"\xff\xfe" + ("Patient is well. " * 20).encode("utf-16-le")[:-1])
    assert decoded is not None
    assert decoded.replaced == 1


def test_a_marked_text_that_is_no_such_text_is_not_decoded() -> None:
    assert decode_text(b"\xef\xbb\xbf" + bytes([0xFF, 0xC0, 0x80]) * 100) is None


def test_the_commonest_of_equal_code_pages_is_named() -> None:
    decoded = decode_text("Die Patientin klagt über Übelkeit und hat keine Größe.".encode("cp1252"))
    assert decoded is not None
    assert decoded.encoding == "windows-1252"
    assert decoded.is_sure


def test_bytes_without_a_likely_reading_are_never_sure() -> None:
    decoded = decode_text(bytes(range(128, 256)) * 20)
    assert decoded is None or not decoded.is_sure
