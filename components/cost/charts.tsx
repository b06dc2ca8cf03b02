"use client";

import dynamic from "next/dynamic";

// Drawn in the browser only, and loaded when the figure comes into view: nothing is drawn on the server anyway.
export const PlanChart = dynamic(() => import("@/components/cost/plan-drawing"), { ssr: false });
export const OverTimeChart = dynamic(() => import("@/components/cost/over-time-drawing"), { ssr: false });
export const CurveChart = dynamic(() => import("@/components/cost/curve-drawing"), { ssr: false });
