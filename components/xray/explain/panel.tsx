import { X } from "lucide-react";
import Link from "next/link";
import { type RefObject, useEffect, useMemo, useState } from "react";
import type { Facts, RawFile, Reference } from "../../../lab-server/protocol.ts";
import { termAnchor } from "../../glossary/glossary-term.ts";
import { InlineCode } from "../../lesson/inline-code.tsx";
import { Button } from "../../ui/button.tsx";
import { sameReference } from "../reference.ts";
import { explain } from "./explain.ts";
import { type Explanation, TERMS } from "./explanation.ts";

type ExplainPanelProps = {
  of: Reference;
  facts: Facts;
  /** What the facts were read from: the answer to the last question. */
  raw: { of: Reference; files: readonly RawFile[] } | undefined;
  /** Asks for the files of this thing as they are now. */
  askRaw: (of: Reference) => void;
  isOnline: boolean;
  select: (of: Reference) => void;
  onClose: () => void;
  heading: RefObject<HTMLHeadingElement | null>;
};

/** What a thing in the picture is, where that was read, and where it is taught. */
export function ExplainPanel({ of, facts, raw, askRaw, isOnline, select, onClose, heading }: ExplainPanelProps) {
  const present = useMemo(() => explain(of, facts), [of, facts]);
  const explanation = useLast(of, present);
  useEffect(() => {
    if (isOnline) askRaw(of);
  }, [of, askRaw, isOnline]);
  return (
    <aside aria-label="Explanation" className="xray-explain">
      <div className="flex items-start gap-2 pt-3 pr-2 pl-4">
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-1.5 text-xs text-muted-foreground">
            {explanation?.colour !== undefined && (
              <span aria-hidden className="size-2 rounded-[2px]" style={{ background: `var(--${explanation.colour})` }} />
            )}
            {explanation?.kind ?? of.table}
          </p>
          <h3
            ref={heading}
            tabIndex={-1}
            className="font-mono text-sm font-semibold break-words outline-none"
            style={{ overflowWrap: "anywhere" }}
          >
            {explanation?.title ?? of.id}
          </h3>
        </div>
        <Button look="quiet" size="icon" aria-label="Close the explanation" onClick={onClose}>
          <X size={15} aria-hidden />
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-2 pb-4 text-sm leading-normal">
        {present === undefined && <p className="mb-2 text-warning">It is gone.</p>}
        {explanation !== undefined && <Explained explanation={explanation} select={select} />}
        <RawFiles files={sameReference(raw?.of, of) ? raw?.files : undefined} onAgain={() => askRaw(of)} />
      </div>
    </aside>
  );
}

function Explained({ explanation, select }: { explanation: Explanation; select: (of: Reference) => void }) {
  const { text, values, near = [], terms } = explanation;
  return (
    <>
      <p>
        <InlineCode text={text} />
      </p>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-[0.8125rem]">
        {values.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="min-w-0 font-mono text-xs leading-5 tabular-nums" style={{ overflowWrap: "anywhere" }}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {near.length > 0 && (
        <ul aria-label="What belongs to it" className="mt-3 flex flex-wrap gap-1">
          {near.map(({ name, of }) => (
            <li key={`${of.table} ${of.id}`} className="max-w-full">
              <button
                type="button"
                onClick={() => select(of)}
                className="block max-w-full truncate rounded-sm border border-border-strong px-1.5 py-0.5 font-mono text-xs hover:bg-muted"
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      )}
      <ul aria-label="Where it is taught" className="mt-3 flex flex-wrap gap-x-3 gap-y-1 text-[0.8125rem]">
        {terms.map((slug) => (
          <li key={slug}>
            <Link href={`/lessons/${TERMS[slug].lesson}#${termAnchor(slug)}`} className="font-medium text-accent hover:underline">
              {TERMS[slug].term}
            </Link>{" "}
            <Link
              href={`/glossary#${slug}`}
              className="text-muted-foreground hover:underline"
              aria-label={`${TERMS[slug].term} in the glossary`}
            >
              (glossary)
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function RawFiles({ files, onAgain }: { files: readonly RawFile[] | undefined; onAgain: () => void }) {
  return (
    <section aria-label="Where this was read" className="mt-4 border-t border-border pt-3">
      <div className="flex items-center justify-between">
        <h4 className="text-[0.8125rem] font-semibold">Where this was read</h4>
        <Button look="quiet" size="small" onClick={onAgain}>
          Read again
        </Button>
      </div>
      {files === undefined && <p className="text-[0.8125rem] text-muted-foreground">Reading…</p>}
      {files?.length === 0 && (
        <p className="text-[0.8125rem] text-muted-foreground">There is nothing to read any more, or no single file says it.</p>
      )}
      {files?.map(({ path, inside, text, truncated }) => (
        <figure key={path} className="mt-2">
          <figcaption className="font-mono text-xs leading-snug" style={{ overflowWrap: "anywhere" }}>
            {path}
            {inside !== null && (
              <span className="block text-muted-foreground">
                <span className="font-sans">in the sandbox: </span>
                {inside}
              </span>
            )}
          </figcaption>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, and the keyboard must be able to scroll it
            tabIndex={0}
            className="mt-1 max-h-40 overflow-auto rounded-sm border border-border bg-muted px-2 py-1.5 font-mono text-xs leading-snug whitespace-pre-wrap [overflow-wrap:anywhere]"
          >
            {text === "" ? "(empty)" : text}
            {truncated && "\n…"}
          </pre>
        </figure>
      ))}
    </section>
  );
}

/** What was said last of this thing, for when it is gone. */
function useLast(of: Reference, present: Explanation | undefined): Explanation | undefined {
  const [last, setLast] = useState({ of, said: present });
  if (last.said !== present && (present !== undefined || !sameReference(last.of, of))) setLast({ of, said: present });
  return present ?? (sameReference(last.of, of) ? last.said : undefined);
}
