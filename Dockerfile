# Not tried yet: see docs/operators.md, "Docker".
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONPATH=/opt/holdspace
RUN useradd --system --uid 10001 --home-dir /data --create-home holdspace && chmod 700 /data
WORKDIR /opt/holdspace
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
USER holdspace
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8377/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
