import { useEffect, useState } from "react";
import { NEW_FOR } from "./new.ts";

/** The moment of the picture. Where nothing changes any more, time goes on once by `wait`, so that nothing stays new for ever. */
export function useNow(at: number, live: boolean, wait = NEW_FOR): number {
  const [later, setLater] = useState(at);
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => setLater(at + wait), wait);
    return () => clearTimeout(timer);
  }, [at, live, wait]);
  return live ? Math.max(at, later) : at;
}
