"""Settings: `newsfeed.toml` and NEWSFEED_* variables become one frozen value.

The only reader of the environment. Called once by the command line and by `wsgi.py`; everything
else is handed the `Settings` it needs. A name nobody knows is an error, not a silent default.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from newsfeed.errors import NewsfeedError

PREFIX = "NEWSFEED_"
FILE = "newsfeed.toml"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(NewsfeedError):
    """A setting is wrong; the message names it and says what it must be."""

    misuse = True


class Settings(BaseSettings):
    """How this newsfeed is run. Variables win over the file, the file over the defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid", validate_default=False
    )

    corpus: Path = Field(default=Path("corpus"), description="folder of articles to read")
    index: Path = Field(default=Path("index"), description="folder for the index and the register")
    rules: Path = Field(default=Path("rules"), description="folder of rule files, one a source")
    host: str = Field(default="127.0.0.1", description="address to serve on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=8000, description="port to serve on"
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(default=2, description="server processes")
    base_url: str = Field(
        default="", description="public address for absolute links; default http://HOST:PORT"
    )
    title: str = Field(
        default="newsfeed", min_length=1, description="name of the site and of its feeds"
    )
    description: str = Field(
        default="Volltextsuche und Feeds", description="one line under the title"
    )
    language: str = Field(default="de", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    timezone: str = Field(
        default="Europe/Berlin", description="zone of dates without one, and of pages"
    )
    tag_authority: str = Field(
        default="newsfeed.local,2026",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9.@-]*,\d{4}(-\d{2}(-\d{2})?)?$",
        description="authority and date of minted tag: URIs (RFC 4151); never change it later",
    )
    max_file_bytes: Annotated[int, Field(ge=1024)] = Field(
        default=10_000_000, description="a larger file is refused"
    )
    max_archive_bytes: Annotated[int, Field(ge=1024)] = Field(
        default=10_000_000_000, description="a larger web archive (WARC, WACZ) is refused"
    )
    parse_seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        default=20, description="processor time that one file's parsing may take"
    )
    jobs: Annotated[int, Field(ge=0, le=256)] = Field(
        default=0, description="parser processes; 0 means one for each core"
    )
    feed_ttl: Annotated[int, Field(ge=0, le=86_400)] = Field(
        default=300, description="seconds a feed may be kept by readers and caches"
    )

    hub: str = Field(
        default="", description="WebSub hub that is told of every change of a feed; empty: none"
    )
    rights: str = Field(default="", description="copyright line of the feeds")
    withdrawn_feeds: tuple[str, ...] = Field(
        default=(), description='feeds that answer 410 for ever, such as "sections/sport"'
    )
    access_log: bool = Field(default=False, description="log every request to standard error")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone; use a name like Europe/Berlin") from error
        return value

    @field_validator("hub")
    @classmethod
    def _web_address(cls, value: str, info: ValidationInfo) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be an http or https address like https://hub.example.org/")
        _ = parts.port  # raises ValueError for one that is none
        if "@" in parts.netloc or parts.fragment:
            raise ValueError("stands in every feed, so it may hold no password and no fragment")
        if value and not info.data.get("base_url") and parts.hostname not in _LOOPBACK:
            raise ValueError("needs base_url, the address at which a hub elsewhere finds the feeds")
        return value

    @field_validator("base_url")
    @classmethod
    def _absolute_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if not value.isascii():
            raise ValueError("must be ASCII; write an international domain as xn--…")
        if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query):
            raise ValueError("must be an http or https address like https://news.example.org")
        return value.rstrip("/")

    @property
    def site_url(self) -> str:
        """The public address, without a slash at its end."""
        if self.base_url:
            return self.base_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that name none."""
        return ZoneInfo(self.timezone)

    @property
    def register_path(self) -> Path:
        """Where the register lives: the one file to back up."""
        return self.index / "register.sqlite"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` (command line options) win over everything.

    Raises SettingsError naming the setting, its place and what it must be.
    """
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX) and name[len(PREFIX) :].lower() not in Settings.model_fields
    )
    if unknown:
        known = ", ".join(PREFIX + name.upper() for name in Settings.model_fields)
        raise SettingsError(f"{unknown[0]}: no such setting; known are {known}")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} ({PREFIX}{name.upper()} or {FILE}): {message}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE}: not valid TOML: {error}") from error
