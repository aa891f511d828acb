"use client";
import type { LabConnection } from "../../lab/connection.ts";
import { FollowedTerminal } from "../../terminal/followed-terminal.tsx";

type DemonstrationProps = { connection: LabConnection; from: string; size: { cols: number; rows: number } };

/** The terminal that the instructor shows to the class, live. */
export default function Demonstration({ connection, from, size }: DemonstrationProps) {
  return (
    <FollowedTerminal
      label={`${from}’s terminal, live`}
      size={size}
      attach={(screen) =>
        connection.lookAtDemonstration({
          begin(cols, rows) {
            screen.clear();
            screen.follow(cols, rows);
          },
          write: (bytes) => screen.write(bytes, () => undefined),
        })
      }
    />
  );
}
