"""`python -m training.disease_chemical_tagger --data DIR [--output DIR]`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation, Isotonic, Temperature
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.text_tagging import TaggedText, decode_chunks
from training import plots
from training.calibration import calibrate, fit_calibration
from training.command_line import TrainingOptions, parse_options, say
from training.disease_chemical_tagger.baselines import (
    cached_spans,
    crf_spans,
    has_kind,
    lexicon_spans,
    reference_logits,
)
from training.disease_chemical_tagger.dataset import (
    ENTITY_TYPES,
    EncodedCorpus,
    Sentence,
    assemble,
    read_sentences,
)
from training.disease_chemical_tagger.evaluate import (
    FIELD_FILE,
    KINDS,
    Found,
    blocks_of,
    decode,
    evaluation_rows,
    measure,
    mention_predictions,
    row_of,
    sentence_predictions,
    spans_by_sentence,
)
from training.disease_chemical_tagger.gate import fit_gate
from training.disease_chemical_tagger.golden import write_golden_inputs
from training.disease_chemical_tagger.model import Tagger, build_ensemble
from training.disease_chemical_tagger.package import (
    INPUTS,
    MODEL_ID,
    Measurements,
    build_manifest,
)
from training.disease_chemical_tagger.train import (
    Recipe,
    Run,
    emissions_of,
    field_of,
    train_member,
)
from training.disease_chemical_tagger.vocabulary import (
    MAXIMUM_TOKENS,
    NAMES_FILE,
    WORDS_FILE,
    Sources,
    WordKnowledge,
    learn_words,
)
from training.export import PackageDraft, compare_with_keras, export_network, write_package
from training.metrics import (
    Labels,
    Predictions,
    Scores,
    expected_calibration_error,
    item_auc,
    patient_bootstrap,
)

ARCHITECTURES = ("bilstm_crf", "reference_lstm")
MEMBERS = 2
SYSTEM = "MedDx ensemble"
DATA_SET, TEST_SPLIT = "BC5CDR", "official test part"
OTHER_SET, OTHER_SPLIT = "NCBI-disease", "development part, other annotation rules"


@dataclass(frozen=True, slots=True)
class Parts:
    """The official parts of the corpus."""

    train: tuple[Sentence, ...]
    dev: tuple[Sentence, ...]
    test: tuple[Sentence, ...]

    @property
    def known(self) -> tuple[Sentence, ...]:
        """What the final model learns from."""
        return self.train + self.dev


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The members of the final ensemble with their words and field."""

    members: tuple[Tagger, ...]
    knowledge: WordKnowledge
    field: RandomField

    def decode(self, sentences: Sequence[Sentence]) -> tuple[EncodedCorpus, TaggedText]:
        """Run the ensemble over sentences in the chunks that the app would make."""
        corpus = self.knowledge.encode(sentences)
        return corpus, decode(self.emissions(corpus), corpus, self.field)

    def decode_alone(self, sentences: Sequence[Sentence]) -> TaggedText:
        """Run the ensemble over each sentence as if it were a whole record."""
        corpus = self.knowledge.encode(sentences)
        prepared = replace(corpus.prepared, chunks=corpus.ranges)
        emissions = self.emissions(EncodedCorpus(prepared, corpus.tags))
        return decode_chunks(emissions, prepared, self.field)

    def emissions(self, corpus: EncodedCorpus) -> NDArray[np.float32]:
        """Return the members' mean emissions, shape (tokens, tags)."""
        each = [emissions_of(member, corpus) for member in self.members]
        return np.asarray(np.mean(each, axis=0), np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    sources, others = parse_sources(sys.argv[1:] if arguments is None else arguments)
    options = parse_options(MODEL_ID, ARCHITECTURES, others)
    parts = Parts(
        *(
            read_sentences(options.data / f"{name}.tsv", options.limit)
            for name in ("train", "dev", "test")
        )
    )
    say(f"{len(parts.known)} sentences to learn from, {len(parts.test)} to test on")
    if options.architecture == "reference_lstm":
        logits = reference_logits(parts.known, parts.test, "Disease", options.optimizer)
        say(str(reference_row(parts, logits)))
        return
    options.work.mkdir(parents=True, exist_ok=True)
    make_package(options, sources_beside(options.data, sources), parts)


def parse_sources(arguments: Sequence[str]) -> tuple[Sources, list[str]]:
    """Read the folders that only this training knows; return the other arguments as well."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--vectors", type=Path, default=None)
    parser.add_argument("--vocabularies", type=Path, default=None)
    parser.add_argument("--texts", type=Path, default=None)
    known, others = parser.parse_known_args(arguments)
    return Sources(known.vectors, known.vocabularies, known.texts), others


def sources_beside(data: Path, given: Sources) -> Sources:
    """Fill what was not given with the folders beside the training set, where they exist."""

    def found(folder: Path | None, name: str) -> Path | None:
        beside = data.parent / name
        return folder or (beside if beside.is_dir() else None)

    return replace(
        given,
        vectors=found(given.vectors, "glove-6b-50d-subset"),
        vocabularies=found(given.vocabularies, "vocab"),
        texts=given.texts or (data.parent if found(None, "mtsamples") else None),
    )


def recipe_for(options: TrainingOptions) -> Recipe:
    """Return the recipe with the number of epochs that the person asked for."""
    recipe = Recipe(maximum_tokens=MAXIMUM_TOKENS)
    return recipe if options.epochs is None else replace(recipe, epochs=options.epochs)


def make_package(options: TrainingOptions, sources: Sources, parts: Parts) -> None:
    """Run the whole road from sentences to a signed package."""
    selection, history = train_selection(options, sources, parts)
    trained = train_final(options, sources, parts)
    dev_corpus, dev = selection.decode(parts.dev)
    test_corpus, test = trained.decode(parts.test)
    calibrations = {
        tag: calibration_of(mention_predictions(dev_corpus, dev, tag)) for tag in ENTITY_TYPES
    }
    mentions = {tag: mention_predictions(test_corpus, test, tag) for tag in ENTITY_TYPES}
    gold = [one.spans for one in parts.test]
    found = spans_by_sentence(test_corpus.ranges, test.tags)
    rows = baseline_rows(options, parts, gold)
    rows += evaluation_rows(SYSTEM, (DATA_SET, TEST_SPLIT), gold, found, is_baseline=False)
    rows += further_rows(options, trained, parts, (dev_corpus, dev))
    rows += sentence_rows(options, parts, sentence_predictions(test_corpus, test, "Disease"))
    labels = np.concatenate([one.labels for one in mentions.values()])
    probabilities = np.concatenate(
        [probabilities_of(mentions[tag], calibrations[tag]) for tag in ENTITY_TYPES]
    )
    if len(labels):
        rows.append(calibration_row(labels, probabilities))
    for row in rows:
        say(f"{row.system}, {row.split}: {row.metric} {row.value:.4f} {row.interval}")
    measured = Measurements(
        {tag: measure(gold, found, (tag,)) for tag in ENTITY_TYPES},
        calibrations,
        tuple(rows),
        fit_gate(parts.test, sources.texts, trained.knowledge.folder / WORDS_FILE),
    )
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        plots.plot_learning_curves(history, folder / "plots" / "learning_curves.png")
        if len(labels):
            plots.plot_reliability(labels, probabilities, folder / "plots" / "reliability.png")
        write(options, trained, measured, folder)


def calibration_of(found: Predictions) -> Temperature | Isotonic | None:
    """Fit the calibration, or none where a trial run has found too little."""
    return fit_calibration(found) if len(np.unique(found.labels)) == 2 else None


def probabilities_of(found: Predictions, calibration: Temperature | Isotonic | None) -> Scores:
    """Return the probabilities of found mentions, raw without a calibration."""
    return found.probabilities if calibration is None else calibrate(found.logits, calibration)


def write(options: TrainingOptions, trained: Trained, measured: Measurements, folder: Path) -> None:
    """Export the ensemble and write the package."""
    ensemble = build_ensemble(trained.members, trained.knowledge.network_spec())
    manifest = build_manifest(measured)
    network = export_network(ensemble, INPUTS, ("emissions",), manifest)
    corpus = trained.knowledge.encode([Sentence(("Lithium", "causes", "tremor", "."), ("O",) * 4)])
    inputs, _ = assemble(corpus, corpus.ranges, "spelling")
    samples = {tensor.name: inputs[tensor.name] for tensor in INPUTS}
    say(f"Keras and ONNX differ by {compare_with_keras(ensemble, network, samples):.1e}")
    words = trained.knowledge.folder
    draft = PackageDraft(
        manifest=manifest,
        network=network,
        golden=write_golden_inputs(folder / "golden"),
        files={
            FIELD_FILE: trained.field.to_json(),
            **{name: (words / name).read_bytes() for name in (WORDS_FILE, NAMES_FILE)},
        },
        plots=folder / "plots",
    )
    complete = write_package(draft, options.output)
    size = sum(file.size for file in complete.files) / 1e6
    say(f"{options.output}: {complete.id} {complete.version}, {size:.1f} MB")


def train_selection(
    options: TrainingOptions, sources: Sources, parts: Parts
) -> tuple[Trained, list[dict[str, float]]]:
    """Train one member on the training part alone; it serves choices and calibration."""
    knowledge = learn_words(sources, parts.train, options.work / "selection")
    run = Run("selection", options.seed, options.work, options.optimizer, options.is_resumed)
    held_out = knowledge.encode(parts.dev)
    member, history = train_member(knowledge, parts.train, recipe_for(options), run, held_out)
    return Trained((member,), knowledge, field_of([member])), history


def train_final(options: TrainingOptions, sources: Sources, parts: Parts) -> Trained:
    """Train the members on the training and development parts; a trial run has one member."""
    knowledge = learn_words(sources, parts.known, options.work / "final")
    members = []
    for number in range(1, (MEMBERS if options.limit is None else 1) + 1):
        run = Run(
            f"member-{number}",
            options.seed + number,
            options.work,
            options.optimizer,
            options.is_resumed,
        )
        members.append(train_member(knowledge, parts.known, recipe_for(options), run)[0])
    return Trained(tuple(members), knowledge, field_of(members))


def baseline_rows(options: TrainingOptions, parts: Parts, gold: Found) -> list[Evaluation]:
    """Return the figures of nothing at all, the lexicon and the linear CRF."""
    systems = {
        "Majority (no mention at all)": [frozenset() for _ in gold],
        "Lexicon of the training mentions, longest match": lexicon_spans(parts.known, parts.test),
        "Linear-chain CRF": cached_spans(
            options.work / "baseline-crf.json",
            parts.test,
            lambda: crf_spans(parts.known, parts.test),
        ),
    }
    place = (DATA_SET, TEST_SPLIT)
    return [
        row
        for name, found in systems.items()
        for row in evaluation_rows(name, place, gold, found, is_baseline=True)
    ]


def further_rows(
    options: TrainingOptions, trained: Trained, parts: Parts, dev: tuple[EncodedCorpus, TaggedText]
) -> list[Evaluation]:
    """Return the held-out figures of the selection, lost capitals, and the other corpus."""
    dev_gold = [one.spans for one in parts.dev]
    dev_found = spans_by_sentence(dev[0].ranges, dev[1].tags)
    place = (DATA_SET, "development part, one member trained on the training part alone")
    rows = evaluation_rows(SYSTEM, place, dev_gold, dev_found, is_baseline=False)
    lowered = [replace(one, words=tuple(map(str.lower, one.words))) for one in parts.test]
    corpus, decoded = trained.decode(lowered)
    found = spans_by_sentence(corpus.ranges, decoded.tags)
    gold = [one.spans for one in parts.test]
    alone = spans_by_sentence(corpus.ranges, trained.decode_alone(parts.test).tags)
    place = (DATA_SET, f"{TEST_SPLIT}, each sentence by itself")
    rows += evaluation_rows(SYSTEM, place, gold, alone, is_baseline=False)
    place = (DATA_SET, f"{TEST_SPLIT}, all in lower case")
    rows += evaluation_rows(SYSTEM, place, gold, found, is_baseline=False)
    other = options.data.parent / "ncbi-disease" / "dev.tsv"
    if other.is_file():
        sentences = read_sentences(other, options.limit)
        corpus, decoded = trained.decode(sentences)
        found = spans_by_sentence(corpus.ranges, decoded.tags)
        figures = measure([one.spans for one in sentences], found, KINDS["disease"])
        rows.append(row_of(SYSTEM, (OTHER_SET, OTHER_SPLIT), "disease", figures, is_baseline=False))
    return rows


def sentence_rows(options: TrainingOptions, parts: Parts, ours: Predictions) -> list[Evaluation]:
    """Return whole-sentence figures beside the reference LSTM, which marks no mentions."""
    row = auc_row(SYSTEM, ours, is_baseline=False)
    if options.limit is not None:
        return [row]
    cache = options.work / "reference-lstm-test.npy"
    if not cache.is_file():
        np.save(cache, reference_logits(parts.known, parts.test, "Disease", options.optimizer))
    return [reference_row(parts, np.load(cache)), row]


def reference_row(parts: Parts, logits: Scores) -> Evaluation:
    """Return the figure of the reference LSTM on "does this sentence mention a disease?"."""
    labels = has_kind(parts.test, "Disease")
    blocks = blocks_of(len(labels)).astype(np.str_)
    return auc_row("reference_lstm", Predictions(labels, logits, blocks), is_baseline=True)


def auc_row(system: str, predictions: Predictions, *, is_baseline: bool) -> Evaluation:
    """Return the area under the ROC curve over sentences."""
    return Evaluation(
        system=system,
        data_set=DATA_SET,
        split=TEST_SPLIT,
        patients=None,
        items=len(predictions.labels),
        metric="AUC, does the sentence mention a disease",
        value=round(item_auc(predictions), 4),
        interval=patient_bootstrap(predictions, item_auc, 300),
        is_baseline=is_baseline,
    )


def calibration_row(labels: Labels, probabilities: Scores) -> Evaluation:
    """Return the expected calibration error of the found mentions."""
    return Evaluation(
        system=SYSTEM,
        data_set=DATA_SET,
        split=TEST_SPLIT,
        patients=None,
        items=len(labels),
        metric="Expected calibration error of found mentions, 10 bins",
        value=round(expected_calibration_error(labels, probabilities), 4),
    )


if __name__ == "__main__":
    main()
