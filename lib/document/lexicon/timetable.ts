/* Long on purpose: words of four languages. */
import { wordTest } from "./words";

/** What keeps the old side; its time says until when. */
export const KEEPS = wordTest(
  "leave,leaves,not deleted,not removed,nicht geloscht,keep,keeps,kept,serve as fallback,serves as fallback,als ruckfallebene,dienen,stay,stays,remain,remains,retain,retained,stand by,standby,warm,available,powered,running,behalten,bleibt,bleiben,beibehalten,vorgehalten,weiterlaufen,lauft weiter,laufen weiter,weiterbetrieben,verfugbar,bereitgehalten,parallelbetrieb,reste,restent,garde,gardes,gardee,conserve,conserves,conserver,conservee,garder,maintenu,maintenus,maintenue,disponible,disponibles,mantener,mantiene,mantienen,mantendra,conserva,conservar,conservan,queda,quedan,seguira,siguen".split(
    ",",
  ),
);
/** Copies, settings and people are kept too. */
export const NOT_A_SIDE = wordTest(
  "backup,backups,snapshot,snapshots,dump,dumps,log,logs,logging,retention,archive,archives,audit,metrics,traces,invoice,invoices,sicherung*,vollsicherung*,aufbewahrung*,protokolle,sauvegarde*,journaux,copia,copias,respaldo*,registros,ttl,cache,cookies,session,sessions,token,tokens,secrets,budget,price,prices,document,valid,valable,gultig,error rate,latency,p95,p99,lag,cpu".split(
    ",",
  ),
);
export const RETURN_POSSIBLE = wordTest(
  "go back,going back,could return,can return,way back,roll back,rollback,rolling back,fall back,switch back,reversible,revert,zuruckkehren,ruckkehr,ruckweg,zuruck,rollback-fenster,ruckfallfrist,ruckfallfenster,retour arriere,revenir,retour,vuelta atras,volver,marcha atras,reversion".split(
    ",",
  ),
);
export const POSSIBLE = wordTest(
  "can,could,possible,until,within,window,for,up to,kann,konnen,moglich,bis,innerhalb,fenster,frist,peut,pouvons,possible,jusqu'a,jusqu'au,dans,pendant,puede,podemos,posible,hasta,durante,plazo".split(
    ",",
  ),
);
/** What ends the old side. */
export const REMOVES = wordTest(
  "stopped,delete,deletes,deleted,deletion,remove,removed,removal,destroy,destroyed,wipe,wiped,wiping,terminate,terminated,decommission,decommissioned,decommissioning,shut down,shut off,switch off,switched off,power off,powered off,power down,turn off,turned off,tear down,torn down,dismantle,dismantled,retire,retired,release,released,return the rack,hand back,loschen,geloscht,loschung,abschalten,abgeschaltet,abschaltung,kundigen,gekundigt,kundigung,stilllegen,stillgelegt,stilllegung,zuruckbauen,ruckbau,abbauen,abgebaut,ausser betrieb,entfernen,entfernt,resilier,resilie,resilies,resiliee,resiliation,supprimer,supprime,supprimes,supprimee,suppression,eteindre,eteint,eteints,arreter,decommissionner,decommissionne,mise hors service,demanteler,rendus,eliminar,elimina,eliminan,eliminado,eliminados,apagar,apaga,apagan,apagado,apagados,dar de baja,dan de baja,da de baja,borrar,borra,borran,desmantelar,desmantela,retirar,retira,retiran,cancelar,cancela".split(
    ",",
  ),
);
export const CONTRACTS =
  /(?<![a-z])paus(?:e|es|ed|ing)(?![a-z]).{0,24}(?<![a-z])(?:project|database|db|instance|cluster|account|server)s?(?![a-z])|(?<![a-z])(?:cancel(?:led|s)?|terminate[ds]?|end(?:s|ed)?)(?![a-z]).{0,40}(?<![a-z])(?:contract|subscription|account|plan|lease|hosting|colo\w*|rack|servers?|license|licence)(?![a-z])/u;
/** Removed every day, or something that was only for the move. */
export const NOT_THE_OLD =
  /(?<![a-z])(?:maintenance page|banner|feature flags?|temporary|temp|test|staging|branch(?:es)?|users?|orders?|rows?|files?|cache|dns records?|ttl|old backups|snapshots?|dumps?|logs?|wartungsseite|testdaten|temporar\w*|page de maintenance|essai|temporaire|pagina de mantenimiento|prueba|temporal)(?![a-z])/u;
/** Users move here; only with a date a moment. */
export const SWITCHES = wordTest(
  "cutover,cut over,cut-over,switch,switchover,switch over,go live,go-live,migration night,migration day,umschaltung,umschalten,umstellung,schwenk,livegang,umzugsnacht,umzugstag,bascule,basculement,mise en production,corte,conmutacion,puesta en marcha,puesta en produccion,cambio definitivo".split(
    ",",
  ),
);
export const WATCHES = wordTest(
  "watch,watched,watching,observation,observe,observed,hypercare,soak,monitoring period,run-in,beobachtung,beobachten,beobachtungszeit*,beobachtungsphase,nachbetreuung,surveillance,observation renforcee,periode d'observation,garantie,observacion,vigilancia,estabilizacion,seguimiento".split(
    ",",
  ),
);
/** A time in which nothing may be moved. */
export const FREEZES = wordTest(
  "freeze,change freeze,code freeze,blackout,no changes,no deployments,no releases,no migration,no cutover,moratorium,postponed,hold off,anderungsstopp,anderungssperre,keine anderungen,keine umstellung,sperrzeit,verschoben,gel,gel des changements,aucun changement,aucune bascule,repoussee,repousse,reportee,interdite,congelacion,sin cambios,ningun cambio,no se permite,bloqueo,aplaza,aplazada".split(
    ",",
  ),
);
export const UNTIL =
  /(?<![a-z])(?:until|till|through|up to|up until|to|bis|bis zum|bis einschliesslich|jusqu'au|jusqu'a|hasta(?: el)?)\s(?:and including\s|the end of\s|end of\s|einschliesslich\s|zum\s|ende\s|la fin de\s|fin\s|el\s|le\s)*$/u;
/** The whole of the phase in which the sentence stands. */
export const ALL_ALONG =
  /(?<![a-z])(?:throughout|(?:during|for) the (?:whole|entire)|(?:whole|entire) (?:phase|time|period)|wahrend der (?:gesamten|ganzen)|uber die gesamte|pendant toute|durant toute|durante toda|durante todo)(?![a-z])/u;
export const AFTER_SWITCH = /(?<![a-z])(?:after|later|afterwards|following|nach|danach|spater|apres|plus tard|despues|tras|mas tarde)(?![a-z])/u;
/** Names that many things share: who says them speaks of the old side as a whole. */
export const WHOLE_SIDE = new Set(
  "old older existing present current legacy previous former source rollback fallback target environment system systems stack side server servers machine machines platform infrastructure setup everything all both hosting alte alten alter altes bestehende bisherige altsystem altsysteme rackfall ruckfall ruckfallebene umgebung plattform system systeme server ancien anciens ancienne anciennes actuel actuels existant existants serveur serveurs plateforme environnement antiguo antiguos antigua viejo viejos actual actuales servidor servidores plataforma entorno sistema we users traffic".split(
    " ",
  ),
);
