import type { Extract } from "./types";

const ADDRESS = /https?:\/\/([a-z0-9][a-z0-9.-]*\.[a-z]{2,}):(\d{2,5})(?=[/"'\s).,]|$)/gi;
const INTERNAL = /\.(?:local|internal|localhost|lan|svc|cluster)$/i;
/** Sections of a configuration whose ports are reached from outside. */
const PUBLIC_SECTION = /^(?:services\.ports|http_service\.ports)$/;

/** Ports that are reached from outside: in the address of a public name, or published by the platform. */
export const publicPorts: Extract = ({ tree, draft }) => {
  const seen = new Set<string>();
  tree.lines.forEach((text, i) => {
    if (!text.includes("://")) return;
    for (const match of text.matchAll(ADDRESS)) {
      const [, host = "", digits = ""] = match;
      const port = Number(digits);
      if (INTERNAL.test(host) || port > 65_535 || seen.has(`${host}:${port}`)) continue;
      seen.add(`${host}:${port}`);
      draft.add("ports", { service: host.slice(0, 120), port, exposed: true, line: i + 1 }, i + 1);
    }
  });
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    let section = "";
    for (const { text, line } of block.lines) {
      section = /^\s*\[+\s*([\w.-]+)\s*\]+/.exec(text)?.[1] ?? section;
      const port = /^\s*port\s*=\s*"?(\d{2,5})"?\s*$/.exec(text)?.[1];
      if (port === undefined || !PUBLIC_SECTION.test(section)) continue;
      const known = draft.plan.ports.find((entry) => entry.line === line);
      if (known !== undefined) known.exposed = true;
      else draft.add("ports", { service: block.section.title.slice(0, 120) || "service", port: Number(port), exposed: true, line }, line);
    }
  }
};
