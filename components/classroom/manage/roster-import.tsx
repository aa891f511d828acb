"use client";
import { FileUp, LoaderCircle } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/field.tsx";
import { RosterPreview } from "./roster-preview.tsx";
import { type ImportAnswer, sendRoster } from "./send-roster.ts";

type ImportProps = { href: string; mostBytes: number; disabled: boolean };

/** Reads a roster's file, shows what would become of it, and then takes it. */
export function RosterImport({ href, mostBytes, disabled }: ImportProps) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<ImportAnswer>();

  const send = async (chosen: File, keep: boolean) => {
    setBusy(true);
    setAnswer(await sendRoster(href, chosen, { keep, mostBytes }));
    setBusy(false);
    if (keep) router.refresh();
  };
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    setAnswer(undefined);
    void send(chosen, false);
  };
  const close = (isOpen: boolean) => {
    setOpen(isOpen);
    setFile(undefined);
    setAnswer(undefined);
  };
  const done = answer?.done;
  const rows = answer?.reading?.rows.length ?? 0;
  return (
    <>
      <Button size="small" disabled={disabled} onClick={() => setOpen(true)}>
        <FileUp size={15} aria-hidden />
        Import a roster
      </Button>
      <Dialog open={open} onOpenChange={close} title="Import a roster">
        {!answer?.reading && (
          <p className="text-muted-foreground">
            A CSV file, as spreadsheets and schools export it. Its first row names the columns:{" "}
            <span className="font-medium text-foreground">name</span>, and if you like{" "}
            <span className="font-medium text-foreground">e-mail</span> and{" "}
            <span className="font-medium text-foreground">reference</span>, in any order.
          </p>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: to drop a file is another way to press the button in it */}
        <div
          className={done ? "hidden" : "mt-4 rounded-md border border-dashed border-border-strong px-4 py-5 text-center"}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            choose(event.dataTransfer.files[0]);
          }}
        >
          <input
            ref={input}
            type="file"
            aria-label="Roster file"
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
            className="sr-only"
            tabIndex={-1}
            onChange={({ target }) => {
              choose(target.files?.[0]);
              // The same file may be chosen again once it is mended.
              target.value = "";
            }}
          />
          <Button onClick={() => input.current?.click()}>{file ? "Choose another file" : "Choose a file"}</Button>
          <p className="mt-2 text-[0.8125rem] break-words text-muted-foreground">
            {file ? file.name : "or drop it here. At most 2,000 rows."}
          </p>
        </div>
        <div aria-live="polite" aria-busy={busy}>
          {busy && !answer && (
            <p className="mt-4 flex items-center gap-2 text-sm text-muted-foreground">
              <LoaderCircle size={15} aria-hidden className="animate-spin" />
              Reading the file
            </p>
          )}
          {answer?.reading && <RosterPreview reading={answer.reading} done={done} />}
        </div>
        <Problem className="mt-4">{answer?.problem}</Problem>
        <div className="mt-6 flex justify-end gap-2">
          {done ? (
            <Button look="primary" onClick={() => close(false)}>
              Done
            </Button>
          ) : (
            <>
              <Button onClick={() => close(false)}>Cancel</Button>
              {file && rows > 0 && (
                <Button look="primary" busy={busy} onClick={() => void send(file, true)}>
                  Import {rows} {rows === 1 ? "person" : "people"}
                </Button>
              )}
            </>
          )}
        </div>
      </Dialog>
    </>
  );
}
