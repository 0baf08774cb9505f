"""What stops a packing, as a sentence that says what to change."""


class PackError(ValueError):
    """The network, the draft or the labelled folder cannot become a package."""
