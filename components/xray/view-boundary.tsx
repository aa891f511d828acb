import { Component, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";

type ViewBoundaryProps = { label: string; children: ReactNode };

/** A view that breaks breaks alone. Give it a key, so that another view begins anew. */
export class ViewBoundary extends Component<ViewBoundaryProps, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidCatch(error: Error) {
    console.error(`The X-ray's view ${this.props.label} is broken:`, error);
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div role="alert" className="flex h-full flex-col items-start gap-3 p-5">
        <p>This view could not be drawn. The others, the timeline and your sandbox go on.</p>
        <Button size="small" onClick={() => this.setState({ broken: false })}>
          Draw it again
        </Button>
      </div>
    );
  }
}
