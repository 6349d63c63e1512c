# CPU by default. For a CUDA GPU: docker build --build-arg TORCH=cuda .
FROM python:3.11-slim-bookworm AS builder
ARG TORCH=cpu
ENV PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY scripts/install scripts/install
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && scripts/install /opt/venv requirements.lock "${TORCH}" \
    && /opt/venv/bin/pip check

FROM python:3.11-slim-bookworm AS runtime
# What the wheels of OpenCV and libheif expect of the system, with the mends of the day.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libglib2.0-0 libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 noon
COPY --from=builder /opt/venv /opt/venv
WORKDIR /app
COPY app.py LICENSE NOTICE ./
COPY noon_demo noon_demo
COPY ml ml
COPY assets assets
USER 1000
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    NOON_MODELS=/home/noon/.cache/huggingface/noon \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860
# Gemma's weights, read once: the app then starts faster, with less memory, and on a read-only root.
RUN python -m ml.insights.llava_embedded.gemma
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]
CMD ["python", "app.py"]

# Restarts the app when the mounted code changes.
FROM runtime AS development
USER 0
COPY tests/requirements.lock /tmp/development.lock
RUN sed -n -E '/^watchfiles==/,/[^\\]$/p' /tmp/development.lock > /tmp/watchfiles.lock \
    && pip install --no-cache-dir --no-deps --require-hashes -r /tmp/watchfiles.lock
USER 1000
CMD ["watchfiles", "--sigint-timeout", "40", "python app.py", "app.py", "noon_demo", "ml", "assets"]

FROM runtime
