"""The web application of a test: put together once a process, and as good as new each time."""

from __future__ import annotations

import copy
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from registration import clock, config, error_pages
from registration.app import create_app
from registration.config import Settings


class _CompiledTemplates(BytecodeCache):
    """What one application compiled of a template is not compiled again for the next."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find what was compiled of the same words."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it as long as this process lives."""
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code


error_pages.Application.jinja_options = {"bytecode_cache": _CompiledTemplates()}


class _Built:
    """An application, and how `create_app` left it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app = create_app(settings)
        self._app.config["SERVER_NAME"] = "127.0.0.1:8000"
        self._config = copy.deepcopy(dict(self._app.config))
        self._extensions = dict(self._app.extensions)

    def is_for(self, settings: Settings) -> bool:
        """Whether these settings differ by their folder of files alone.

        That folder is asked for where a file is written; the rest is built in.
        """
        return settings == self._settings.model_copy(update={"store_dir": settings.store_dir})

    def as_new(self, settings: Settings) -> Flask:
        """The application, with all set back that a test may have changed."""
        self._app.config.clear()
        self._app.config.update(copy.deepcopy(self._config))
        self._app.extensions.clear()
        self._app.extensions.update(self._extensions, settings=settings)
        config.use(settings)
        clock.follow(settings.demo_clock)
        return self._app


class Applications:
    """Web applications put together once a process: their 300 addresses take longer than a test."""

    def __init__(self) -> None:
        self._built: list[_Built] = []

    def on(self, settings: Settings) -> Flask:
        """The application with these settings, as good as new.

        Whoever adds to it, an address or a step before each request, builds one with `create_app`.
        """
        known = next((each for each in self._built if each.is_for(settings)), None)
        if known is None:
            known = _Built(settings)
            self._built.append(known)
        return known.as_new(settings)
