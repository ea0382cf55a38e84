# The image of docker-compose.yml: the same lock files as `make run`, without the embedded servers.
FROM node:24-slim AS npm
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 UV_LINK_MODE=copy STATIC_ROOT=/app/staticfiles
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --no-cache
COPY . .
COPY --from=npm /app/node_modules node_modules
RUN uv run --locked --no-default-groups --no-cache python -m dev.messages --compile
RUN SECRET_KEY=only-to-collect-the-static-files-here DATABASE_URL=postgresql://none/none \
    REDIS_URL=redis://none python manage.py collectstatic --noinput
USER nobody
