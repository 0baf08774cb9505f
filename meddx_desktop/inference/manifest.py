"""The manifest of a model package: everything the app does with a model, as data."""

from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from meddx_desktop.case.task import Task as Task
from meddx_desktop.inference.label import Label as Label
from meddx_desktop.inference.postprocessing import ExpandAbbreviations as ExpandAbbreviations
from meddx_desktop.inference.postprocessing import MaximumOverFrames as MaximumOverFrames
from meddx_desktop.inference.postprocessing import MeanOverFrames as MeanOverFrames
from meddx_desktop.inference.postprocessing import MeanOverWindows as MeanOverWindows
from meddx_desktop.inference.postprocessing import (
    PostprocessingOperation as PostprocessingOperation,
)
from meddx_desktop.inference.postprocessing import ShareEmissions as ShareEmissions
from meddx_desktop.inference.postprocessing import Sigmoid as Sigmoid
from meddx_desktop.inference.postprocessing import Softmax as Softmax
from meddx_desktop.inference.postprocessing import SupportMarks as SupportMarks
from meddx_desktop.inference.postprocessing import ViterbiDecode as ViterbiDecode
from meddx_desktop.inference.record import Fraction as Fraction
from meddx_desktop.inference.record import Record as Record
from meddx_desktop.inference.record import RelativePath as RelativePath
from meddx_desktop.inference.speech import Speech as Speech
from meddx_desktop.inference.tensors import Output as Output
from meddx_desktop.inference.tensors import OutputRole as OutputRole
from meddx_desktop.inference.tensors import Tensor as Tensor
from meddx_desktop.preprocessing.spec import PreprocessingOperation

SCHEMA_VERSION = "1.0"
FILE_NAME = "package.json"
FINDINGS: Literal["findings"] = "findings"

Interval = tuple[Fraction, Fraction]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Fact: TypeAlias = Literal["modality", "body_part", "view_position", "age", "language"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Accepts(Record):
    """What the model may be shown; an empty tuple or None places no limit.

    Missing facts in the file (no age, say) close the gate only when `requires` names them;
    otherwise the answer says that the limit was not checked.
    `region` says whether the person must draw a box.
    """

    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    view_positions: tuple[str, ...] = ()
    age_years: tuple[float, float] | None = None
    minimum_rows: int | None = None
    minimum_columns: int | None = None
    maximum_frames: int | None = None
    minimum_duration_s: float | None = None
    maximum_duration_s: float | None = None
    minimum_sampling_frequency: int | None = None
    languages: tuple[str, ...] = ()
    minimum_characters: int | None = None
    region: Literal["required", "optional", "none"] = "none"
    requires: tuple[Fact, ...] = ()


class QualityLimit(Record):
    """A named measurement of the input that must lie within bounds.

    It is taken before resampling and standardizing: of an image the presentation values inside
    the box, of a recording the average of its channels, of a record its text.

    `measure` is from the closed list in `inference/quality.py`; `answer` is the sentence for the
    person when it does not.
    """

    measure: Literal[
        "standard_deviation",
        "saturated_fraction",
        "rms_dbfs",
        "clipped_fraction",
        "envelope_periodicity",
        "in_band_energy_fraction",
        "low_energy_fraction",
        "beat_energy_fraction",
        "known_word_fraction",
        "letter_fraction",
    ]
    minimum: float | None = None
    maximum: float | None = None
    answer: str


class OutOfDistributionNegatives(Record):
    """How the gate does on one named set of negatives.

    By distance alone, and `with_quality` as it is applied: what breaks a limit of quality is
    refused before, and counts as farther than any distance.
    """

    name: str
    items: int
    auroc: Fraction
    refused: Fraction
    auroc_with_quality: Fraction | None = None
    refused_with_quality: Fraction | None = None


class OutOfDistribution(Record):
    """Distance of an input from the training data.

    `parameters` is a JSON file. `mahalanobis`: `mean` and `precision` over the pooled `features`
    output, after `projection` (features x kept) where given. `knn`: `vectors` (items x features)
    of length one and `k`; the distance is to the k-th nearest (Sun 2022). `token_rate`: the share
    of unknown tokens, no file. A recording's distance is the median over its windows. An input is
    outside when its distance exceeds `limit`.
    """

    method: Literal["mahalanobis", "knn", "token_rate"]
    parameters: RelativePath | None = None
    limit: float
    false_refusals: Fraction
    false_refusals_items: int
    false_refusals_with_quality: Fraction | None = None
    negatives: tuple[OutOfDistributionNegatives, ...] = ()


class Temperature(Record):
    """Calibrated logit = (logit + bias) / temperature."""

    method: Literal["temperature"] = "temperature"
    temperature: Annotated[float, Field(gt=0.0)]
    bias: float = 0.0
    expected_calibration_error: Fraction
    items: int


class Isotonic(Record):
    """Calibrated probability = piecewise linear through the knots over the logit."""

    method: Literal["isotonic"] = "isotonic"
    inputs: tuple[float, ...]
    outputs: tuple[Fraction, ...]
    expected_calibration_error: Fraction
    items: int

    @model_validator(mode="after")
    def _check_knots(self) -> "Isotonic":
        if len(self.inputs) != len(self.outputs) or not self.inputs:
            raise ValueError("isotonic calibration needs as many inputs as outputs, at least one")
        for values in (self.inputs, self.outputs):
            if any(left > right for left, right in pairwise(values)):
                raise ValueError("isotonic knots must not fall")
        return self


class OperatingPoint(Record):
    """A threshold on the calibrated probability with what it reached."""

    name: str
    threshold: Fraction
    sensitivity: Fraction
    sensitivity_interval: Interval
    specificity: Fraction
    specificity_interval: Interval
    positives: int
    negatives: int
    reference_group: str


class Conformal(Record):
    """Split-conformal prediction set: classes whose probability reaches 1 - quantile."""

    coverage_goal: Fraction
    quantile: Fraction
    measured_coverage: Fraction
    items: int


class Concept(Record):
    """A coded concept; `scheme` is a DICOM coding scheme designator."""

    value: str
    scheme: str
    meaning: str


class FindingSpec(Record):
    """One thing that a model reports on every input that it assesses.

    `index` is the place in the logits. `words` are the calibrated probabilities from which
    "possible" and "likely" are said; below the first it is "unlikely". The first operating point
    decides what counts as positive; its threshold lies between the two. A series of several
    frames has `series_operating_point`, where given: the highest of thirty slices is high more
    often than one slice.
    """

    concept: Concept
    index: int
    calibration: Annotated[Temperature | Isotonic, Field(discriminator="method")]
    operating_points: Annotated[tuple[OperatingPoint, ...], Field(min_length=1)]
    series_operating_point: OperatingPoint | None = None
    words: tuple[Fraction, Fraction]
    is_experimental: bool = False
    conformal: Conformal | None = None

    @model_validator(mode="after")
    def _check_words(self) -> "FindingSpec":
        possible, likely = self.words
        if possible > likely:
            raise ValueError("`words` must not fall")
        for point in (self.operating_points[0], self.series_operating_point):
            if point is not None and point.threshold < possible:
                raise ValueError(
                    "a positive finding would be called unlikely: lower the first of `words`"
                )
            if point is not None and point.threshold > likely:
                raise ValueError(
                    "a negative finding would be called likely: raise the second of `words`"
                )
        return self


class EntitySpec(Record):
    """An entity type of a tagger with its figures on the reference split.

    `calibration` acts on the log odds of a mention's raw probability; None leaves it raw.
    """

    tag: str
    entity_type: str
    precision: Fraction
    recall: Fraction
    f1: Fraction
    reference_group: str
    calibration: Annotated[Temperature | Isotonic, Field(discriminator="method")] | None = None


class ActivationMap(Record):
    """Heat map from the network's own activation_map output.

    Without `weights` the output has one channel for each logit. With it, a finding's map is the
    sum over the channels times its row of `weights`, a JSON file with a list for each logit.
    """

    method: Literal["activation_map"] = "activation_map"
    output: str
    weights: RelativePath | None = None


class Occlusion(Record):
    """Change of the logit when a patch, a token or a stretch of time is hidden.

    `patch` and `stride` are in pixels of the network's input (image), in tokens (text) or in
    seconds (time, samples). `time` hides a stretch of the prepared input's own time axis;
    `samples`, for inputs without one, replaces a stretch of the sound by the window's own quietest
    stretch and computes the input from it again.
    """

    method: Literal["occlusion"] = "occlusion"
    over: Literal["image", "text", "time", "samples"]
    patch: Annotated[float, Field(gt=0)]
    stride: Annotated[float, Field(gt=0)]


class Evaluation(Record):
    """One measured figure; `is_baseline` rows stand beside ours on the same split."""

    system: str
    data_set: str
    split: str
    patients: int | None = None
    items: int
    metric: str
    value: float
    interval: tuple[float, float] | None = None
    is_baseline: bool = False


class GoldenCase(Record):
    """A small self-made input with what the installed app must compute from the file.

    `expected` is a JSON file with the prepared tensor's shape and sample values, the outputs and
    the probabilities or entities (`analysis/golden.py` writes and compares it); `region` is the
    box for models that need one.
    """

    input: RelativePath
    expected: RelativePath
    absolute_tolerance: float = 1e-4
    relative_tolerance: float = 1e-3
    region: tuple[int, int, int, int] | None = None


class File(Record):
    """A file of the package; the list is what the signature covers, with package.json itself."""

    path: RelativePath
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]


class Manifest(Record):
    """A model package's `package.json`.

    A manifest may lack its golden cases only while they are being computed; a package has them.
    `purpose` says what the answer is for. A model for `redaction` marks what identifies a person,
    one for `organization` sorts records; both say nothing of health. One for `research` is not
    good enough to be heard unasked. They run only when their id or their task is named; nothing is
    asserted of what a model for redaction marks.
    """

    schema_version: Literal["1.0"] = "1.0"
    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: str
    summary: str
    changelog: dict[str, str]
    authors: str
    copyright: str
    license: str
    references: tuple[str, ...]
    task: Task
    purpose: Literal["findings", "redaction", "organization", "research"] = FINDINGS
    model: RelativePath = "model.onnx"
    opset: int
    inputs: Annotated[tuple[Tensor, ...], Field(min_length=1)]
    outputs: Annotated[tuple[Output, ...], Field(min_length=1)]
    preprocessing: tuple[PreprocessingOperation, ...]
    postprocessing: tuple[PostprocessingOperation, ...]
    accepts: Accepts
    quality: tuple[QualityLimit, ...] = ()
    findings: tuple[FindingSpec, ...] = ()
    entities: tuple[EntitySpec, ...] = ()
    out_of_distribution: OutOfDistribution | None = None
    explanation: Annotated[ActivationMap | Occlusion, Field(discriminator="method")] | None = None
    speech: Speech | None = None
    label: Label
    evaluation: tuple[Evaluation, ...] = ()
    golden: Annotated[tuple[GoldenCase, ...], Field(min_length=3, max_length=10)] = ()
    files: tuple[File, ...]

    @model_validator(mode="after")
    def _check_speech(self) -> "Manifest":
        if (self.task is Task.SPEECH_TO_TEXT) != (self.speech is not None):
            raise ValueError("`speech` belongs to speech-to-text, and to nothing else")
        return self
