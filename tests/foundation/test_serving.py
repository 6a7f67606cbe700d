"""What the web server does before it starts its processes."""

from flask import Flask

from registration.serving import warm_up


def test_the_frame_of_all_pages_is_compiled_before_the_first_is_asked_for(app: Flask) -> None:
    def compiled() -> set[str]:
        return {str(template.name) for template in (app.jinja_env.cache or {}).values()}

    assert "base.html" not in compiled()
    warm_up(app)
    assert {"base.html", "_macros/page.html", "_macros/lists.html"} <= compiled()
