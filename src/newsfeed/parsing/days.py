"""Days: the calendar days that newspapers and file names write.

In: a line of a page, or a file's name. Out: matches of `DAY` and the day they mean. Called by
`dates` and `metadata`. A day that is in no calendar is no day.
"""

from __future__ import annotations

import re
from datetime import date

from newsfeed.parsing.errors import ParseError

EARLIEST_YEAR = 1500
"""Older than any newspaper: an earlier date is a slip of the pen."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner january jan jän",
            "februar feber february feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = re.compile(
    rf"""(?<!\d)(?: (?=\d)(?:
      (?P<d1>\d{{1,2}})\.\s?(?P<m1>\d{{1,2}})\.\s?(?P<y1>\d{{4}}|\d{{2}}(?![\d:]))  # 27.02.2022
    | (?P<d2>\d{{1,2}})\.?\s?(?P<m2>{MONTH})\b\.?,?\s(?P<y2>\d{{4}})             # 27. Februar 2022
    | (?P<d4>\d{{1,2}})/(?P<m4>\d{{1,2}})/(?P<y4>\d{{4}})                         # 27/02/2022
    | (?P<y5>\d{{4}})-(?P<m5>\d{{2}})-(?P<d5>\d{{2}})                             # 2022-02-27
    ) | (?=[jfmasond])(?P<m3>{MONTH})\s(?P<d3>\d{{1,2}}),?\s(?P<y3>\d{{4}})       # Februar 27, 2022
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""A day between other words. What stands ahead of the alternatives only makes it fast."""

_NAME_DAY = re.compile(
    r"(?<![A-Za-z0-9])(\d{4})(?P<gap>[-_])(\d{2})(?P=gap)(\d{2})(?![0-9])"
    r"|(?<![A-Za-z0-9])((?:1[5-9]|2[01])\d\d)(\d{2})(\d{2})(?![A-Za-z0-9])"
)


def day_of(match: re.Match[str]) -> date | None:
    """The day that a match of DAY means; None for one outside the calendar."""
    for form in "12345":
        if (year := match[f"y{form}"]) is None:
            continue
        month = match[f"m{form}"].lower()
        number = MONTHS.get(month) or int(month)
        try:
            found = date(
                int(year) + (2000 if len(year) == 2 else 0), number, int(match[f"d{form}"])
            )
        except ValueError:
            return None
        return found if found.year >= EARLIEST_YEAR else None
    return None


def day_in_name(name: str) -> date | None:
    """The day a file's name begins or ends with: 2022-02-27, 2022_02_27 or 20220227.

    `name` is a path; only its last part counts. Eight digits in a row are a day only from 1500 to
    2199, for they may be any number. Raises ParseError for a day no calendar has (2022-02-30).
    """
    stem = name.rpartition("/")[2]
    match = _NAME_DAY.search(stem)
    if match is None:
        return None
    compact = match[1] is None
    year, month, day = (int(match[i]) for i in ((5, 6, 7) if compact else (1, 3, 4)))
    try:
        return date(year, month, day)
    except ValueError as error:
        if compact or not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        raise ParseError(
            f"the file name's date {match.group()} is in no calendar", "rename the file"
        ) from error
