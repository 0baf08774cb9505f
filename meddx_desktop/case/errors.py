"""Errors that are written for the person at the screen."""

from pathlib import Path


class MedDxError(Exception):
    """What happened, to which file, and what can be done, in one or two sentences.

    The message names files but never the content of a patient's record. `code` is the stable
    name that the command line prints; everything that is not a `MedDxError` is a bug.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.message, self.code))


def _restore(kind: type[MedDxError], message: str, code: str) -> MedDxError:
    error = MedDxError.__new__(kind)
    Exception.__init__(error, message)
    error.message = message
    error.code = code
    return error


class RefusedFileError(MedDxError):
    """A file cannot be opened: it is damaged, unsupported or not what it claims to be.

    Parameters
    ----------
    path : the file, whose name alone is shown.
    fault : what is wrong with it, as the middle of a sentence.
    next_step : what the person can do, as a full sentence.
    """

    code = "unreadable_file"

    def __init__(self, path: Path, fault: str, next_step: str, *, code: str | None = None) -> None:
        super().__init__(f"{path.name}: {fault}. {next_step}", code=code)


class ModelPackageError(MedDxError):
    """A model package fails one of the checks that precede its use."""

    code = "invalid_model_package"


class JobCancelled(Exception):
    """The person stopped the job; raised by `ReportProgress`."""
