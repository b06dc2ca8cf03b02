/*
 * Words around amounts, in English, German, French and Spanish. They are matched in the text as written, because positions
 * must stay those of the text; accents may be missing.
 */

const any = (words: readonly string[]) => words.map((word) => word.replace(/ /g, "\\s")).join("|");
const before = (words: readonly string[]) => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any(words)})[\\s:]{0,2}$`, "iu");

/** "about $20". */
export const APPROXIMATE = new RegExp(
  `(?:[~≈≃∼]|(?<![\\p{L}\\p{N}_])(?:${any([
    "about",
    "approx\\.?",
    "approximately",
    "around",
    "roughly",
    "some",
    "circa",
    "ca\\.?",
    "c\\.",
    "est\\.",
    "estimated",
    "etwa",
    "rund",
    "ungef[aä]hr",
    "gesch[aä]tzt",
    "environ",
    "env\\.",
    "aprox\\.?",
    "aproximadamente",
    "approximativement",
    "unos",
    "cerca de",
    "alrededor de",
    "pr[eè]s de",
  ])}))\\s?$`,
  "iu",
);

/** "monthly $20", "annual cost: $240", "einmalig 500 €": the period in front; its word is the first group. */
export const PERIOD_BEFORE =
  /(?<![\p{L}\p{N}])(monthly|annual(?:ly)?|yearly|weekly|daily|hourly|quarterly|one[\s-]time|one[\s-]off|monatlich|j[aä]hrlich|einmalig|mensuel(?:le)?|annuel(?:le)?|mensual|anual)e?[nrs]?(?:\s(?:fee|costs?|price|charge|payment|total|bill|spend|savings?|budget|kosten|geb[uü]hr|preis))?(?:\sof)?\s?:?\s?$/iu;

/** "about" after the amount. */
export const APPROXIMATE_AFTER =
  /^\s?(?:-ish\b|\(?(?:approx\.?|approximately|est\.|estimated?|estimate|gesch[aä]tzt|estim[eé]|estimado|ungef[aä]hr|circa)\)?(?![\p{L}\p{N}]))/iu;

export const UP_TO = new RegExp(
  `(?:[≤<]|<=|${
    before([
      "up to",
      "at most",
      "max\\.?",
      "maximum",
      "no more than",
      "not more than",
      "under",
      "below",
      "less than",
      "bis zu",
      "bis",
      "h[oö]chstens",
      "maximal",
      "unter",
      "weniger als",
      "jusqu['’][aà]",
      "au plus",
      "moins de",
      "hasta",
      "m[aá]ximo",
      "menos de",
    ]).source
  })\\s?$`,
  "iu",
);

export const FROM = new RegExp(
  `(?:[≥>]|>=|${
    before([
      "from",
      "starting at",
      "starting from",
      "starts at",
      "starts from",
      "at least",
      "min\\.?",
      "minimum",
      "over",
      "more than",
      "above",
      "ab",
      "mindestens",
      "[uü]ber",
      "mehr als",
      "[aà] partir de",
      "d[eè]s",
      "au moins",
      "plus de",
      "desde",
      "al menos",
      "m[aá]s de",
    ]).source
  })\\s?$`,
  "iu",
);

/** Words that open a range, which then may be joined by "and". */
export const BETWEEN = before(["between", "from", "zwischen", "von", "entre", "de", "desde"]);

/** Before "from": what follows is a change, not a range. */
export const CHANGE =
  /(?<![\p{L}])(?:increas(?:e|es|ed|ing)|rais(?:e|es|ed|ing)|ris(?:e|es|en|ing)|rose|grow(?:s|n|ing)?|grew|went|goe?s?|going|jump(?:s|ed)?|climb(?:s|ed)?|drop(?:s|ped|ping)?|reduc(?:e|es|ed|ing|tion)|cut(?:s|ting)?|fall(?:s|en|ing)?|fell|down|decreas(?:e|es|ed|ing)|chang(?:e|es|ed|ing)|mov(?:e|es|ed|ing)|lower(?:s|ed|ing)?|sink(?:t|en)|steig(?:t|en)|senk(?:t|en)|passe(?:r|nt)?|baiss(?:e|er|ent)|augment(?:e|er|ent)|sube[n]?|baja[nr]?|pasa[nr]?)(?:\s\p{L}+){0,3}\s$/iu;

/** What says that the amount is saved, not spent. */
export const SAVES =
  /(?<![\p{L}\p{N}_])(?:saves?|saving|savings? of|saved|saves? up to|spart|sparen|einsparung von|[eé]conomise[rz]?|[eé]conomie de|ahorra[rn]?|ahorro de)(?:\sus|\syou)?\s?(?:[~≈]|about|around|roughly|etwa|rund|environ|unos|over|up to)?\s?$/iu;

export const OR_MORE =
  /^\s?(?:or more|and up|and more|upwards?|onwards?|oder mehr|und mehr|aufw[aä]rts|ou plus|et plus|o m[aá]s|y m[aá]s|en adelante)(?![\p{L}\p{N}])/iu;

/** Between the ends of a range. A hyphen with a blank only in front of it is the sign of the next number. */
export const RANGE_JOIN = /^(?:\s?[–—‑~]\s?|\s-\s|-\s?|\s?(?:\.{2,3}|…)\s?|\s(?:to|up to|through|till|bis|[aà]|hasta|al)\s)$/iu;
export const AND_JOIN = /^\s(?:and|und|et|y)\s$/iu;

/** A number in front of a dash that belongs to a name: "Phase 2 – 40 €". */
export const NAMING =
  /(?<![\p{L}\p{N}_])(?:phase|step|stage|option|tier|level|server|node|plan|version|week|day|month|year|zone|region|schritt|stufe|woche|tag|monat|[eé]tape|semaine|jour|fase|paso|etapa|semana|d[ií]a|no\.|nr\.|n°|#)\s?$/iu;

export const PERCENT_SIGN = /^\s?(?:%|percent(?!\p{L})|pct(?!\p{L})|prozent(?!\p{L})|pour\scent(?!\p{L})|por\sciento(?!\p{L}))/iu;
/** Between "2.9" and "30¢". */
export const PERCENT_PLUS =
  /^\s?(?:%|percent|pct|prozent|pour\scent|por\sciento)\s?(?:(?:per|of|pro|par|por|je)\s(?:each\s|every\s|the\s)?\p{L}{2,20}\s?)?(?:\+|plus|and|und|zzgl\.|zuz[uü]glich|et|y|m[aá]s|&)\s?$/iu;
export const PER_TRANSACTION =
  /^\s?(?:per|of|of each|of every|pro|je|par|por)\s(transactions?|charges?|payments?|sales?|orders?|transaktion|zahlung|verkauf|transacci[oó]n|pago|venta|paiement|vente)(?![\p{L}\p{N}])/iu;

export const FREE =
  /(?<![\p{L}\p{N}_-])(?:free|gratis|kostenlose?[rns]?|kostenfreie?[rns]?|gratuite?s?|gratuitement|gratuit[oa]s?|complimentary|no (?:extra |additional )?(?:cost|charge)|sans frais|sin (?:coste|costo))(?![\p{L}\p{N}_]|-(?!\s?[$€£₹~\d])|\s?%)/giu;
/** What follows a "free" that says nothing about a price. */
export const NOT_FREE_AFTER =
  /^\s(?:up(?!\sto\s)|of(?!\scharge|\scost)|from|space|disk|memory|ram|text|form|float|will|software|cpu|slots?|ports?|capacity|connections?|heap|inodes?|choice|hand|time|to(?!\s?[$€£₹\d])|and\sclear|range|floating)(?![\p{L}\p{N}])/iu;
export const NOT_FREE_BEFORE =
  /(?:(?<![\p{L}])(?:feel|set|keep|stays?|remains?|break|get|disk|memory|space|ram|swap|storage)|[\d%]\s?(?:[kmgt]i?b)?|(?<![\p{L}])(?:min|minimum)\.?)\s?$/iu;

export const INCLUDED =
  /(?<![\p{L}\p{N}_-])(?:included|bundled|inklusive|inkludiert|inbegriffen|enthalten|incluse?s?|comprise?s?|incluid[oa]s?|incl\.(?!\s?(?:vat|tax|mwst|ust|tva|iva)))(?![\p{L}\p{N}_-])/giu;
/** "included" is a price where it stands by itself: at the beginning, after a separator or in brackets. */
export const ALONE_BEFORE = /(?:^|[:–—(|=→,;/-]|\bis|\bare|\bist|\best|\bsind|\best[aá])\s*$/iu;

/** Quantities that stand in price columns and are no money. */
export const QUANTITY =
  /^\s?(?:[kmgtp]i?b(?:ps|it|its)?|[kmgt]bit|bytes?|vcpus?|cpus?|cores?|kerne?|users?|nutzer|usuarios?|utilisateurs?|requests?|reqs?|anfragen|requ[eê]tes|emails?|e-mails?|hours?|hrs?|stunden?|heures?|horas?|days?|tage?|jours?|d[ií]as?|minutes?|mins?|seconds?|secs?|nodes?|instances?|instanzen|servers?|seats?|vms?|hosts?|licen[sc]es?|domains?|sites?|months?|monate?|mois|meses|years?|jahre?|ms|rps|qps|iops|x)(?![\p{L}\p{N}])/iu;
