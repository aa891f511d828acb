"use client";
import { ArrowRight, LoaderCircle } from "lucide-react";
import { useLinkStatus } from "next/link";

/** The arrow of a link, which turns into a wheel while the page that it leads to is on its way. Belongs inside the link. */
export function LinkArrow({ size }: { size: number }) {
  const { pending } = useLinkStatus();
  return pending ? <Wheel size={size} /> : <ArrowRight size={size} aria-hidden />;
}

/** The wheel alone, for a link that has no arrow. */
export function LinkWheel({ size }: { size: number }) {
  const { pending } = useLinkStatus();
  return pending && <Wheel size={size} />;
}

function Wheel({ size }: { size: number }) {
  return (
    <>
      <LoaderCircle size={size} aria-hidden className="inline animate-spin" />
      <span role="status" className="sr-only">
        Opening
      </span>
    </>
  );
}
