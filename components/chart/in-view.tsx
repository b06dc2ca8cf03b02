"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";

/** Mounts its children once they are about to be seen; the box has its height from the start, so nothing moves. */
export function InView({ height, children }: { height: number; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null || seen) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: "160px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [seen]);
  return (
    <div ref={box} style={{ height }} className="min-w-0" data-chart={seen ? "shown" : "waiting"}>
      {seen ? children : null}
    </div>
  );
}
