"""`python -m meddx_desktop` and the console script `meddx`."""

import multiprocessing
import sys


def main() -> int:
    """Run the program with the arguments of this process."""
    # Before any other import: a frozen worker process starts here and goes no further.
    multiprocessing.freeze_support()
    from meddx_desktop import app

    return app.run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
