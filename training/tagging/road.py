"""The whole road of a tagger, from labelled texts to a signed package."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from training import plots
from training.command_line import TrainingOptions, parse_options, say
from training.export import GoldenInput, PackageDraft, add_identity, write_package
from training.tagging.assessment import Given, assess, calibration_of, measure_all
from training.tagging.corpora import Corpus
from training.tagging.ensemble import Ensemble, build
from training.tagging.evaluation import PARTS, Known, reference_predictions, sentence_rows
from training.tagging.figures import place_of
from training.tagging.gate import fit_gate
from training.tagging.knowledge import Knowledge
from training.tagging.members import Lessons, Run, train_member
from training.tagging.network import Tagger
from training.tagging.package import Measurements, build_manifest
from training.tagging.piece_knowledge import learn_pieces
from training.tagging.sentences import Sentence
from training.tagging.spec import FIELD_FILE, TaggerSpec
from training.tagging.transformer import find_transformer, read_transformer
from training.tagging.transformer_vectors import write_states
from training.tagging.words import (
    Sources,
    learn_words,
    read_running_text,
    read_vectors,
)

ARCHITECTURES = ("bilstm_crf", "reference_lstm")


@dataclass(frozen=True, slots=True)
class Road:
    """What the person asked for and where everything is."""

    spec: TaggerSpec
    options: TrainingOptions
    sources: Sources
    shared: Path

    def read(self, corpus: Corpus, part: str) -> tuple[Sentence, ...]:
        """Read a part of the tagger's own corpus or of a companion."""
        folder = self.options.data
        if corpus != self.spec.corpus:
            folder = folder.parent / corpus.folder
        return corpus.read(folder, part, self.options.limit)

    @property
    def companions(self) -> tuple[Corpus, ...]:
        """The companions that are at hand."""
        data = self.options.data.parent
        return tuple(one for one in self.spec.companions if (data / one.folder).is_dir())

    def lessons(self, parts: Sequence[str]) -> Lessons:
        """Return these parts of every corpus at hand, the tagger's own first."""
        return {
            corpus: tuple(one for part in parts for one in self.read(corpus, part))
            for corpus in (self.spec.corpus, *self.companions)
        }

    def members_of(self, stage: str) -> int:
        """Return how many members a stage trains; a choice needs one where no others come cheap."""
        is_single = self.options.limit is not None or (stage == "selection" and not self.companions)
        return 1 if is_single else self.spec.members


def run_road(spec: TaggerSpec, arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    sources, shared, others = parse_sources(sys.argv[1:] if arguments is None else arguments)
    options = parse_options(spec.model_id, ARCHITECTURES, others)
    options.work.mkdir(parents=True, exist_ok=True)
    shared = shared or options.work.parent / "taggers"
    road = Road(spec, options, sources_beside(options.data, sources), shared)
    if options.architecture == "reference_lstm":
        train_reference(road)
        return
    make_package(with_states(road))


def train_reference(road: Road) -> None:
    """Train the reference LSTM alone and say how well it knows the sentences."""
    spec = road.spec
    held_out = road.read(spec.corpus, "dev")
    given = Known(road.read(spec.corpus, "train"), held_out, road.options.work)
    systems = {"reference_lstm": reference_predictions(spec, given, road.options.optimizer)}
    place = place_of(spec.corpus.name, PARTS["dev"], held_out)
    say(str(sentence_rows(spec, place, systems)))


def parse_sources(arguments: Sequence[str]) -> tuple[Sources, Path | None, list[str]]:
    """Read the folders that only the taggers' trainings know; return the other arguments too."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in ("vectors", "vocabularies", "texts", "shared"):
        parser.add_argument(f"--{name}", type=Path, default=None)
    known, others = parser.parse_known_args(arguments)
    return Sources(known.vectors, known.vocabularies, known.texts), known.shared, others


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


def with_states(road: Road) -> Road:
    """Return the road with a transformer's states of words, where the tagger uses them."""
    file = road.shared / "states.npz"
    is_used = road.spec.uses_transformer and road.spec.pieces is None
    if not is_used or road.sources.texts is None:
        return road
    if not file.is_file():
        folder = find_transformer()
        if folder is None:
            return road
        texts = list(read_running_text(road.sources.texts, ()))
        words, _ = read_vectors(road.sources.vectors)
        write_states(read_transformer(folder), texts, words, file)
    return replace(road, sources=replace(road.sources, states=file))


def train(road: Road, stage: str, parts: Sequence[str]) -> tuple[Ensemble, list[dict[str, float]]]:
    """Train the members of an ensemble on these parts; a trial run has one member.

    With companions the members' common stage learns from the training parts alone and serves
    every package and both stages; what follows it on the own corpus learns from `parts`.
    """
    spec, options = road.spec, road.options
    common = bool(road.companions)
    lessons = road.lessons(("train",) if common else parts)
    hidden = ("dev",) if common or "dev" not in parts else ()
    knowledge = learn(road, lessons, road.shared if common else options.work / stage, hidden)
    tuning = (spec.corpus, road.lessons(parts)[spec.corpus]) if common else None
    recipe = spec.recipe
    if options.epochs is not None:
        recipe = replace(recipe, epochs=options.epochs)
    members: list[Tagger] = []
    history: list[dict[str, float]] = []
    for number in range(1, road.members_of(stage) + 1):
        run = Run(
            f"{stage}-{number}",
            options.seed + number,
            options.work,
            road.shared,
            options.optimizer,
            options.is_resumed,
        )
        member, history = train_member(knowledge, lessons, recipe, run, tuning)
        members.append(member)
    return build(spec, members, knowledge), history


def learn(road: Road, lessons: Lessons, folder: Path, hidden_parts: Sequence[str]) -> Knowledge:
    """Return what is known of words or pieces before the training; its files go into `folder`.

    Raises
    ------
    FileNotFoundError : the weights of the transformer that is to be tuned are not installed.
    """
    known = tuple(
        one for corpus in sorted(lessons, key=lambda one: one.folder) for one in lessons[corpus]
    )
    if road.spec.pieces is None:
        return learn_words(road.sources, known, folder / "words", hidden_parts)
    source = find_transformer()
    if source is None:
        raise FileNotFoundError(
            "the transformer to be tuned is not installed: see training/tagging/README.md"
        )
    texts: Iterable[Sequence[str]] = (one.words for one in known)
    if road.sources.texts is not None:
        texts = read_running_text(road.sources.texts, hidden_parts)
    return learn_pieces(read_transformer(source), texts, road.spec.pieces, folder / "pieces")


def make_package(road: Road) -> None:
    """Run the whole road: choose on the development part, ship what learned from all of it."""
    spec = road.spec
    selection, history = train(road, "selection", ("train",))
    final = selection
    if spec.learns_development:
        final, _ = train(road, "final", ("train", "dev"))
    known, held_out = road.read(spec.corpus, "train"), road.read(spec.corpus, "dev")
    count = road.members_of("selection")
    split = f"{PARTS['dev']}, {count} member{'s' if count > 1 else ''} trained on the training part"
    dev = main = assess(selection, held_out, split)
    if spec.corpus.has_test:
        known += held_out
        main = assess(final, road.read(spec.corpus, "test"), PARTS["test"])
    calibrations = {one: calibration_of(found) for one, found in dev.mentions.items()}
    given = Given(Known(known, main.sentences, road.options.work), road.options)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = measure_all(given, (dev, main), calibrations, folder / "plots")
        plots.plot_learning_curves(history, folder / "plots" / "learning_curves.png")
        gate = fit_gate(main.sentences, road.sources.texts, final.knowledge.is_unknown)
        measured = Measurements(main.figures(), calibrations, tuple(rows), gate)
        write(final, measured, folder, road.options.output)


def write(final: Ensemble, measured: Measurements, folder: Path, output: Path) -> None:
    """Write the package."""
    manifest = build_manifest(final, measured)
    draft = PackageDraft(
        manifest=manifest,
        network=add_identity(final.network, manifest),
        golden=write_golden_inputs(final.spec.golden, folder / "golden"),
        files={FIELD_FILE: final.field.to_json(), **final.knowledge.files},
        plots=folder / "plots",
    )
    complete = write_package(draft, output)
    size = sum(file.size for file in complete.files) / 1e6
    say(f"{output}: {complete.id} {complete.version}, {size:.1f} MB")


def write_golden_inputs(texts: Mapping[str, str], folder: Path) -> tuple[GoldenInput, ...]:
    """Write the texts and return them as golden inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")
    return tuple(GoldenInput(folder / name) for name in texts)
