# One image for the server, the worker and the command line:
#   docker build -t laneway .      docker run laneway check FILE

FROM node:20-bookworm-slim AS assets
WORKDIR /src/web/assets
COPY web/assets/package.json web/assets/package-lock.json web/assets/.npmrc ./
RUN npm ci
COPY web/assets ./
RUN npm run build

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/laneway
COPY requirements-build.lock requirements.lock ./
RUN /opt/laneway/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock -r requirements.lock
COPY pyproject.toml setup.cfg requirements.in README.md LICENSE THIRD_PARTY_NOTICES.md ./
COPY bpmn bpmn
COPY engine engine
COPY web web
COPY worker worker
COPY --from=assets /src/web/static/dist web/static/dist
RUN /opt/laneway/bin/pybabel --quiet compile --directory=web/translations
RUN /opt/laneway/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --home-dir /var/lib/laneway laneway
COPY --from=build /opt/laneway /opt/laneway
ENV PATH=/opt/laneway/bin:$PATH \
    LANEWAY_HOST=0.0.0.0 \
    LANEWAY_DATABASE_URL=sqlite:////var/lib/laneway/laneway.db
USER laneway
WORKDIR /var/lib/laneway
VOLUME /var/lib/laneway
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["laneway"]
CMD ["run"]
