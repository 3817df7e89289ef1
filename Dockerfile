FROM rust:1.95-slim-bookworm AS build
# SQLite and ring are C.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked --package plenary-api --bin plenary \
    && install -D target/dist/plenary /out/plenary

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 plenary \
    && useradd --uid 10001 --gid plenary --home-dir /var/lib/plenary --no-create-home \
        --shell /usr/sbin/nologin plenary \
    && install -d -m 0750 -o plenary -g plenary /var/lib/plenary
COPY --from=build /out/plenary /usr/local/bin/plenary
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/plenary/
LABEL org.opencontainers.image.title="Plenary" \
      org.opencontainers.image.description="A GraphQL API for conference programs" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
ENV PLENARY_LISTEN=0.0.0.0:8080 \
    PLENARY_DATABASE_URL=sqlite:/var/lib/plenary/plenary.db
WORKDIR /var/lib/plenary
VOLUME /var/lib/plenary
EXPOSE 8080
# Numeric, so that orchestrators can verify that it is not root.
USER 10001:10001
ENTRYPOINT ["plenary"]
CMD ["serve"]
