/* Regions and zones of hosts by the shape of their codes, and words that tell which of several is meant. */

/** Codes with directions, cities or numbers: eu-west-1, europe-west6, fr-par-1, ch-dk-2, fra1, nbg1, ap-southeast-2a. */
export const REGION_CODE =
  /(?<![\w./@-])((?:(?:us|eu|ap|ca|sa|me|af|il|mx|cn)-(?:gov-)?(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d[a-f]?)|(?:(?:us|europe|asia|australia|northamerica|southamerica|me|africa)-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)\d(?:-[a-f])?)|(?:(?:fr-par|nl-ams|pl-waw|it-mil)(?:-[1-3])?)|(?:(?:ch-dk|ch-gva|de-fra|de-muc|at-vie|bg-sof|hr-zag)-\d)|(?:(?:nyc|sfo|ams|sgp|lon|fra|tor|blr|syd|atl)[1-3])|(?:(?:fsn|nbg|hel|ash|hil|sin)1)|(?:(?:gra|sbg|bhs|rbx|waw|uk|de)\d{1,2})|(?:(?:uk|us|germany|france|switzerland|norway|sweden|australia|canada|japan|korea|brazil|poland|italy|spain)(?:north|south|east|west|central|westcentral|southeast)\d?|(?:north|west)europe|(?:east|west|central|northcentral|southcentral|westcentral)us\d?))(?![\w-])/g;
/** Three letters name a region only behind that word. */
export const REGION_WORD =
  /(?<![a-z])(?:region|regions|zone|location|datacenter|data center|region[e]?n?|standort|zona|localisation|ubicacion)(?:\s|=|:|`|"|')+([a-z]{3})(?![a-z])/g;
export const DISPLAY_NAME =
  /(?<![A-Za-z])(UK|US|Germany|France|Switzerland|Norway|Sweden|Australia|Canada|Japan|Korea|Brazil|Poland|Italy|Spain|West|North|East|Central)\s(North|South|East|West|Central|West Central|Southeast|Europe|US)(?:\s(\d))?(?![A-Za-z])/g;
/** Something that is meant to be elsewhere. */
export const ELSEWHERE =
  /(?<![a-z])(?:backup\w*|copy|copies|second(?:ary)?|replica|dr|disaster|off-?site|geo-redundant|archive|mirror|cdn|edge|failover|standby|log\w*|state|terraform state|test|staging|sicherung\w*|kopie\w*|zweit\w*|ausweich\w*|sauvegarde\w*|copie\w*|secours|second\w*|archivage|respaldo\w*|copia\w*|secundari\w*)(?![a-z])/u;
/** Where one comes from, or might have gone. */
export const NOT_THERE =
  /(?<![a-z])(?:from|today|currently|current|present|source|old|leav\w+|instead|alternative\w*|option\w*|why not|could|or|vs|pricing|price|cheaper|von|aus|heute|bisher|quelle|derzeit|statt|oder|depuis|aujourd'hui|actuel\w*|ou|desde|hoy|actual\w*|origen|o)(?![a-z])/u;
/** A command or a file that makes something, with the place it is made in. */
export const PLACED_BY =
  /(?:--(?:region|zone|location|datacenter|availability-zone)[=\s]+|\b(?:region|zone|location|datacenter)\s?[=:]\s?)["'`]?([a-z][a-z0-9-]{2,24})/g;
