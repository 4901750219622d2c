# syntax=docker/dockerfile:1
#
# The image of the gate: Python and the gate, without a shell, a package installer or a compiler.
#
#   docker build --build-arg BUILD_IMAGE=…@sha256:… --build-arg RUNTIME_IMAGE=…@sha256:… --tag scangate .
#
# Name both base images by digest: what a tag stands for changes, and with it the result. Their Python must be of
# the same minor version, and of the same C library. With --build-arg REQUIREMENTS=tracing the gate can send traces.
ARG BUILD_IMAGE=docker.io/library/python:3.11-slim-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/python3-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
# runtime, or tracing: that and what sends traces
ARG REQUIREMENTS=runtime
WORKDIR /src

# Every file that is installed has a hash in one of these, so that the same inputs give the same image.
COPY requirements/build.txt requirements/runtime.txt requirements/tracing.txt requirements/
RUN python -m pip install --require-hashes --only-binary :all: --requirement requirements/build.txt \
 && python -m pip install --require-hashes --only-binary :all: --no-compile --target /opt/scangate \
    --requirement "requirements/${REQUIREMENTS}.txt"

COPY pyproject.toml README.md LICENSE ./
COPY webhook/ webhook/
# Compiled here, since the root of the container is read-only; valid by hash, since times of files vary.
RUN python -m pip install --no-deps --no-index --no-build-isolation --no-compile --target /opt/scangate . \
 && python -m compileall -q --invalidation-mode unchecked-hash /opt/scangate \
 && rm -rf /opt/scangate/bin

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="scangate" \
      org.opencontainers.image.description="Admission gate: a pod starts only if the scan of each of its images is within policy" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/scangate /opt/scangate
ENV PYTHONPATH=/opt/scangate PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# nobody in particular: the number by which Kubernetes sees that it is not root
USER 65532:65532
# reviews, and probes
EXPOSE 8443 8080
ENTRYPOINT ["/usr/bin/python3", "-m", "webhook"]
CMD ["serve"]
