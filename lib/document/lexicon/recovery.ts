import { wordTest } from "./words";

/* Words of backups and of what is promised of them, in English, German, French and Spanish. */

export const RPO =
  /(?<![a-z])(?:rpo|recovery point|lose (?:no|not) more than|(?:at most|no more than) .{0,20} of data|maximum data loss|datenverlust (?:von )?(?:hochstens|maximal)|(?:hochstens|maximal) .{0,20} datenverlust|perte de donnees|perdre au plus|perdida (?:maxima )?de datos|perder como maximo)(?![a-z])/u;
export const RTO =
  /(?<![a-z])(?:rto|recovery time|we promise|versprechen wir|wir versprechen|nous promettons|prometemos|wiederherstellungszeit|temps de reprise|tiempo de recuperacion)(?![a-z])/u;
export const COPIES =
  /(?<![a-z])(?:backups?|base ?backups?|snapshots?|dumps?|wal|binlogs?|write-ahead logs?|transaction logs?|log backups?|log shipping|point-in-time|pitr|archive logs?|(?:voll|log|daten)?sicherung\w*|wal-archiv\w*|sauvegardes?|journaux|copias? de seguridad|respaldos?|copia nocturna|volcados?)(?![a-z])/u;
export const SHIPS = /(?<![a-z])(?:ship\w*|leave\w*|archiv\w*|push\w*|upload\w*|versand|ubertrag\w*|envoy\w*|export\w*|envi\w*)(?![a-z])/u;
export const RESTORES =
  /(?<![a-z])(?:restor\w*|recover\w*|rucksicherung\w*|wiederherstell\w*|zuruckspielen|restaurat\w*|restaurer|restaur\w*|recuperacion)(?![a-z])/u;
export const MEASURED =
  /(?<![a-z])(?:took|takes|take|lasted|last (?:test|restore|time|drill)|measured|timed|rehearsal|dauert\w*|dauerte|gemessen\w*|messung|zuletzt|laut messung|dure|a dure|duree mesuree|mesuree?|tarda|tardo|duro|medid\w*|ensayo)(?![a-z])/u;
export const GOAL =
  /(?<![a-z])(?:must|should|target|goal|objective|less than|under|below|at most|soll|ziel|hochstens|objectif|inferieure?|au plus|debe|objetivo|menos de)(?![a-z])|[<≤]/u;
export const REQUIRED =
  /(?<![a-z])(?:must|require[sd]?|requirement|asks?|demands?|compliance|regulat\w+|policy|auditors?|gdpr|law|muss|mussen|verlangt|vorgabe|vorschrift|gesetz\w*|aufbewahrungspflicht|exige|exigence|obligation|obligatoire|doit|doivent|reglement\w*|debe|deben|exige|obliga\w*|normativa|ley)(?![a-z])/u;
export const KEEPS =
  /(?<![a-z])(?:retention|retained?|kept|keep|keeps|stored for|restore any|aufbewahr\w*|behalten|vorgehalten|conserv\w*|retention|garde\w*|reten\w+|guardan?|conservan?)(?![a-z])/u;
export const KEPT_COLUMN = wordTest([
  "kept",
  "keep",
  "retention",
  "retained",
  "aufbewahrung*",
  "vorhaltung*",
  "conservation",
  "retention",
  "duree de conservation",
  "retencion",
  "conservacion",
]);
export const OFTEN_COLUMN = wordTest([
  "how often",
  "frequency",
  "interval",
  "schedule",
  "every",
  "intervall",
  "haufigkeit",
  "rhythmus",
  "turnus",
  "frequence",
  "intervalle",
  "frecuencia",
  "intervalo",
  "periodicidad",
]);
export const EVERY = /(?<![a-z])(?:every|each|alle|jede\w*|toutes les|chaque|cada)\s?$/u;
export const EVERY_N = /(?<![a-z])(?:every|each|alle|jede\w*|toutes les|tous les|chaque|cada)\s((?:\d|\p{L}).*)$/u;
export const CONTINUOUS =
  /(?<![a-z])(?:continuous\w*|real[- ]time|synchronous|streaming|kontinuierlich\w*|laufend|echtzeit|synchron\w*|continue?|en continu|temps reel|continu[oa]s?|tiempo real)(?![a-z])/u;
/** Minutes between two copies. */
export const ADVERBS: readonly (readonly [number, RegExp])[] = [
  [60, /(?<![a-z])(?:hourly|stundlich\w*|toutes les heures|cada hora)(?![a-z])/u],
  [
    24 * 60,
    /(?<![a-z])(?:daily|nightly|every night|each night|every day|taglich\w*|jede nacht|nachtlich\w*|quotidien\w*|chaque nuit|tous les jours|diari[oa]s?|cada noche|cada dia)(?![a-z])/u,
  ],
  [7 * 24 * 60, /(?<![a-z])(?:weekly|every week|wochentlich\w*|hebdomadaire\w*|semanal\w*)(?![a-z])/u],
  [30 * 24 * 60, /(?<![a-z])(?:monthly|monatlich\w*|mensuel\w*|mensual\w*)(?![a-z])/u],
];
export const CONFIGURED =
  /(?:backup_retention_period|backup-retention-period|backup[_-]?retention(?:[_-]?days)?|retention[_-]?(?:in[_-]?)?days|retain[_-]?days)["']?\s*[=: ]\s*["']?(\d{1,4})(?!\d)/;
