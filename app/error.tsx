"use client";
import Link from "next/link";
import { Button } from "../components/ui/button.tsx";
import { Message } from "../components/ui/message.tsx";
import { PageFrame } from "../components/ui/page-frame.tsx";

/** In the place of a page that failed. The server's log has the error under the same number. */
export default function Failed({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <PageFrame>
      <Message
        title="This page failed"
        actions={
          <>
            <Button look="primary" onClick={reset}>
              Try again
            </Button>
            <Button asChild>
              <Link href="/">All lessons</Link>
            </Button>
          </>
        }
      >
        <p>Something went wrong in the site. Your progress is kept, and a running sandbox goes on.</p>
        {error.digest && (
          <p>
            Whoever runs this site finds it in the log under{" "}
            <span className="font-mono text-[0.88em] text-foreground">{error.digest}</span>.
          </p>
        )}
      </Message>
    </PageFrame>
  );
}
