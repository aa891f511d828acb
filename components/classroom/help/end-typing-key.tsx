"use client";
import { useEffect } from "react";
import { useLab } from "../../lab/lab-context.tsx";

export const END_KEYS = "Ctrl Shift E";

/** The key that takes the keyboard back from whoever may type into the learner's terminal. */
export function EndTypingKey() {
  const { connection, snapshot } = useLab();
  const helpers = snapshot?.helpers;
  useEffect(() => {
    const typing = helpers?.filter(({ typing }) => typing === "yes") ?? [];
    if (typing.length === 0) return;
    const onKey = (event: KeyboardEvent) => {
      if (!event.ctrlKey || !event.shiftKey || event.code !== "KeyE") return;
      event.preventDefault();
      event.stopPropagation();
      for (const { id } of typing) connection?.sayInClass({ type: "helper", helper: id, mayType: false });
    };
    // Before the terminal sees it.
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [connection, helpers]);
  return null;
}
