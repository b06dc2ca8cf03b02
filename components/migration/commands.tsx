import { visible } from "@/components/migration/visible";
import { CopyButton } from "@/components/ui/copy-button";

/** Commands as they are, each with a copy button; characters that hide or turn text are made visible. */
export function Commands({ commands }: { commands: string[] }) {
  if (commands.length === 0) return null;
  return (
    <ul className="grid gap-2">
      {commands.map((command, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two steps may name the same command; the list never reorders
        <li key={index} className="flex items-start gap-2 rounded-md border border-line bg-panel-2 p-2">
          <pre className="min-w-0 flex-1 overflow-x-auto text-sm">
            <code className="whitespace-pre-wrap break-words">{visible(command)}</code>
          </pre>
          <CopyButton text={command} />
        </li>
      ))}
    </ul>
  );
}
