# syntax=docker/dockerfile:1
# The base of both stages: Debian 12 or newer, or an image made from it.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends binutils ca-certificates npm \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# Installs the locked Node and dependencies, and builds. Node has one fixed path: the compile cache contains it.
RUN npm run build \
  && mkdir -p /out/opt/gatehouse /out/usr/local/bin \
  && cp -a build/server/. /out/opt/gatehouse/ \
  && strip -o /out/usr/local/bin/node "$(node scripts/packing/print-runtime.mjs)" \
  && ln -s /opt/gatehouse/dist/main.js /out/usr/local/bin/gatehouse

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Gatehouse" \
  org.opencontainers.image.description="Users, roles and invitations for your admin panel" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/debconf/* \
  && groupadd --gid 10001 gatehouse \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/gatehouse --shell /usr/sbin/nologin gatehouse \
  && install -d -o 10001 -g 10001 -m 0700 /var/lib/gatehouse
COPY --from=build /out/ /
# Compiles the modules once, so that each start loads them from the cache: the root file system is read-only at run time.
RUN gatehouse version
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATA_DIR=/var/lib/gatehouse
USER 10001:10001
EXPOSE 3000
VOLUME /var/lib/gatehouse
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["gatehouse", "health"]
ENTRYPOINT ["tini", "--", "gatehouse"]
CMD ["serve"]
