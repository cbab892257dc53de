/** Somebody who has no mouse: goes by Tab to what they want, and through everything that a page has. */

import type { Locator, Page } from "playwright-core";

/** Presses of Tab after which one would have given up. */
const MOST_TABS = 300;

export const isFocused = (wanted: Locator): Promise<boolean> => wanted.evaluate((element) => element === document.activeElement);

/** Presses Tab until it stands on what is wanted. */
export async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses <= MOST_TABS; presses++) {
    if (await isFocused(wanted)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${MOST_TABS} presses of ${key} do not lead to ${String(wanted)}.`);
}

/** Goes there and presses it. */
export async function press(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Enter");
}

/** Goes there and writes over what is there. */
export async function write(page: Page, wanted: Locator, text: string): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

/** What is wrong with a page for whoever has no mouse; empty for a good one. */
export interface TabWalk {
  /** What can be pressed or written into, and Tab does not reach. */
  readonly missed: readonly string[];
  /** Where nothing shows that one is there. */
  readonly unmarked: readonly string[];
  readonly isTrapped: boolean;
}

type Walking = typeof globalThis & { walk?: { readonly isOver: () => boolean; readonly end: () => Omit<TabWalk, "isTrapped"> } };

/** Presses Tab from the top of the page until it comes back there. */
export async function walkByTab(page: Page): Promise<TabWalk> {
  await page.evaluate(beginWalk);
  let isTrapped = true;
  for (let presses = 0; presses < MOST_TABS && isTrapped; presses++) {
    await page.keyboard.press("Tab");
    isTrapped = !(await page.evaluate(() => (globalThis as Walking).walk?.isOver() === true));
  }
  const found = await page.evaluate(() => (globalThis as Walking).walk?.end());
  if (found === undefined) throw new Error("The page went away while it was walked through.");
  return { ...found, isTrapped };
}

/** Runs in the page. */
function beginWalk(): void {
  const reached = new Set<Element>();
  const unmarked = new Set<Element>();
  let first: Element | undefined;
  let isOver = false;

  const isMarked = (element: Element): boolean => {
    // An editor marks its frame, two elements further out.
    const [own, frame, outer] = [element, element.parentElement, element.parentElement?.parentElement ?? null];
    return [own, frame, outer].some((one) => {
      if (one === null) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
    });
  };
  const nameOf = (element: Element): string => {
    const label = element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40);
    return `${element.tagName.toLowerCase()} ${label === "" ? element.outerHTML.slice(0, 120) : label}`;
  };
  const comesHere = ({ target }: FocusEvent): void => {
    if (!(target instanceof Element)) return;
    if (target === first && reached.size > 1) isOver = true;
    first ??= target;
    reached.add(target);
    if (!isMarked(target)) unmarked.add(target);
  };
  /** Of a group of radio buttons Tab reaches one, and the arrows the others. */
  const isOtherChoice = (element: Element): boolean =>
    element instanceof HTMLInputElement &&
    element.type === "radio" &&
    !element.checked &&
    document.querySelector(`input[type=radio][name="${CSS.escape(element.name)}"]:checked`) !== null;
  const wanted = (): readonly Element[] =>
    [
      ...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]"),
    ].filter(
      (element) =>
        element instanceof HTMLElement &&
        element.tabIndex >= 0 &&
        !element.matches(":disabled") &&
        element.closest("[inert]") === null &&
        element.checkVisibility({ visibilityProperty: true }) &&
        !isOtherChoice(element),
    );

  // From the top, wherever the page itself has put the focus.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  document.addEventListener("focusin", comesHere);
  (globalThis as Walking).walk = {
    isOver: () => isOver || document.activeElement === document.body,
    end: () => {
      document.removeEventListener("focusin", comesHere);
      return {
        missed: wanted()
          .filter((element) => !reached.has(element))
          .map(nameOf),
        unmarked: [...unmarked].map(nameOf),
      };
    },
  };
}
