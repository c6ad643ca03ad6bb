"""One try at fetching a file, and why it came to nothing."""

A_FILE = "the file (status 200)"


class TryError(Exception):
    """Why a try failed, and whether another one may help (``wait``: seconds asked for).

    ``spoils`` says that what came so far is worth nothing, so that no later try continues it.
    """

    def __init__(
        self,
        expected: str,
        found: str,
        *,
        again: bool = False,
        wait: float | None = None,
        status: int | None = None,
        spoils: bool = False,
    ) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found
        self.again = again
        self.wait = wait
        self.status = status
        self.spoils = spoils
