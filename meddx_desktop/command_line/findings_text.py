"""The sentences that `meddx analyze` prints for a person."""

from typing import Any


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
