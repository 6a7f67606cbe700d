# syntax=docker/dockerfile:1
# One image for all of our processes, the fonts of the letters inside; a second for trying out mail.
FROM python:3.11-slim-bookworm AS base
ENV LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app

# --- What is installed, as uv.lock says ---------------------------------------------------------
FROM base AS builder
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/venv
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --no-install-project
COPY registration registration
COPY workshop workshop
# The catalogues are kept as text and read compiled.
RUN /venv/bin/python -m workshop.catalogues

FROM builder AS catcher-builder
RUN uv sync --frozen --no-default-groups --no-install-project --extra catcher

# --- web, worker, relay, beat, migrate ----------------------------------------------------------
FROM base AS application
COPY packages.txt ./
RUN apt-get update \
    && apt-get install --yes --no-install-recommends $(awk '$1 == "run" { print $2 }' packages.txt) \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home registration \
    && install --directory --owner=registration --mode=0700 /var/lib/registration \
    && install --directory --owner=registration /var/lib/catcher
COPY --from=builder /venv /venv
COPY --from=builder /app/registration registration
COPY letters letters
COPY migrations migrations
COPY templates templates
COPY workers workers
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app
USER registration
EXPOSE 8000
CMD ["gunicorn", "registration.app:create_app()", "--config", "python:registration.serving", \
     "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--no-control-socket", "--worker-tmp-dir", "/tmp"]

# --- the mail catcher, for trying things out ----------------------------------------------------
FROM base AS catcher
RUN useradd --system --uid 10001 --no-create-home registration \
    && install --directory --owner=registration /var/lib/catcher
COPY --from=catcher-builder /venv /venv
COPY workshop workshop
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app
USER registration
EXPOSE 8025 8026
CMD ["python", "-m", "workshop.mail_catcher", "--host", "0.0.0.0", "--folder", "/var/lib/catcher"]
