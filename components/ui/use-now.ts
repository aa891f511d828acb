import { useEffect, useState } from "react";

/** The time in milliseconds since the epoch, read again every `beat` milliseconds; undefined on the server. */
export function useNow(beat: number): number | undefined {
  const [now, setNow] = useState<number>();
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), beat);
    return () => clearInterval(timer);
  }, [beat]);
  return now;
}
