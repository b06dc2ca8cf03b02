import { ImportList } from "@/components/source-import/import-list";
import { SourceUpload } from "@/components/source-import/source-upload";
import { CommandLine } from "@/components/ui/layout";
import { listRulesImports } from "@/lib/alert/import-rules";
import { MAX_YAML_BYTES } from "@/lib/inventory/sources/limits";
import { projectPage } from "@/lib/inventory/store";
import { type Ctx, can } from "@/lib/service/context";
import { undoRulesImportAction } from "./actions";

interface RuleImportsProps {
  ctx: Ctx;
  /** Slug of the one project the page is about; absent for all. */
  project: string | undefined;
  timeZone: string;
  open: boolean;
}

const LISTED_PROJECTS = 50;

/** Upload of Prometheus rule files, with the imports so far. */
export async function RuleImports({ ctx, project, timeZone, open }: RuleImportsProps) {
  const all = await projectPage(ctx, "", 500);
  const shown = all.filter((one) => project === undefined || one.slug === project || one.id === project);
  if (shown.length === 0) return null;
  const may = can(ctx, "trigger.edit");
  const imports = await Promise.all(
    shown.slice(0, LISTED_PROJECTS).map(async (one) => ({ project: one, items: (await listRulesImports(ctx, one.slug, { limit: 10 })).items })),
  );
  return (
    <details id="import" data-testid="import-section" className="mb-4 rounded-xl border border-line bg-panel p-3" open={open ? true : undefined}>
      <summary className="min-h-9 cursor-pointer content-center font-semibold max-rail:min-h-11">Import a Prometheus rule file</summary>
      <div className="mt-3 grid grid-cols-1 gap-4">
        {may ? (
          <SourceUpload
            label="Prometheus rule file (YAML)"
            accept=".yaml,.yml,.rules,.json,text/yaml"
            maxBytes={MAX_YAML_BYTES}
            endpoint="/api/v1/projects/{place}/rules"
            place={{
              label: "For the project",
              name: "project",
              initial: shown[0]?.slug ?? "",
              options: shown.map((one) => ({ value: one.slug, text: one.name })),
            }}
            hint="Alerting rules are kept with expression, hold time, severity and summary. Recording rules stay in Prometheus. Importing the same file again changes nothing."
          />
        ) : (
          <p className="text-ink-2">Your role cannot import.</p>
        )}
        {imports
          .filter((one) => one.items.length > 0)
          .map((one) => (
            <section key={one.project.id} aria-label={`Imports of ${one.project.name}`}>
              <h2 className="mb-1 text-base">{one.project.name}</h2>
              <ImportList project={one.project.slug} imports={one.items} timeZone={timeZone} undo={may ? undoRulesImportAction : undefined} />
            </section>
          ))}
        <details>
          <summary className="inline-flex min-h-9 cursor-pointer items-center text-sm font-semibold text-accent max-rail:min-h-11">From a terminal</summary>
          <CommandLine>{`npm run switchyard -- rules FILE --project ${shown[0]?.slug ?? "SLUG"}`}</CommandLine>
        </details>
      </div>
    </details>
  );
}
