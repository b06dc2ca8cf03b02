import { InvalidInputError } from "@/lib/core/errors";
import { isCompose, readCompose } from "./compose";
import { asObject, parseJsonText } from "./json-text";
import { isShowOutput, readTerraformShow } from "./terraform-show";
import { isStateFile, readTerraformState } from "./terraform-state";
import type { FoundResource, ReadSource } from "./types";
import { parseSourceYaml } from "./yaml-text";

const WANTED =
  "Export one of these: a Terraform state (terraform state pull > state.json), a plan or state in JSON (terraform show -json plan.out > plan.json), or a Compose file (docker compose config > compose.yaml).";

/**
 * Infrastructure as code to resources: Terraform state, `terraform show -json` of a state or plan, Compose. What it is
 * is decided by its content, not by its name. Only allow-listed attributes leave this function; messages and notes
 * never hold a value of the file. Pure.
 * @throws InvalidInputError with a sentence that says what to do.
 */
export function readSource(text: string): ReadSource {
  const read = dispatch(text.replace(/^\uFEFF/, ""));
  const unique = new Map<string, FoundResource>();
  for (const resource of read.resources) if (!unique.has(resource.address)) unique.set(resource.address, resource);
  const twice = read.resources.length - unique.size;
  const resources = [...unique.values()];
  if (resources.length === 0 && read.format === "compose") throw new InvalidInputError("The Compose file has no services: there is nothing to import.");
  return {
    ...read,
    resources,
    notes: twice === 0 ? read.notes : [...read.notes, `${twice} resources have an address that another one has too; the first of each is kept.`],
  };
}

function dispatch(text: string): ReadSource {
  const start = text.trimStart();
  if (start.startsWith("{") || start.startsWith("[")) {
    if (/^\{"@level":/.test(start))
      throw new InvalidInputError('This is the log that "terraform plan -json" writes. Export the plan itself: terraform show -json plan.out > plan.json');
    const document = asObject(parseJsonText(text));
    if (document === null) throw new InvalidInputError(`The file is a JSON list, which is nothing known here. ${WANTED}`);
    if (isShowOutput(document)) return readTerraformShow(document);
    if (isStateFile(document)) return readTerraformState(document);
    if (isCompose(document)) return readCompose(document);
    if (document.encrypted_data !== undefined)
      throw new InvalidInputError("The state is encrypted by OpenTofu. Write it out with: tofu state pull > state.json");
    throw new InvalidInputError(`The file is JSON, but no Terraform state, plan or Compose file. ${WANTED}`);
  }
  if (start.startsWith("PK") || start.startsWith("\uFFFD"))
    throw new InvalidInputError(`The file is binary. A plan as Terraform saves it cannot be read. ${WANTED}`);
  const document = asObject(parseSourceYaml(text));
  if (document === null) throw new InvalidInputError(`The file is neither JSON nor a YAML map. ${WANTED}`);
  if (isCompose(document)) return readCompose(document);
  if (Array.isArray(document.groups))
    throw new InvalidInputError("This is a file of Prometheus rules: import it on the alerts page, or with: switchyard rules FILE --project SLUG");
  throw new InvalidInputError(`The file is YAML, but no Compose file: it has no map "services". ${WANTED}`);
}
