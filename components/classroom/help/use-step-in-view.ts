"use client";
import { useEffect, useState } from "react";
import { useLab } from "../../lab/lab-context.tsx";

/** Milliseconds that a task must be before the learner's eyes. */
const SETTLED = 700;

/** Tells the lab-server which task the learner has before them: the one that takes most of the lesson's height; between two, the last one. */
export function useStepInView(): void {
  const { connection, snapshot } = useLab();
  const isTold = snapshot?.class != null && snapshot.link.state === "open";
  const [inView, setInView] = useState<string>();

  useEffect(() => {
    const root = document.getElementById("lesson");
    if (root === null || !isTold) return;
    const heights = new Map<string, number>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const [first] = [...heights].filter(([, height]) => height > 0).sort(([, a], [, b]) => b - a);
      if (first !== undefined) setInView(first[0]);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRect } of entries)
          if (target instanceof HTMLElement && target.dataset.task !== undefined)
            heights.set(target.dataset.task, intersectionRect.height);
        clearTimeout(timer);
        timer = setTimeout(tell, SETTLED);
      },
      { root, threshold: [0, 0.25, 0.5, 0.75, 1] },
    );
    const watched = new Set<Element>();
    const watch = () => {
      for (const task of root.querySelectorAll("[data-task]")) {
        if (watched.has(task)) continue;
        watched.add(task);
        observer.observe(task);
      }
    };
    watch();
    // The text may come later than the frame around it.
    const arrivals = new MutationObserver(watch);
    arrivals.observe(root, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      arrivals.disconnect();
    };
  }, [isTold]);

  useEffect(() => {
    if (isTold && inView !== undefined) connection?.sayInClass({ type: "step", task: inView });
  }, [connection, isTold, inView]);
}
