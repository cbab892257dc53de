/** Dark or light: as the system says, unless somebody chose here. */

const KEY = "dimmer.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

type Theme = "dark" | "light";

const chosen = (): Theme | undefined => {
  const value = localStorage.getItem(KEY);
  return value === "dark" || value === "light" ? value : undefined;
};

export const theme = (): Theme => chosen() ?? (system.matches ? "dark" : "light");

/** Before the first paint, and again whenever the system changes its mind. */
export function applyTheme(): void {
  const show = () => document.documentElement.setAttribute("data-theme", theme());
  system.addEventListener("change", show);
  show();
}

export function chooseTheme(next: Theme): void {
  localStorage.setItem(KEY, next);
  document.documentElement.setAttribute("data-theme", next);
}
