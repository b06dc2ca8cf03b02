import type { Rule } from "../../types";
import { rule as dnsRecordType } from "./dns-record-type";
import { rule as dnsVsEnvironment } from "./dns-vs-environment";
import { rule as fallbackSameProvider } from "./fallback-same-provider";
import { rule as portCollision } from "./port-collision";
import { rule as portVsFirewall } from "./port-vs-firewall";
import { rule as portVsPolicy } from "./port-vs-policy";
import { rule as sameThingTwoProviders } from "./same-thing-two-providers";

export const rules: readonly Rule[] = [
  dnsVsEnvironment,
  dnsRecordType,
  portCollision,
  portVsPolicy,
  portVsFirewall,
  fallbackSameProvider,
  sameThingTwoProviders,
];
