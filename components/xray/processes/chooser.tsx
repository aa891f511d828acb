import { ToggleGroup } from "radix-ui";
import { NAMESPACE_TYPES } from "../../../lab-server/protocol.ts";
import { kindColour } from "../namespace-chip.tsx";
import type { LookAt } from "./layout.ts";
import { TYPE_MEANS } from "./words.ts";

const LOOKS: readonly LookAt[] = [...NAMESPACE_TYPES, "all"];

type ChooserProps = { look: LookAt; onLook: (look: LookAt) => void; numbers: ReadonlyMap<LookAt, number> };

/** Which type of namespace the boxes are. A type of which there are several says how many. */
export function Chooser({ look, onLook, numbers }: ChooserProps) {
  return (
    <div className="processes-chooser">
      <span id="processes-look">Look at</span>
      <ToggleGroup.Root
        type="single"
        value={look}
        onValueChange={(value) => {
          const chosen = LOOKS.find((name) => name === value);
          if (chosen !== undefined) onLook(chosen);
        }}
        aria-labelledby="processes-look"
        className="processes-types"
      >
        {LOOKS.map((name) => {
          const number = numbers.get(name) ?? 0;
          return (
            <ToggleGroup.Item
              key={name}
              value={name}
              className="processes-type"
              style={kindColour(name === "all" ? undefined : name)}
              title={name === "all" ? "All types at once: what makes a container" : `${name}: ${TYPE_MEANS[name]}`}
            >
              <span aria-hidden className="processes-swatch" data-all={name === "all"} />
              {name}
              {number > 1 && (
                <span className="processes-number">
                  <span aria-hidden>×{number}</span>
                  <span className="sr-only">, {number} namespaces</span>
                </span>
              )}
            </ToggleGroup.Item>
          );
        })}
      </ToggleGroup.Root>
    </div>
  );
}
