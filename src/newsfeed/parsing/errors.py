"""ParseError: why a file is no article, and what its owner can do about it."""

from __future__ import annotations

from datetime import datetime

from newsfeed.errors import NewsfeedError


class ParseError(NewsfeedError):
    """A file cannot become an article.

    `reason` says what is wrong (with the field, where there is one), `remedy` what to do.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[ParseError], tuple[object, ...]]:
        # keeps both parts on the way back from a parser process
        return (type(self), (self.reason, self.remedy))


class Retracted(ParseError):  # noqa: N818 - says what happened, like its reason
    """The source took an article back: whatever this file was before must not stay public.

    `name` is what the article goes by for good, "" if the document does not say; `version` when
    this was said, as the document dates it.
    """

    def __init__(
        self, reason: str, remedy: str, name: str = "", version: datetime | None = None
    ) -> None:
        super().__init__(reason, remedy)
        self.name = name
        self.version = version

    def __reduce__(self) -> tuple[type[ParseError], tuple[object, ...]]:
        return (type(self), (self.reason, self.remedy, self.name, self.version))

    def of(self, name: str) -> Retracted:
        """The same of the article that goes by this name."""
        return Retracted(self.reason, self.remedy, name, self.version)
