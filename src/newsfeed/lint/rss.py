"""RSS 2.0: a channel against the specification and the Advisory Board's Best Practices Profile.

In: the root of a parsed document. Out: findings. Called by `checking`. What belongs to single
items is in `rss_item`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.namespaces import ATOM, RSS_09, RSS_090, SYNDICATION
from newsfeed.lint.rss_item import ONCE, UNKNOWN, check_item
from newsfeed.lint.rss_values import CODE, MINUTES, MOMENT, PERSON, URL, WORD, check_values
from newsfeed.lint.xml_document import line_of, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

VERSION = Rule("rss-version", "error", 'write <rss version="2.0">', "RSS 2.0, What is RSS?")
CHANNEL = Rule("rss-channel", "error", "write one channel, the items in it", "RSS 2.0, channel")
REQUIRED = Rule(
    "rss-required", "error", "write it, not empty", "RSS 2.0, required channel elements"
)
SELF = Rule(
    "rss-self",
    "warning",
    'add one <atom:link rel="self" type="application/rss+xml"/>: readers keep that address',
    "RSS profile, atom:link",
)
IMAGE = Rule("rss-image", "error", "give it url, title and link", "RSS 2.0, image")
IMAGE_SIZE = Rule(
    "rss-image-size", "error", "use at most 144 pixels by 400", "RSS 2.0, image (width, height)"
)
IMAGE_TYPE = Rule("rss-image-type", "warning", "use a GIF, JPEG or PNG", "RSS 2.0, image (url)")
IMAGE_TWINS = Rule(
    "rss-image-twins",
    "warning",
    "repeat the channel's own",
    "RSS profile, image",
)
HOURS = Rule(
    "rss-skip",
    "error",
    "write hours 0 to 23 or English days once each, or leave the element out",
    "RSS 2.0, skipHours and skipDays",
)
SKIPPING = Rule(
    "rss-skipping",
    "warning",
    "leave it out: readers that heed it miss what is published in these hours",
    "practice of readers",
)
TEXT_INPUT = Rule("rss-text-input", "warning", "leave textInput out", "RSS profile, textInput")
CLOUD = Rule("rss-cloud", "error", "give it all five attributes", "RSS 2.0, cloud")
UPDATE_PERIOD = Rule(
    "rss-update-period",
    "error",
    "write sy:updatePeriod, sy:updateFrequency, sy:updateBase",
    "RSS 1.0 Syndication module",
)

_ONCE = (
    *("title", "link", "description", "language", "copyright", "managingEditor", "webMaster"),
    *("pubDate", "lastBuildDate", "generator", "docs", "cloud", "ttl", "image", "rating"),
    *("textInput", "skipHours", "skipDays"),
)
_KINDS = {
    "pubDate": MOMENT,
    "lastBuildDate": MOMENT,
    "managingEditor": PERSON,
    "webMaster": PERSON,
    "link": URL,
    "docs": URL,
    "language": CODE,
    "ttl": MINUTES,
    "category": WORD,
}
_CHANNEL = frozenset({*_ONCE, "category", "item"})
_DAYS = frozenset(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
)
_PERIODS = frozenset({"hourly", "daily", "weekly", "monthly", "yearly"})
_A = f"{{{ATOM}}}"


def check_rss(root: _Element) -> Iterator[Finding]:
    """Everything that is wrong with an RSS document."""
    space, name = name_of(root)
    if name != "rss" or space:
        yield VERSION.broken(f"the root is <{quoted(name)}> of {quoted(space) or 'no namespace'}")
        return
    if root.get("version") != "2.0":
        yield VERSION.broken(f"the version is {quoted(root.get('version') or 'missing')}")
    channels = root.findall("channel")
    if len(channels) != 1:
        yield CHANNEL.broken(f"there are {len(channels) or 'no'} channels", "", line_of(root))
    for child in root:
        if name_of(child) in (("", "item"), (RSS_09, "item"), (RSS_090, "item")):
            yield CHANNEL.broken("an item stands outside the channel", "", line_of(child))
    for channel in channels[:1]:
        yield from _check_channel(channel)
        yield from _check_items(channel.findall("item"))


def _check_channel(channel: _Element) -> Iterator[Finding]:
    counts = Counter(name for space, name in map(name_of, channel) if not space)
    for name in ("title", "link", "description"):
        if not text_of(channel.find(name)):
            yield REQUIRED.broken(f"the channel has no {name}", "", line_of(channel))
    for name, number in counts.items():
        if name not in _CHANNEL:
            what = f"the channel has an element {quoted(name)}"
            yield UNKNOWN.broken(what, "", line_of(channel))
        elif name in _ONCE and number > 1:
            what = f"the channel has {name} {number} times"
            yield ONCE.broken(what, "", line_of(channel))
    yield from _check_self(channel)
    yield from check_values(channel, _KINDS, "")
    yield from _check_image(channel)
    yield from _check_schedule(channel)


def _check_self(channel: _Element) -> Iterator[Finding]:
    own = [one for one in channel.iterfind(f"{_A}link") if one.get("rel") == "self"]
    if len(own) != 1:
        yield SELF.broken(f"the channel has {len(own) or 'no'} links to itself")
    elif own[0].get("type") not in (None, "application/rss+xml"):
        yield SELF.broken(f"the link to itself says {quoted(own[0].get('type') or '')}")


def _check_image(channel: _Element) -> Iterator[Finding]:
    image = channel.find("image")
    if image is None:
        return
    for name in ("url", "title", "link"):
        if not text_of(image.find(name)):
            yield IMAGE.broken(f"the image has no {name}", "", line_of(image))
    for name in ("title", "link"):
        mine, channels = text_of(image.find(name)), text_of(channel.find(name))
        if mine and mine != channels:
            yield IMAGE_TWINS.broken(f"the image's {name} is not the channel's")
    for name, most in (("width", 144), ("height", 400)):
        size = text_of(image.find(name))
        if size and not (size.isascii() and size[:6].isdigit() and int(size[:6]) <= most):
            yield IMAGE_SIZE.broken(f"the image's {name} is {quoted(size)}", "", line_of(image))
    url = text_of(image.find("url"))
    ending = url.partition("?")[0].rpartition(".")[2].lower()
    if ending in ("svg", "webp", "avif", "ico", "bmp"):
        yield IMAGE_TYPE.broken(f"the image is {quoted(url)}", "", line_of(image))


def _check_schedule(channel: _Element) -> Iterator[Finding]:
    for name, inner, known in (
        ("skipHours", "hour", {str(hour) for hour in range(24)}),
        ("skipDays", "day", _DAYS),
    ):
        node = channel.find(name)
        if node is None:
            continue
        yield SKIPPING.broken(f"the channel has {name}", "", line_of(node))
        said = [text_of(one) for one in node.iterfind(inner)]
        wrong = [one for one in said if (one.lstrip("0") or "0") not in known]
        if wrong or len(said) != len(set(said)):
            what = f"{name} says {quoted(', '.join(said)) or 'nothing'}"
            yield HOURS.broken(what, "", line_of(node))
    if channel.find("textInput") is not None:
        yield TEXT_INPUT.broken("the channel has a textInput")
    cloud = channel.find("cloud")
    wanted = ("domain", "port", "path", "registerProcedure", "protocol")
    if cloud is not None and not all(cloud.get(name) for name in wanted):
        yield CLOUD.broken("the cloud lacks an attribute", "", line_of(cloud))
    yield from _check_syndication(channel)


def _check_syndication(channel: _Element) -> Iterator[Finding]:
    for node in channel:
        space, name = name_of(node)
        if space != SYNDICATION:
            continue
        known = name in ("updatePeriod", "updateFrequency", "updateBase")
        if not known or (name == "updatePeriod" and text_of(node) not in _PERIODS):
            what = f"sy:{quoted(name)} is {quoted(text_of(node))!r}"
            yield UPDATE_PERIOD.broken(what, "", line_of(node))


def _check_items(items: list[_Element]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for item in items:
        id = text_of(item.find("guid"))
        seen[id] += 1
        yield from check_item(item, id, repeated=bool(id) and seen[id] == 2)
