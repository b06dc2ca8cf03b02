/*
 * Quantities that plans speak of, with the words for them in English, German, French and Spanish (lower case, no accents;
 * a word ending in `*` stands for every word that begins so). The longest words found in a text decide.
 */

import { words } from "./words";

export interface MetricWords {
  /** Key without its unit: `cpu` becomes `cpu_percent`. */
  key: string;
  name: string;
  /** Unit where the text names none; `money/month` takes the currency of the text. */
  unit: string | null;
  words: readonly string[];
}

/** Each quantity: key, name and unit ("-" for none), and indented below it the words for it. */
const CATALOGUE = `
mrr; Monthly recurring revenue; money/month
  mrr | monthly recurring revenue | monatlich wiederkehrender umsatz | revenu mensuel recurrent | ingresos recurrentes mensuales
arr; Annual recurring revenue; money/year
  arr | annual recurring revenue | annual revenue | jahresumsatz | chiffre d'affaires annuel | facturacion anual
monthly_revenue; Monthly revenue; money/month
  monthly revenue | revenue | revenues | revenue per month | monatsumsatz | umsatz | chiffre d'affaires | revenu mensuel | revenus | ingresos |
  ingresos mensuales | facturacion
monthly_cost; Monthly cost; money/month
  monthly cost* | cost per month | infrastructure cost* | infra cost* | operating cost* | operational cost* | hosting cost* | monthly bill |
  monthly spend | cost | costs | spend | spending | total cost | monatliche kosten | kosten | infrastrukturkosten | cout mensuel | couts |
  cout | coste mensual | costo mensual | coste | costo | costes | costos | gasto mensual
bill; Monthly bill; money/month
  bill | billing | invoice | cloud bill | rechnung | facture | factura
bandwidth_cost; Bandwidth cost; money/month
  bandwidth cost* | egress cost* | transfer cost* | traffic cost* | traffickosten | cout de bande passante
cost_per_user; Cost per user; money
  cost per user | cost per mau | costs per user | cost per active user | infra cost per user | kosten pro nutzer | cout par utilisateur |
  coste por usuario
cost_per_customer; Cost per customer; money
  cost per customer | kosten pro kunde | cout par client | coste por cliente
cost_per_request; Cost per request; money
  cost per request | cost per order | cost per transaction | kosten pro anfrage
revenue_share; Infrastructure cost as share of revenue; percent
  infrastructure percent of revenue | infra percent of revenue | percent of revenue | of revenue | revenue percent on infra* | revenue share |
  share of revenue | infra to revenue | infrastructure to revenue | anteil am umsatz | part du chiffre d'affaires | porcentaje de ingresos
revenue_supports_cost_multiple; Cost increase that revenue can carry; x
  revenue can support | revenue supports | cost increase | infrastructure cost increase | increase in cost
cost_reduction; Cost reduction; percent
  cost reduction | cost saving* | savings | saved | saving | reduction of cost* | kosteneinsparung | einsparung* | ersparnis |
  reduction des couts | economies | ahorro | reduccion de costes
profit_margin; Profit margin; percent
  profit margin | gross margin | margin | marge | margen
break_even_users; Users at break-even; users
  break-even point | breakeven point | break-even | breakeven | break even | gewinnschwelle | seuil de rentabilite | punto de equilibrio
churn; Churn; percent
  churn | churn rate | abwanderung

monthly_active_users; Monthly active users; users
  monthly active users | mau | maus | active users per month | monatlich aktive nutzer | utilisateurs actifs mensuels |
  usuarios activos mensuales
daily_active_users; Daily active users; users
  daily active users | dau | taglich aktive nutzer | utilisateurs actifs quotidiens | usuarios activos diarios
active_users; Active users; users
  active users | aktive nutzer | aktiven nutzer* | utilisateurs actifs | usuarios activos
concurrent_users; Concurrent users; users
  concurrent users | concurrent | simultaneous users | users online | gleichzeitige nutzer | gleichzeitigen nutzern | utilisateurs simultanes |
  usuarios concurrentes | usuarios simultaneos
concurrent_connections; Concurrent connections; connections
  concurrent connections | simultaneous connections | open connections | websocket connections | gleichzeitige verbindungen |
  connexions simultanees | conexiones simultaneas
users; Users; users
  user | users | registered users | user base | accounts | nutzer | nutzern | benutzer | anwender | utilisateurs | usuarios
customers; Customers; customers
  customer | customers | paying customers | clients | tenants | kunden | clientes | subscribers
team_size; Team size; developers
  team size | team | developer | developers | devs | engineers | headcount | teamgrosse | entwickler | taille de l'equipe | developpeurs |
  tamano del equipo | desarrolladores
daily_requests; Requests per day; requests/day
  requests/day | requests per day | daily requests | daily api calls | api calls per day | api calls/day | anfragen pro tag |
  requetes par jour | peticiones por dia | solicitudes diarias
monthly_requests; Requests per month; requests/month
  requests/month | requests per month | monthly requests | api calls per month | anfragen pro monat | requetes par mois
requests_per_second; Requests per second; requests/s
  requests per second | requests/second | requests/sec | requests/s | req/s | rps | qps | throughput | anfragen pro sekunde |
  requetes par seconde | peticiones por segundo
requests_per_minute; Requests per minute; requests/min
  requests per minute | requests/minute | requests/min | rpm
bookings_per_month; Bookings per month; bookings/month
  bookings/month | bookings per month | monthly bookings
orders_per_day; Orders per day; orders/day
  orders per day | orders/day | daily orders | bestellungen pro tag | commandes par jour | pedidos por dia | pedidos diarios
traffic_share; Share of traffic; percent
  traffic share | of traffic | share of traffic
traffic; Traffic; -
  traffic | monthly traffic | datenverkehr | trafic | trafico
page_views; Page views; -
  page views | pageviews | visits | seitenaufrufe | pages vues | visitas
emails_per_month; Emails per month; emails/month
  emails per month | emails/month | e-mails per month | monthly emails

response_time; Response time; ms
  response time* | response latency | antwortzeit* | temps de reponse | tiempo de respuesta | tiempos de respuesta | response
api_response_time; API response time; ms
  api response time* | api latency | api response | api-antwortzeit* | temps de reponse de l'api | latencia de la api
page_load_time; Page load time; s
  page load time* | page load | load time | page loads | ladezeit* | temps de chargement | tiempo de carga
ttfb; Time to first byte; ms
  ttfb | time to first byte | time to first byte ttfb
lcp; Largest contentful paint; s
  lcp | largest contentful paint
database_query_time; Database query time; ms
  database query time* | query time* | query latency | db query time* | query duration | slow queries | abfragezeit* | temps de requete |
  tiempo de consulta
database_latency; Database latency; ms
  database latency | db latency | datenbanklatenz | latence base de donnees | latencia de la base de datos
latency; Latency; ms
  latency | latencies | latenz* | latence* | latencia* | ping | round trip | rtt
replication_lag; Replication lag; s
  replication lag | replica lag | lag | replikationsverzogerung | replikationsruckstand | retard de replication | retraso de replicacion |
  retardo de replicacion
cold_start; Cold start; ms
  cold start* | kaltstart* | demarrage a froid
queue_length; Queue length; -
  queue length | queue depth | queue size | backlog | queued jobs | pending jobs | warteschlange* | file d'attente | cola
queue_latency; Queue latency; s
  queue latency | queue delay | job latency | queue time | processing delay
build_time; Build time; minutes
  build time* | ci time | pipeline duration | build duration | bauzeit | temps de build
deploy_time; Deployment time; minutes
  deploy time* | deployment time* | deployment duration | time to deploy | deploys take | deployments take | temps de deploiement |
  tiempo de despliegue
deployments; Deployments; -
  deployment frequency | deployments | deploys | deploy frequency

uptime; Uptime; percent
  uptime | availability | sla | uptime sla | slo | verfugbarkeit | disponibilite | disponibilidad
uptime_sla; Uptime that is asked for; percent
  uptime sla | availability sla | sla of | sla requirement* | verfugbarkeits-sla
error_rate; Error rate; percent
  error rate* | errors | error | failure rate | failed requests | error percentage | fehlerrate* | fehlerquote | fehler | taux d'erreur* |
  erreurs | tasa de error* | errores | fehleranteil
error_budget; Error budget; percent
  error budget | fehlerbudget | budget d'erreur | presupuesto de errores
http_5xx_rate; Share of 5xx answers; percent
  5xx | 5xx error* | 5xx rate | 5xx error rate | http 5xx | http 500 | server errors | 5xx errors | 5xx responses | 5xx-fehler* | erreurs 5xx |
  errores 5xx
failed_payments; Failed payments; percent
  failed payments | payment failure* | payment error* | checkout error* | checkout failure* | fehlgeschlagene zahlungen | paiements echoues |
  pagos fallidos
failed_logins; Failed logins; percent
  failed logins | login failure* | login error*
success_rate; Success rate; percent
  success rate | erfolgsquote | taux de reussite | tasa de exito
conversion_rate; Conversion rate; percent
  conversion | conversion rate | konversionsrate | taux de conversion | tasa de conversion
downtime; Downtime; minutes
  downtime | outage* | unavailable | unavailability | ausfallzeit* | ausfall* | temps d'arret | indisponibilite | indisponible |
  nicht erreichbar | caido | interruption | tiempo de inactividad | caida | interrupcion
instance_down; Time an instance is down; s
  pod down | instance down | server down | service down | host down | node down | down | unreachable | site down
restarts; Restarts; restarts/day
  restart* | pod restart* | container restart* | neustart* | redemarrage* | reinicio*
incidents; Incidents; -
  incident* | pages per week | vorfall* | vorfalle
health_status; Health status code; code
  health endpoint | health check | healthcheck | health
rpo; Recovery point objective; minutes
  rpo | recovery point objective | data loss | datenverlust | perte de donnees | perdida de datos
rto; Recovery time objective; minutes
  rto | recovery time objective | recovery time | restore time | mttr | wiederherstellungszeit | temps de reprise | tiempo de recuperacion
row_count_difference; Difference of row counts; rows
  row count difference | row count mismatch* | row counts differ | row difference | data mismatch* | zeilenabweichung* | ecart de lignes

cpu; CPU; percent
  cpu | cpu usage | cpu utilization | cpu utilisation | cpu load | processor | cpu-auslastung | prozessor* | utilisation cpu | charge cpu |
  uso de cpu | processeur | procesador
load_average; Load average; -
  load average | system load | load avg | lastmittel | load
memory; Memory; percent
  memory | memory usage | memory utilization | ram | ram usage | mem | arbeitsspeicher | hauptspeicher | speicherauslastung |
  speicherverbrauch | memoire | memoire vive | memoria | uso de memoria
swap; Swap; percent
  swap | swap usage | swapping
disk; Disk; percent
  disk | disk usage | disk space | disk utilization | disk full | storage usage | festplatte* | platte | plattenplatz | plattenbelegung | disque |
  espace disque | disco | espacio en disco | volume usage
disk_io; Disk input and output; iops
  disk io | disk i/o | iops | io wait | iowait
storage; Storage; GB
  storage | file storage | object storage | speicherplatz | speicher | stockage | almacenamiento | data volume | datenvolumen | volume de donnees |
  volumen de datos | data
database_size; Database size; GB
  database size | db size | database storage | db storage | database grows | size of the database | database | databases | db | postgres size |
  postgres storage | datenbankgrosse | datenbank | taille de la base | taille de la base de donnees | base de donnees |
  tamano de la base de datos | base de datos | dataset | data size
database_connections; Database connections; connections
  database connections | db connections | postgres connections | connection pool | connection count | connections | datenbankverbindungen |
  verbindungen | connexions | connexions a la base | conexiones | conexiones a la base de datos | pool usage | connection limit
bandwidth; Bandwidth; GB/month
  bandwidth | egress | data transfer | transfer | bandbreite | bande passante | ancho de banda | outbound traffic
cache_hit_rate; Cache hit rate; percent
  cache hit rate | cache hit ratio | hit rate | hit ratio | trefferquote | taux de succes du cache | tasa de aciertos
commands; Commands per day; commands/day
  commands | commands/day | commands per day
compute_hours; Compute hours; hours/month
  compute hours | compute hour | compute time | active hours
instances; Instances; instances
  instances | servers | nodes | server count
services; Services; services
  services | microservices | number of services | anzahl der dienste
regions; Regions; regions
  regions | number of regions | regionen
tickets; Support tickets; -
  support tickets | tickets | complaints | support requests | customer complaints | beschwerden | plaintes | quejas | tickets de soporte
ops_hours; Hours of operations work; hours/month
  ops hours | operations hours | maintenance hours | maintenance time | time spent on ops | wartungsaufwand | heures de maintenance |
  horas de mantenimiento
certificate_days; Days until a certificate expires; days
  certificate expires | cert expiry | ssl cert expiry | ssl cert | certificate expiry | ssl expiry | tls expiry | ssl certificate | tls certificate | zertifikat* | certificat* |
  certificado*
backup_age; Age of the last backup; hours
  backup age | last backup | backup older | letztes backup | derniere sauvegarde
stable_days; Days of stable operation; days
  stable operation | stable days | days stable | stabiler betrieb | stabilen betriebs | operation stable
`;

export const METRICS: readonly MetricWords[] = CATALOGUE.split(/\n(?=\S)/).flatMap((entry) => {
  const [head = "", ...rest] = entry.trim().split("\n");
  const [key = "", name = "", unit = "-"] = head.split(";").map((part) => part.trim());
  return key === "" ? [] : [{ key, name, unit: unit === "-" ? null : unit, words: words(rest.join(" ")) }];
});

/** Parts of a system in front of a quantity that make it another one: memory of the cache is not memory of the host. */
export const COMPONENTS: Record<string, readonly string[]> = {
  database: words(`
    database | db | postgres | postgresql | mysql | mariadb | rds | mongodb | datenbank | base de donnees | base de datos`),
  redis: ["redis", "valkey", "memcached"],
  cache: ["cache"],
  queue: words("queue | rabbitmq | kafka | sqs | warteschlange"),
  worker: ["worker", "workers", "background"],
  checkout: words("checkout | payment | payments | kasse | zahlung"),
  search: words("search | suche | recherche | busqueda | elasticsearch"),
  login: words("login | auth | authentication | anmeldung"),
  api: ["api"],
  build: ["build", "ci"],
  upload: ["upload", "uploads"],
  log: ["log", "logs"],
  sync: ["sync", "synchronisation"],
  webhook: ["webhook", "webhooks"],
  email: ["email", "mail", "e-mail"],
  image: ["image", "images"],
  frontend: ["frontend", "web", "website"],
  vendor: [],
};
