"""The model card, written from the manifest alone, so that the two cannot disagree."""

from collections.abc import Iterable, Sequence

from meddx_desktop.inference.manifest import (
    Evaluation,
    FindingSpec,
    Isotonic,
    Label,
    Manifest,
    OperatingPoint,
    OutOfDistribution,
    OutOfDistributionNegatives,
    Speech,
)


def write_model_card(manifest: Manifest, plots: Sequence[str] = ()) -> str:
    """Return the card as Markdown; `plots` are paths relative to the card."""
    parts = [
        f"# {manifest.name}",
        f"`{manifest.id}` {manifest.version} · {manifest.task} · {manifest.license}",
        manifest.summary,
        *_label(manifest.label),
        *_evaluation(manifest.evaluation),
        *(line for finding in manifest.findings for line in _finding(finding)),
        *_entities(manifest),
        *_speech(manifest.speech),
        *_gate(manifest.out_of_distribution),
        *_list("Known risks and limitations", manifest.label.known_risks_and_limitations),
        *_plots(plots),
        *_list("References", manifest.references),
        *_list("Changes", (f"{key}: {text}" for key, text in manifest.changelog.items())),
        f"{manifest.copyright}. Authors: {manifest.authors}.",
    ]
    return "\n\n".join(parts) + "\n"


def _label(label: Label) -> list[str]:
    rows = [
        (name.replace("_", " ").capitalize(), str(value))
        for name, value in label.model_dump().items()
        if name != "known_risks_and_limitations"
    ]
    return ["## Source attributes", _table(("Attribute", "Statement"), rows)]


def _evaluation(rows: Sequence[Evaluation]) -> list[str]:
    if not rows:
        return []
    head = ("System", "Data set", "Split", "Patients", "Items", "Metric", "Value", "95 % interval")
    body = [
        (
            row.system if row.is_baseline else f"**{row.system}**",
            row.data_set,
            row.split,
            "unknown" if row.patients is None else str(row.patients),
            str(row.items),
            row.metric,
            f"{row.value:.3f}",
            _interval(row.interval),
        )
        for row in rows
    ]
    return ["## Evaluation", "Baselines stand beside ours on the same split.", _table(head, body)]


def _finding(finding: FindingSpec) -> list[str]:
    concept, calibration = finding.concept, finding.calibration
    head = ("Operating point", "Threshold", "Sensitivity", "Specificity", "Measured on")
    rows = [
        (
            point.name,
            f"{point.threshold:.3f}",
            f"{point.sensitivity:.3f} ({_interval(point.sensitivity_interval)})",
            f"{point.specificity:.3f} ({_interval(point.specificity_interval)})",
            f"{point.reference_group} ({point.positives} with, {point.negatives} without)",
        )
        for point in _points(finding)
    ]
    form = "isotonic regression" if isinstance(calibration, Isotonic) else "temperature and bias"
    lines = [
        f"## Finding: {concept.meaning} ({concept.scheme} {concept.value})",
        _table(head, rows),
        f"Calibration: {form} on {calibration.items} items, expected calibration error "
        f"{calibration.expected_calibration_error:.3f}. Words: possible from "
        f"{finding.words[0]:.2f}, likely from {finding.words[1]:.2f}.",
    ]
    if finding.is_experimental:
        lines.append("This finding is experimental.")
    if finding.conformal is not None:
        lines.append(
            f"Conformal sets: goal {finding.conformal.coverage_goal:.0%}, measured coverage "
            f"{finding.conformal.measured_coverage:.1%} over {finding.conformal.items} items."
        )
    return lines


def _points(finding: FindingSpec) -> list[OperatingPoint]:
    whole = finding.series_operating_point
    return [*finding.operating_points, *([] if whole is None else [whole])]


def _entities(manifest: Manifest) -> list[str]:
    if not manifest.entities:
        return []
    head = ("Entity type", "Precision", "Recall", "F1", "Measured on")
    rows = [
        (
            entity.entity_type,
            f"{entity.precision:.3f}",
            f"{entity.recall:.3f}",
            f"{entity.f1:.3f}",
            entity.reference_group,
        )
        for entity in manifest.entities
    ]
    return ["## Entities", _table(head, rows)]


def _speech(speech: Speech | None) -> list[str]:
    if speech is None:
        return []
    limits, voice = speech.limits, speech.voice_activity
    return [
        "## Speech",
        f"{len(speech.languages)} languages: {', '.join(speech.languages)}.",
        f"Speech is looked for first (it begins at a voice probability of {voice.on:g} and ends "
        f"under {voice.off:g}); where nobody speaks the decoder does not run. Text is left out, "
        f"and the seconds are reported, where the mean voice probability is under "
        f"{limits.voice:g}, the mean log probability under {limits.mean_log_probability:g}, or "
        f"the probability of no speech over {limits.no_speech:g} "
        f"({limits.no_speech_short:g} for less than "
        f"{limits.short_s:g} s), and from recordings with less than {limits.least_s:g} s of speech "
        f"in all. {limits.repetitions} equal runs of tokens count as a loop.",
    ]


def _gate(gate: OutOfDistribution | None) -> list[str]:
    if gate is None:
        return []
    by_mistake = f"{gate.false_refusals:.1%} of {gate.false_refusals_items} held-out inputs"
    head: tuple[str, ...] = ("Negatives", "Items", "AUROC", "Refused")
    if gate.false_refusals_with_quality is not None:
        by_mistake += f", {gate.false_refusals_with_quality:.1%} with the limits of quality"
        head += ("AUROC with the limits of quality", "Refused with them")
    return [
        "## Out-of-distribution gate",
        f"Method: {gate.method}, limit {gate.limit:.4g}. Refused by mistake: {by_mistake}.",
        _table(head, [_negatives_row(each)[: len(head)] for each in gate.negatives]),
    ]


def _negatives_row(rated: OutOfDistributionNegatives) -> tuple[str, ...]:
    auroc, refused = rated.auroc_with_quality, rated.refused_with_quality
    return (
        rated.name,
        str(rated.items),
        f"{rated.auroc:.3f}",
        f"{rated.refused:.1%}",
        "" if auroc is None else f"{auroc:.3f}",
        "" if refused is None else f"{refused:.1%}",
    )


def _plots(plots: Sequence[str]) -> list[str]:
    if not plots:
        return []
    pictures = (f"![{_title(path)}]({path})" for path in plots)
    return ["## Plots", "\n".join(pictures)]


def _title(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".png").replace("_", " ")


def _list(title: str, lines: Iterable[str]) -> list[str]:
    items = "\n".join(f"- {line}" for line in lines)
    return [f"## {title}", items] if items else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _interval(interval: tuple[float, float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"
