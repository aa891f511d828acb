"use client";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useBoard } from "./board-context.tsx";

const NOBODY: readonly string[] = [];

/** Says politely who raised a hand, and puts the number of hands into the tab's title. */
export function Announcer() {
  const { store } = useBoard();
  const queue = useSyncExternalStore(store.subscribe, store.queue, () => NOBODY);
  const before = useRef<ReadonlySet<string>>(undefined);
  const [words, setWords] = useState("");
  const key = queue.join(" ");

  // biome-ignore lint/correctness/useExhaustiveDependencies: the queue is a new object more often than it is another
  useEffect(() => {
    const names = queue
      .filter((learner) => before.current && !before.current.has(learner))
      .map((learner) => store.row(learner)?.name);
    if (names.length > 0) setWords(`${names.join(" and ")} raised a hand. ${queue.length} in the queue.`);
    else if (queue.length === 0) setWords("");
    before.current = new Set(queue);

    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = queue.length > 0 ? `(${queue.length}) ${title}` : title;
  }, [key, store]);

  return (
    <p aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}
