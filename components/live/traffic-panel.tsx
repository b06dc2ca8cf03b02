"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { InView } from "@/components/chart/in-view";
import { Legend } from "@/components/chart/legend";
import { readJson } from "@/components/live/use-live-run";
import type { RunView } from "@/components/migration/view";
import { Table, Td, Th } from "@/components/ui/table";
import { formatClock } from "@/lib/core/duration";
import { formatPercent } from "@/lib/core/percent";
import type { ShareView } from "@/lib/migration/share-view";

const ShareChart = dynamic(() => import("@/components/live/share-drawing"), { ssr: false });

const POLL_MS = 5_000;

type Way = ShareView["ways"][number];

/** Traffic as it was set and as it was read back, and how it went on. */
export function TrafficPanel({ run }: { run: RunView }) {
  const begun = run.steps.some((step) => step.kind === "traffic.set" && step.startedAt !== null);
  const query = useQuery<ShareView>({
    queryKey: ["run-share", run.id, run.ended],
    queryFn: ({ signal }) => readJson<ShareView>(`/api/v1/runs/${encodeURIComponent(run.id)}/share`, signal),
    enabled: begun,
    refetchInterval: run.ended ? false : POLL_MS,
    retry: false,
    networkMode: "always",
  });
  return (
    <div data-testid="traffic" className="grid gap-3 text-sm">
      <div>
        <div className="flex h-5 overflow-hidden rounded border border-line-strong" aria-hidden="true">
          <span className="bg-s1" style={{ width: `${100 - run.traffic.percent}%` }} />
          <span className="bg-s2" style={{ width: `${run.traffic.percent}%` }} />
        </div>
        <p className="mt-1 flex flex-wrap justify-between gap-x-4">
          <span>
            Old side <strong className="num">{100 - run.traffic.percent} %</strong>
          </span>
          <span>
            New side <strong className="num">{run.traffic.percent} %</strong>
          </span>
        </p>
        <p className="text-xs text-ink-2">{run.traffic.measured === null ? "Set by Switchyard; not read back yet." : `Read back: ${run.traffic.measured}.`}</p>
      </div>
      {begun ? null : <p className="text-ink-2">The real share is measured from the first stage on.</p>}
      {query.isError && query.data === undefined ? <p className="text-ink-2">The measured share could not be read; it is tried again.</p> : null}
      {query.data?.ways.map((way) => (
        <ShareOfWay key={way.title} way={way} zero={run.startedAt === null ? 0 : Date.parse(run.startedAt)} />
      ))}
    </div>
  );
}

function ShareOfWay({ way, zero }: { way: Way; zero: number }) {
  const points = way.points.map((point) => ({ ...point, at: Date.parse(point.at) - zero }));
  return (
    <figure data-testid="share" className="grid min-w-0 gap-2">
      <figcaption>
        <span className="font-medium break-words">{way.title}</span>: {way.sentence}
      </figcaption>
      {points.length < 2 ? null : (
        <InView height={150}>
          <ShareChart title={`Share of ${way.title}`} desc={way.sentence} points={points} />
        </InView>
      )}
      <Legend
        items={[
          { token: "unknown", text: "set" },
          { token: "s2", text: "measured", mark: "band" },
        ]}
      />
      <details>
        <summary className="inline-flex min-h-9 cursor-pointer items-center font-semibold text-accent max-rail:min-h-11">Show as table</summary>
        <StageTable way={way} zero={zero} />
      </details>
    </figure>
  );
}

function StageTable({ way, zero }: { way: Way; zero: number }) {
  return (
    <Table
      caption={`Stages of ${way.title}`}
      head={
        <tr>
          <Th>From</Th>
          <Th number>Set</Th>
          <Th number>Measured</Th>
          <Th number>Answers</Th>
        </tr>
      }
    >
      {way.stages.map((stage) => (
        <tr key={stage.from}>
          <Td className="num">{formatClock(Date.parse(stage.from) - zero)}</Td>
          <Td number>{formatPercent(stage.set)}</Td>
          <Td number>{formatPercent(stage.percent)}</Td>
          <Td number>{stage.answers === null ? "–" : stage.answers.toLocaleString("en-GB")}</Td>
        </tr>
      ))}
    </Table>
  );
}
