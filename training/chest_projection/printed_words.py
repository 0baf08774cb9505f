"""`python -m training.chest_projection.printed_words --data DIR [--package FOLDER]`.

Puts the figures by subgroup, and those by the words printed on the films, into the card of a
package that is already written.
"""

from training.amendments import (
    amend_package,
    open_written,
    package_folder,
    package_parser,
)
from training.chest_projection.package import MODEL
from training.transfer_ensemble.evaluate import correction_rows, subgroup_rows
from training.transfer_ensemble.heads import finding_labels
from training.transfer_ensemble.inference import open_network
from training.transfer_ensemble.pictures import read_split
from training.transfer_ensemble.run import SYSTEM


def main(arguments: list[str] | None = None) -> None:
    """Measure the package on the test part and write the rows into it."""
    options = package_parser("training.chest_projection.printed_words").parse_args(arguments)
    folder = package_folder(options, MODEL.texts.model_id)
    content = (folder / open_written(folder).manifest.model).read_bytes()
    test = read_split(options.data, "test", None, MODEL.columns, MODEL.preparation)
    table = open_network(content, MODEL.preparation).predict(
        test, finding_labels(MODEL.architecture.head, test.labels)
    )
    measured = (MODEL, SYSTEM, table, test)
    amend_package(folder, MODEL.texts, [*subgroup_rows(*measured), *correction_rows(*measured)])


if __name__ == "__main__":
    main()
