"""The sentences that `meddx analyze` prints for a person."""

from typing import Any

from meddx_desktop.case.case import RefusedFile


def refused_line(refused: RefusedFile) -> dict[str, Any]:
    """Return the JSON line of a file that could not be opened."""
    return {
        "path": str(refused.path),
        "paths": [str(refused.path)],
        "kind": None,
        "status": "refused",
        "error": {"code": refused.code, "message": refused.message},
        "warnings": [],
        "analyses": [],
    }


def describe_line(line: dict[str, Any]) -> str:
    """Return what came of one input; a probability never stands without its word and reference."""
    heading = (
        f"{line['path']}: {line['kind'] or 'unknown kind'}, {line['status'].replace('_', ' ')}"
    )
    if line["error"]:
        return f"{heading}\n  {line['error']['message']}"
    rows = [heading, *(f"  warning: {warning}" for warning in line["warnings"])]
    for analysis in line["analyses"]:
        rows += [f"  {row}" for row in describe_analysis(analysis)]
    return "\n".join(rows)


def describe_analysis(analysis: dict[str, Any]) -> list[str]:
    """Return one model's answer as lines."""
    name = f"{analysis['model_id']} {analysis['model_version']}"
    if analysis["status"] != "assessed":
        return [f"{name}: not assessed. {analysis['reason']}"]
    rows = [f"{name}:"]
    rows += [f"  {describe_finding(finding)}" for finding in analysis["findings"]]
    rows += [f"  {describe_entity(entity)}" for entity in analysis.get("entities") or ()]
    transcript = analysis.get("transcript")
    if transcript:
        rows += [f"  {row}" for row in describe_transcript(transcript)]
    explanation = analysis.get("explanation")
    if explanation:
        rows.append(f"  evidence: {explanation['kind']} {explanation.get('file') or ''}".rstrip())
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
    )


def describe_entity(entity: dict[str, Any]) -> str:
    """Return a mention with its type and what the record says about it."""
    axes = [axis for axis, holds in entity["assertion"].items() if holds]
    said = ", ".join(axes) or "present"
    words = " ".join(entity["text"].split())
    place, share = f"{entity['start']}-{entity['end']}", f"{entity['probability']:.0%}"
    return f"{place} {words}: {entity['type']}, {said}, {share}"


def describe_transcript(transcript: dict[str, Any]) -> list[str]:
    """Return each segment with its time, after the sentence that asks to correct it."""
    rows = [f"language: {transcript['language'] or 'unknown'}", transcript["notice"]]
    return rows + [describe_segment(segment) for segment in transcript["segments"]]


def describe_segment(segment: dict[str, Any]) -> str:
    """Return a stretch of speech with its begin in minutes and seconds."""
    minutes, seconds = divmod(segment["start_s"], 60)
    return f"[{int(minutes):02d}:{seconds:04.1f}] {segment['text']}"
