/** Container images → what they are, kept as data: words of the image's name, the kind, in the order in which they decide. */
const IMAGES: readonly (readonly [kind: string, names: string])[] = [
  ["backup", "restic borg borgmatic backup wal-g pgbackrest pgbackup duplicati velero kopia"],
  [
    "monitoring",
    "prometheus grafana alertmanager node-exporter exporter cadvisor uptime-kuma netdata blackbox thanos victoriametrics victoria-metrics mimir tempo jaeger zipkin otel-collector opentelemetry-collector datadog-agent healthchecks gatus zabbix telegraf",
  ],
  ["logging", "loki promtail fluentd fluent-bit logstash graylog vector alloy dozzle seq filebeat"],
  ["errors", "sentry glitchtip bugsink"],
  [
    "database",
    "postgres postgresql postgis timescaledb pgvector supabase-postgres mysql mariadb percona mongo mongodb cockroach cockroachdb clickhouse clickhouse-server cassandra scylla couchdb influxdb neo4j opensearch elasticsearch meilisearch typesense qdrant weaviate milvus mssql sqlserver oracle etcd surrealdb dgraph arangodb edgedb yugabyte pgbouncer pgcat pgpool",
  ],
  ["cache", "redis valkey keydb memcached dragonfly varnish"],
  ["queue", "rabbitmq kafka redpanda nats pulsar mosquitto emqx activemq zookeeper temporal sqs elasticmq beanstalkd"],
  ["storage", "minio seaweedfs garage nextcloud sftp samba localstack azurite ceph"],
  ["load-balancer", "nginx traefik haproxy caddy envoy kong apisix openresty nginx-proxy-manager"],
  ["dns", "bind9 powerdns pdns coredns unbound pihole adguardhome dnsmasq"],
  ["auth", "keycloak authelia authentik zitadel ory hydra kratos gotrue oauth2-proxy dex casdoor logto"],
  ["secrets", "vault infisical bitwarden vaultwarden openbao"],
  ["email", "mailhog mailpit mailcatcher postfix mailserver docker-mailserver listmonk mailu haraka postal smtp"],
  ["automation", "n8n airflow prefect node-red windmill activepieces kestra huginn cron ofelia celery-beat"],
  ["analytics", "metabase superset plausible umami matomo posthog redash ackee"],
  ["registry", "registry harbor nexus verdaccio"],
  ["relay", "coturn turn livekit janus mediasoup jitsi"],
  ["network", "wireguard tailscale cloudflared openvpn ngrok wg-easy"],
  ["security", "crowdsec fail2ban clamav modsecurity certbot acme"],
  ["platform", "portainer watchtower coolify dokku autoheal"],
];
const KINDS = new Map(IMAGES.flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind] as const)));

/** Kind of a service by its image, else by its own name; a service of one's own is compute. Pure. */
export function kindOfImage(image: string | null, service: string): string {
  const name = image === null ? service : imageName(image);
  return kindOf(name) ?? (image === null ? undefined : kindOf(service)) ?? "compute";
}

function kindOf(name: string): string | undefined {
  const whole = KINDS.get(name);
  if (whole !== undefined) return whole;
  return name
    .split(/[-_.]/)
    .map((word) => KINDS.get(word))
    .find((kind) => kind !== undefined);
}

/** `ghcr.io/acme/redis-stack:7@sha256:…` → `redis-stack`. */
function imageName(image: string): string {
  const path = image.toLowerCase().slice(0, 400).split("@")[0] ?? "";
  return (path.split("/").at(-1) ?? "").split(":")[0] ?? "";
}
