"""The one kind of error a user sees as a sentence instead of a traceback."""


class AgisError(Exception):
    """Something a user, a publisher or a network can cause.

    The message is complete: it names the place, what was expected, what was found and, where
    there is one, the remedy. The command line prints it as it is and exits with 1.
    """
