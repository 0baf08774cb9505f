"""The command line: the second skin, headless, without Qt (contract: `meddx --help`)."""
