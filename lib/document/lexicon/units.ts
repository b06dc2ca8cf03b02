/*
 * Units of limits, with the words for them in English, German, French and Spanish (lower case, no accents). The name on
 * the left is what a plan keeps.
 */

import { words } from "./words";

/** Units that are written right behind their number. */
export const MEASURES: Record<string, readonly string[]> = {
  percent: words("% | percent | per cent | pct | prozent | pour cent | por ciento | percentage points | pp"),
  ms: words("ms | msec | millisecond | milliseconds | millisekunden | millisecondes | milisegundos"),
  s: words("s | sec | secs | second | seconds | sek | sek. | sekunde | sekunden | seconde | secondes | segundo | segundos"),
  minutes: words("min | mins | min. | minute | minutes | minuten | minuto | minutos | mn"),
  hours: words("h | hr | hrs | hour | hours | std | std. | stunde | stunden | heure | heures | hora | horas"),
  days: words(`
    d | day | days | tag | tage | tagen | jour | jours | dia | dias | business days | working days | werktage | werktagen`),
  weeks: words("week | weeks | woche | wochen | semaine | semaines | semana | semanas"),
  months: words("month | months | monat | monate | monaten | mois | mes | meses"),
  years: words("year | years | jahr | jahre | jahren | an | ans | annee | annees | ano | anos"),
  KB: ["kb", "kib", "ko"],
  MB: ["mb", "mib", "mo"],
  GB: words("gb | gib | go | gigabyte | gigabytes | gig | gigs"),
  TB: words("tb | tib | to | terabyte | terabytes"),
  PB: ["pb", "pib", "po"],
  "Mbit/s": words("mbps | mbit/s | mb/s | mbits"),
  "Gbit/s": ["gbps", "gbit/s"],
  "requests/s": words("rps | req/s | reqs/s | req/sec | qps | tps | iops"),
  vCPU: words("vcpu | vcpus | cores | cpus | kerne | coeurs | nucleos"),
  x: words("x | × | times | -fold | fold | mal | fois | veces"),
};

/** What is counted; the words may follow one or two others: "50 concurrent users". */
export const COUNTED: Record<string, readonly string[]> = {
  users: words(`
    user | users | nutzer | nutzern | benutzer | benutzern | anwender | anwendern | utilisateur | utilisateurs | usuario | usuarios | mau | maus |
    dau | wau | members | mitglieder | mitgliedern`),
  customers: words(`
    customer | customers | client | clients | cliente | clientes | kunde | kunden | subscriber | subscribers | abonnenten | abonnes |
    suscriptores | tenant | teams | companies | accounts | tenants | mandanten | merchants | shops | stores`),
  developers: words(`
    developer | developers | dev | devs | engineer | engineers | people | entwickler | entwicklern | developpeur | developpeurs | desarrollador |
    desarrolladores | employees | personen | leute | kollegen | techniker | ingenieure | ingenieurs | ingenieros | techniciens | tecnicos | operators | staff | mitarbeiter | mitarbeitern | personnes | personas | administrators | administratoren | admins`),
  requests: words(`
    request | requests | req | reqs | call | calls | hit | hits | anfrage | anfragen | aufrufe | requete | requetes | appels | peticiones |
    solicitudes | llamadas`),
  connections: words("connection | connections | conns | verbindung | verbindungen | connexions | conexiones"),
  sessions: words("session | sessions | sitzungen | sesiones | players | viewers | streams"),
  messages: words(`
    message | messages | nachrichten | mensajes | events | event | ereignisse | evenements | eventos | jobs | tasks | commands | reads | writes |
    operations | mails | emails | e-mails | correos | records | rows | zeilen | lignes | filas | documents | items`),
  orders: words(`
    order | orders | bestellungen | commandes | pedidos | booking | bookings | buchungen | reservations | reservas | transaction | transactions |
    transaktionen | transacciones | invoices | rechnungen | factures | facturas | sales | purchases`),
  errors: words(`
    error | errors | fehler | fehlern | erreur | erreurs | errores | incident | incidents | vorfalle | incidentes | failure | failures | outages |
    timeouts | alerts | crashes | restart | restarts | neustarts | redemarrages | reinicios | rollbacks | retries`),
  instances: words(`
    instance | instances | instanzen | instancias | node | nodes | server | servers | vms | vm | pods | replicas | workers | containers |
    regions | services | microservices | sites | domains | projects | repositories | deploys | deployments | builds | queries | tickets | visits |
    visitors | pageviews | downloads | files | photos | videos | minutes of video`),
};

/** Words for the stretch of a rate: "requests per second". */
export const RATES: Record<string, readonly string[]> = {
  s: words("s | sec | second | sekunde | seconde | segundo"),
  min: ["min", "minute", "minuto"],
  hour: words("h | hr | hour | stunde | std | heure | hora"),
  day: words("d | day | daily | tag | jour | dia"),
  week: words("w | wk | week | weekly | woche | semaine | semana"),
  month: words("m | mo | mo. | mth | month | monthly | monat | mois | mes | mon."),
  quarter: ["quarter", "quartal", "trimestre"],
  year: words("y | yr | year | yearly | annum | jahr | an | ano"),
};

/** ISO 4217 codes of signs and abbreviations, longest first. */
export const CURRENCIES: readonly (readonly [text: string, code: string])[] = [
  ["A$", "AUD"],
  ["AU$", "AUD"],
  ["CA$", "CAD"],
  ["C$", "CAD"],
  ["NZ$", "NZD"],
  ["S$", "SGD"],
  ["HK$", "HKD"],
  ["US$", "USD"],
  ["R$", "BRL"],
  ["MX$", "MXN"],
  ["$", "USD"],
  ["€", "EUR"],
  ["£", "GBP"],
  ["₹", "INR"],
  ["¥", "JPY"],
  ["₩", "KRW"],
  ["₺", "TRY"],
  ["₽", "RUB"],
  ["zł", "PLN"],
  ["Kč", "CZK"],
  ["Rs.", "INR"],
  ["Rs", "INR"],
  ["Fr.", "CHF"],
  ["kr", "SEK"],
  ["Euro", "EUR"],
  ["euros", "EUR"],
  ["euro", "EUR"],
  ["dollars", "USD"],
  ...words(`
    USD | EUR | GBP | INR | AUD | CAD | CHF | JPY | NZD | SGD | SEK | NOK | DKK | PLN | CZK | BRL | MXN | ZAR | HUF | TRY | CNY | KRW | HKD |
    ILS | AED`).map((code) => [code, code] as const),
];
