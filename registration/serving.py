"""What the web server does before it lets its processes begin: gunicorn reads this as its settings.

A process that shows its first page would compile the frame and the macros of all pages while
somebody waits, a tenth of a second or more. Here that is done once, for all processes.
"""

import gc
from typing import Any

from registration import words


def when_ready(server: Any) -> None:
    """Called by gunicorn when the application is loaded, before it starts its processes."""
    warm_up(server.app.wsgi())


def warm_up(app: Any) -> None:
    """Compile what every page is made of, and read the catalogues; what is there by now, stays."""
    for name in app.jinja_env.list_templates(extensions=("html",)):
        if name == "base.html" or name.startswith("_macros/"):
            app.jinja_env.get_template(name)
    for language in words.LANGUAGES:
        words.say(language, "")
    gc.collect()
    gc.freeze()  # looking through it again and again would only cost time
