# The image of the weekly Cloud Run job. Pin the base by digest where builds have to repeat bit for bit:
#   docker buildx imagetools inspect python:3.13-slim    prints it; write python:3.13-slim@sha256:... below, twice.
FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/linernotes
COPY pyproject.toml constraints.txt README.md ./
COPY configs configs
COPY dbt_dataplatform dbt_dataplatform
COPY src src
RUN /opt/linernotes/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt ".[bigquery]"

# What built it stays behind: the image is Python, the virtual environment, and a user who owns none of it.
FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /home/listener listener
COPY --from=build /opt/linernotes /opt/linernotes
# On Cloud Run the file system is memory, and /tmp is the part that everybody may write to: dbt's target and logs, the
# spool and the scratch folder are there. Nothing that has to last is.
ENV PATH=/opt/linernotes/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LINERNOTES_HOME=/tmp/linernotes
USER 10001
WORKDIR /tmp
# No shell in between: Python is process 1, so that SIGTERM reaches the run and it lands what it has fetched.
ENTRYPOINT ["python", "-m", "linernotes"]
CMD ["run", "--env", "prd"]
