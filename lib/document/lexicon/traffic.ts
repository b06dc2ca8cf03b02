import { wordTest } from "./words";

/** What is moved from one side to the other, and how it is called when it is moved in shares. */
export const TRAFFIC = wordTest([
  "traffic",
  "requests",
  "users",
  "reads",
  "queries",
  "calls",
  "sessions",
  "customers",
  "weight*",
  "weighted",
  "canary",
  "rollout",
  "ramp*",
  "verkehr",
  "datenverkehr",
  "anfragen",
  "nutzer",
  "benutzer",
  "kunden",
  "wave*",
  "trafic",
  "utilisateurs",
  "clients",
  "requetes",
  "trafico",
  "usuarios",
  "clientes",
  "peticiones",
]);

/** Columns of shares that are about something else than traffic. */
export const NO_TRAFFIC =
  /(?:budget|cost|discount|cpu|memory|disk|error|done|complet|progress|weight|uptime|sla|kosten|rabatt|fehler|erledigt|fortschritt|cout|remise|erreur|avancement|coste|descuento|errores|avance)/;
