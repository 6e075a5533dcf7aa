# The image of the weekly Cloud Run job. Python 3.12, because from 3.13 on dbt-bigquery 1.12 cannot be installed: it
# wants google-cloud-storage below 3.2, and a library it needs wants 3.10 there. Pin the base by its digest where builds
# have to repeat bit for bit: `docker buildx imagetools inspect python:3.12-slim` prints it; write it behind the tag,
# as @sha256:..., in both places.
FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /opt/linernotes
COPY pyproject.toml constraints.txt README.md ./
COPY configs configs
COPY dbt_dataplatform dbt_dataplatform
COPY src src
# Of the extras only what the job needs: no web server, no Excel.
RUN /opt/linernotes/bin/pip install --no-cache-dir --disable-pip-version-check \
    --constraint constraints.txt ".[bigquery]"

# What built it stays behind: the image is Python, the virtual environment, and a user who owns none of it.
FROM python:3.12-slim
RUN useradd --uid 10001 --create-home --home-dir /var/lib/linernotes listener
COPY --from=build /opt/linernotes /opt/linernotes
# The one folder that may be written to: dbt's target and logs, the spool and the scratch folder are in it. On Cloud Run
# the file system is memory, and nothing that has to last is there.
ENV PATH=/opt/linernotes/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LINERNOTES_HOME=/var/lib/linernotes
USER 10001
WORKDIR /var/lib/linernotes
# No shell in between: Python is process 1, so that SIGTERM reaches the run and it lands what it has fetched.
ENTRYPOINT ["python", "-m", "linernotes"]
CMD ["run", "--env", "prd"]
