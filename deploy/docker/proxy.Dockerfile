# The reverse proxy. Build it from the top folder: docker build --file deploy/docker/proxy.Dockerfile .

FROM caddy:2.10.2-alpine
COPY deploy/docker/Caddyfile /etc/caddy/Caddyfile
# Certificates and keys: what must outlive the container. Of a user without an account, as the site's.
ENV XDG_DATA_HOME=/var/lib/caddy XDG_CONFIG_HOME=/var/lib/caddy/config
RUN chmod 644 /etc/caddy/Caddyfile && mkdir -p /var/lib/caddy && chown 999998:999998 /var/lib/caddy
USER 999998:999998
EXPOSE 80 443
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
