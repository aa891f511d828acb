"use client";
import "./globals.css";

/** In the place of everything, where even the frame failed. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Unboxed failed</title>
        <main className="mx-auto max-w-[40rem] px-5 py-[14vh]">
          <h1 className="text-2xl font-semibold">The site failed</h1>
          <p className="mt-3 text-muted-foreground">
            Your progress is kept. Try again; if it stays like this, whoever runs the site finds the reason in its log.
          </p>
          <button
            type="button"
            onClick={reset}
            className="mt-6 h-9 rounded-md bg-accent px-3.5 text-sm font-medium text-accent-foreground"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
