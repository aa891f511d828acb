"use client";
import { useEffect } from "react";

/** Fetches the terminal's code while the learner looks at the curriculum, so that a lesson opens with it. */
export function WarmUp() {
  useEffect(() => {
    const timer = setTimeout(() => {
      // Only a head start: the lesson fetches it again, and says so if that fails too.
      import("../terminal/terminal-screen.ts").catch(() => undefined);
    }, 200);
    return () => clearTimeout(timer);
  }, []);
  return null;
}
