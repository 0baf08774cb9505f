"""The gate over unknown words: what share of words the vocabulary lacks, inside and outside."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import OutOfDistribution
from meddx_desktop.inference.out_of_distribution import token_rate
from meddx_desktop.inference.quality import letter_fraction
from meddx_desktop.preprocessing.text import UNKNOWN, number_words
from meddx_desktop.preprocessing.tokens import tokenize
from training.out_of_distribution import rate_negatives
from training.tagging.package import LEAST_LETTERS
from training.tagging.sentences import Sentence, documents_of

# Which words a tagger's vocabulary lacks.
IsUnknown: TypeAlias = Callable[[Sequence[str]], NDArray[np.bool_]]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
COUNT = 60
_INSIDE_QUANTILE = 0.99
_ANALYTES = ("Na", "K", "Ca", "Hb", "CRP", "TSH", "INR", "ALT", "AST", "pH", "Cl", "Mg", "WBC")

# Sentences of our own, of the kind that a person may open by mistake.
OTHER_LANGUAGES = {
    "German": (
        "Der Patient wurde wegen zunehmender Atemnot und geschwollener Beine aufgenommen. Seit "
        "gestern klagt er zusätzlich über Schwindel. Ein Herzinfarkt konnte ausgeschlossen werden.",
        "Die Wundheilung verläuft gut, Schmerzmittel werden kaum noch benötigt. Die Entlassung ist "
        "für Freitag geplant, eine Nachsorge beim Hausarzt wurde vereinbart.",
        "Bekannter Bluthochdruck, Zuckerkrankheit und Vorhofflimmern. Keine Allergien bekannt. Die "
        "Tochter berichtet von nächtlicher Verwirrtheit und häufigen Stürzen.",
    ),
    "French": (
        "Le patient a été hospitalisé pour une gêne respiratoire et des œdèmes des jambes. Il se "
        "plaint aussi de vertiges depuis hier. Un infarctus a été écarté par les analyses.",
        "La cicatrisation est bonne et les antalgiques ne sont presque plus nécessaires. La sortie "
        "est prévue vendredi avec un suivi chez le médecin traitant.",
        "Hypertension ancienne, diabète et troubles du rythme. Aucune allergie connue. Sa fille "
        "signale une confusion nocturne et plusieurs chutes récentes.",
    ),
    "Spanish": (
        "El paciente ingresó por dificultad para respirar y piernas hinchadas. Desde ayer refiere "
        "también mareos. Se descartó un infarto con los análisis de sangre.",
        "La herida evoluciona bien y apenas necesita analgésicos. El alta está prevista para el "
        "viernes, con seguimiento por su médico de cabecera.",
        "Antecedentes de presión alta, diabetes y arritmia. Sin alergias conocidas. La hija cuenta "
        "que se confunde por la noche y que se ha caído varias veces.",
    ),
    "Chinese": (
        "患者因呼吸困难和双下肢水肿入院，昨日起伴有头晕，化验排除心肌梗死。",
        "伤口愈合良好，已基本不需要止痛药，计划星期五出院，由家庭医生随访。",
        "既往有高血压、糖尿病和心房颤动，无药物过敏史，家属诉夜间意识模糊并多次跌倒。",
    ),
}


def lacks(words_file: Path) -> IsUnknown:
    """Return what tells the words that a file lacks."""

    def is_unknown(words: Sequence[str]) -> NDArray[np.bool_]:
        return np.asarray(number_words(words, words_file) == UNKNOWN, bool)

    return is_unknown


def unknown_rates(texts: Iterable[Sequence[str]], is_unknown: IsUnknown) -> NDArray[np.float64]:
    """Return the share of unknown words of each text, given as its tokens."""
    return np.array([_unknown_rate(words, is_unknown) for words in texts])


def _unknown_rate(words: Sequence[str], is_unknown: IsUnknown) -> float:
    with_letter = [word for word in words if any(map(str.isalpha, word))]
    return token_rate(int(np.sum(is_unknown(with_letter))), len(with_letter))


def words_of_documents(sentences: Sequence[Sentence]) -> Iterator[list[str]]:
    """Yield the words of each document."""
    for _, group in groupby(zip(documents_of(sentences), sentences, strict=True), itemgetter(0)):
        yield [word for _, sentence in group for word in sentence.words]


def clinical_notes(texts: Path | None) -> Iterator[tuple[str, ...]]:
    """Yield held-out clinical notes, where the set is at hand."""
    file = None if texts is None else texts / "mtsamples" / "dev.jsonl.gz"
    if file is not None and file.is_file():
        for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines():
            yield tokenize(json.loads(line)["text"]).words


def random_texts(seed: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield texts of random letters."""
    generator = np.random.default_rng(seed)
    for _ in range(COUNT):
        sizes = generator.integers(3, 10, 60)
        yield tuple("".join(generator.choice(list(_LETTERS), size)) for size in sizes)


def laboratory_tables(seed: int = 0) -> Iterator[str]:
    """Yield tables of laboratory values, which no running text is."""
    generator = np.random.default_rng(seed)
    for _ in range(COUNT):
        rows = [
            f"{generator.choice(_ANALYTES)}\t{generator.uniform(0.1, 400):.2f}\t"
            f"{generator.uniform(0.1, 90):.1f}-{generator.uniform(100, 400):.1f}\t"
            f"{generator.integers(1, 29)}.{generator.integers(1, 13)}.2024 "
            f"{generator.integers(0, 24):02d}:{generator.integers(0, 60):02d}"
            for _ in range(12)
        ]
        yield "\n".join(rows)


def fit_gate(
    held_out: Sequence[Sentence], texts: Path | None, is_unknown: IsUnknown
) -> OutOfDistribution:
    """Set the limit midway between ordinary texts and other languages; report both sides.

    The inside texts are documents of the held-out part and, where at hand, clinical notes. Tables
    meet the limit on letters before, and are rated by it.
    """
    ordinary = [*words_of_documents(held_out), *clinical_notes(texts)]
    inside = unknown_rates(ordinary, is_unknown)
    outside = {
        name: unknown_rates((tokenize(text).words for text in own), is_unknown)
        for name, own in OTHER_LANGUAGES.items()
    }
    outside["Random letters"] = unknown_rates(random_texts(), is_unknown)
    nearest = min(float(rates.min()) for rates in outside.values())
    limit = round((float(np.quantile(inside, _INSIDE_QUANTILE)) + nearest) / 2, 3)
    lacking = np.array([1 - letter_fraction(" ".join(words)) for words in ordinary])
    tables = rate_negatives(
        "Tables of laboratory values, by the limit on letters",
        lacking,
        np.array([1 - letter_fraction(table) for table in laboratory_tables()]),
        1 - LEAST_LETTERS,
    )
    is_refused = (inside > limit) | (lacking > 1 - LEAST_LETTERS)
    return OutOfDistribution(
        method="token_rate",
        limit=limit,
        false_refusals=float(is_refused.mean()),
        false_refusals_items=len(inside),
        negatives=(
            *(rate_negatives(name, inside, rates, limit) for name, rates in outside.items()),
            tables,
        ),
    )
