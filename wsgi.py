"""The application for any WSGI server: `gunicorn wsgi:app`, `granian --interface wsgi wsgi:app`.

Settings come from `newsfeed.toml` and NEWSFEED_* variables.
"""

from newsfeed.settings import load_settings
from newsfeed.web import create_app

app = create_app(load_settings())
