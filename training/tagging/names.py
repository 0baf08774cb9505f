"""The gazetteer: lists of names compiled to the one file that a package carries."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from meddx_desktop.preprocessing.text import normalize_name_token
from meddx_desktop.preprocessing.tokens import tokenize

MAXIMUM_NAME_TOKENS = 8


def write_names(folder: Path | None, file: Path, lists: Iterable[str]) -> int:
    """Compile the gazetteer from the vocabulary lists; return the number of names."""
    wanted = frozenset(lists)
    names = {
        (name_list, " ".join(map(normalize_name_token, words)))
        for name_list, name in (() if folder is None else _read_names(folder))
        if name_list in wanted
        for words in [tokenize(name).words]
        if 0 < len(words) <= MAXIMUM_NAME_TOKENS and len(name) > 2
    }
    lines = "".join(f"{name_list}\t{name}\n" for name_list, name in sorted(names))
    file.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    return len(names)


def _read_names(folder: Path) -> Iterable[tuple[str, str]]:
    for row in _read_table(folder / "mesh_diseases.tsv.gz"):
        for name in (row["name"], *row["synonyms"].split("|")):
            # "neoplasms, benign" is an index entry; nobody writes it in a sentence.
            if "," not in name:
                yield "disease", name
    for row in _read_table(folder / "doid.tsv.gz"):
        for name in (row["label"], *row["synonyms_partial"].split("|")):
            yield "disease", name
    for row in _read_table(folder / "drugs.tsv.gz"):
        is_drug = row["drugbank_id"] or row["medlineplus_id"] or row["nhs_url"]
        name_list = "drug" if is_drug else "substance"
        for name in (row["name"], *row["variants"].split("|")):
            yield name_list, name


def _read_table(file: Path) -> Iterable[dict[str, str]]:
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
    header = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(header, line.split("\t"), strict=False))
