"""What goes along with every answer: headers that keep a page where it belongs, and its weight."""

import gzip

from flask import Flask, Response, current_app, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)


def _protect(response: Response) -> Response:
    """After every request: headers that keep a page where it belongs."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.extensions["settings"].secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    chosen = request.args.get("lang", "")
    if chosen in current_app.extensions["languages"]:
        response.set_cookie(
            "language",
            chosen,
            max_age=31_536_000,
            httponly=True,
            samesite="Lax",
            secure=current_app.extensions["settings"].secure,
        )
    return response


def _shorten(response: Response) -> Response:
    """Style sheets and scripts travel compressed. Pages do not: a secret is in every form."""
    if request.endpoint == "static" and response.mimetype in ("text/css", "text/javascript"):
        response.vary.add("Accept-Encoding")
        if response.status_code == 200 and request.accept_encodings.quality("gzip"):
            response.direct_passthrough = False
            response.set_data(gzip.compress(response.get_data(), mtime=0))
            response.content_encoding = "gzip"
            response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


def install(app: Flask) -> None:
    """Let every answer of the application pass through here."""
    app.after_request(_protect)
    app.after_request(_shorten)
