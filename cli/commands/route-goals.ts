/** A figure with what it must reach. */
interface Goal {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly isUpper: boolean;
}

export interface RouteFigures {
  readonly goals: readonly Goal[];
  readonly details: Record<string, unknown>;
  readonly proposals?: unknown;
}

export const atLeast = (name: string, value: number, limit: number): Goal => ({
  name,
  value,
  limit,
  isUpper: false,
});

export const atMost = (name: string, value: number, limit: number): Goal => ({
  name,
  value,
  limit,
  isUpper: true,
});

export const isMet = ({ value, limit, isUpper }: Goal): boolean =>
  isUpper ? value <= limit : value >= limit;

export function showGoals(goals: readonly Goal[]): void {
  for (const goal of goals) {
    const { name, value, limit, isUpper } = goal;
    process.stdout.write(
      `${name.padEnd(34)} ${value.toFixed(3).padStart(8)}  ${isUpper ? '≤' : '≥'} ${limit}${isMet(goal) ? '' : '  missed'}\n`,
    );
  }
}
