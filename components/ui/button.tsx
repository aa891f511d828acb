import { Slot } from "radix-ui";
import type { ComponentProps } from "react";

type Look = "primary" | "outline" | "quiet" | "accent" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-accent-foreground hover:brightness-110 active:brightness-95",
  outline: "border border-border-strong bg-surface hover:bg-muted active:brightness-95",
  quiet: "text-muted-foreground hover:bg-muted hover:text-foreground",
  accent: "text-accent hover:bg-muted",
  danger: "border border-border-strong bg-surface text-danger hover:bg-muted",
};

const SIZES = {
  small: "h-8 gap-1.5 px-2.5 text-[0.8125rem]",
  medium: "h-9 gap-2 px-3.5 text-sm",
  large: "h-11 gap-2 px-5 text-[0.9375rem]",
  icon: "size-8 justify-center",
};

type ButtonProps = ComponentProps<"button"> & {
  look?: Look;
  size?: keyof typeof SIZES;
  asChild?: boolean;
  /** What it began is going on: it does nothing meanwhile, and keeps the keyboard, which one that is disabled loses. */
  busy?: boolean;
};

/** A button, or with `asChild` a link that looks like one. */
export function Button({
  look = "outline",
  size = "medium",
  asChild = false,
  className = "",
  type = "button",
  busy = false,
  ...props
}: ButtonProps) {
  const classes = `button inline-flex shrink-0 items-center rounded-md font-medium whitespace-nowrap select-none disabled:opacity-50 aria-disabled:opacity-50 ${LOOKS[look]} ${SIZES[size]} ${className}`;
  if (asChild) return <Slot.Root className={classes} {...props} />;
  return <button type={type} className={classes} {...props} {...(busy && BUSY)} />;
}

/** A form is not sent either: what would send it, the Enter key too, clicks its button. */
const BUSY: ComponentProps<"button"> = { "aria-disabled": true, onClick: (event) => event.preventDefault() };
