"""Rates of tokenizing, tagging and assertions: `python tests/benchmarks/tagging.py [--tagger ID]`.

Prints CPU time for a record of 1 MB of varied sentences, and how it grows from 1 to 2 MB.
"""

import argparse
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from meddx_desktop.case.finding import Entity
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.assertion import assert_entities
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.text_tagging import prepare_record, run_tagger
from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.tokens import tokenize
from meddx_desktop.resources import resources_folder

MEGABYTE = 1_000_000
ROUNDS = 3
PATTERNS = (
    "The patient takes {drug} {dose} mg daily for {disease} and denies {other}.",
    "There is no evidence of {disease}.",
    "His mother had {disease}; {drug} was stopped because of {other}.",
    "Blood pressure {dose}/80 mmHg, treated with {drug}.",
    "PAST MEDICAL HISTORY:\n- {disease}\n- {other}\n",
)
DRUGS = ("lisinopril", "metformin", "apixaban", "L-dopa", "amlodipine", "sertraline")
DISEASES = ("hypertension", "type 2 diabetes", "atrial fibrillation", "pneumonia", "gout", "asthma")


def write_record(characters: int, seed: int = 0) -> str:
    """Return invented sentences of about so many characters."""
    generator = np.random.default_rng(seed)
    parts = []
    size = 0
    while size < characters:
        part = str(generator.choice(PATTERNS)).format(
            drug=generator.choice(DRUGS),
            dose=generator.integers(1, 500),
            disease=generator.choice(DISEASES),
            other=generator.choice(DISEASES),
        )
        parts.append(part)
        size += len(part) + 1
    return " ".join(parts)


def mentions_in(text: str) -> tuple[Entity, ...]:
    """Return every disease of the invented record, as a tagger would."""
    found = re.finditer("|".join(DISEASES), text)
    return tuple(Entity(m.start(), m.end(), m[0], "disease", 1.0) for m in found)


def seconds(job: Callable[[], object]) -> float:
    """Return the least CPU time of a few rounds, all threads together."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        job()
        best = min(best, time.process_time() - started)
    return best


def report(name: str, job: Callable[[str], object], small: str, large: str) -> None:
    """Print the rate on the small record and the growth to the large one."""
    tokens = len(tokenize(small))
    one, two = seconds(lambda: job(small)), seconds(lambda: job(large))
    rate = f"{one:8.3f} CPU s {tokens / one:12,.0f} tokens/CPU s"
    print(f"{name:<28} {rate}   double/single {two / one:5.2f}")


def split(text: str) -> object:
    """Split into tokens and sentences."""
    return split_sentences(text, tokenize(text))


def main() -> None:
    """Measure the parts, and the tagger where its package is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tagger", default="disease-chemical-tagger")
    parser.add_argument("--characters", type=int, default=MEGABYTE)
    options = parser.parse_args()
    small, large = write_record(options.characters), write_record(2 * options.characters)
    mentions = {id(text): mentions_in(text) for text in (small, large)}
    report("tokens", tokenize, small, large)
    report("tokens and sentences", split, small, large)
    report("assertions", lambda t: assert_entities(t, mentions[id(t)]), small, large)
    folder = Path(resources_folder() / "models" / options.tagger)
    if folder.is_dir():
        package = load_package(folder)
        report("prepare for the tagger", lambda t: prepare_record(package, t), small, large)
        prepared = {id(text): prepare_record(package, text) for text in (small, large)}
        report(
            "network and random field",
            lambda t: run_tagger(package, prepared[id(t)], ignore_progress),
            small,
            large,
        )


if __name__ == "__main__":
    main()
