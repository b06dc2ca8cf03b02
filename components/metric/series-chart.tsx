"use client";

import dynamic from "next/dynamic";

// Drawn in the browser only; sentence and table beside it are in the server's HTML.
export const SeriesChart = dynamic(() => import("@/components/metric/series-drawing"), { ssr: false });
