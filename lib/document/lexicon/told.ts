/*
 * Words of figures that a plan tells in more than one place, in English, German, French and Spanish (lower case, no
 * accents). They are looked for in folded text.
 */

/** Phrases as one test; between them stands a bar with blanks on both sides. */
const word = (list: string) =>
  new RegExp(
    `(?<![a-z0-9])(?:${list
      .split(/\s\|\s/)
      .map((one) => one.trim())
      .filter((one) => one !== "")
      .join("|")})(?![a-z0-9])`,
    "g",
  );

/** Stretches of time: what is said to last that long. */
export const LASTING = {
  downtime: word(`
    (?:planned |total |expected |customer-visible |user-visible |maximum |max\\.? )*(?:downtime|outage)(?: window| budget)? | unavailab\\w* | offline | not reachable | unreachable | service interruption | closed | down | (?:shop|site|service|app|portal|store|system) is (?:down|closed) |
    geschlossen |
    ausfall | ausfallzeit\\w* | auszeit | downtime-fenster | nicht erreichbar | unterbrechung | stillstand | indisponibilite | interruption(?: de service)? | coupure |
    temps d'arret | hors ligne | indisponible | parada | interrupcion | corte de servicio | inactividad | tiempo de inactividad | fuera de servicio | indisponibilidad`),
  "write-stop": word(`
    read-only | write freeze | write stop | writes? (?:are |is )?(?:stopped|frozen|blocked|paused) | nur lesend | schreibstopp | schreibsperre | schreibschutz |
    lecture seule | gel des ecritures | arret des ecritures | solo lectura | bloqueo de escrituras`),
  observation: word(`
    observation(?: window| period| phase)? | observe | watch(?:ing)?(?: window| period| phase| time) | hypercare(?: phase| period)? | soak(?: time| period)? | bake(?: time)? |
    monitoring (?:window|period) | beobachtung\\w* | nachbeobachtung | hypercare-phase | periode d'observation | phase d'observation | surveillance renforcee | observacion |
    periodo de vigilancia | fase de estabilizacion`),
  "roll-back": word(`
    roll(?:ed|ing)? ?-?back | rollback | revert(?:ed|ing)? | back-?out | fall-?back | zuruckrollen | zuruckgerollt | ruckkehr | ruckfall | ruckweg | rucksprung | retour arriere |
    revenir en arriere | marcha atras | vuelta atras | reversion`),
  ttl: word("ttl|ttls|time to live|duree de vie"),
  rpo: word("rpo|recovery point objective"),
  rto: word("rto|recovery time objective"),
  lag: word("replication lag|replica lag|replikationsverzug|replikationsverzogerung|replikationslag|lag|retard de replication|retraso de replicacion"),
  retention: word(`
    retention(?: period| time)? | retain(?:ed|s)? | kept(?: for)? | keep(?:s|ing)?(?: for)? | stored for | aufbewahr\\w* | vorgehalten | vorhaltezeit | behalten | conserv\\w* |
    garde(?:e|s|es)? | aufgehoben | aufheben | gespeichert | retencion | se guardan | se conservan | guardar`),
  "maintenance-window": word(`
    (?:maintenance |change |migration |cutover |service )window | wartungsfenster | umzugsfenster | migrationsfenster | fenetre (?:de maintenance|de bascule|d'intervention) |
    ventana (?:de mantenimiento|de corte|de cambio)`),
  freeze: word(
    "(?:code|change|deployment|deploy|feature|release) freeze|anderungsstopp|code-freeze|deployment-stopp|gel des (?:deploiements|changements|mises en production)|congelacion(?: de cambios| de codigo)?",
  ),
  timeout: word("timeouts?|time-out|zeituberschreitung|delai d'expiration|tiempo de espera"),
  drain: word("drain(?:ing|ed|s)?(?: time| period)?|deregistration delay"),
} as const;

/** What is measured or counted, by the words beside its figure. */
export const SIZED = {
  memory: word("ram|memory|mem|arbeitsspeicher|hauptspeicher|memoire(?: vive)?|memoria(?: ram)?"),
  disk: word(`
    ssd | nvme | disk(?: space)? | disks | hdd | ebs | gp2 | gp3 | block storage | volume | volumes | storage | allocated storage | root disk | festplatte\\w* | platte\\w* | speicherplatz |
    plattenplatz | disque\\w* | stockage | disco\\w* | almacenamiento`),
  data: word(`
    database size | data(?:base)? volume | size of the database | dump(?: size)? | dataset | data set | of data | datenbankgrosse | datenmenge | datenvolumen | daten | donnees | volume de donnees |
    taille de la base | datos | tamano de la base(?: de datos)?`),
} as const;

export const CONNECTIONS = {
  "pool-size": word(
    "pool[_ -]?size|connection pool(?: size)?|pool of|pool|pools|verbindungspool|poolgrosse|pool de connexions|taille du pool|pool de conexiones|tamano del pool",
  ),
  "max-connections": word(
    "max[_ -]?connections|maximum connections|connection limit|connections? (?:max|maximum)|maximale verbindungen|connexions maximales|conexiones maximas|limite de conexiones",
  ),
} as const;

/** Kinds of things that have sizes; the words in front of them tell one of a kind from another. */
export const THINGS: readonly (readonly [kind: string, test: RegExp])[] = (
  [
    [
      "database",
      "postgres\\w*|mysql|mariadb|aurora|rds|cloud sql|sql server|mongo(?:db)?|databases?|db|datenbank\\w*|base de donnees|bases de donnees|base de datos|bases de datos|bbdd|sgbd",
    ],
    ["cache", "redis|valkey|memcached|elasticache|memorystore|caches?"],
    ["search", "elasticsearch|opensearch|elastic|solr|meilisearch|typesense|suchindex|search(?: cluster| index| nodes?)?"],
    ["queue", "rabbitmq|kafka|nats|sqs|queues?|broker|activemq|warteschlange\\w*|file d'attente|cola de mensajes"],
    ["worker", "workers?|sidekiq|celery|background jobs?|job runners?|job servers?|hintergrundprozesse?"],
    [
      "web",
      "web(?: servers?| tier| nodes?| app| dynos?)?|app(?:s|lication)?(?: servers?| tier| nodes?)?|applications?|api(?: servers?| nodes?| pods?)?|frontend|backend|webserver|anwendung\\w*|serveurs? web|serveurs? d'application|aplicacion\\w*|servidor(?:es)? web",
    ],
    [
      "object-storage",
      "s3|object storage|object store|buckets?|minio|objektspeicher|stockage objet|almacenamiento de objetos|blob storage|media files|uploads",
    ],
    ["load-balancer", "load balancers?|haproxy|alb|nlb|ingress|reverse proxy|lastverteiler|loadbalancer|repartiteur|balanceador"],
    ["logs", "logs?|log files|audit logs?|logging|protokoll\\w*|logdateien|journaux|registros"],
    ["metrics", "metrics|prometheus|metriken|metriques|metricas"],
    ["wal", "wal(?: archives?)?|binlogs?|write-ahead logs?|transaction logs?|wal-archiv\\w*"],
    ["backup", "backups?|dumps?|sicherung\\w*|datensicherung\\w*|sauvegardes?|copias? de seguridad|respaldos?|snapshots?|schnappschusse?|instantanes?"],
    [
      "machine",
      "servers?|vms?|virtual machines?|instances?|hosts?|nodes?|droplets?|machines?|vps|box|boxes|source|target|rechner|maschinen?|knoten|serveurs?|noeuds?|servidor(?:es)?|nodos?|maquinas?",
    ],
  ] as const
).map(([kind, list]) => [kind, word(list)] as const);

/** Kinds so general that any other one beside them says what is meant. */
export const GENERAL: ReadonlySet<string> = new Set(["machine"]);

const qualifiers = (rows: readonly (readonly [name: string, list: string])[]) => rows.map(([name, list]) => [name, word(list)] as const);

/**
 * Words that tell one thing from another of its kind, each with the name it is kept under: some hold for the whole sentence
 * and what it stands under, some only for the figure beside them.
 */
export const QUALIFIERS = {
  wide: qualifiers([
    ["staging", "staging|stage environment|preprod\\w*|pre-prod\\w*|preproduction|vorproduktion|recette|preproduccion"],
    [
      "test",
      "test(?: system| environment| cluster| instance| server)|testsystem\\w*|testumgebung|dev|development|qa|sandbox|entwicklung\\w*|developpement|desarrollo",
    ],
    ["rehearsal", "rehears\\w*|dress rehearsal|dry[ -]?run\\w*|trial run|drill|generalprobe|probelauf\\w*|probe|repetition|essai a blanc|ensayo\\w*|simulacro"],
    [
      "replica",
      "replicas?|read replicas?|standby|secondary|follower|hot spare|replika\\w*|zweitserver|sekundar\\w*|replique|secondaire|replica de lectura|secundari[oa]",
    ],
    ["daily", "daily|nightly|every night|taglich\\w*|nachtlich\\w*|quotidien\\w*|nocturnes?|diari[oa]s?"],
    ["weekly", "weekly|every week|wochentlich\\w*|wochensicherung\\w*|hebdomadaires?|semanal\\w*"],
    ["monthly", "monthly (?:backups?|dumps?|snapshots?|full)|monthlies|monatssicherung\\w*|monatliche sicherung\\w*|sauvegardes? mensuelles?|mensuales?"],
    ["yearly", "yearly|annual backups?|jahressicherung\\w*|annuelles?"],
    ["full", "full backups?|base ?backups?|vollsicherung\\w*"],
    ["incremental", "incrementals?|inkrementell\\w*|incrementales?"],
    ["pitr", "point-in-time|pitr"],
  ]),
  near: qualifiers([
    ["hourly", "hourly|stundlich\\w*|horaires?"],
    ["final", "final (?:dump|backup|snapshot|copy)|last (?:dump|backup|snapshot)|letzte sicherung|derniere sauvegarde|ultima copia"],
    [
      "lowered",
      "lower(?:ed|s|ing)?|reduc(?:e|ed|es|ing)|drop(?:ped)?|senken|gesenkt|herabgesetzt|verringer\\w*|abaiss\\w*|reduire|reduit|bajar|reducir|reducido|bajado",
    ],
    ["restored", "raised? (?:back|again)|back to|restored?|increase[ds]?|erhoh\\w*|zurucksetzen|remettre|remonter|restaur\\w*|subir"],
    ["warning", "warn(?:ing|s)?|warnung\\w*|warnt|avertissement|alerte|aviso|advertencia"],
    ["critical", "critical|page[sd]?|paging|kritisch\\w*|critique|critic[oa]"],
    ["free", "free|left|remaining|available|frei\\w*|libres?|restant\\w*|disponibles?"],
    ["used", "used|in use|occupied|filled|belegt\\w*|genutzt\\w*|utilises?|occupes?|usad[oa]s?|ocupad[oa]s?"],
    ["per-day", "per day|a day|daily growth|pro tag|par jour|al dia|por dia|/day"],
    ["per-month", "per month|a month|pro monat|par mois|al mes|por mes|/month"],
    ["growth", "grow\\w*|growth|wachst\\w*|wachstum|croissance|croit|crec\\w*"],
    ["worst", "worst case|at worst|schlimmstenfalls|au pire|en el peor"],
    ["peak", "peak|spitze\\w*|pic|pico"],
    ["average", "average|mean|avg|durchschnitt\\w*|moyenne|media|promedio"],
    ["minimum", "minimum|at least|mindestens|minimal\\w*|au moins|al menos|minimo"],
  ]),
};

/** Figures that are no statement of this plan: conditions, history, choices that were not taken, what others have. */
export const NOT_STATED =
  /(?<![a-z])(?:if|unless|in case|would|could|might|last (?:year|month|time)|in 20\d\d|previous (?:move|migration)|incident|instead of|rather than|alternativ\w*|option [a-z\d]|rejected|considered|for example|e\.g\.|such as|wenn|falls|sollte|konnte|wurde|statt|anstatt|zum beispiel|z\. ?b\.|letztes jahr|verworfen|au lieu de|si|par exemple|pourrait|ecarte\w*|en lugar de|por ejemplo|podria|descartad\w*|before that|until then|grow to|rises? to|scale to|up from|increase\w* to|raised? to|upgrade to|tiers?|free plan|hobby plan|starter plan|pro plan)(?![a-z])/;

/** The side that a figure is said of. */
export const OLD_SIDE =
  /(?<![a-z])(?:current\w*|today|existing|at present|present|now|old|legacy|source|as[ -]is|before|so far|aktuell\w*|heute\w*|bestehend\w*|bisher\w*|derzeit\w*|alt|alte[nrsm]?|vorher|quelle|ist-zustand|actuel\w*|aujourd'hui|existant\w*|ancien\w*|avant|actual\w*|hoy|existente\w*|antigu\w*|viej\w*|antes|origen)(?![a-z])/;
export const NEW_SIDE =
  /(?<![a-z])(?:target\w*|new|future|proposed|planned|destination|to[ -]be|after|will be|will have|will get|gets?|neu\w*|ziel\w*|kunftig\w*|zukunftig\w*|geplant\w*|nachher|danach|soll-zustand|cible\w*|nouve\w*|futur\w*|apres|objetivo|nuev\w*|futur[oa]s?|destino|despues)(?![a-z])/;

/** At most, at least, about: in front of a figure. */
export const AT_MOST =
  /(?:[<≤]=?|(?<![a-z])(?:at most|no more than|not more than|max(?:imum)?\.?(?: of)?|up to|under|below|less than|within|hochstens|maximal|bis zu|unter|weniger als|innerhalb(?: von)?|au plus|au maximum|maximum de|moins de|jusqu'a|en moins de|como maximo|maximo|hasta|menos de|en menos de)\s?:?)\s?(?:[~≈]|about\s)?$/;
export const AT_LEAST =
  /(?:[>≥]=?|(?<![a-z])(?:at least|min(?:imum)?\.?(?: of)?|more than|over|above|mindestens|mehr als|uber|ab|au moins|plus de|minimum|al menos|como minimo|mas de)\s?:?)\s?$/;
export const ABOUT =
  /(?:[~≈]|(?<![a-z])(?:about|around|roughly|approx\.?|approximately|some|circa|ca\.?|etwa|rund|ungefahr|environ|autour de|unos|unas|alrededor de|aproximadamente|aprox\.?)\s?)$/;
/** "raised from 300 to 60": only the second is the plan's. */
export const FROM = /(?<![a-z])(?:from|von|de|desde|du)\s(?:the\s|den\s)?$/;
export const TO = /^\s?(?:to|auf|a|bis|au|hasta|->|→|=>)\s/;

/** Stretches of time that say how often, how long ahead or how long to wait. */
export const OTHER_LENGTH_BEFORE =
  /(?<![a-z])(?:every|each|wait|waiting|warten|attendre|esperar|alle|toutes les|chaque|cada|for the first|in the first|in den ersten)\s(?:for\s|at least\s|mindestens\s|about\s)?$/;
export const OTHER_LENGTH_AFTER =
  /^\s?(?:before|ahead|prior|earlier|in advance|beforehand|vorher|vor der|vor dem|im voraus|avant|a l'avance|antes|ago|notice|old|each|per)(?![a-z])/;
export const OF_DNS = /(?<![a-z])(?:dns|records?|zone|a-record\w*|cname|route ?53|domains?|eintrag|eintrage|enregistrements?|registros?)(?![a-z])/;
export const OF_CONNECTIONS = /(?<![a-z])(?:connections?|pgbouncer|postgres\w*|database|db|hikari\w*|verbindung\w*|connexions?|conexiones)(?![a-z])/;

/** A way back that is open, not one that takes so long. */
export const OPEN_FOR = /(?<![a-z])(?:window|possible|available|open|for|until|up to|can|fenster|moglich|kann|frist|pendant|posible|durante|plazo)(?![a-z])/;
/** Phases, waves and options that are told apart by a number or letter. */
export const PART =
  /(?<![a-z])(phase|wave|stage|step|tranche|batch|welle|stufe|schritt|etape|vague|lot|fase|ola|etapa|option|variante?|scenario)\s?#?(\d{1,2}|[ivx]{1,4}|[a-f])(?![a-z\d])/;

/** Products that are called with their version. */
const PRODUCTS: Record<string, string> = {
  postgresql: "postgres|postgresql|pg",
  mysql: "mysql",
  mariadb: "mariadb",
  redis: "redis",
  valkey: "valkey",
  kafka: "kafka",
  elasticsearch: "elasticsearch",
  opensearch: "opensearch",
  mongodb: "mongodb|mongo",
  rabbitmq: "rabbitmq",
  kubernetes: "kubernetes|k8s",
  node: "node|node\\.js|nodejs",
  python: "python",
  ruby: "ruby",
  rails: "rails",
  php: "php",
  java: "java|openjdk",
  debian: "debian",
  ubuntu: "ubuntu",
  nginx: "nginx",
  django: "django",
  wordpress: "wordpress",
  shopware: "shopware",
  keycloak: "keycloak",
  gitlab: "gitlab",
  odoo: "odoo",
  magento: "magento",
};
export const PRODUCT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(PRODUCTS).flatMap(([name, list]) => list.split("|").map((one) => [one.replaceAll("\\", ""), name] as const)),
);
export const VERSIONED = new RegExp(
  `(?<![a-z0-9_./-])(${Object.values(PRODUCTS).join("|")})(?:\\s|\\sversion\\s|\\sv|:)(\\d{1,2}(?:\\.(?:\\d{1,3}|x)){0,2})(?![\\w/]|\\.\\d|,\\d)`,
  "g",
);
/** What a version is said of besides the plan. */
export const NO_VERSION =
  /(?<![a-z])(?:eol|end of life|support(?:s|ed)?|compatible|requires?|required|since|introduced|or (?:newer|later)|at least|lebensende|unterstutzt|kompatibel|mindestens|fin de vie|fin de soporte|soporta|compatible)(?![a-z])/;
/** For how long something holds. */
export const HELD = /(?<![a-z])(?:for|over|during|uber|wahrend|lang|pendant|durant|durante|flat for)\s(?:at least\s|mindestens\s)?$/;
/** What a provider offers, of which this plan may take another part. */
export const OFFERED =
  /(?<![a-z])(?:free (?:tier|plan|allowance)|tiers?|pricing|free forever|included|kostenlos|gratuit|gratis)(?![a-z])|(?<![a-z])free\s?[:(]/;
