"use client";

import { useState } from "react";

const THEMES = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

/** Light, dark or as the system; kept in a cookie so that the server draws the right one. */
export function ThemeSwitch({ initial }: { initial: string }) {
  const [theme, setTheme] = useState(initial);
  return (
    <label className="mt-1 flex min-h-9 items-center gap-2 px-1 text-ink-2">
      <span>Theme</span>
      <select
        className="min-h-8 flex-1 rounded border border-line bg-panel px-1 text-ink max-rail:min-h-11"
        value={theme}
        onChange={(event) => {
          const next = event.target.value;
          setTheme(next);
          if (next === "system") delete document.documentElement.dataset.theme;
          else document.documentElement.dataset.theme = next;
          // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain HTTP
          document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
        }}
      >
        {THEMES.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
