"""The label of a model: what a clinician must know before believing it."""

from meddx_desktop.inference.record import Record


class Label(Record):
    """Source attributes after US ONC HTI-1 170.315(b)(11); "unknown" where unknown."""

    output_description: str
    developer: str
    funding: str
    intended_use: str
    intended_users: str
    intended_population: str
    cautioned_out_of_scope_use: str
    known_risks_and_limitations: tuple[str, ...]
    training_data: str
    training_demographics: str
    exclusion_criteria: str
    fairness_process: str
    external_validation: str
    quantitative_performance: str
    subgroup_performance: str
    maintenance: str
    update_schedule: str
