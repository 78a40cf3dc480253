/** Lanes: which branch or iteration a state belongs to, so that events can point to the one before them. */
import type { Definition } from "../../../components/state-machine/language";

interface Place {
  /** Scope of the state: "" for the machine itself. */
  scope: string;
  /** State that holds the scope, and those around it, innermost first. */
  containers: string[];
}

export interface Lane {
  own: string;
  /** The lane it branched off. */
  from: string;
}

export class Lanes {
  private readonly places = new Map<string, Place>();
  /** State name → indexes of the iterations that entered it and whose task has not begun. */
  private readonly waiting = new Map<string, (number | undefined)[]>();

  constructor(definition: Definition) {
    this.walk(definition, "", []);
  }

  enter(name: string, index: number | undefined): Lane {
    this.waiting.set(name, [...(this.waiting.get(name) ?? []), index]);
    return this.of(name, index);
  }

  /** The iteration whose task begins now; a retry goes on in the last one. */
  next(name: string): number | undefined {
    const [first, ...rest] = this.waiting.get(name) ?? [];
    if (rest.length) this.waiting.set(name, rest);
    return first;
  }

  of(name: string, index: number | undefined): Lane {
    const { scope, containers } = this.places.get(name) ?? { scope: "", containers: [] };
    const [container] = containers;
    const from = container === undefined ? "" : (this.places.get(container)?.scope ?? "");
    return { own: laneOf(scope, index), from };
  }

  iteration(map: string, index: number): Lane {
    return { own: laneOf(`${map}/0`, index), from: this.places.get(map)?.scope ?? "" };
  }

  within(name: string, container: string): boolean {
    return this.around(name).includes(container);
  }

  /** The Parallel and Map states around a state, innermost first. */
  around(name: string): string[] {
    return this.places.get(name)?.containers ?? [];
  }

  /** A Parallel or Map with all that it holds. */
  inside(holder: string): string[] {
    return [holder, ...[...this.places].filter(([, { containers }]) => containers.includes(holder)).map(([name]) => name)];
  }

  private walk({ States }: Definition, scope: string, containers: string[]): void {
    for (const [name, state] of Object.entries(States)) {
      this.places.set(name, { scope, containers });
      const inner = state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : [];
      inner.forEach((each, at) => this.walk(each, `${name}/${at}`, [name, ...containers]));
    }
  }
}

const laneOf = (scope: string, index: number | undefined): string => (index === undefined || !scope ? scope : `${scope}#${index}`);
