"use client";
import { useEffect } from "react";

/** Milliseconds that the page itself is left alone. */
const DELAY = 200;

/** Fetches a lesson's code and fonts while the learner looks at the curriculum, so that a lesson opens with them. */
export function WarmUp() {
  useEffect(() => {
    const timer = setTimeout(() => {
      // Only a head start: the lesson fetches again what is missing, and says so if that fails too.
      Promise.all([
        import("./lab.tsx"),
        import("../terminal/terminal-screen.ts"),
        import("../terminal/webgl.ts").then(({ webglRenderer }) => webglRenderer()),
        // A font that comes late lays out the whole text again.
        document.fonts.load('italic 1em "Inter Variable"'),
        document.fonts.load('1em "JetBrains Mono Variable"'),
      ]).catch(() => undefined);
    }, DELAY);
    return () => clearTimeout(timer);
  }, []);
  return null;
}
