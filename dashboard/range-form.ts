/** Range form: a length up to the latest reading, or two ends. */
import { element } from "./dom";
import { type Choice, lengths, type Span } from "./range";

export function rangeForm(choice: Choice, { from, to }: Span, change: (choice: Choice) => void): HTMLElement[] {
  const buttons = lengths.map(({ name, label }) => element("button", { type: "button", "aria-pressed": String(choice === name), onclick: () => change(name) }, label));
  const [start, end] = [input("From", from), input("to", to)];
  const apply = (event: Event): void => {
    event.preventDefault();
    const span = { from: seconds(start.field), to: seconds(end.field) };
    end.field.setCustomValidity(span.from < span.to ? "" : "The end must be after the start");
    if (end.field.reportValidity()) change(span);
  };
  end.field.addEventListener("input", () => end.field.setCustomValidity(""));
  return [
    element("div", { class: "lengths", role: "group", "aria-label": "Up to the latest reading" }, ...buttons),
    element("div", { class: "ends" }, start.label, end.label, "UTC", element("button", { type: "submit", onclick: apply }, "Show")),
  ];
}

function input(name: string, at: number): { label: HTMLElement; field: HTMLInputElement } {
  const field = element("input", { type: "datetime-local", step: "60", required: true, "aria-label": `${name}, UTC`, value: new Date(at * 1000).toISOString().slice(0, 16) });
  return { label: element("label", {}, `${name} `, field), field };
}

/** The field has no zone; here it is UTC. */
const seconds = (field: HTMLInputElement): number => Date.parse(`${field.value}Z`) / 1000;
