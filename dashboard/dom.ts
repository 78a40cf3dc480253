/** DOM: elements made from values. Whatever comes from the lake is set as text, never as markup. */

type Child = Node | string | false | undefined;
type Attributes = Record<string, string | boolean | ((event: Event) => void) | undefined>;

/** An element with attributes (`onclick`-like functions listen) and children; strings become text. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (typeof value === "string") made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== false && child !== undefined));
  return made;
}

/** The element that index.html has under this id. */
export function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

/** What stands in a place while there is nothing else to show: loading, nothing there, or a fault with a way to try again. */
export const note = (text: string): HTMLElement => element("p", { class: "note" }, text);

export const fault = (text: string, again: () => void): HTMLElement =>
  element("div", { class: "fault", role: "alert" }, element("p", {}, text), element("button", { type: "button", onclick: again }, "Try again"));

/** A table with its caption; numbers stand right. */
export function table(caption: string, head: string[], rows: (string | Node)[][], numbers: number[] = []): HTMLElement {
  const kind = (at: number) => (numbers.includes(at) ? { class: "number" } : {});
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, element("table", {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head.map((text, at) => element("th", { scope: "col", ...kind(at) }, text)))),
    element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells.map((cell, at) => element("td", kind(at), cell))))),
  ));
}
