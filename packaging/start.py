"""The packaged program's entry: the same as `python -m meddx_desktop`."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()

    from meddx_desktop.__main__ import main

    raise SystemExit(main())
