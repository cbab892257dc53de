/** A variant has one colour everywhere: by its place among the flag's variants. */

const COLOURS = 8;

export const variantColour = (variants: readonly string[], variant: string): string =>
  `var(--variant-${Math.max(0, variants.indexOf(variant)) % COLOURS})`;
