"""What the policy room says when a file is bad."""


class PolicyError(ValueError):
    """A file of a centre cannot be taken; nothing starts until it is mended.

    Attributes:
        file: the file as an engineer would open it.
        line: the line, from 1, at which to look.
        reason: what is wrong with it, in English, for engineers.
    """

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason
