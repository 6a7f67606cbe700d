"""What the web server does before it lets its processes begin: gunicorn reads this as its settings.

A process that shows its first page would compile the frame and the macros of all pages, read how
all tables hang together and open its first connection while somebody waits, some tenths of a second
in all. Here the first of these is done once for all processes, and the rest before each is asked.
"""

import gc
import sys
from typing import Any

from sqlalchemy import orm

from registration import words


def when_ready(server: Any) -> None:
    """Called by gunicorn when the application is loaded, before it starts its processes."""
    warm_up(server.app.wsgi())


# A thread that asked the database gets its turn again after this long at most. A page asks a dozen
# times: with Python's own 5 ms it would wait for as many turns of a neighbour that issues a note.
TURN_SECONDS = 0.001


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each process, before it takes its first request."""
    sys.setswitchinterval(TURN_SECONDS)
    visit(worker.wsgi)


def visit(app: Any) -> None:
    """Ask for the page that anybody may read; whatever comes back, what it takes is there then."""
    app.test_client().get("/meetings", base_url=app.extensions["settings"].base_url)


def warm_up(app: Any) -> None:
    """Compile what every page is made of, and read the catalogues; what is there by now, stays."""
    orm.configure_mappers()
    for name in app.jinja_env.list_templates(extensions=("html",)):
        if name == "base.html" or name.startswith("_macros/"):
            app.jinja_env.get_template(name)
    for language in words.LANGUAGES:
        words.say(language, "Meetings")
    gc.collect()
    gc.freeze()  # looking through it again and again would only cost time
