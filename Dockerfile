# CPU by default. For a CUDA GPU: docker build --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 .
FROM python:3.11-slim-bookworm AS builder
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN PIP_EXTRA_INDEX_URL=${TORCH_INDEX} /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm AS runtime
# What the wheels of OpenCV and libheif expect of the system.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libglib2.0-0 libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 noon \
    && install -d -o noon /home/noon/.cache/huggingface
COPY --from=builder /opt/venv /opt/venv
WORKDIR /app
COPY app.py ./
COPY noon_demo noon_demo
COPY ml ml
COPY assets assets
USER noon
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]
CMD ["python", "app.py"]

# Restarts the app when the mounted code changes.
FROM runtime AS development
USER root
RUN pip install --no-cache-dir watchfiles==1.3.0
USER noon
CMD ["watchfiles", "python app.py", "app.py", "noon_demo", "ml", "assets"]

FROM runtime
