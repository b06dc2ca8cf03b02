/** Configuration files of the site's servers, as text. */

export interface HaproxySettings {
  app: number;
  metrics: number;
  runtime: number;
  oldBackend: number;
  newBackend: number;
  socket: string | null;
}

/** All traffic on the old server at the start; both are health-checked once a second. */
export function haproxyConfig(s: HaproxySettings): string {
  return `global
  stats socket ipv4@127.0.0.1:${s.runtime} level admin
${s.socket === null ? "" : `  stats socket ${s.socket} mode 600 level admin\n`}  stats timeout 30s
  maxconn 500
  hard-stop-after 2s

defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
  option redispatch
  retries 2

frontend web
  bind 127.0.0.1:${s.app}
  default_backend app

frontend exporter
  bind 127.0.0.1:${s.metrics}
  http-request use-service prometheus-exporter if { path /metrics }
  stats enable
  stats uri /

backend app
  balance roundrobin
  option httpchk GET /health
  server old 127.0.0.1:${s.oldBackend} weight 100 check inter 1s
  server new 127.0.0.1:${s.newBackend} weight 0 check inter 1s
`;
}

export interface PgbouncerSettings {
  port: number;
  /** File with the entries that a live move leads elsewhere. */
  databases: string;
  source: number;
  target: number;
  users: string;
  admins: string[];
}

/** The included file: `app` is what applications use and leads to the source. */
export function pgbouncerDatabases(source: number): string {
  return `; entries of the applications; a live move rewrites this file
app = host=127.0.0.1 port=${source} dbname=app
`;
}

/** Transaction pooling; the applications' entry is in the included file. */
export function pgbouncerConfig(s: PgbouncerSettings): string {
  return `[databases]
source = host=127.0.0.1 port=${s.source} dbname=app
target = host=127.0.0.1 port=${s.target} dbname=app
%include ${s.databases}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${s.port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${s.users}
admin_users = ${s.admins.join(", ")}
pool_mode = transaction
max_client_conn = 200
default_pool_size = 10
ignore_startup_parameters = extra_float_digits
server_login_retry = 1
`;
}

/** userlist.txt lines; PgBouncer needs the plain passwords to log in to the servers with SCRAM. */
export function pgbouncerUsers(users: Record<string, string>): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return `${Object.entries(users)
    .map(([name, password]) => `${quote(name)} ${quote(password)}`)
    .join("\n")}\n`;
}

/** Scrapes HAProxy and both backends every second. */
export function prometheusConfig(s: { haproxy: number | null; oldBackend: number; newBackend: number }): string {
  const job = (name: string, targets: string) => `  - job_name: ${name}\n    static_configs:\n${targets}`;
  const target = (port: number, labels = "") => `      - targets: ["127.0.0.1:${port}"]\n${labels}`;
  const side = (name: string) => `        labels: { side: "${name}" }\n`;
  return `global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
${s.haproxy === null ? "" : job("haproxy", target(s.haproxy))}${job("backends", target(s.oldBackend, side("old")) + target(s.newBackend, side("new")))}`;
}

/** Settings of a practice cluster. No fsync: the machine may crash at the cost of practice data, processes may not. */
export function postgresConfig(port: number, more: Record<string, string> = {}): string {
  return `listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
fsync = off
full_page_writes = off
shared_buffers = 64MB
max_connections = 60
max_wal_size = 512MB
wal_level = logical
logging_collector = off
log_line_prefix = '%m [%p] %u@%d '
password_encryption = 'scram-sha-256'
${Object.entries(more)
  .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
  .join("")}`;
}
