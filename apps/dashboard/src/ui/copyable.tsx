/** A text that one takes along with one click. */

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "./button.tsx";

const SHOWN_MS = 1_500;

interface CopyProps {
  readonly text: string;
  readonly what: string;
  /** Where it takes the place of what had the focus. */
  readonly autoFocus?: boolean;
}

function useCopy(text: string): readonly [isCopied: boolean, copy: () => void] {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return [isCopied, () => void copy()];
}

export function CopyButton({ text, what, autoFocus = false }: CopyProps) {
  const [isCopied, copy] = useCopy(text);
  return (
    <IconButton label={isCopied ? "Copied" : `Copy ${what}`} autoFocus={autoFocus} onClick={copy}>
      {isCopied ? <Check size={16} /> : <Copy size={16} />}
    </IconButton>
  );
}

/** The same with its label, where nothing beside it says what is copied. */
export function NamedCopyButton({ text, what }: CopyProps) {
  const [isCopied, copy] = useCopy(text);
  return (
    <Button look="bare" icon={isCopied ? <Check size={16} /> : <Copy size={16} />} onClick={copy}>
      {isCopied ? "Copied" : `Copy ${what}`}
    </Button>
  );
}

/** A key, a link or a secret in one line. */
export function Copyable({ text, what, autoFocus = false }: CopyProps) {
  return (
    <div className="flex items-center gap-1 rounded-control border border-line bg-surface pl-3">
      <code className="min-w-0 flex-1 truncate font-mono text-small">{text}</code>
      <CopyButton text={text} what={what} autoFocus={autoFocus} />
    </div>
  );
}

/** Several lines of code to take along. */
export function Snippet({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className="relative rounded-control border border-line bg-surface">
      <pre tabIndex={0} aria-label={what} className="overflow-x-auto p-4 pr-12 font-mono text-small">
        {text}
      </pre>
      <div className="absolute top-1 right-1 rounded-control bg-surface">
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}
