import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A backup on the host it protects is lost with it. */
const check: Check = (plan) => {
  const local = plan.backups.flatMap((backup, i) => (backup.sameHost === true ? [{ backup, path: `backups[${i}]` }] : []));
  const [one] = local;
  if (one === undefined) return [];
  const promised = plan.promises.findIndex((promise) => promise.kind === "off-host-backup");
  const elsewhere = plan.backups.some((backup) => backup.sameHost === false && backup.what === one.backup.what);
  if (promised < 0 && elsewhere) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: one.path,
      also: [...local.slice(1, 4).map(({ path }) => path), ...(promised < 0 ? [] : [`promises[${promised}]`])],
      message: `${listed(local.map(({ backup }) => backup.what))}: the backup stays on the host it protects${promised < 0 ? "" : `, although the plan says "${plan.promises[promised]?.text}"`}.`,
      expected: "another host",
      found: one.backup.storage ?? "the same host",
      hint: "Copy it to another place.",
    },
  ];
};

export const rule: Rule = {
  code: "same-host-dependency",
  family: "backups",
  levels: ["warning"],
  says: "A backup stays on the host it protects.",
  example: {
    wrong: "backups: [{ key: db, what: Database, frequency: hourly, storage: local disk, sameHost: true }]\n",
    finds: "Database: the backup stays on the host it protects.",
    right: "backups: [{ key: db, what: Database, frequency: hourly, storage: other site, sameHost: false }]\n",
  },
  check,
};
