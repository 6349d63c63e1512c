# CPU by default. For a CUDA GPU: docker build --build-arg TORCH_INDEX= .
FROM python:3.11-slim-bookworm AS builder
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.txt requirements.lock ./
# Each package is compared with its hash. The lock has those of torch for CUDA; the builds for the CPU are other
# files, which come from PyTorch's own index, by their exact versions, and need none of CUDA's packages.
RUN if [ -n "${TORCH_INDEX}" ]; then \
        /opt/venv/bin/pip install --no-cache-dir --no-deps --index-url "${TORCH_INDEX}" \
            $(grep -E '^torch(vision)?==' requirements.txt) \
        && sed -i -E '/^(torch|torchvision|triton|nvidia-[a-z0-9-]+|cuda-[a-z]+)==/,/[^\\]$/d' requirements.lock; \
    fi \
    && /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
    && /opt/venv/bin/pip check

FROM python:3.11-slim-bookworm AS runtime
# What the wheels of OpenCV and libheif expect of the system.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libglib2.0-0 libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 noon \
    && install -d -o noon /home/noon/.cache/huggingface
COPY --from=builder /opt/venv /opt/venv
WORKDIR /app
COPY app.py LICENSE NOTICE ./
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
COPY tests/requirements.lock /tmp/development.lock
RUN sed -n -E '/^watchfiles==/,/[^\\]$/p' /tmp/development.lock > /tmp/watchfiles.lock \
    && pip install --no-cache-dir --no-deps --require-hashes -r /tmp/watchfiles.lock
USER noon
CMD ["watchfiles", "python app.py", "app.py", "noon_demo", "ml", "assets"]

FROM runtime
