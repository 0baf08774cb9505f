"""Reports say where and what kind, never what a record said."""

from meddx_desktop.ui.error_report import build_report, describe_exception, without_content


def test_messages_and_folders_are_left_out() -> None:
    try:
        int("Smith^John")
    except ValueError as error:
        described = describe_exception(error)
    assert "Smith" not in described
    assert described.splitlines()[-1] == "ValueError"
    assert described.startswith("test_error_report.py:")


def test_windows_paths_lose_their_folders() -> None:
    details = "  File \"C:\\Users\\Smith John\\reader.py\", line 3, in read\nKeyError: 'Smith'"
    assert without_content(details) == "reader.py:3 read\nKeyError"


def test_errors_of_packages_keep_their_full_name() -> None:
    assert without_content("pydicom.errors.InvalidDicomError: Smith") == (
        "pydicom.errors.InvalidDicomError"
    )


def test_the_report_names_version_and_system() -> None:
    report = build_report("worker_died", "")
    assert report.startswith("MedDx Desktop ")
    assert "Error: worker_died" in report
