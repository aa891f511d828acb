import Link from "next/link";
import { Button } from "../components/ui/button.tsx";
import { Message } from "../components/ui/message.tsx";
import { PageFrame } from "../components/ui/page-frame.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <PageFrame>
      <Message
        title="There is no such page"
        actions={
          <Button asChild look="primary">
            <Link href="/">All lessons</Link>
          </Button>
        }
      >
        <p>The address may be mistyped, or the lesson was renamed.</p>
      </Message>
    </PageFrame>
  );
}
