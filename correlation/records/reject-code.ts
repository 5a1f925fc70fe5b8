/** Why a row was refused, for machines; the reason in words stands beside it. */
export type RejectCode =
  | 'missing_id'
  | 'duplicate_id'
  | 'impossible_date'
  | 'formula_cell'
  | 'bad_coordinates'
  | 'zero_coordinates'
  | 'swapped_coordinates'
  | 'unreadable_row';

export function rejectCodeOfPlace({ problem }: { readonly problem: string }): RejectCode {
  if (problem.startsWith('0, 0')) return 'zero_coordinates';
  return problem.endsWith('swapped') ? 'swapped_coordinates' : 'bad_coordinates';
}
