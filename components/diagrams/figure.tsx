/** The frame that all drawings of the lessons share: a picture that a screen reader can read, and its caption. */
import { type ReactNode, useId } from "react";

/** Width of every drawing in its own units: one unit is about one pixel on a phone of 360 pixels. */
export const WIDTH = 340;

type FigureProps = {
  title: string;
  /** What the drawing shows, in words, for those who do not see it. */
  description: string;
  caption: ReactNode;
  height: number;
  children: ReactNode;
};

export function Figure({ title, description, caption, height, children }: FigureProps) {
  const id = useId();
  return (
    <figure className="diagram rounded-lg border border-border bg-surface px-3 pt-4 pb-3 sm:px-6 sm:pt-6 sm:pb-4">
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
        className="mx-auto block w-full max-w-[29rem] font-sans"
        fill="none"
      >
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-text`}>{description}</desc>
        {children}
      </svg>
      <figcaption className="mx-auto mt-3 max-w-[29rem] border-t border-border pt-2.5 text-sm leading-snug text-muted-foreground">
        {caption}
      </figcaption>
    </figure>
  );
}
