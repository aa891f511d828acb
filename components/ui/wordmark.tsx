/** The product's name: a box with its lid lifted. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-[-0.015em]">
      <svg
        viewBox="0 0 20 20"
        width="20"
        height="20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d="M3 10l7 3.4 7-3.4v4.4L10 17.8 3 14.4z" />
        <path d="M10 13.4v4.4" />
        <path d="M3 5.4L10 2l7 3.4-7 3.4z" className="text-accent" stroke="currentColor" />
      </svg>
      Unboxed
    </span>
  );
}
