/* Words of places that repeat when a move begins, in English, German, French and Spanish. */

/** That a threshold of the start is meant. */
export const OF_THE_START =
  /(?<![a-z])(?:trigger\w*|thresholds?|start condition\w*|condition to start|gate|go criteri\w*|(?:we|to) (?:start|begin|move|migrate)|the start|starts? (?:at|when|once)|tied to|ausloser\w*|auslosen|schwelle\w*|startbedingung\w*|beginnen wir|wir beginnen|startet|declench\w*|seuil\w*|on commence|commencera|demarr\w*|disparador\w*|umbral\w*|se (?:empezara|iniciara|inicia|empieza|migrara)|empezar|empezamos|empezaremos)(?![a-z])/u;
/** That another paper is quoted, or an earlier word. */
export const QUOTED_FROM =
  /(?<![a-z])(?:draft|memo|paper|note|notes|board|steering|committee|minutes of|deck|slides?|strategy|said|says|reads?|earlier|january|previous|summary|email|ticket|vorlage|vorstandsvorlage|protokoll|entwurf|beschluss|notiz|strategiepapier|steht|laut|note|compte rendu|proces-verbal|comite|direction|brouillon|dit|indique|acta|comite|direccion|borrador|nota|presentacion|dice|row \d|sheet \d)(?![a-z])/u;
