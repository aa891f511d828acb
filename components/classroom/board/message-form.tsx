"use client";
import { Send } from "lucide-react";
import { useId, useState } from "react";
import { MAX_COMMAND, MAX_MESSAGE } from "../../../lab-server/protocol.ts";
import { Button } from "../../ui/button.tsx";
import { useAsk } from "../use-ask.ts";
import { useBoard } from "./board-context.tsx";

/** Words, and perhaps a command, to all learners who are here or to one. */
export function MessageForm({ to, autoFocus = false }: { to: "all" | string; autoFocus?: boolean }) {
  const { connection } = useBoard();
  const { asked, ask, forget, isAsking } = useAsk(connection);
  const [text, setText] = useState("");
  const [command, setCommand] = useState("");
  const id = useId();
  const send = async () => {
    const suggestion = command.trim() === "" ? {} : { command: command.trim() };
    const sent = await ask({ type: "message", to: to === "all" ? "all" : [to], text: text.trim(), ...suggestion });
    if (!sent) return;
    setText("");
    setCommand("");
  };
  const changed = (set: (value: string) => void) => (event: { target: { value: string } }) => {
    set(event.target.value);
    if (asked.state !== "asking") forget();
  };
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div>
        <label htmlFor={`${id}-text`} className="mb-1 block text-[0.8125rem] font-medium">
          Message
        </label>
        <textarea
          id={`${id}-text`}
          value={text}
          onChange={changed(setText)}
          required
          rows={3}
          maxLength={MAX_MESSAGE}
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to write here
          autoFocus={autoFocus}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
          }}
          className="block w-full resize-y rounded-md border border-border-strong bg-surface px-3 py-2 text-[0.9375rem]"
        />
      </div>
      <div>
        <label htmlFor={`${id}-command`} className="mb-1 block text-[0.8125rem] font-medium">
          Suggest a command <span className="font-normal text-muted-foreground">(nothing runs it but the learner)</span>
        </label>
        <input
          id={`${id}-command`}
          value={command}
          onChange={changed(setCommand)}
          maxLength={MAX_COMMAND}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="block h-9 w-full rounded-md border border-border-strong bg-surface px-3 font-mono text-[0.8125rem]"
        />
      </div>
      <div className="flex min-h-9 items-center gap-3">
        <Button type="submit" look="primary" disabled={isAsking || text.trim() === ""}>
          <Send size={15} aria-hidden />
          {isAsking ? "Sending…" : "Send"}
        </Button>
        <p role="status" className={`text-[0.8125rem] ${asked.state === "failed" ? "text-danger" : "text-muted-foreground"}`}>
          {asked.state === "failed" && asked.message}
          {asked.state === "done" && reachedInWords(to, asked.answer.type === "done" ? asked.answer.reached : undefined)}
        </p>
      </div>
    </form>
  );
}

function reachedInWords(to: string, reached: number | undefined): string {
  if (reached === undefined) return "Sent.";
  if (to !== "all") return reached > 0 ? "Sent. It is on their page." : "They have no page open, so it did not reach them.";
  if (reached === 0) return "Nobody has a page open, so it reached no one.";
  return `Sent. It is on the ${reached === 1 ? "page of 1 learner" : `pages of ${reached} learners`}.`;
}
