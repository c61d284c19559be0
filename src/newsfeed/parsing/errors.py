"""ParseError: why a file is no article, and what its owner can do about it."""

from __future__ import annotations

from newsfeed.errors import NewsfeedError


class ParseError(NewsfeedError):
    """A file cannot become an article.

    `reason` says what is wrong (with the field, where there is one), `remedy` what to do.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[ParseError], tuple[str, str]]:
        # keeps both parts on the way back from a parser process
        return (type(self), (self.reason, self.remedy))


class Retracted(ParseError):  # noqa: N818 - says what happened, like its reason
    """The source took the article back: whatever this file was before must not stay public."""
