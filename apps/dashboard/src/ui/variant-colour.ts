/** A variant has one colour everywhere: by its place among the flag's variants. */

const COLOURS = 8;

/** The name of the colour among those of the page, for what knows no CSS. */
export const variantToken = (variants: readonly string[], variant: string): string =>
  `--variant-${Math.max(0, variants.indexOf(variant)) % COLOURS}`;

export const variantColour = (variants: readonly string[], variant: string): string => `var(${variantToken(variants, variant)})`;
