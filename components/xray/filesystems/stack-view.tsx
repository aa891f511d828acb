import { ArrowUp, CircleSlash, EyeOff, type LucideIcon, Plus } from "lucide-react";
import { memo, type ReactNode, useState } from "react";
import type { FileFact, Reference } from "../../../lab-server/protocol.ts";
import { bytes } from "../amount.ts";
import { sameReference } from "../reference.ts";
import type { ViewProps } from "../view.ts";
import { CHANGES, changesInWords, type Stack } from "./layers.ts";

/** Entries of an upper layer that are shown before the learner asks for more. */
const FIRST_FILES = 14;

const ICONS: Readonly<Record<FileFact["change"], LucideIcon>> = {
  copied: ArrowUp,
  added: Plus,
  whiteout: EyeOff,
  opaque: CircleSlash,
};

type StackViewProps = {
  stack: Stack;
  /** Name of the mount namespace that it was seen in. */
  namespace: string | undefined;
  focused: boolean;
  selected: Reference | undefined;
  select: ViewProps["select"];
};

/** One overlay: what is seen on top, the layer that takes the changes, and the layers below that never change. */
export const StackView = memo(function StackView({ stack, namespace, focused, selected, select }: StackViewProps) {
  const { id, overlay } = stack;
  const of: Reference = { table: "overlays", id };
  return (
    <article
      aria-label={`Overlay at ${overlay.point}`}
      data-overlay={overlay.point}
      data-selected={sameReference(of, selected)}
      data-focused={focused}
      className="xray-new flex min-w-0 flex-col rounded-lg border border-border bg-surface p-3 data-[focused=true]:border-accent data-[selected=true]:outline-2 data-[selected=true]:outline-accent"
    >
      <header className="mb-2 flex flex-wrap items-baseline gap-x-2">
        <button
          type="button"
          aria-pressed={sameReference(of, selected)}
          onClick={() => select(of)}
          className="rounded-sm font-mono text-[0.8125rem] font-semibold break-all hover:text-accent"
        >
          {overlay.point}
        </button>
        <span className="text-xs text-muted-foreground">
          {overlay.sandbox ? "what the sandbox stands on" : `overlay in ${namespace ?? "a mount namespace"}`}
        </span>
      </header>
      <Layer name="merged" colour="var(--border-strong)" title={overlay.point} note="what is seen" />
      {overlay.upper === null ? (
        <Layer name="upper" colour="var(--border-strong)" title="none" note="read-only: nothing can be changed" />
      ) : (
        <Layer
          name="upper"
          colour="var(--accent)"
          title={overlay.sandbox ? "this sandbox's changes" : overlay.upper}
          mono={!overlay.sandbox}
          note={changesInWords(overlay) ?? "nothing changed so far"}
          amount={overlay.bytes > 0 ? bytes(overlay.bytes) : undefined}
        >
          {overlay.unread ? (
            <p className="text-xs text-muted-foreground">{overlay.unread}</p>
          ) : (
            <Files stack={stack} selected={selected} select={select} />
          )}
        </Layer>
      )}
      {overlay.lower.map((path, index) => (
        <Layer
          // biome-ignore lint/suspicious/noArrayIndexKey: the same directory may be given twice, and layers keep their order
          key={index}
          name={overlay.lower.length > 1 ? `lower ${index + 1}` : "lower"}
          colour="var(--ns-mnt)"
          title={overlay.sandbox ? `the image ${path}` : path}
          mono={!overlay.sandbox}
          note="only read"
        />
      ))}
    </article>
  );
});

type LayerProps = {
  name: string;
  colour: string;
  title: string;
  note: string;
  mono?: boolean;
  amount?: string | undefined;
  children?: ReactNode;
};

function Layer({ name, colour, title, note, mono = true, amount, children }: LayerProps) {
  return (
    <div
      className="-mt-px border px-2.5 py-1.5 first-of-type:rounded-t-md last-of-type:rounded-b-md"
      style={{ borderColor: colour, background: `color-mix(in oklab, ${colour} 7%, var(--surface))` }}
    >
      <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
        <span className="w-14 shrink-0 font-semibold" style={{ color: name === "merged" ? "var(--foreground)" : colour }}>
          {name}
        </span>
        <span className={`min-w-0 break-all ${mono ? "font-mono" : ""}`}>{title}</span>
        <span className="ml-auto text-muted-foreground">
          {note}
          {amount && `, ${amount}`}
        </span>
      </p>
      {children}
    </div>
  );
}

function Files({ stack: { id, overlay, files }, selected, select }: Pick<StackViewProps, "stack" | "selected" | "select">) {
  const [all, setAll] = useState(false);
  const shown = all ? files : files.slice(0, FIRST_FILES);
  const counted = overlay.copied + overlay.added + overlay.whiteouts + overlay.opaque;
  if (files.length === 0) return null;
  return (
    <>
      <ul aria-label="Files in the upper layer" className="mt-1.5 flex flex-wrap gap-1">
        {shown.map((file) => (
          <li key={file.path} className="min-w-0">
            <File file={file} of={{ table: "files", id: `${id}:${file.path}` }} selected={selected} select={select} />
          </li>
        ))}
      </ul>
      {files.length > FIRST_FILES && (
        <button type="button" onClick={() => setAll(!all)} className="mt-1.5 text-xs font-medium text-accent hover:underline">
          {all ? "Show fewer" : `Show ${files.length - FIRST_FILES} more`}
        </button>
      )}
      {counted > files.length && (
        <p className="mt-1 text-xs text-muted-foreground">{(counted - files.length).toLocaleString("en")} more are not listed.</p>
      )}
    </>
  );
}

function File({ file, of, selected, select }: { file: FileFact; of: Reference } & Pick<StackViewProps, "selected" | "select">) {
  const { word, means } = CHANGES[file.change];
  const Icon = ICONS[file.change];
  const isSelected = sameReference(of, selected);
  return (
    <button
      type="button"
      title={`${word}: ${means}`}
      aria-pressed={isSelected}
      data-selected={isSelected}
      onClick={() => select(of)}
      data-change={file.change}
      className={`inline-flex min-h-6 max-w-full items-center gap-1 rounded-sm border bg-background px-1.5 text-left font-mono text-xs hover:border-accent ${file.change === "copied" ? "xray-rise" : "xray-new"} ${file.change === "whiteout" ? "border-dashed" : ""} ${isSelected ? "border-accent outline-1 outline-accent" : "border-border-strong"}`}
    >
      <Icon aria-label={word} className="size-3.5 shrink-0 text-accent" />
      <span className={`min-w-0 break-all ${file.change === "whiteout" ? "text-muted-foreground line-through" : ""}`}>
        {file.path}
        {file.type === "directory" && "/"}
      </span>
      {file.type === "file" && file.change !== "whiteout" && <span className="text-muted-foreground">{bytes(file.size)}</span>}
    </button>
  );
}
