"""What the web server does before it starts its processes."""

from registration.app import create_app
from registration.config import Settings
from registration.serving import visit, warm_up


def test_the_frame_of_all_pages_is_compiled_before_the_first_is_asked_for(
    settings: Settings,
) -> None:
    app = create_app(settings)

    def compiled() -> set[str]:
        return {str(template.name) for template in (app.jinja_env.cache or {}).values()}

    assert "base.html" not in compiled()
    warm_up(app)
    assert {"base.html", "_macros/page.html", "_macros/lists.html"} <= compiled()


def test_a_process_has_shown_a_page_before_anybody_asks_for_one(settings: Settings) -> None:
    app = create_app(settings)
    visit(app)
    compiled = {str(template.name) for template in (app.jinja_env.cache or {}).values()}
    assert "meetings/index.html" in compiled
    assert app.extensions["engine"].pool.checkedin()
