import { useCallback, useState } from "react";
import type { StaffAnswer, StaffConnection, StaffRequest } from "./staff-connection.ts";

export type Asked =
  | { state: "idle" }
  | { state: "asking" }
  | { state: "done"; answer: StaffAnswer }
  | { state: "failed"; message: string };

/** Asks the lab-server for something, and knows how that goes. `ask` resolves to whether it was done. */
export function useAsk(connection: StaffConnection | undefined) {
  const [asked, setAsked] = useState<Asked>({ state: "idle" });
  const ask = useCallback(
    async (request: StaffRequest): Promise<boolean> => {
      if (connection === undefined) return false;
      setAsked({ state: "asking" });
      try {
        setAsked({ state: "done", answer: await connection.ask(request) });
        return true;
      } catch (error) {
        setAsked({ state: "failed", message: error instanceof Error ? error.message : String(error) });
        return false;
      }
    },
    [connection],
  );
  const forget = useCallback(() => setAsked({ state: "idle" }), []);
  return { asked, ask, forget, isAsking: asked.state === "asking" };
}
