"""The checks of an installation; models have their golden cases in the contract tests."""

from meddx_desktop.analysis.self_test import attempt, list_checks

CHECKS = {name: check for name, check in list_checks() if not name.startswith("model ")}


def test_what_is_bundled_passes() -> None:
    results = [attempt(name, check) for name, check in CHECKS.items()]
    assert [one for one in results if not one.passed] == []
    kinds = {name.split()[0] for name in CHECKS}
    assert kinds == {"pixel", "audio", "sealing", "sample"}


def test_an_error_is_the_result_of_its_check() -> None:
    def fail() -> str:
        raise OSError("the codec is not there")

    result = attempt("codec", fail)
    assert (result.passed, result.detail) == (False, "the codec is not there")
