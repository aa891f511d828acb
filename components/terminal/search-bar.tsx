import { ArrowDown, ArrowUp, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button } from "../ui/button.tsx";

type SearchBarProps = { find: (text: string, direction: 1 | -1) => Promise<boolean>; onClose: () => void };

/** Looks for text in one terminal: Enter goes up, towards older output, and Shift+Enter down. */
export function SearchBar({ find, onClose }: SearchBarProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const look = (direction: 1 | -1, wanted = text) => {
    if (wanted === "") setProblem("");
    else
      find(wanted, direction).then(
        (found) => setProblem(found ? "" : "None"),
        () => setProblem("Not loaded: try again"),
      );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter") look(event.shiftKey ? 1 : -1);
    else return;
    event.preventDefault();
  };
  return (
    <search className="absolute top-2 right-4 z-20 flex items-center gap-1 rounded-md border border-border-strong bg-surface p-1 shadow-(--shadow-popover)">
      <input
        // biome-ignore lint/a11y/noAutofocus: the learner has just asked for it
        autoFocus
        aria-label="Search in the terminal"
        aria-invalid={problem !== ""}
        placeholder="Search"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          look(-1, event.target.value);
        }}
        onKeyDown={onKeyDown}
        className="h-8 w-44 rounded-sm bg-transparent px-2 text-[0.8125rem] outline-none"
      />
      <span aria-live="polite" className="text-[0.8125rem] text-muted-foreground">
        {problem}
      </span>
      <Button look="quiet" size="icon" aria-label="Older match" onClick={() => look(-1)}>
        <ArrowUp size={16} aria-hidden />
      </Button>
      <Button look="quiet" size="icon" aria-label="Newer match" onClick={() => look(1)}>
        <ArrowDown size={16} aria-hidden />
      </Button>
      <Button look="quiet" size="icon" aria-label="Close the search" onClick={onClose}>
        <X size={16} aria-hidden />
      </Button>
    </search>
  );
}
