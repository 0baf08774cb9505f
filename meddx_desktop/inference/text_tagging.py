"""Mentions in a record: chunks through the network, a random field, exact offsets."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.case.finding import Entity, OutOfDistribution
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.abbreviations import expand_abbreviations
from meddx_desktop.inference.assertion import assert_entities
from meddx_desktop.inference.calibration import sigmoid
from meddx_desktop.inference.gates import QUALITY_GATE, ClosedGate, distribution_gates
from meddx_desktop.inference.manifest import (
    EntitySpec,
    ExpandAbbreviations,
    Isotonic,
    OutputRole,
    PostprocessingOperation,
    ShareEmissions,
    SupportMarks,
    Temperature,
    ViterbiDecode,
)
from meddx_desktop.inference.marks import support_marks
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import output_of, session_for
from meddx_desktop.inference.out_of_distribution import judge, token_rate
from meddx_desktop.inference.quality import failed_limits, measure_text
from meddx_desktop.inference.random_field import (
    RandomField,
    best_paths,
    read_random_field,
    tag_marginals,
)
from meddx_desktop.inference.shared_emissions import share_emissions
from meddx_desktop.inference.ticking import Tick, call_with_ticks
from meddx_desktop.preprocessing.text import (
    UNKNOWN,
    Characters,
    PreparedText,
    TextOperation,
    Vocabulary,
    prepare_text,
)
from meddx_desktop.preprocessing.word_pieces import WordPiece, first_pieces, piece_rows

TOKENS_PER_BATCH = 4096

Chunk: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class TaggedText:
    """What the network and its random field say about every token.

    `emissions` (refined) and `marginals` have shape (tokens, tags), `tags` (tokens,).
    """

    prepared: PreparedText
    emissions: NDArray[np.float32]
    tags: NDArray[np.int64]
    marginals: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TextOutcome:
    """What the model says about a record; `entities` are empty when a gate in `closed` refused it.

    `tagged` is None when the network did not run.
    """

    entities: tuple[Entity, ...] = ()
    tagged: TaggedText | None = None
    out_of_distribution: OutOfDistribution | None = None
    closed: tuple[ClosedGate, ...] = ()


def tag_text(
    package: ModelPackage, record: TextRecord, progress: ReportProgress
) -> tuple[Entity, ...]:
    """Return the mentions in a record with their assertions; none where a gate is closed."""
    return tag_record(package, record, progress).entities


def tag_record(
    package: ModelPackage,
    record: TextRecord,
    progress: ReportProgress,
    *,
    ignore_gates: bool = False,
) -> TextOutcome:
    """Find the mentions in a record and what it says about each.

    Parameters
    ----------
    ignore_gates : run the model on what its quality or distribution gate refuses.
    """
    tick = partial(progress, 0, 0, package.manifest.name)
    tick()
    prepared = call_with_ticks(partial(prepare_record, package, record.text), tick)
    distribution = measure_distribution(package, prepared)
    closed = quality_gates(package, record.text, prepared) + distribution_gates(distribution)
    if closed and not ignore_gates:
        return TextOutcome(out_of_distribution=distribution, closed=closed)
    tagged = run_tagger(package, prepared, progress)
    entities = tuple(outside_headings(find_entities(package, record.text, tagged), record))
    if package.manifest.purpose != "redaction":
        entities = call_with_ticks(partial(assert_entities, record.text, entities), tick)
    return TextOutcome(entities, tagged, distribution, closed)


def text_operations(package: ModelPackage) -> tuple[TextOperation, ...]:
    """Return the declared operations of a text model."""
    return tuple(step for step in package.manifest.preprocessing if isinstance(step, TextOperation))


def prepare_record(package: ModelPackage, text: str) -> PreparedText:
    """Return a record's tokens, chunks and input arrays."""
    return prepare_text(text, text_operations(package), package.folder)


def unknown_words(package: ModelPackage, prepared: PreparedText) -> tuple[int, int]:
    """Return how many of the tokens with a letter the vocabulary lacks, and their number."""
    is_unknown = _is_unknown(package, prepared)
    has_letter = np.array([any(map(str.isalpha, word)) for word in prepared.tokens.words], bool)
    return int(np.sum(has_letter & is_unknown)), int(has_letter.sum())


def _is_unknown(package: ModelPackage, prepared: PreparedText) -> NDArray[np.bool_]:
    if prepared.pieces is not None:
        return prepared.pieces.is_unknown()
    for operation in text_operations(package):
        if isinstance(operation, Vocabulary):
            return np.asarray(prepared.by_token[operation.input] == UNKNOWN, bool)
    raise ModelPackageError(
        f"{package.manifest.name} declares a share of unknown words but has no vocabulary. "
        "Ask the model's author for a new package.",
        code="wrong_network",
    )


def measure_distribution(package: ModelPackage, prepared: PreparedText) -> OutOfDistribution | None:
    """Judge the share of unknown words, where the model declares a limit."""
    gate = package.manifest.out_of_distribution
    if gate is None or gate.method != "token_rate":
        return None
    return judge(gate, token_rate(*unknown_words(package, prepared)))


def quality_gates(
    package: ModelPackage, text: str, prepared: PreparedText
) -> tuple[ClosedGate, ...]:
    """Return the quality limits that a record breaks."""
    wanted = [limit.measure for limit in package.manifest.quality]
    measured = measure_text(text, wanted)
    if "known_word_fraction" in wanted:
        measured["known_word_fraction"] = 1 - token_rate(*unknown_words(package, prepared))
    return tuple(
        ClosedGate(QUALITY_GATE, limit.answer)
        for limit in failed_limits(package.manifest.quality, measured)
    )


def run_tagger(
    package: ModelPackage, prepared: PreparedText, progress: ReportProgress
) -> TaggedText:
    """Run the network over all chunks and decode them.

    Chunks of one batch have the same length, because the network has no mask: a recurrent
    network would read padding as words.
    """
    step = _decoding(package)
    field = read_random_field(package.read(step.parameters))
    emissions = np.zeros((len(prepared.tokens), len(step.tags)), np.float32)
    done = 0
    for place in batch_places(prepared.chunks):
        tick = partial(progress, done, len(emissions), package.manifest.name)
        tick()
        emissions[place] = run_batch(package, prepared, place, tick)
        done += place.size
    decode = partial(decode_emissions, package, prepared, emissions, field)
    return call_with_ticks(decode, partial(progress, done, done, package.manifest.name))


def decode_emissions(
    package: ModelPackage,
    prepared: PreparedText,
    emissions: NDArray[np.float32],
    field: RandomField,
) -> TaggedText:
    """Return the best tags and their probabilities for emissions of shape (tokens, tags)."""
    refined = refine_emissions(emissions, prepared, package.manifest.postprocessing, field)
    return decode_chunks(refined, prepared, field)


def refine_emissions(
    emissions: NDArray[np.float32],
    prepared: PreparedText,
    operations: Sequence[PostprocessingOperation],
    field: RandomField,
) -> NDArray[np.float32]:
    """Return the emissions after the operations that look at the whole record."""
    words, sentences = prepared.tokens.words, prepared.sentences
    labels = next((step.tags for step in operations if isinstance(step, ViterbiDecode)), ())
    for step in operations:
        if isinstance(step, ShareEmissions):
            emissions = share_emissions(emissions, words, sentences, step)
        elif isinstance(step, ExpandAbbreviations):
            tags = decode_chunks(emissions, prepared, field).tags
            emissions = expand_abbreviations(emissions, tags, labels, (words, sentences), step)
        elif isinstance(step, SupportMarks):
            emissions = support_marks(emissions, prepared, labels, step)
    return emissions


def decode_chunks(
    emissions: NDArray[np.float32], prepared: PreparedText, field: RandomField
) -> TaggedText:
    """Return the best tags of each chunk and their probabilities."""
    marginals = np.zeros(emissions.shape)
    path = np.zeros(len(emissions), np.int64)
    for place in batch_places(prepared.chunks):
        path[place] = best_paths(emissions[place], field)
        marginals[place] = tag_marginals(emissions[place], field)
    return TaggedText(prepared, emissions, path, marginals)


def batch_places(chunks: Iterable[Chunk]) -> Iterator[NDArray[np.int64]]:
    """Yield the tokens of each batch of equally long chunks, shape (batch, tokens)."""
    for batch in equal_length_batches(chunks):
        yield np.array([np.arange(start, end) for start, end in batch])


def _decoding(package: ModelPackage) -> ViterbiDecode:
    for step in package.manifest.postprocessing:
        if isinstance(step, ViterbiDecode):
            return step
    raise ModelPackageError(
        f"{package.manifest.name} does not say how its tags are decoded. Ask the model's author "
        "for a new package.",
        code="wrong_network",
    )


def equal_length_batches(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    """Yield chunks of equal length together, at most `TOKENS_PER_BATCH` tokens at a time."""
    ordered = sorted(chunks, key=_length)
    for length, group in groupby(ordered, key=_length):
        same = list(group)
        rows = max(1, TOKENS_PER_BATCH // length)
        for start in range(0, len(same), rows):
            yield same[start : start + rows]


def _length(chunk: Chunk) -> int:
    return chunk[1] - chunk[0]


def batch_inputs(
    package: ModelPackage, prepared: PreparedText, place: NDArray[np.int64]
) -> dict[str, NDArray[np.generic]]:
    """Return the network's inputs for tokens `place` of shape (batch, tokens)."""
    inputs: dict[str, NDArray[np.generic]] = {
        name: values[place] for name, values in prepared.by_token.items()
    }
    for operation in text_operations(package):
        if isinstance(operation, Characters):
            used, index = np.unique(inputs[operation.index_input], return_inverse=True)
            inputs[operation.index_input] = index.astype(np.int32).reshape(place.shape)
            inputs[operation.input] = prepared.by_word[operation.input][used]
        elif isinstance(operation, WordPiece) and prepared.pieces is not None:
            inputs |= piece_rows(place, prepared.pieces, operation)
    types = {tensor.name: tensor.dtype for tensor in package.manifest.inputs}
    return {name: values.astype(types[name], copy=False) for name, values in inputs.items()}


def run_batch(
    package: ModelPackage, prepared: PreparedText, place: NDArray[np.int64], tick: Tick
) -> NDArray[np.float32]:
    """Return the emissions, shape (batch, tokens, tags)."""
    inputs = batch_inputs(package, prepared, place)
    outputs = session_for(package).run(inputs, tick=tick)
    emissions = output_of(package.manifest, outputs, OutputRole.EMISSIONS)
    if emissions is None:
        raise ValueError("a text tagging model needs an emissions output")
    if prepared.pieces is not None:
        rows = np.arange(len(place))[:, None]
        return emissions[rows, first_pieces(place, prepared.pieces)]
    return emissions


def find_entities(package: ModelPackage, text: str, tagged: TaggedText) -> Iterator[Entity]:
    """Yield the mentions in the order of the text; none goes beyond its sentence."""
    labels = _decoding(package).tags
    specs = {spec.tag: spec for spec in package.manifest.entities}
    tokens = tagged.prepared.tokens
    for start, end in tagged.prepared.sentences:
        for first, last, tag in spans_of_tags(tagged.tags[start:end], labels):
            if tag not in specs:
                continue
            chosen = range(start + first, start + last)
            marginals = tagged.marginals[chosen, tagged.tags[chosen]]
            left, right = int(tokens.starts[chosen[0]]), int(tokens.ends[chosen[-1]])
            probability = mention_probability(marginals, specs[tag])
            yield Entity(left, right, text[left:right], specs[tag].entity_type, probability)


def outside_headings(entities: Iterable[Entity], record: TextRecord) -> Iterator[Entity]:
    """Yield the mentions but those in a standard heading ("HISTORY OF PRESENT ILLNESS")."""
    headings = sorted(
        (section.start, section.start + len(section.title))
        for section in record.sections
        if section.is_standard
    )
    starts = [start for start, _ in headings]
    for entity in entities:
        before = bisect_right(starts, entity.start)
        if not before or entity.end > headings[before - 1][1]:
            yield entity


def spans_of_tags(
    tags: NDArray[np.integer], labels: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    """Yield (first, behind the last, type) of IOB2 tags; an I without its B begins a mention."""
    start, kind = 0, ""
    for place, label in enumerate([*(labels[tag] for tag in tags), "O"]):
        if kind and label != f"I-{kind}":
            yield start, place, kind
            kind = ""
        if label != "O" and not kind:
            start, kind = place, label[2:]


def mention_log_odds(marginals: NDArray[np.float64]) -> float:
    """Return the log odds of the geometric mean of a mention's tag marginals."""
    raw = float(np.exp(np.mean(np.log(np.clip(marginals, 1e-9, 1 - 1e-9)))))
    return float(np.log(raw) - np.log1p(-raw))


def mention_probability(marginals: NDArray[np.float64], spec: EntitySpec) -> float:
    """Return the calibrated probability of a mention from its tags' marginals."""
    log_odds = mention_log_odds(marginals)
    match spec.calibration:
        case None:
            return float(sigmoid(np.array([log_odds]))[0])
        case Temperature() as temperature:
            scaled = (log_odds + temperature.bias) / temperature.temperature
            return float(sigmoid(np.array([scaled]))[0])
        case Isotonic() as isotonic:
            return float(np.interp(log_odds, isotonic.inputs, isotonic.outputs))
