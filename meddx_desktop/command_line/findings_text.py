"""The sentences that `meddx analyze` prints for a person."""

from typing import Any

from meddx_desktop.case.finding import mention_word


def describe_line(line: dict[str, Any]) -> str:
    """Return what came of one input; a probability never stands without its word and reference."""
    heading = (
        f"{line['path']}: {line['kind'] or 'unknown kind'}, {line['status'].replace('_', ' ')}"
    )
    if line["error"]:
        return f"{heading}\n  {line['error']['message']}"
    rows = [heading, *(f"  warning: {warning}" for warning in line["warnings"])]
    if line.get("reason"):
        rows.append(f"  {line['reason']}")
    for analysis in line["analyses"]:
        rows += [f"  {row}" for row in describe_analysis(analysis)]
    return "\n".join(rows)


def describe_analysis(analysis: dict[str, Any]) -> list[str]:
    """Return one model's answer as lines."""
    name = f"{analysis['model_id']} {analysis['model_version']}"
    if analysis["status"] != "assessed":
        return [f"{name}: not assessed. {analysis['reason']}"]
    rows = [f"{name}:"]
    if not analysis.get("signature_trusted", True):
        rows.append("  no trusted key has signed this model")
    rows += [f"  {describe_finding(finding)}" for finding in analysis["findings"]]
    rows += [f"  {describe_measure(measure)}" for measure in analysis.get("entity_measures") or ()]
    rows += [f"  {describe_entity(entity)}" for entity in analysis.get("entities") or ()]
    transcript = analysis.get("transcript")
    if transcript:
        rows += [f"  {row}" for row in describe_transcript(transcript)]
    explanation = analysis.get("explanation")
    if explanation:
        place = explanation.get("file") or "(name a folder with --output to keep it)"
        rows.append(f"  evidence: {explanation['kind']} {place}")
    if analysis.get("intended_population"):
        rows.append(f"  for: {analysis['intended_population']}")
    rows += [f"  note: {limitation}" for limitation in analysis.get("limitations") or ()]
    rows += [f"  gate overridden: {gate}" for gate in analysis.get("ignored_gates") or ()]
    return rows


def describe_finding(finding: dict[str, Any]) -> str:
    """Return word, percentage, operating point and reference group in one line."""
    point = finding["operating_point"]
    experimental = " (experimental)" if finding.get("experimental") else ""
    group = point.get("reference_group")
    return (
        f"{finding['concept']['meaning']}: {finding['word']}, {finding['probability']:.0%}"
        f"{experimental}; operating point {point['threshold']:.0%}: sensitivity "
        f"{point['sensitivity']:.0%}, specificity {point['specificity']:.0%}"
        + (f" in {group}" if group else "")
        + describe_conformal(finding.get("conformal"))
    )


def describe_conformal(conformal: dict[str, Any] | None) -> str:
    """Return the end of a finding's line: its conformal set, and how often such sets are right."""
    if conformal is None:
        return ""
    return (
        f"; {conformal['coverage_goal']:.0%} set: {conformal['compatible_with']} (the truth was in "
        f"{conformal['measured_coverage']:.0%} of {conformal['items']} such sets)"
    )


def describe_measure(measure: dict[str, Any]) -> str:
    """Return how often a tagger is right about one type, and on which reference group."""
    right, found = 100 * measure["precision"], 100 * measure["recall"]
    return (
        f"{measure['entity_type']}: of 100 mentions marked {right:.0f} are right, of 100 there are "
        f"{found:.0f} found, in {measure['reference_group']}"
    )


def describe_entity(entity: dict[str, Any]) -> str:
    """Return a mention with its type, what the record says about it and how sure the model is.

    A bare percentage would lack its reference group; it stands in the JSON line and in the card.
    """
    axes = [axis for axis, holds in entity["assertion"].items() if holds]
    said = ", ".join(axes) or "present"
    words = " ".join(entity["text"].split())
    sure = mention_word(entity["probability"])
    return f"{entity['start']}-{entity['end']} {words}: {entity['type']} ({sure}), {said}"


def describe_transcript(transcript: dict[str, Any]) -> list[str]:
    """Return each segment with its time, after the sentence that asks to correct it."""
    rows = [f"language: {transcript['language'] or 'unknown'}", transcript["notice"]]
    return rows + [describe_segment(segment) for segment in transcript["segments"]]


def describe_segment(segment: dict[str, Any]) -> str:
    """Return a stretch of speech with its begin in minutes and seconds."""
    minutes, seconds = divmod(segment["start_s"], 60)
    return f"[{int(minutes):02d}:{seconds:04.1f}] {segment['text']}"
